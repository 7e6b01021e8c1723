#include "core/compress/compressor.h"
#include "core/exporting/graph.h"
#include "core/model/proto.h"
#include "core/preview/cutmodel.h"
#include "core/preview/movingpart.h"
#include "tests/support/cutgraphs.h"
#include "tests/support/modelruns.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;

namespace {

using Names = std::set<std::string>;

/// What a node takes from outside itself, read independently of the product: names that its subgraphs define
/// are their own.
void readFromOutside(const onnx::NodeProto &node, Names &names);

void readFromOutside(const onnx::GraphProto &graph, Names &names)
{
    Names own, read;
    for (const auto &input : graph.input())
        own.insert(input.name());
    for (const auto &constant : graph.initializer())
        own.insert(constant.name());
    for (const auto &node : graph.node()) {
        readFromOutside(node, read);
        own.insert(node.output().begin(), node.output().end());
    }
    for (const auto &output : graph.output())
        read.insert(output.name());
    for (const std::string &name : read)
        if (!own.contains(name))
            names.insert(name);
}

void readFromOutside(const onnx::NodeProto &node, Names &names)
{
    for (const std::string &name : node.input())
        if (!name.empty())
            names.insert(name);
    for (const auto &attribute : node.attribute()) {
        if (attribute.has_g())
            readFromOutside(attribute.g(), names);
        for (const auto &graph : attribute.graphs())
            readFromOutside(graph, names);
    }
}

bool intersects(const Names &a, const Names &b)
{
    return std::ranges::any_of(a, [&](const std::string &name) { return b.contains(name); });
}

/// Everything that depends on one of the names.
Names reachedFrom(const onnx::GraphProto &graph, Names names)
{
    for (size_t before = 0; before < names.size();) { // again, for nodes may be stored in any order
        before = names.size();
        for (const auto &node : graph.node()) {
            Names reads;
            readFromOutside(node, reads);
            if (intersects(reads, names))
                names.insert(node.output().begin(), node.output().end());
        }
    }
    return names;
}

Names constantsOf(const onnx::GraphProto &graph)
{
    Names names;
    for (const auto &constant : graph.initializer())
        names.insert(constant.name());
    for (const auto &constant : graph.sparse_initializer())
        names.insert(constant.values().name());
    return names;
}

Names inputsOf(const onnx::GraphProto &graph)
{
    const Names constants = constantsOf(graph); // files of IR 3 list them too
    Names names;
    for (const auto &input : graph.input())
        if (!constants.contains(input.name()))
            names.insert(input.name());
    return names;
}

/// The first name that one of the nodes reads and nothing gives; empty: there is none.
std::string missing(const onnx::GraphProto &graph, const std::vector<int> &nodes, Names given)
{
    for (const int n : nodes) {
        Names reads;
        readFromOutside(graph.node(n), reads);
        for (const std::string &name : reads)
            if (!given.contains(name))
                return name;
        given.insert(graph.node(n).output().begin(), graph.node(n).output().end());
    }
    return {};
}

/// A sentence about what is wrong with the cut; empty: nothing.
std::string faultOf(const onnx::GraphProto &graph, const GraphCut &cut, const Names &changing)
{
    const Names changed = reachedFrom(graph, changing);
    const Names live = reachedFrom(graph, inputsOf(graph));
    Names given = constantsOf(graph);
    given.insert(changing.begin(), changing.end());
    Names beforeGiven = constantsOf(graph);
    const Names inputs = inputsOf(graph);
    beforeGiven.insert(inputs.begin(), inputs.end());
    given.insert(cut.values.begin(), cut.values.end());
    given.insert(cut.inputs.begin(), cut.inputs.end());
    if (const std::string name = missing(graph, cut.behind, given); !name.empty())
        return name + " is read behind the cut and nothing gives it";
    if (const std::string name = missing(graph, cut.before, beforeGiven); !name.empty())
        return name + " is read before the cut and nothing gives it";
    for (const std::string &value : cut.values)
        if (changed.contains(value) || !live.contains(value))
            return value + " crosses and depends on what changes, or on constants alone";
    for (const int n : cut.before)
        for (const std::string &value : graph.node(n).output())
            if (changed.contains(value))
                return value + " is computed before the cut and depends on what changes";
    for (const int n : cut.behind)
        for (const std::string &value : graph.node(n).output())
            if (!value.empty() && live.contains(value) && !changed.contains(value))
                return value + " is computed behind the cut and need not be";
    return {};
}

std::vector<TensorView> viewsOf(const Session &session, const std::map<std::string, Tensor> &tensors)
{
    std::vector<TensorView> views;
    for (const ValueInfo &input : session.inputs())
        views.emplace_back(tensors.at(input.name));
    return views;
}

using Constants = std::vector<std::pair<std::string, Tensor>>;

/// Where what is behind the cut comes apart once more; empty: nowhere.
std::optional<GraphCut> secondCut(const Model &behind, const Constants &constants)
{
    Names changing;
    for (const auto &[name, tensor] : constants)
        changing.insert(name);
    return cutBehindMoving(behind, changing);
}

/// The model's first output, computed before the cut and then behind it with these constants, there in two
/// pieces too where it comes apart.
Tensor throughCut(const Model &model, const GraphCut &cut, std::map<std::string, Tensor> known,
                  const Constants &constants)
{
    SessionOptions plain;
    plain.optimize = false; // so that both ways round alike
    std::vector<ValueInfo> crossing;
    if (!cut.wholeModel()) {
        const Session before(modelBefore(model, cut), plain);
        crossing = before.outputs();
        std::vector<Tensor> values = before.run(viewsOf(before, known));
        for (size_t i = 0; i < values.size(); ++i)
            known[crossing[i].name] = std::move(values[i]);
    }
    for (const auto &[name, tensor] : constants)
        known[name] = tensor;
    const Model behind = modelBehind(model, cut, crossing, constants);
    if (const auto second = secondCut(behind, constants))
        return throughCut(behind, *second, std::move(known), {});
    const Session session(behind, plain);
    return session.run(viewsOf(session, known)).front();
}

Tensor throughWhole(const Model &model, const std::map<std::string, Tensor> &feeds)
{
    SessionOptions plain;
    plain.optimize = false;
    const Session session(model, plain);
    return session.run(viewsOf(session, feeds)).front();
}

GraphCut cutOf(const onnx::GraphProto &graph, const Names &changing, bool everything)
{
    const GraphIndex index(graph);
    return cutGraph(GraphView(index), changing, everything);
}

struct Checked {
    GraphCut cut;
    std::string fault; ///< empty: both ways give the same
};
Checked checked(const Model &model, const Constants &constants, const std::map<std::string, Tensor> &feeds,
                const Tensor &expected, bool everything = false)
{
    // ONNX Runtime computes float16 in float32 and rounds where a value leaves the graph only.
    const double tolerance = expected.type == ElementType::Float16 ? 1e-3 : 1e-6;
    const onnx::GraphProto &graph = model.content().proto.graph();
    Names changing;
    for (const auto &[name, tensor] : constants)
        changing.insert(name);
    Checked result{cutOf(graph, changing, everything), {}};
    if (!result.cut.obstacle.empty())
        return result;
    if (!everything)
        result.fault = faultOf(graph, result.cut, changing);
    if (!result.fault.empty())
        return result;
    const Tensor output = throughCut(model, result.cut, feeds, constants);
    if (output.shape != expected.shape || output.type != expected.type)
        result.fault = "the output has another shape";
    else if (output.bytes != expected.bytes && !(relativeDifference(output, expected) <= tolerance))
        result.fault = "the output differs by " + std::to_string(relativeDifference(output, expected));
    return result;
}

QString text(const std::string &string)
{
    return QString::fromStdString(string);
}

} // namespace

