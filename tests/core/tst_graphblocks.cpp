#include "core/graph/drawngraph.h"
#include "tests/support/graphbuilder.h"

#include <QDirIterator>
#include <QtTest>
#include <set>

using namespace lathe;
using namespace lathe::test;

namespace {

Model realModel(const char *name)
{
    return Model::load(testData() + "/models/" + name + ".onnx");
}

/// "Conv Clip [Residual block x3] Gemm" of what is drawn at first.
QString outline(const Model &model)
{
    const ModelGraph graph = makeModelGraph(model);
    const std::vector<GraphBlock> blocks = findBlocks(graph);
    const DrawnGraph drawn = drawnGraph(graph, blocks, firstExpansion(graph, blocks));
    QStringList words;
    for (const DrawnItem &item : drawn.items) {
        if (item.block >= 0) {
            const GraphBlock &block = blocks[size_t(item.block)];
            words << QStringLiteral("[%1%2 x%3]")
                         .arg(QString::fromStdString(block.name))
                         .arg("PRIDAB"[int(block.kind)])
                         .arg(block.repeats);
            continue;
        }
        const GraphNode &node = graph.nodes[size_t(item.node)];
        words << (node.kind == GraphNode::Kind::Operator ? QString::fromStdString(node.op) : "*");
    }
    return words.join(' ');
}

/// A chain of blocks of Conv, Relu, Conv and a skip around them.
Model residualModel(int blocks, const char *prefix = "")
{
    GraphBuilder b;
    b.input("x", {1, 4, 8, 8}).output("out").random("w", {4, 4, 3, 3});
    std::string last = "x";
    const auto node = [&](int i, const char *op, const std::vector<std::string> &inputs,
                          const std::vector<std::pair<std::string, Attribute>> &attributes = {}) {
        const std::string name = *prefix ? prefix + std::to_string(i) + "/" + op : std::string();
        const std::string output = "t" + std::to_string(b.proto().graph().node_size());
        b.node(op, inputs, {output}, attributes, name);
        return output;
    };
    for (int i = 0; i < blocks; ++i) {
        const std::pair<std::string, Attribute> pads{"pads", std::vector<int64_t>{1, 1, 1, 1}};
        const std::string a = node(i, "Relu", {node(i, "Conv", {last, "w"}, {pads})});
        last = node(i, "Add", {node(i, "Conv", {a, "w"}, {pads}), last});
    }
    b.node("Relu", {last}, {"out"}, {}, "head");
    return b.build();
}

void checkTree(const ModelGraph &graph, const std::vector<GraphBlock> &blocks)
{
    for (size_t i = 0; i < blocks.size(); ++i) {
        const GraphBlock &block = blocks[i];
        QVERIFY(block.first >= 0 && block.first < block.last && block.last <= int(graph.nodes.size()));
        QVERIFY(block.parent < int(i));
        QCOMPARE((block.last - block.first) % block.repeats, 0);
        int end = block.first;
        for (const int child : block.children) {
            QCOMPARE(blocks[size_t(child)].parent, int(i));
            QVERIFY(blocks[size_t(child)].first >= end && blocks[size_t(child)].last <= block.last);
            end = blocks[size_t(child)].last;
        }
        if (block.repeats > 1 && !block.children.empty())
            QCOMPARE(int(block.children.size()), block.repeats);
    }
}

void checkDrawn(const ModelGraph &graph, const std::vector<GraphBlock> &blocks,
                const std::vector<bool> &expanded)
{
    const DrawnGraph drawn = drawnGraph(graph, blocks, expanded);
    int next = 0;
    for (const DrawnItem &item : drawn.items) { // every node once, in order
        QCOMPARE(item.first, next);
        QVERIFY(item.last > item.first);
        next = item.last;
    }
    QCOMPARE(next, int(graph.nodes.size()));
    std::set<std::pair<int, int>> ends;
    for (const DrawnEdge &edge : drawn.edges) {
        QVERIFY2(edge.from < edge.to, "an edge leads back");
        QVERIFY2(ends.emplace(edge.from, edge.to).second, "two edges have the same ends");
    }
}

} // namespace

