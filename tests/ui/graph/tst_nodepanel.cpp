// All that is known of one node, beside the graph.
#include "tests/ui/graph/showngraph.h"
#include "ui/graph/constanttable.h"
#include "ui/style/theme.h"

#include <QClipboard>
#include <QShortcut>
#include <QSignalSpy>
#include <QSplitter>
#include <QStandardPaths>
#include <QTextBrowser>
#include <QToolButton>
#include <QtTest>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

namespace {

Model smallModel()
{
    GraphBuilder b;
    b.input("x", {1, 3, 8, 8})
        .output("y")
        .random("w", {5, 3, 3, 3})
        .constant("c", makeTensor({3}, std::vector{1.5F, 0.0F, -2.0F}));
    b.node("Conv", {"x", "w"}, {"a"}, {{"pads", std::vector<int64_t>{1, 1, 1, 1}}}, "conv_a");
    b.node("Relu", {"a"}, {"r"}, {}, "relu_a");
    b.constant("axis", [] {
        Tensor axes = makeTensor(ElementType::Int64, {1});
        axes.as<int64_t>()[0] = 1;
        return axes;
    }());
    b.node("ReduceSum", {"r", "axis"}, {"s"}, {{"keepdims", int64_t(1)}}, "sum");
    b.node("Mul", {"s", "c"}, {"unused"}, {}, "times").node("Sigmoid", {"s"}, {"y"}, {}, "end");
    return b.build();
}

#define LATHE_CONTAINS(whole, part) QVERIFY2((whole).contains(part), qPrintable(whole))

} // namespace

class TstNodePanel : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void click_showsAllOfANode();
    void nodeThatIsNoLayer_saysWhy();
    void inputAndOutput_areShownToo();
    void enter_opensAndEscapeCloses();
    void click_doesNotMoveTheGraph();
    void arrows_walkOnWithTheNodeOpen();
    void link_goesToTheOtherNode();
    void values_areShownAndCopied();
    void wholeNumbers_areShownAsSuch();
    void foldedConstant_isComputed();
    void graphsInside_areListed();
    void hostileNames_areText();
    void wideWindow_hasItBeside();
    void lowPanel_hasItInPlaceOfTheGraph();
    void reopenedFile_showsWhatIsStored();
};

void TstNodePanel::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    applyTheme(Scheme::Light);
}

void TstNodePanel::click_showsAllOfANode()
{
    ShownGraph s(smallModel());
    QVERIFY(!s.panel.nodePanel()->isVisible());
    s.click("conv_a");
    QVERIFY(s.panel.nodePanel()->isVisible());
    for (const char *part :
         {"Conv", "conv_a", "ai.onnx, version 13", "pads", "[1, 1, 1, 1]", "Inputs", "float32", "5×3×3×3",
          "540 B", "Outputs", "1×5×8×8", "Layer conv_a: 135 weights as 5 × 27"})
        LATHE_CONTAINS(s.text(), QString::fromUtf8(part));
    s.click("Relu"); // no layer, yet a node
    LATHE_CONTAINS(s.text(), QString("relu_a"));
}

void TstNodePanel::nodeThatIsNoLayer_saysWhy()
{
    ShownGraph s(smallModel());
    s.click("Relu");
    LATHE_CONTAINS(s.text(), QString("No layer: it has no constant weight."));
}

void TstNodePanel::inputAndOutput_areShownToo()
{
    ShownGraph s(smallModel());
    s.panel.showNode(s.view()->scene()->items[size_t(s.itemOf("x"))].source.node, false);
    LATHE_CONTAINS(s.text(), QString("Input of the model"));
    LATHE_CONTAINS(s.text(), QString::fromUtf8("1×3×8×8"));
    const auto &nodes = s.view()->scene()->document->graph.nodes;
    const auto output = std::ranges::find(nodes, GraphNode::Kind::Output, &GraphNode::kind);
    s.panel.showNode(int(output - nodes.begin()), false);
    LATHE_CONTAINS(s.text(), QString("Output of the model"));
}

