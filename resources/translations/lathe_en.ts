<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
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
