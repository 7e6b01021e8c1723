#include "core/base/error.h"
#include "core/model/proto.h"
#include "core/onnx/checks.h"
#include "core/onnx/graphview.h"
#include "tests/support/graphbuilder.h"

#include <QTest>

#include <algorithm>

using namespace lathe;
using namespace lathe::test;

namespace {

/// A view with what it stands on.
struct Viewed {
    explicit Viewed(GraphBuilder &builder) : index(builder.proto()), view(index) {}
    GraphIndex index;
    GraphView view;

    QStringList reads(NodeRef node) const
    {
        QStringList names;
        for (const GraphView::Read &read : view.reads(node))
            names.append(QString::fromUtf8(read.name.data(), qsizetype(read.name.size())));
        return names;
    }
    /// "node:input" of the readers, nodes by their label.
    QStringList readers(int graph, const char *name) const
    {
        QStringList uses;
        for (const GraphView::Use &use : view.readers(graph, name))
            uses.append(QString("%1:%2").arg(nodeLabel(index.node(use.node)).c_str()).arg(use.input));
        return uses;
    }
    QString producer(int graph, const char *name) const
    {
        const std::optional<NodeRef> node = view.producer(graph, name);
        return node ? QString::fromStdString(nodeLabel(index.node(*node))) : QString();
    }
};

using Order = std::vector<int>;

/// x -> a -> (b, c) -> y, stored so.
GraphBuilder diamond()
{
    GraphBuilder b;
    b.input("x", {2}).output("y").random("w", {2});
    b.node("Relu", {"x"}, {"a"}).node("Add", {"a", "w"}, {"b"}).node("Mul", {"a", "a"}, {"c"});
    return b.node("Sub", {"b", "c"}, {"y"});
}

/// What checkGraphs says: the issues, or the error.
QStringList said(GraphBuilder &builder)
{
    const Viewed viewed(builder);
    std::vector<Issue> issues;
    QStringList texts;
    try {
        checkGraphs(viewed.view, "m", issues);
    } catch (const Error &error) {
        return {QString("error: %1").arg(error.what())};
    }
    for (const Issue &issue : issues)
        texts.append(QString::fromStdString(issue.message.text()));
    return texts;
}

} // namespace

class TstGraphView : public QObject {
    Q_OBJECT
private slots:
    void plainGraph_isTold();
    void unsortedNodes_areOrdered();
    void sortedNodes_keepTheirOrder();
    void circle_isLeftOutOfTheOrder();
    void onlyReader_needsOneReaderAndNoOutput();
    void branches_captureWhatTheyDoNotDefine();
    void shadowedNames_areNoCaptures();
    void loopBody_ownsItsInputs();
    void nestedBodies_captureThroughAllAround();
    void returnedOuterValue_isRead();
    void namesAlikeInBranches_areValuesOfTheirOwn();
    void constantListedAsInput_isAConstant();
    void captureBehindItsReader_isOrdered();
    void unknownNames_areReadButNotMade();
    void checks_sayWhatTheySaid();
    void loadedModel_hasAView();
};

void TstGraphView::plainGraph_isTold()
{
    GraphBuilder b = diamond();
    const Viewed v(b);
    QCOMPARE(v.view.order(0), (Order{0, 1, 2, 3}));
    QVERIFY(!v.view.hasCircle(0));
    QCOMPARE(v.reads({0, 1}), QStringList({"a", "w"}));
    QCOMPARE(v.reads({0, 2}), QStringList({"a"})); // twice, told once
    QCOMPARE(v.readers(0, "a"), QStringList({"b:0", "c:0", "c:1"}));
    QCOMPARE(v.producer(0, "a"), QString("a"));
    QVERIFY(!v.view.producer(0, "x") && !v.view.producer(0, "w") && !v.view.producer(0, "nothing"));
    QVERIFY(v.view.isOutput(0, "y") && !v.view.isOutput(0, "a") && !v.view.isOutput(0, "nothing"));
    QVERIFY(v.readers(0, "y").isEmpty() && v.readers(0, "nothing").isEmpty());
    QVERIFY(v.view.reads({0, 1})[1].maker->kind == Definition::Kind::Initializer);
    QVERIFY(v.view.unmade().empty());
}