class TstGraphBlocks : public QObject {
    Q_OBJECT
private slots:
    void realModel_showsItsBlocks_data();
    void realModel_showsItsBlocks();
    void everyModel_drawsEachNodeOnce_data();
    void everyModel_drawsEachNodeOnce();
    void repeatsWithoutNames_areOneBlock();
    void repeatsWithNames_areOneBlockOfNamedOnes();
    void smallGraph_isShownWhole();
    void tenThousandNodes_areOneLine();
};

void TstGraphBlocks::realModel_showsItsBlocks_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("expected");
    QTest::newRow("mobilenetv2")
        << "mobilenetv2"
        << "* Conv Clip Conv Clip Conv [D x1] [I x1] [D x1] [I x2] [D x1] [I x3] [D x1] "
           "[I x2] [D x1] [I x2] [D x1] Conv Clip GlobalAveragePool Flatten Gemm *";
    QTest::newRow("squeezenet")
        << "squeezenet1.1"
        << "* Conv Relu MaxPool [B x2] MaxPool [B x2] MaxPool [B x4] Dropout Conv Relu "
           "GlobalAveragePool Flatten *";
    QTest::newRow("resnet20") << "resnet20_cifar10"
                              << "* Conv BatchNormalization Relu [R x3] [R x1] [R x2] [R x1] [R x2] "
                                 "GlobalAveragePool Shape Gather Unsqueeze Concat Reshape Gemm *";
    QTest::newRow("vit") << "vit_cifar10_ibp_3_3_8"
                         << "* Shape Gather Conv Shape Slice Concat Reshape Transpose Unsqueeze Concat "
                            "ConstantOfShape Add Concat Add [A x3] ReduceMean BatchNormalization Gemm *";
}

void TstGraphBlocks::realModel_showsItsBlocks()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, model);
    QFETCH(QString, expected);
    QCOMPARE(outline(realModel(qPrintable(model))), expected);
}

void TstGraphBlocks::everyModel_drawsEachNodeOnce_data()
{
    QTest::addColumn<QString>("path");
    for (const char *folder : {"/models", "/odd-models"}) {
        QDirIterator files(QString::fromStdString(testData() + folder), {"*.onnx"}, QDir::Files);
        while (files.hasNext()) {
            const QString path = files.next();
            QTest::newRow(qPrintable(QFileInfo(path).fileName())) << path;
        }
    }
    if (testData().empty())
        QTest::newRow("none") << QString();
}

void TstGraphBlocks::everyModel_drawsEachNodeOnce()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, path);
    std::optional<Model> model;
    try {
        model = Model::load(path.toStdString());
    } catch (const Error &) {
        return; // refused, as it should be
    }
    const ModelGraph graph = makeModelGraph(*model);
    const std::vector<GraphBlock> blocks = findBlocks(graph);
    checkTree(graph, blocks);
    checkDrawn(graph, blocks, firstExpansion(graph, blocks));
    checkDrawn(graph, blocks, std::vector<bool>(blocks.size(), true));
    checkDrawn(graph, blocks, std::vector<bool>(blocks.size(), false));
    for (const GraphEdge &edge : graph.edges)
        QVERIFY(edge.from < edge.to);
    std::vector<int> seen(model->layers().size(), 0);
    for (const GraphNode &node : graph.nodes) {
        QVERIFY(!node.name.empty());
        for (const size_t layer : node.layers)
            ++seen[layer];
    }
    for (const int count : seen)
        QCOMPARE(count, 1);
}

void TstGraphBlocks::repeatsWithoutNames_areOneBlock()
{
    QCOMPARE(outline(residualModel(12)), QString("* [R x12] Relu *"));
}

void TstGraphBlocks::repeatsWithNames_areOneBlockOfNamedOnes()
{
    const ModelGraph graph = makeModelGraph(residualModel(12, "/layer."));
    const std::vector<GraphBlock> blocks = findBlocks(graph);
    QCOMPARE(blocks.size(), size_t(13));
    QCOMPARE(blocks[0].repeats, 12);
    QCOMPARE(blocks[5].name, std::string("layer.4"));
}

void TstGraphBlocks::smallGraph_isShownWhole()
{
    QVERIFY(!outline(residualModel(3)).contains('['));
}

void TstGraphBlocks::tenThousandNodes_areOneLine()
{
    QCOMPARE(outline(residualModel(2500)), QString("* [R x2500] Relu *"));
}

QTEST_GUILESS_MAIN(TstGraphBlocks)
#include "tst_graphblocks.moc"
