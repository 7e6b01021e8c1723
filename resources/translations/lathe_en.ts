<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>lathe::ui::ChannelChart</name>
    <message numerus="yes">
        <source>%n have to stay</source>
        <translation>
            <numerusform>%n has to stay</numerusform>
            <numerusform>%n have to stay</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::ChannelDesk</name>
    <message numerus="yes">
        <source>%1 with %n other layer(s)</source>
        <translation>
            <numerusform>%1 with %n other layer</numerusform>
            <numerusform>%1 with %n other layers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::ChannelLight</name>
    <message numerus="yes">
        <source>%n have to stay: %1</source>
        <translation>
            <numerusform>%n has to stay: %1</numerusform>
            <numerusform>%n have to stay: %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 channels of %2 go together with %n other layer(s)</source>
        <translation>
            <numerusform>%1 channels of %2 go together with %n other layer</numerusform>
            <numerusform>%1 channels of %2 go together with %n other layers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n channel(s) of %1</source>
        <translation>
            <numerusform>%n channel of %1</numerusform>
            <numerusform>%n channels of %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>; read by %n</source>
        <translation>
            <numerusform>; read by %n</numerusform>
            <numerusform>; read by %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>; %n have to stay: %1</source>
        <translation>
            <numerusform>; %n has to stay: %1</numerusform>
            <numerusform>; %n have to stay: %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::ChartEdits</name>
    <message numerus="yes">
        <source>%n channel(s) stay, as the recipe counts them.</source>
        <translation>
            <numerusform>%n channel stays, as the recipe counts them.</numerusform>
            <numerusform>%n channels stay, as the recipe counts them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::DeadCommand</name>
    <message numerus="yes">
        <source>Remove %n &amp;dead channel(s)</source>
        <translation>
            <numerusform>Remove %n &amp;dead channel</numerusform>
            <numerusform>Remove %n &amp;dead channels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more cannot be named in a recipe without others.</source>
        <translation>
            <numerusform>%n more cannot be named in a recipe without others.</numerusform>
            <numerusform>%n more cannot be named in a recipe without others.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n dead channel(s) removed</source>
        <translation>
            <numerusform>%n dead channel removed</numerusform>
            <numerusform>%n dead channels removed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::FigureText</name>
    <message numerus="yes">
        <source>A guess from %n measurement(s) near this one; it is being measured</source>
        <translation>
            <numerusform>A guess from %n measurement near this one; it is being measured</numerusform>
            <numerusform>A guess from %n measurements near this one; it is being measured</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::FocusCharts</name>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::GraphPanel</name>
    <message numerus="yes">
        <source>%n found</source>
        <translation>
            <numerusform>%n found</numerusform>
            <numerusform>%n found</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::GraphView</name>
    <message numerus="yes">
        <source>%n operator(s)</source>
        <translation>
            <numerusform>%n operator</numerusform>
            <numerusform>%n operators</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n constant(s), %1</source>
        <translation>
            <numerusform>%n constant, %1</numerusform>
            <numerusform>%n constants, %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n graph(s) inside, not drawn</source>
        <translation>
            <numerusform>%n graph inside, not drawn</numerusform>
            <numerusform>%n graphs inside, not drawn</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::HistogramChart</name>
    <message numerus="yes">
        <source>%n levels</source>
        <translation>
            <numerusform>%n level</numerusform>
            <numerusform>%n levels</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::InfoBar</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::Inspector</name>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them cannot be compressed.</source>
        <translation>
            <numerusform>%n of them cannot be compressed.</numerusform>
            <numerusform>%n of them cannot be compressed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>THESE %n LAYERS</source>
        <translation>
            <numerusform>THIS LAYER</numerusform>
            <numerusform>THESE %n LAYERS</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::MethodSpec</name>
    <message numerus="yes">
        <source>Every %n output(s)</source>
        <translation>
            <numerusform>Every %n output</numerusform>
            <numerusform>Every %n outputs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n bit(s)</source>
        <translation>
            <numerusform>%n bit</numerusform>
            <numerusform>%n bits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The chosen values take %n bit(s).</source>
        <translation>
            <numerusform>The chosen values take %n bit.</numerusform>
            <numerusform>The chosen values take %n bits.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n channel</numerusform>
            <numerusform>%n channels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n channel(s) stay, whatever share that is.</source>
        <translation>
            <numerusform>%n channel stays, whatever share that is.</numerusform>
            <numerusform>%n channels stay, whatever share that is.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::MissingModel</name>
    <message numerus="yes">
        <source>%n layers of the project&apos;s model are missing: %1.</source>
        <translation>
            <numerusform>%n layer of the project&apos;s model is missing: %1.</numerusform>
            <numerusform>%n layers of the project&apos;s model are missing: %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layers have another shape: %1.</source>
        <translation>
            <numerusform>%n layer has another shape: %1.</numerusform>
            <numerusform>%n layers have another shape: %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layers are new.</source>
        <translation>
            <numerusform>%n layer is new.</numerusform>
            <numerusform>%n layers are new.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::NodeText</name>
    <message numerus="yes">
        <source>%n operator(s)</source>
        <translation>
            <numerusform>%n operator</numerusform>
            <numerusform>%n operators</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::RecipeEditor</name>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Keep %n layers as they are</source>
        <translation>
            <numerusform>Keep %n layer as it is</numerusform>
            <numerusform>Keep %n layers as they are</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Let %n layers be compressed</source>
        <translation>
            <numerusform>Let %n layer be compressed</numerusform>
            <numerusform>Let %n layers be compressed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::RecoverDesk</name>
    <message numerus="yes">
        <source>On %n held-out samples the difference from the original went from %1 to %2.</source>
        <translation>
            <numerusform>On %n held-out sample the difference from the original went from %1 to %2.</numerusform>
            <numerusform>On %n held-out samples the difference from the original went from %1 to %2.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::RecoverPanel</name>
    <message numerus="yes">
        <source>%n layers (%1 weights)</source>
        <translation>
            <numerusform>%n layer (%1 weights)</numerusform>
            <numerusform>%n layers (%1 weights)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n biases</source>
        <translation>
            <numerusform>%n bias</numerusform>
            <numerusform>%n biases</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n constants of normalizations</source>
        <translation>
            <numerusform>%n constant of normalizations</numerusform>
            <numerusform>%n constants of normalizations</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n passes at most</source>
        <translation>
            <numerusform>%n pass at most</numerusform>
            <numerusform>%n passes at most</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::Recovery</name>
    <message numerus="yes">
        <source>%n samples of %1</source>
        <translation>
            <numerusform>%n sample of %1</numerusform>
            <numerusform>%n samples of %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::VariantDesk</name>
    <message numerus="yes">
        <source>%n variants are deleted.</source>
        <translation>
            <numerusform>%n variant is deleted.</numerusform>
            <numerusform>%n variants are deleted.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::VariantModel</name>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
</context>
</TS>