void TstGraphView::unsortedNodes_areOrdered()
{
    GraphBuilder b = diamond();
    auto &nodes = *b.proto().mutable_graph()->mutable_node();
    std::reverse(nodes.begin(), nodes.end());
    const Viewed v(b);
    QCOMPARE(v.view.order(0), (Order{3, 1, 2, 0})); // of those that could be next the one stored first
    QVERIFY(!v.view.hasCircle(0));
    QCOMPARE(v.producer(0, "y"), QString("y"));
}

void TstGraphView::sortedNodes_keepTheirOrder()
{
    GraphBuilder b;
    b.input("x", {2}).output("y");
    b.node("Relu", {"x"}, {"a"}).node("Neg", {"x"}, {"unread"}).node("Abs", {"x"}, {"c"});
    b.node("Neg", {"a"}, {"d"}).node("Add", {"c", "d"}, {"y"});
    QCOMPARE(Viewed(b).view.order(0), (Order{0, 1, 2, 3, 4}));
}

void TstGraphView::circle_isLeftOutOfTheOrder()
{
    GraphBuilder b;
    b.input("x", {2}).output("y");
    b.node("Relu", {"x"}, {"free"}).node("Add", {"x", "q"}, {"p"}).node("Neg", {"p"}, {"q"});
    b.node("Neg", {"q"}, {"y"}); // not on the circle, but behind it
    const Viewed v(b);
    QVERIFY(v.view.hasCircle(0));
    QCOMPARE(v.view.order(0), (Order{0}));

    GraphBuilder self;
    self.input("x", {2}).output("y").node("Add", {"x", "y"}, {"y"});
    QVERIFY(Viewed(self).view.hasCircle(0));
}

void TstGraphView::onlyReader_needsOneReaderAndNoOutput()
{
    GraphBuilder b;
    b.input("x", {2}).output("y").output("seen").random("w", {2});
    b.node("Relu", {"x"}, {"once"}).node("Neg", {"once"}, {"seen"}).node("Abs", {"seen"}, {"twice"});
    b.node("Mul", {"twice", "twice"}, {"unread"}).node("Add", {"x", "w"}, {"y"});
    const Viewed v(b);
    const std::optional<GraphView::Use> use = v.view.onlyReader(0, "once");
    QVERIFY(use && use->node.graph == 0 && use->node.node == 1 && use->input == 0);
    QCOMPARE(v.view.onlyReader(0, "w")->input, 1); // a constant
    QVERIFY(!v.view.onlyReader(0, "seen"));        // read once, and returned
    QVERIFY(!v.view.onlyReader(0, "twice"));       // by two inputs of one node
    QVERIFY(!v.view.onlyReader(0, "unread") && !v.view.onlyReader(0, "x"));
}

/// Node 0 makes "a", node 1 is an If whose branches are graphs 1 and 2.
static GraphBuilder choice(const GraphBuilder &then, const GraphBuilder &otherwise)
{
    GraphBuilder b;
    b.input("x", {2}).input("flag", {}, ElementType::Bool).output("y").random("w", {2});
    b.node("Relu", {"x"}, {"a"}).node("If", {"flag"}, {"y"}, {}, "choice");
    return b.subgraph("then_branch", then).subgraph("else_branch", otherwise);
}

void TstGraphView::branches_captureWhatTheyDoNotDefine()
{
    GraphBuilder then, otherwise;
    then.random("own", {2}).output("t").node("Add", {"a", "own"}, {"m"}).node("Mul", {"m", "w"}, {"t"});
    otherwise.output("e").node("Sub", {"w", "a"}, {"e"});
    GraphBuilder b = choice(then, otherwise);
    const Viewed v(b);
    QCOMPARE(v.reads({0, 1}), QStringList({"flag", "a", "w"}));
    QCOMPARE(v.reads({1, 0}), QStringList({"a", "own"}));
    QCOMPARE(v.view.reads({1, 0})[0].maker->graph, 0);
    QCOMPARE(v.readers(0, "a"), QStringList({"m:0", "e:1"}));
    QCOMPARE(v.readers(2, "a"), v.readers(0, "a")); // asked for from within
    QCOMPARE(v.readers(0, "own"), QStringList());   // not to be seen from there
    QCOMPARE(v.producer(1, "a"), QString("a"));
    QVERIFY(v.view.isOutput(1, "t") && !v.view.isOutput(1, "m") && !v.view.isOutput(0, "a"));
    QVERIFY(v.view.onlyReader(1, "m") && v.view.onlyReader(0, "flag") && !v.view.onlyReader(0, "a"));
    QCOMPARE(v.index.subgraphs({0, 1}), (std::vector<int>{1, 2}));
    QVERIFY(v.index.subgraphs({0, 0}).empty());
}