class TstGraphCut : public QObject {
    Q_OBJECT
private slots:
    void halves_giveWhatTheWholeGives_data();
    void halves_giveWhatTheWholeGives();
    void randomGraphs_areCutRight();
    void otherConstants_takeEffectBehindTheCut();
    void movingPart_isWhatTheConstantsEnter();
    void everythingBehind_cachesNothing();
    void layerBesideTheFirstOutput_isRefusedWithAReason();
    void nodesOutOfOrder_areCutAlike();
    void circle_isRefusedWithAReason();
    void nameOfABranch_isNoValueOfTheGraph();
    void constantGivenByANode_isFed();
    void realModels_areCutRight_data();
    void realModels_areCutRight();
};

void TstGraphCut::halves_giveWhatTheWholeGives_data()
{
    QTest::addColumn<int>("which");
    for (size_t i = 0; i < cutGraphs().size(); ++i)
        QTest::addRow("%s", cutGraphs()[i].name) << int(i);
}

void TstGraphCut::halves_giveWhatTheWholeGives()
{
    QFETCH(int, which);
    const CutGraphCase &wanted = cutGraphs()[size_t(which)];
    const Model model = wanted.build();
    const auto feeds = namedFeeds(model);
    const Tensor expected = throughWhole(model, feeds);
    for (const auto &[constants, values] : wanted.crossing) {
        Constants moving;
        for (const std::string &name : constants)
            moving.emplace_back(name, constantOf(model, name));
        const Checked result = checked(model, moving, feeds, expected);
        QVERIFY2(result.cut.obstacle.empty(), result.cut.obstacle.text().c_str());
        QVERIFY2(result.fault.empty(), result.fault.c_str());
        QCOMPARE(Names(result.cut.values.begin(), result.cut.values.end()), values);
    }
}