void TstNodePanel::enter_opensAndEscapeCloses()
{
    ShownGraph s(smallModel());
    s.panel.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&s.panel));
    s.view()->setFocus();
    QShortcut stop(QKeySequence(Qt::Key_Escape), &s.panel); // as the window has one
    QSignalSpy stopped(&stop, &QShortcut::activated);
    s.view()->setCurrentItem(s.itemOf("conv_a"), false);
    QVERIFY(!s.panel.nodePanel()->isVisible());
    QTest::keyClick(s.view(), Qt::Key_Return);
    QVERIFY(s.panel.nodePanel()->isVisible());
    QVERIFY(s.panel.nodePanel()->browser()->hasFocus());
    QTest::keyClick(s.panel.nodePanel()->browser(), Qt::Key_Escape);
    QVERIFY(!s.panel.nodePanel()->isVisible());
    QVERIFY(s.view()->hasFocus());
    QCOMPARE(stopped.size(), 0);
}

void TstNodePanel::click_doesNotMoveTheGraph()
{
    ShownGraph s(smallModel());
    const auto place = [&] {
        return s.view()->toWidget(s.view()->scene()->items[size_t(s.itemOf("conv_a"))].rect.center());
    };
    const QPointF before = place();
    s.click("conv_a");
    QVERIFY(s.panel.nodePanel()->isVisible());
    QVERIFY2((place() - before).manhattanLength() < 2, "a double click has to meet the same node");
}

void TstNodePanel::arrows_walkOnWithTheNodeOpen()
{
    ShownGraph s(smallModel());
    s.click("conv_a");
    QTest::keyClick(s.view(), Qt::Key_Down);
    LATHE_CONTAINS(s.text(), QString("relu_a"));
}

void TstNodePanel::link_goesToTheOtherNode()
{
    ShownGraph s(smallModel());
    s.click("Relu");
    const auto &nodes = s.view()->scene()->document->graph.nodes;
    const auto at = std::ranges::find(nodes, "conv_a", &GraphNode::name) - nodes.begin();
    const QString link = QString("node:%1").arg(at);
    LATHE_CONTAINS(s.panel.nodePanel()->browser()->toHtml(), link);
    emit s.panel.nodePanel()->browser()->anchorClicked(QUrl(link));
    QCOMPARE(s.view()->currentItem(), s.itemOf("conv_a"));
    LATHE_CONTAINS(s.text(), QString("conv_a"));
}

void TstNodePanel::values_areShownAndCopied()
{
    ShownGraph s(smallModel());
    s.click("Mul");
    QVERIFY(s.waitForValues());
    LATHE_CONTAINS(s.panel.nodePanel()->valuesText(), QString("3 values"));
    for (const char *part : {"smallest -2", "largest 1.5", "3 different", "zeros 33.3"})
        LATHE_CONTAINS(s.panel.nodePanel()->valuesText(), QString(part));
    ConstantTable *table = s.panel.nodePanel()->table();
    QCOMPARE(table->model()->rowCount(), 1);
    QCOMPARE(table->model()->columnCount(), 3);
    QCOMPARE(table->model()->index(0, 2).data().toString(), QString("-2"));
    table->selectAll();
    QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), QString("1.5\t0\t-2"));
}

void TstNodePanel::wholeNumbers_areShownAsSuch()
{
    ShownGraph s(smallModel());
    s.click("ReduceSum");
    QVERIFY(s.waitForValues());
    LATHE_CONTAINS(s.panel.nodePanel()->valuesText(), QString("int64"));
    QCOMPARE(s.panel.nodePanel()->table()->model()->index(0, 0).data().toString(), QString("1"));
    LATHE_CONTAINS(s.text(), QString("keepdims"));
}

void TstNodePanel::foldedConstant_isComputed()
{
    GraphBuilder b;
    b.input("x", {1, 2}).output("y").constant("u", makeTensor({2, 2}, std::vector{1.0F, 2.0F, 3.0F, 4.0F}));
    b.node("Neg", {"u"}, {"v"}).node("MatMul", {"x", "v"}, {"y"}, {}, "product");
    ShownGraph s(b.build());
    s.click("product");
    QVERIFY(s.waitForValues());
    LATHE_CONTAINS(s.text(), QString("computed from constants by Neg"));
    LATHE_CONTAINS(s.text(), QString("its weight is computed by Neg"));
    QCOMPARE(s.panel.nodePanel()->table()->model()->index(1, 1).data().toString(), QString("-4"));
}

void TstNodePanel::graphsInside_areListed()
{
    GraphBuilder inner;
    inner.node("Relu", {"x"}, {"inner"}).output("inner");
    GraphBuilder other;
    other.node("Neg", {"x"}, {"n"}).node("Abs", {"n"}, {"outer"}).output("outer");
    GraphBuilder b;
    b.input("x", {2}).input("which", {}, ElementType::Bool).output("y");
    b.node("If", {"which"}, {"y"}, {}, "choice");
    b.subgraph("then_branch", inner).subgraph("else_branch", other);
    ShownGraph s(b.build());
    s.click("If");
    for (const char *part : {"Graph then_branch", "Relu", "Graph else_branch", "Neg, Abs"})
        LATHE_CONTAINS(s.text(), QString(part));
}