void TstGraphView::shadowedNames_areNoCaptures()
{
    GraphBuilder then, otherwise;
    then.output("y").node("Neg", {"w"}, {"a"}).node("Abs", {"a"}, {"y"}); // its own "a" and its own "y"
    otherwise.random("w", {2}).output("e").node("Neg", {"w"}, {"e"});
    GraphBuilder b = choice(then, otherwise);
    const Viewed v(b);
    QCOMPARE(v.reads({0, 1}), QStringList({"flag", "w"}));
    QVERIFY(v.readers(0, "a").isEmpty());
    QCOMPARE(v.readers(1, "a"), QStringList({"y:0"}));
    QCOMPARE(v.readers(0, "w"), QStringList({"a:0"}));
    QCOMPARE(v.readers(2, "w"), QStringList({"e:0"}));
    QVERIFY(!v.view.hasCircle(0));
}

void TstGraphView::loopBody_ownsItsInputs()
{
    GraphBuilder body;
    body.input("i", {}, ElementType::Int64).input("go", {}, ElementType::Bool).input("x", {2});
    body.output("go").output("next").node("Add", {"x", "a"}, {"next"});
    GraphBuilder b;
    b.input("x", {2}).input("n", {}, ElementType::Int64).output("y");
    b.node("Loop", {"n", "", "x"}, {"y"}, {}, "loop").subgraph("body", body).node("Relu", {"x"}, {"a"});
    const Viewed v(b);
    QCOMPARE(v.reads({0, 0}), QStringList({"n", "x", "a"})); // x as its input, not through the body
    QCOMPARE(v.readers(0, "x"), QStringList({"loop:2", "a:0"}));
    QCOMPARE(v.readers(1, "x"), QStringList({"next:0"}));
    QVERIFY(v.view.isOutput(1, "go") && !v.view.isOutput(0, "x"));
    QCOMPARE(v.view.order(0), (Order{1, 0}));
}

void TstGraphView::nestedBodies_captureThroughAllAround()
{
    GraphBuilder inmost;
    inmost.output("z").node("Add", {"a", "local"}, {"s"}).node("Mul", {"s", "w"}, {"z"});
    GraphBuilder inner;
    inner.output("z").output("t").node("Neg", {"x"}, {"local"});
    inner.node("If", {"flag"}, {"z"}, {}, "inner").subgraph("then_branch", inmost);
    inner.node("Abs", {"local"}, {"t"});
    GraphBuilder empty;
    empty.output("a");
    GraphBuilder b = choice(inner, empty);
    const Viewed v(b);
    QCOMPARE(v.reads({1, 1}), QStringList({"flag", "a", "local", "w"}));
    QCOMPARE(v.reads({0, 1}), QStringList({"flag", "x", "a", "w"}));
    QCOMPARE(v.readers(1, "local"), QStringList({"s:1", "t:0"}));
    QCOMPARE(v.readers(0, "flag"), QStringList({"choice:0", "inner:0"}));
    QCOMPARE(v.producer(2, "local"), QString("local"));
}

void TstGraphView::returnedOuterValue_isRead()
{
    GraphBuilder then, otherwise;
    then.output("a");
    otherwise.output("w");
    GraphBuilder b = choice(then, otherwise);
    const Viewed v(b);
    QCOMPARE(v.reads({0, 1}), QStringList({"flag", "a", "w"}));
    QVERIFY(v.readers(0, "a").isEmpty());
    QVERIFY(v.view.isOutput(0, "a") && v.view.isOutput(0, "w") && !v.view.onlyReader(0, "a"));
}