void TstGraphCut::randomGraphs_areCutRight()
{
    int cuts = 0, crossing = 0;
    for (unsigned seed = 1; seed <= 150; ++seed) {
        const Model model = randomGraph(seed);
        const auto feeds = namedFeeds(model);
        const Tensor expected = throughWhole(model, feeds);
        for (const auto &constant : model.content().proto.graph().initializer()) {
            const Constants moving{{constant.name(), constantOf(model, constant.name())}};
            const Checked result = checked(model, moving, feeds, expected);
            QVERIFY2(
                result.fault.empty(),
                qPrintable(
                    QString("seed %1, %2: %3").arg(seed).arg(text(constant.name()), text(result.fault))));
            cuts += result.cut.obstacle.empty();
            crossing += result.cut.values.size() > 1;
        }
    }
    qInfo("%d cuts, %d with several values", cuts, crossing);
    QVERIFY(cuts > 150);
    QVERIFY(crossing > 50);
}

void TstGraphCut::otherConstants_takeEffectBehindTheCut()
{
    const Model model = residualGraph();
    Constants moving{{"w2", constantOf(model, "w2")}};
    const GraphCut cut = cutOf(model.content().proto.graph(), {"w2"}, false);
    const auto feeds = namedFeeds(model);
    for (float &value : moving[0].second.as<float>())
        value *= -0.5F;
    onnx::ModelProto changed = model.content().proto;
    for (auto &constant : *changed.mutable_graph()->mutable_initializer())
        if (constant.name() == "w2")
            constant.set_raw_data(moving[0].second.bytes.data(), moving[0].second.bytes.size());
    const Tensor expected = throughWhole(Model::parse(changed.SerializeAsString()), feeds);
    QCOMPARE(throughCut(model, cut, feeds, moving).bytes, expected.bytes);
    QVERIFY(expected.bytes != throughWhole(model, feeds).bytes);
}