void TstNodePanel::hostileNames_areText()
{
    GraphBuilder b;
    b.input("x", {2}).output("y").constant("%1 <b>&w:/#?", makeTensor({2}, std::vector{1.0F, 7.0F}));
    b.node("Add", {"x", "%1 <b>&w:/#?"}, {"y"}, {}, "<img src='file:///etc/passwd'>%2");
    ShownGraph s(b.build());
    s.click("Add");
    LATHE_CONTAINS(s.text(), QString("<img src='file:///etc/passwd'>%2"));
    LATHE_CONTAINS(s.text(), QString("%1 <b>&w:/#?"));
    QVERIFY(s.waitForValues());
    const QString html = s.panel.nodePanel()->browser()->toHtml();
    const QString link = html.mid(html.indexOf("href=\"values:") + 6).section('"', 0, 0);
    s.panel.nodePanel()->table()->setValues({});
    emit s.panel.nodePanel()->browser()->anchorClicked(QUrl(link));
    QVERIFY(s.waitForValues());
    QCOMPARE(s.panel.nodePanel()->table()->model()->index(0, 1).data().toString(), QString("7"));
    QVERIFY(s.panel.nodePanel()->table()->isVisible()); // the link leads there
}

void TstNodePanel::wideWindow_hasItBeside()
{
    ShownGraph narrow(smallModel(), {400, 700});
    narrow.click("conv_a");
    QCOMPARE(narrow.panel.findChild<QSplitter *>()->orientation(), Qt::Vertical);
    QVERIFY(narrow.view()->height() > 100 && narrow.panel.nodePanel()->height() > 100);
    ShownGraph wide(smallModel(), {1400, 700});
    wide.click("conv_a");
    QCOMPARE(wide.panel.findChild<QSplitter *>()->orientation(), Qt::Horizontal);
    QVERIFY(wide.panel.nodePanel()->x() > 300);
}

void TstNodePanel::lowPanel_hasItInPlaceOfTheGraph()
{
    ShownGraph s(convModel(), {400, 360});
    const auto isShown = [&](const char *name) {
        for (const QWidget *part : s.panel.findChildren<QWidget *>())
            if (part->accessibleName().startsWith(name))
                return part->isVisible();
        return false;
    };
    for (const char *part : {"Show all of it", "Open or close all blocks", "Colour by"})
        QVERIFY2(isShown(part), part);
    s.click("conv_a");
    QVERIFY(s.view()->isHidden());
    for (const char *part : {"Show all of it", "Open or close all blocks", "Colour by"})
        QVERIFY2(!isShown(part), part); // there is no graph to act on
    QCoreApplication::processEvents();
    const QWidget *page = s.panel.nodePanel()->browser()->viewport();
    QVERIFY2(page->height() > 10 * page->fontMetrics().lineSpacing(),
             qPrintable(QString::number(page->height())));
    s.panel.hideNode();
    QVERIFY(s.view()->isVisible());
    for (const char *part : {"Show all of it", "Open or close all blocks", "Colour by"})
        QVERIFY2(isShown(part), part);
}

void TstNodePanel::reopenedFile_showsWhatIsStored()
{
    GraphBuilder b;
    b.input("x", {1, 3, 8, 8}).output("y").random("w", {16, 3, 3, 3});
    b.node("Conv", {"x", "w"}, {"y"}, {}, "conv_a");
    Recipe recipe;
    recipe.rules.push_back(parseRule("*:bits=4"));
    const CompressedModel compressed = Compressor(b.build()).compress(recipe);
    ShownGraph s(Model::parse(buildModel(compressed, Storage::Compact).model.serialize()));
    s.click("conv_a");
    LATHE_CONTAINS(s.text(), QString("Lathe has already stored its weight"));
    LATHE_CONTAINS(s.text(), QString("computed from constants by"));
    QVERIFY(s.waitForValues());
    const float first = decode(*compressed.layers[0].code.weight)(0, 0);
    QCOMPARE(s.panel.nodePanel()->table()->model()->index(0, 0).data().toString(), constantText(first));
}

QTEST_MAIN(TstNodePanel)
#include "tst_nodepanel.moc"
