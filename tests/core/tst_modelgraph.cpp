#include "core/graph/modelgraph.h"
#include "tests/support/graphbuilder.h"

#include <QtTest>

using namespace lathe;
using namespace lathe::test;

namespace {

QStringList operators(const ModelGraph &graph)
{
    QStringList names;
    for (const GraphNode &node : graph.nodes)
        names << (node.kind == GraphNode::Kind::Operator ? QString::fromStdString(node.op)
                                                         : "<" + QString::fromStdString(node.name) + ">");
    return names;
}

} // namespace

class TstModelGraph : public QObject {
    Q_OBJECT
private slots:
    void constants_areFoldedIntoTheirReaders();
    void constantThatIsReturned_staysANode();
    void inputs_standBeforeTheirFirstReader();
    void unsortedFile_isOrdered();
    void subgraph_readsWhatItsBodyReads();
    void shapes_areThoseOfInference();
    void hostileNames_areKept();
};

void TstModelGraph::constants_areFoldedIntoTheirReaders()
{
    GraphBuilder b;
    b.input("x", {1, 4}).output("y").random("w", {4, 4}).random("b", {4});
    b.node("Identity", {"w"}, {"w2"}).node("Transpose", {"w2"}, {"w3"});
    b.node("MatMul", {"x", "w3"}, {"m"}, {}, "fc").node("Add", {"m", "b"}, {"y"});
    const ModelGraph graph = makeModelGraph(b.build());
    QCOMPARE(operators(graph), QStringList({"<x>", "MatMul", "Add", "<y>"}));
    QCOMPARE(graph.nodes[1].constants, 1);
    QCOMPARE(graph.nodes[1].constantBytes, 64);
    QCOMPARE(graph.nodes[1].name, std::string("fc"));
    QCOMPARE(graph.nodes[1].layers.size(), size_t(1));
    QCOMPARE(graph.nodeOfLayer, std::vector<int>{1});
    QCOMPARE(graph.nodes[2].constantBytes, 16);
}

void TstModelGraph::constantThatIsReturned_staysANode()
{
    GraphBuilder b;
    b.input("x", {2}).output("y").output("c").random("w", {2});
    b.node("Neg", {"w"}, {"c"}).node("Add", {"x", "c"}, {"y"});
    QCOMPARE(operators(makeModelGraph(b.build())), QStringList({"Neg", "<c>", "<x>", "Add", "<y>"}));
}

void TstModelGraph::inputs_standBeforeTheirFirstReader()
{
    GraphBuilder b;
    b.input("late", {2}).input("x", {2}).output("y");
    b.node("Relu", {"x"}, {"a"}).node("Add", {"a", "late"}, {"y"});
    QCOMPARE(operators(makeModelGraph(b.build())), QStringList({"<x>", "Relu", "<late>", "Add", "<y>"}));
}

void TstModelGraph::unsortedFile_isOrdered()
{
    GraphBuilder b;
    b.input("x", {2}).output("y");
    b.node("Neg", {"a"}, {"y"}).node("Relu", {"x"}, {"a"});
    QCOMPARE(operators(makeModelGraph(b.build())), QStringList({"<x>", "Relu", "Neg", "<y>"}));
}

void TstModelGraph::subgraph_readsWhatItsBodyReads()
{
    GraphBuilder b;
    b.input("x", {2}).input("flag", {}, ElementType::Bool).output("y");
    b.node("Relu", {"x"}, {"a"}).node("If", {"flag"}, {"y"}, {}, "choice");
    onnx::NodeProto *choice = b.proto().mutable_graph()->mutable_node(1);
    for (const char *branch : {"then_branch", "else_branch"}) {
        auto *attribute = choice->add_attribute();
        attribute->set_name(branch);
        attribute->set_type(onnx::AttributeProto::GRAPH);
        attribute->mutable_g()->set_name(branch);
        auto *node = attribute->mutable_g()->add_node();
        node->set_op_type("Neg");
        node->add_input("a");
        node->add_output(std::string(branch) + "_out");
        attribute->mutable_g()->add_output()->set_name(std::string(branch) + "_out");
    }
    const ModelGraph graph = makeModelGraph(b.build());
    QCOMPARE(operators(graph), QStringList({"<x>", "Relu", "<flag>", "If", "<y>"}));
    QCOMPARE(graph.nodes[3].subgraphs, 2);
    QCOMPARE(graph.incoming[3].size(), size_t(2));
}

void TstModelGraph::shapes_areThoseOfInference()
{
    GraphBuilder b;
    b.input("x", {-1, 3, 8, 8}).output("y").random("w", {5, 3, 3, 3});
    b.node("Conv", {"x", "w"}, {"c"}).node("Relu", {"c"}, {"y"});
    const ModelGraph graph = makeModelGraph(b.build());
    QCOMPARE(graph.nodes[1].outputShape, Shape({1, 5, 6, 6}));
    QCOMPARE(graph.edges[1].shape, Shape({1, 5, 6, 6}));
    QCOMPARE(graph.edges[1].tensor, std::string("c"));
}

void TstModelGraph::hostileNames_areKept()
{
    const std::string odd[] = {
        std::string(10240, 'n'), "\u540d\u524d/\u5c42 \U0001F600", "a\nb\"<c>&", "///", "..", ""};
    GraphBuilder b;
    b.input("x", {2}).output("y");
    std::string last = "x";
    for (const std::string &name : odd) {
        const std::string next = "t" + std::to_string(b.proto().graph().node_size());
        b.node("Relu", {last}, {next}, {}, name);
        last = next;
    }
    b.node("Identity", {last}, {"y"});
    const ModelGraph graph = makeModelGraph(b.build());
    for (size_t i = 0; i < 5; ++i)
        QCOMPARE(graph.nodes[i + 1].name, odd[i]);
    QCOMPARE(graph.nodes[6].name, std::string("t5")); // its output's
}

QTEST_GUILESS_MAIN(TstModelGraph)
#include "tst_modelgraph.moc"