void TstGraphView::namesAlikeInBranches_areValuesOfTheirOwn()
{
    GraphBuilder then, otherwise;
    then.output("y1").node("Neg", {"a"}, {"m"}).node("Abs", {"m"}, {"y1"});
    otherwise.output("y2").node("Relu", {"a"}, {"m"}).node("Exp", {"m"}, {"y2"});
    GraphBuilder b = choice(then, otherwise);
    const Viewed v(b);
    QCOMPARE(v.readers(1, "m"), QStringList({"y1:0"}));
    QCOMPARE(v.readers(2, "m"), QStringList({"y2:0"}));
    QVERIFY(v.view.onlyReader(1, "m") && v.view.onlyReader(2, "m"));
    QVERIFY(v.readers(0, "m").isEmpty());
}

void TstGraphView::constantListedAsInput_isAConstant()
{
    GraphBuilder b(8, 3);
    b.input("x", {2}).input("w", {2}).output("y").random("w", {2}).node("Add", {"x", "w"}, {"y"});
    const Viewed v(b);
    QVERIFY(v.view.reads({0, 0})[0].maker->kind == Definition::Kind::Input);
    QVERIFY(v.view.reads({0, 0})[1].maker->kind == Definition::Kind::Initializer);
}

void TstGraphView::captureBehindItsReader_isOrdered()
{
    GraphBuilder then;
    then.output("t").node("Neg", {"a"}, {"t"});
    GraphBuilder b;
    b.input("flag", {}, ElementType::Bool).input("x", {2}).output("y");
    b.node("If", {"flag"}, {"y"}, {}, "choice").subgraph("then_branch", then).node("Relu", {"x"}, {"a"});
    QCOMPARE(Viewed(b).view.order(0), (Order{1, 0}));
    QCOMPARE(Viewed(b).view.order(1), (Order{0}));
    QVERIFY(said(b).value(0).contains("order"));
}

void TstGraphView::unknownNames_areReadButNotMade()
{
    GraphBuilder then;
    then.output("t").node("Neg", {"ghost"}, {"t"});
    GraphBuilder b = choice(then, then);
    const Viewed v(b);
    QCOMPARE(v.reads({0, 1}), QStringList({"flag", "ghost"}));
    QVERIFY(!v.view.reads({0, 1})[1].maker && !v.view.producer(1, "ghost"));
    QVERIFY(v.readers(1, "ghost").isEmpty());
    QCOMPARE(v.view.unmade().size(), size_t(2));
    QCOMPARE(said(b), QStringList({"A node reads \"ghost\", which nothing in the model makes."}));
}

void TstGraphView::checks_sayWhatTheySaid()
{
    GraphBuilder sorted = diamond();
    QCOMPARE(said(sorted), QStringList());

    GraphBuilder circle; // the node named is on the circle, not only behind it
    circle.input("x", {2}).output("y");
    circle.node("Add", {"x", "q"}, {"p"}, {}, "first").node("Neg", {"p"}, {"q"}, {}, "second");
    circle.node("Neg", {"q"}, {"r"}, {}, "behind").node("Abs", {"r"}, {"y"}, {}, "last");
    QVERIFY(said(circle).value(0).contains(
        "the graph runs in a circle through node \"first\", so it can never be computed"));

    GraphBuilder then; // through a branch: what it needs is made of what the If gives
    then.output("t").node("Neg", {"late"}, {"t"});
    GraphBuilder through;
    through.input("flag", {}, ElementType::Bool).output("late");
    through.node("If", {"flag"}, {"z"}, {}, "choice").subgraph("then_branch", then);
    through.node("Relu", {"z"}, {"late"}, {}, "after");
    QVERIFY(said(through).value(0).startsWith("error: m: the graph runs in a circle"));

    GraphBuilder inside; // within a branch
    inside.output("t").node("Neg", {"t"}, {"t"}, {}, "self");
    GraphBuilder around = choice(inside, inside);
    QVERIFY(said(around).value(0).contains("through node \"self\""));

    GraphBuilder twice = diamond();
    twice.node("Neg", {"x"}, {"a"});
    QVERIFY(said(twice).value(0).contains("\"a\" is made by two nodes"));
}

void TstGraphView::loadedModel_hasAView()
{
    const Model model = diamond().build();
    QCOMPARE(&model.content().view->index(), model.content().index.get());
    QCOMPARE(model.content().view->order(0).size(), size_t(4));
}

QTEST_GUILESS_MAIN(TstGraphView)
#include "tst_graphview.moc"