void TstGraphCut::movingPart_isWhatTheConstantsEnter()
{
    const Model model = GraphBuilder()
                            .input("x", {-1, 8})
                            .output("y", {-1, 8})
                            .random("w1", {8, 8})
                            .random("w2", {8, 8})
                            .random("w3", {8, 8})
                            .node("MatMul", {"x", "w1"}, {"a"})
                            .node("Relu", {"a"}, {"r"})
                            .node("MatMul", {"r", "w2"}, {"b"})
                            .node("Add", {"b", "r"}, {"s"})
                            .node("MatMul", {"s", "w3"}, {"y"})
                            .build();
    const auto pieces = [&](const Names &changing) -> std::vector<std::string> {
        Constants constants;
        for (const std::string &name : changing)
            constants.emplace_back(name, constantOf(model, name));
        const GraphCut cut = cutOf(model.content().proto.graph(), changing, false);
        std::vector<ValueInfo> crossing;
        if (!cut.wholeModel())
            crossing = Session(modelBefore(model, cut)).outputs();
        const auto second = secondCut(modelBehind(model, cut, crossing, constants), constants);
        return second ? second->values : std::vector<std::string>();
    };
    using Values = std::vector<std::string>;
    QCOMPARE(pieces({"w1"}), Values{"r"}); // with what a runtime fuses
    QCOMPARE(pieces({"w2"}), Values{"b"});
    QCOMPARE(pieces({"w1", "w2"}), (Values{"b", "r"})); // behind the last of them
    QCOMPARE(pieces({"w3"}), Values());                 // nothing is behind it
    QCOMPARE(pieces({"w1", "w3"}), Values());
}

void TstGraphCut::everythingBehind_cachesNothing()
{
    for (const CutGraphCase &wanted : cutGraphs()) {
        const Model model = wanted.build();
        const auto feeds = namedFeeds(model);
        const std::string name = *wanted.crossing.front().first.begin();
        const Checked result =
            checked(model, {{name, constantOf(model, name)}}, feeds, throughWhole(model, feeds), true);
        QVERIFY2(result.fault.empty(), result.fault.c_str());
        QVERIFY(result.cut.wholeModel());
        QVERIFY(result.cut.before.empty());
    }
}

void TstGraphCut::layerBesideTheFirstOutput_isRefusedWithAReason()
{
    const Model model = twoOutputs();
    const GraphCut cut = cutOf(model.content().proto.graph(), {"w3"}, false); // of the second output
    QVERIFY2(text(cut.obstacle.text()).contains("first output"), cut.obstacle.text().c_str());
    QVERIFY(text(cutOf(model.content().proto.graph(), {"nothing"}, false).obstacle.text()).contains("first"));
}

void TstGraphCut::nodesOutOfOrder_areCutAlike()
{
    const Model model = cutGraphs()[2].build(); // branches
    const onnx::GraphProto &original = model.content().proto.graph();
    std::vector<int> order(size_t(original.node_size()));
    std::iota(order.begin(), order.end(), 0);
    const GraphCut expected = cutOf(original, {"w1"}, false);
    std::mt19937 random(1);
    for (int i = 0; i < 300; ++i) {
        std::swap(order[random() % order.size()], order[random() % order.size()]);
        onnx::GraphProto graph = original;
        for (int n = 0; n < graph.node_size(); ++n)
            *graph.mutable_node(n) = original.node(order[size_t(n)]);
        const GraphCut cut = cutOf(graph, {"w1"}, false);
        QCOMPARE(faultOf(graph, cut, {"w1"}), std::string());
        QCOMPARE(cut.values, expected.values);
        QCOMPARE(cut.inputs, expected.inputs);
        QCOMPARE(cut.behind.size(), expected.behind.size());
    }
}

void TstGraphCut::circle_isRefusedWithAReason()
{
    onnx::GraphProto graph = residualGraph().content().proto.graph();
    *graph.mutable_node(0)->mutable_input(0) = "y";
    QVERIFY(text(cutOf(graph, {"w2"}, false).obstacle.text()).contains("wait for each other"));
}

/// A branch calls a value of its own as the graph calls its output: the If does not wait for that one.
void TstGraphCut::nameOfABranch_isNoValueOfTheGraph()
{
    GraphBuilder branch;
    branch.output("t").node("Neg", {"a"}, {"y"}).node("Abs", {"y"}, {"t"});
    GraphBuilder b;
    b.input("x", {-1, 4}).input("flag", {}, ElementType::Bool).output("y").random("w", {4, 4});
    b.node("Relu", {"x"}, {"a"}).node("If", {"flag"}, {"c"}, {});
    b.subgraph("then_branch", branch).subgraph("else_branch", branch).node("MatMul", {"c", "w"}, {"y"});
    const GraphCut cut = cutOf(b.proto().graph(), {"w"}, false);
    QCOMPARE(text(cut.obstacle.text()), QString());
    QCOMPARE(cut.values, std::vector<std::string>{"c"});
    QCOMPARE(cut.before, (std::vector<int>{0, 1}));
    QCOMPARE(cut.behind, std::vector<int>{2});
}

void TstGraphCut::constantGivenByANode_isFed()
{
    const Tensor weight = randomTensor({6, 4}, 4);
    const Model model = GraphBuilder()
                            .input("x", {-1, 8})
                            .output("y", {-1, 4})
                            .random("w1", {8, 6})
                            .node("MatMul", {"x", "w1"}, {"h"})
                            .node("Constant", {}, {"w2"}, {{"value", weight}})
                            .node("MatMul", {"h", "w2"}, {"y"})
                            .build();
    const auto feeds = namedFeeds(model);
    const Checked result = checked(model, {{"w2", weight}}, feeds, throughWhole(model, feeds));
    QVERIFY2(result.fault.empty(), result.fault.c_str());
    QCOMPARE(result.cut.values, std::vector<std::string>{"h"});
}

void TstGraphCut::realModels_areCutRight_data()
{
    LATHE_NEED_TEST_DATA();
    QTest::addColumn<QString>("file");
    for (const char *file :
         {"models/mobilenetv2.onnx", "models/squeezenet1.1.onnx", "models/squeezenet_fp16.onnx",
          "models/resnet20_cifar10.onnx", "models/vit_cifar10_ibp_3_3_8.onnx", "models/mnist-8.onnx",
          "models/mobilenetv2_int8_dynamic.onnx", "odd-models/silero_vad_half.onnx",
          "odd-models/bert_toy_optimized.onnx", "odd-models/byte_sb_bidi_lstm.onnx",
          "odd-models/Ultraface.version-RFB-320.onnx", "odd-models/fp16model_loop.onnx",
          "odd-models/micro_kws_m_qdq.onnx", "odd-models/light_shufflenet.onnx",
          "odd-models/conv_qdq_s8s8_perchannel.onnx", "odd-models/function_with_variadics.onnx",
          "odd-models/fuse-conv-bn-mul-add-unsqueeze.onnx"})
        QTest::addRow("%s", file) << file;
}

void TstGraphCut::realModels_areCutRight()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, file);
    const Model model = Model::load(std::filesystem::path(testData()) / file.toStdString());
    const auto feeds = namedFeeds(model);
    const Tensor expected = throughWhole(model, feeds);
    Exporter exporter(model);
    const CompressedModel untouched = Compressor(model).compress({});
    const size_t layers = model.layers().size();
    int cuts = 0;
    for (size_t layer = 0; layer < layers; layer += 1 + layers / 8) {
        const LayerConstants constants = exporter.constants(untouched, layer);
        if (!constants.inMainGraph || constants.values.empty())
            continue;
        const Checked result = checked(model, constants.values, feeds, expected);
        QVERIFY2(result.fault.empty(), (model.layers()[layer].name + ": " + result.fault).c_str());
        cuts += result.cut.obstacle.empty();
    }
    qInfo("%d cuts of %zu layers", cuts, layers);
}

QTEST_GUILESS_MAIN(TstGraphCut)
#include "tst_graphcut.moc"
