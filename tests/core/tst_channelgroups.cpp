#include "core/rewrite/channelgroups.h"

#include "tests/support/channelremoval.h"
#include "tests/support/modelruns.h"

#include <QTest>
#include <fmt/format.h>

using namespace lathe;
using namespace lathe::test;

namespace {

using Ints = std::vector<int64_t>;

/// What of a tensor's axis goes with each channel of a group: "0 4, 1 5".
struct Expected {
    std::string group, tensor;
    size_t axis = 0;
    std::string places;
};

const ChannelGroup *groupOf(const ChannelGroups &found, const std::string &maker)
{
    for (const ChannelGroup &group : found.groups)
        if (std::ranges::find(group.makers, maker) != group.makers.end())
            return &group;
    return nullptr;
}

std::string placesText(const ChannelGroup &group, const std::string &tensor, size_t axis)
{
    for (const ChannelUse &use : group.uses) {
        if (use.tensor != tensor || use.axis != axis)
            continue;
        std::vector<std::string> channels;
        for (size_t c = 0; c < group.channels; ++c)
            channels.push_back(use.of(c).empty() ? "-" : fmt::format("{}", fmt::join(use.of(c), " ")));
        return fmt::format("{}", fmt::join(channels, ", "));
    }
    return "nothing";
}

std::string changesText(const ChannelGroups &found)
{
    std::vector<std::string> texts;
    for (const ChannelGroup &group : found.groups)
        for (const ChannelChange &change : group.changes)
            texts.push_back(fmt::format("{}: {}", change.node, change.what));
    std::ranges::sort(texts);
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    return fmt::format("{}", fmt::join(texts, "; "));
}

} // namespace

/// Which channels can only go together, by structures that others came to grief on, checked by what is
/// written here and by taking channels out and running what is left.
class TstChannelGroups : public QObject {
    Q_OBJECT
private slots:
    void structures_areFollowed_data();
    void structures_areFollowed();
    void locks_haveReasons_data();
    void locks_haveReasons();
    void branchesOfAConcat_stayApart();
    void sharedZeros_joinNothing();
    void worth_isWhatGoes();
    void partOfAWeight_canBeLocked();
    void runs_areOffsetsAndSteps();
    void zeroMadeSomethingElse_isNamed_data();
    void zeroMadeSomethingElse_isNamed();
    void computedShape_isChangedWhereItIsWrong();

private:
    static GraphBuilder &conv(GraphBuilder &graph, const std::string &name, const std::string &from,
                              int64_t in, int64_t out, int64_t kernel = 1, int64_t groups = 1);
    static GraphBuilder &gemm(GraphBuilder &graph, const std::string &name, const std::string &from,
                              int64_t in, int64_t out);
    static GraphBuilder &numbers(GraphBuilder &graph, const std::string &name, const Ints &values);
    static GraphBuilder &list(GraphBuilder &graph, const std::string &name, int64_t length);
    /// The node added last is of com.microsoft; its values have shapes that are declared.
    static void microsoft(GraphBuilder &graph, const std::vector<std::pair<std::string, Shape>> &values);
    static GraphBuilder image(int64_t channels, int64_t size = 4, int opset = 18);
};

GraphBuilder TstChannelGroups::image(int64_t channels, int64_t size, int opset)
{
    GraphBuilder graph(opset, 8);
    graph.input("x", {1, channels, size, size});
    return graph;
}

/// Convolution NAME of weight NAME_w and bias NAME_b that gives NAME; keeps the size.
GraphBuilder &TstChannelGroups::conv(GraphBuilder &graph, const std::string &name, const std::string &from,
                                     int64_t in, int64_t out, int64_t kernel, int64_t groups)
{
    graph.random(name + "_w", {out, in / groups, kernel, kernel}, 0.3F).random(name + "_b", {out});
    const int64_t pad = kernel / 2;
    return graph.node("Conv", {from, name + "_w", name + "_b"}, {name},
                      {{"group", groups}, {"pads", Ints{pad, pad, pad, pad}}}, name);
}

GraphBuilder &TstChannelGroups::gemm(GraphBuilder &graph, const std::string &name, const std::string &from,
                                     int64_t in, int64_t out)
{
    graph.random(name + "_w", {in, out}, 0.3F).random(name + "_b", {out});
    return graph.node("Gemm", {from, name + "_w", name + "_b"}, {name}, {}, name);
}

GraphBuilder &TstChannelGroups::numbers(GraphBuilder &graph, const std::string &name, const Ints &values)
{
    Tensor tensor = makeTensor(ElementType::Int64, {std::ssize(values)});
    std::ranges::copy(values, tensor.as<int64_t>().begin());
    return graph.constant(name, tensor);
}

/// Positive numbers.
GraphBuilder &TstChannelGroups::list(GraphBuilder &graph, const std::string &name, int64_t length)
{
    std::vector<float> values = toFloats(randomTensor({length}, 3));
    for (float &value : values)
        value = 0.5F + std::abs(value);
    return graph.constant(name, makeTensor(Shape{length}, values));
}

void TstChannelGroups::microsoft(GraphBuilder &graph,
                                 const std::vector<std::pair<std::string, Shape>> &values)
{
    onnx::ModelProto &proto = graph.proto();
    proto.mutable_graph()->mutable_node()->rbegin()->set_domain("com.microsoft");
    auto *import = proto.add_opset_import();
    import->set_domain("com.microsoft");
    import->set_version(1);
    for (const auto &[name, shape] : values) {
        auto *value = proto.mutable_graph()->add_value_info();
        value->set_name(name);
        auto *type = value->mutable_type()->mutable_tensor_type();
        type->set_elem_type(onnx::TensorProto::FLOAT);
        for (const int64_t d : shape)
            type->mutable_shape()->add_dim()->set_dim_value(d);
    }
}

void TstChannelGroups::structures_areFollowed_data()
{
    QTest::addColumn<GraphBuilder>("graph");
    QTest::addColumn<std::vector<Expected>>("expected");
    QTest::addColumn<QString>("changes");
    const auto row = [](const char *name, const GraphBuilder &graph, const std::vector<Expected> &expected,
                        const char *changes = "") { QTest::newRow(name) << graph << expected << changes; };
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 3).node("Concat", {"a", "a"}, {"c"}, {{"axis", int64_t(1)}});
        conv(g, "b", "c", 6, 2).output("b");
        row("the same twice in a Concat", g,
            {{"a", "b_w", 1, "0 3, 1 4, 2 5"}, {"a", "c", 1, "0 3, 1 4, 2 5"}});
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 2);
        conv(g, "b", "x", 2, 3);
        conv(g, "c", "x", 2, 2);
        g.node("Concat", {"a", "b"}, {"ab"}, {{"axis", int64_t(1)}});
        g.node("Concat", {"c", "ab", "a"}, {"all"}, {{"axis", int64_t(1)}});
        conv(g, "d", "all", 9, 2).output("d");
        row("nested Concat", g, {{"a", "d_w", 1, "2 7, 3 8"}, {"b", "d_w", 1, "4, 5, 6"}});
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 4)
            .node("Split", {"a"}, {"l", "r"}, {{"axis", int64_t(1)}, {"num_outputs", int64_t(2)}}, "split");
        conv(g, "b", "r", 2, 2).node("Concat", {"l", "r", "b"}, {"c"}, {{"axis", int64_t(1)}});
        conv(g, "d", "c", 6, 2).output("d");
        row("a half used twice", g,
            {{"a", "d_w", 1, "0, 1, 2, 3"}, {"a", "b_w", 1, "-, -, 0, 1"}, {"b", "d_w", 1, "4, 5"}},
            "split: split");
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 5);
        numbers(g, "parts", {2, 3})
            .node("Split", {"a", "parts"}, {"l", "r"}, {{"axis", int64_t(1)}}, "split");
        conv(g, "b", "l", 2, 2, 3).node("Concat", {"b", "r"}, {"c"}, {{"axis", int64_t(1)}});
        conv(g, "d", "c", 5, 2).output("d");
        row("unequal parts, one convolved", g,
            {{"a", "d_w", 1, "-, -, 2, 3, 4"}, {"a", "b_w", 1, "0, 1, -, -, -"}}, "split: split");
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 6);
        conv(g, "dw", "a", 6, 6, 3, 6);
        g.node("Split", {"dw"}, {"l", "r"}, {{"axis", int64_t(1)}, {"num_outputs", int64_t(2)}}, "split");
        g.node("Mul", {"l", "r"}, {"m"});
        conv(g, "b", "m", 3, 2).output("b");
        row("halves that gate each other", g, {{"a", "a_w", 0, "0 3, 1 4, 2 5"}, {"a", "b_w", 1, "0, 1, 2"}},
            "dw: group; split: split");
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 3);
        conv(g, "dw", "a", 3, 6, 3, 3);
        list(g, "s", 6).random("t", {6}).random("m", {6});
        list(g, "v", 6)
            .node("BatchNormalization", {"dw", "s", "t", "m", "v"}, {"n"})
            .node("Relu", {"n"}, {"r"});
        conv(g, "b", "r", 6, 2).output("b");
        row("depthwise with a multiplier", g,
            {{"a", "dw_w", 0, "0 1, 2 3, 4 5"},
             {"a", "s", 0, "0 1, 2 3, 4 5"},
             {"a", "b_w", 1, "0 1, 2 3, 4 5"}},
            "dw: group");
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 3);
        conv(g, "e", "a", 3, 4);
        conv(g, "p", "e", 4, 3).node("Add", {"a", "p"}, {"s"});
        conv(g, "q", "s", 3, 3).node("Add", {"q", "s"}, {"z"});
        conv(g, "b", "z", 3, 2).output("b");
        row("a chain of sums", g,
            {{"a", "p_w", 0, "0, 1, 2"},
             {"a", "q_b", 0, "0, 1, 2"},
             {"p", "b_w", 1, "0, 1, 2"},
             {"e", "p_w", 1, "0, 1, 2, 3"}});
    }
    for (const bool inner : {false, true}) {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 8);
        g.node("DepthToSpace", {"a"}, {"d"},
               {{"blocksize", int64_t(2)}, {"mode", std::string(inner ? "CRD" : "DCR")}});
        conv(g, "b", "d", 2, 3).output("b");
        row(inner ? "DepthToSpace, CRD" : "DepthToSpace, DCR", g,
            {{"a", "a_w", 0, inner ? "0 1 2 3, 4 5 6 7" : "0 2 4 6, 1 3 5 7"}, {"a", "b_w", 1, "0, 1"}});
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 8);
        numbers(g, "six", {1, 2, 2, 2, 4, 4}).node("Reshape", {"a", "six"}, {"r"}, {}, "cut");
        g.node("Transpose", {"r"}, {"t"}, {{"perm", Ints{0, 1, 4, 2, 5, 3}}});
        numbers(g, "four", {1, 2, 8, 8}).node("Reshape", {"t", "four"}, {"d"}, {}, "join");
        conv(g, "b", "d", 2, 3).output("b");
        row("PixelShuffle of three nodes", g, {{"a", "a_w", 0, "0 1 2 3, 4 5 6 7"}, {"a", "b_w", 1, "0, 1"}},
            "cut: shape; join: shape");
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 2).node("SpaceToDepth", {"a"}, {"d"}, {{"blocksize", int64_t(2)}});
        conv(g, "b", "d", 8, 3).output("b");
        row("SpaceToDepth", g, {{"a", "b_w", 1, "0 2 4 6, 1 3 5 7"}});
    }
    {
        GraphBuilder g;
        g.input("x", {1, 3});
        gemm(g, "a", "x", 3, 12);
        numbers(g, "map", {1, 3, 2, 2}).node("Reshape", {"a", "map"}, {"r"}, {}, "view");
        g.random("up_w", {3, 4, 2, 2}).random("up_b", {4});
        g.node("ConvTranspose", {"r", "up_w", "up_b"}, {"up"}, {}, "up").node("Relu", {"up"}, {"u"});
        conv(g, "b", "u", 4, 2).output("b");
        row("dense, viewed as maps, transposed convolution", g,
            {{"a", "a_w", 1, "0 1 2 3, 4 5 6 7, 8 9 10 11"},
             {"a", "up_w", 0, "0, 1, 2"},
             {"up", "up_w", 1, "0, 1, 2, 3"},
             {"up", "up_b", 0, "0, 1, 2, 3"}},
            "view: shape");
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 3, 3).node("Flatten", {"a"}, {"f"});
        gemm(g, "b", "f", 48, 5).output("b");
        std::vector<std::string> blocks;
        for (int c = 0; c < 3; ++c) {
            std::vector<int> block(16);
            std::iota(block.begin(), block.end(), c * 16);
            blocks.push_back(fmt::format("{}", fmt::join(block, " ")));
        }
        row("flattened maps", g, {{"a", "b_w", 0, fmt::format("{}", fmt::join(blocks, ", "))}});
    }
    {
        GraphBuilder g; // attention of two heads of three, made of simple nodes
        g.input("x", {1, 5, 4});
        for (const char *name : {"q", "k", "v"}) {
            const std::string n = name;
            g.random(n + "_w", {4, 6}, 0.3F).random(n + "_b", {6});
            g.node("MatMul", {"x", n + "_w"}, {n + "_m"}, {}, n).node("Add", {n + "_m", n + "_b"}, {n});
        }
        numbers(g, "heads", {1, 5, 2, 3});
        for (const char *name : {"q", "k", "v"}) {
            const std::string n = name;
            g.node("Reshape", {n, "heads"}, {n + "_r"}, {}, n + "_cut");
            g.node("Transpose", {n + "_r"}, {n + "_t"},
                   {{"perm", n == "k" ? Ints{0, 2, 3, 1} : Ints{0, 2, 1, 3}}});
        }
        g.random("per_head", {2, 1, 5});
        g.node("MatMul", {"q_t", "k_t"}, {"s"}).node("Add", {"s", "per_head"}, {"sb"});
        g.node("Softmax", {"sb"}, {"p"}, {{"axis", int64_t(-1)}}).node("MatMul", {"p", "v_t"}, {"o"});
        g.node("Transpose", {"o"}, {"ot"}, {{"perm", Ints{0, 2, 1, 3}}});
        numbers(g, "flat", {0, 0, 6}).node("Reshape", {"ot", "flat"}, {"of"}, {}, "join");
        g.random("w_o", {6, 4}).node("MatMul", {"of", "w_o"}, {"y"}, {}, "o").output("y");
        row("heads of an attention, with a bias for each", g,
            {{"q", "q_w", 1, "0 1 2, 3 4 5"},
             {"q", "k_b", 0, "0 1 2, 3 4 5"},
             {"v", "v_w", 1, "0 1 2, 3 4 5"},
             {"q", "per_head", 0, "0, 1"},
             {"q", "w_o", 0, "0 1 2, 3 4 5"}},
            "join: shape; k_cut: shape; q_cut: shape; v_cut: shape");
    }
    {
        GraphBuilder g; // four query heads share two of keys and values
        g.input("x", {1, 3, 4}).random("q_w", {4, 8}).random("k_w", {4, 4}).random("v_w", {4, 4});
        for (const char *name : {"q", "k", "v"})
            g.node("MatMul", {"x", std::string(name) + "_w"}, {name}, {}, name);
        numbers(g, "q4", {1, 3, 4, 2}).node("Reshape", {"q", "q4"}, {"qr"}, {}, "q_cut");
        g.node("Transpose", {"qr"}, {"qt"}, {{"perm", Ints{0, 2, 1, 3}}});
        numbers(g, "kv", {1, 3, 2, 1, 2});
        numbers(g, "more", {1, 3, 2, 2, 2});
        numbers(g, "kv4", {1, 3, 4, 2});
        for (const char *name : {"k", "v"}) {
            const std::string n = name;
            g.node("Reshape", {n, "kv"}, {n + "5"}, {}, n + "_cut")
                .node("Expand", {n + "5", "more"}, {n + "e"}, {}, n + "_repeat");
            g.node("Reshape", {n + "e", "kv4"}, {n + "r"}, {}, n + "_join");
            g.node("Transpose", {n + "r"}, {n + "t"},
                   {{"perm", n == "k" ? Ints{0, 2, 3, 1} : Ints{0, 2, 1, 3}}});
        }
        g.node("MatMul", {"qt", "kt"}, {"s"}).node("Softmax", {"s"}, {"p"}, {{"axis", int64_t(-1)}});
        g.node("MatMul", {"p", "vt"}, {"o"}).node("Transpose", {"o"}, {"ot"}, {{"perm", Ints{0, 2, 1, 3}}});
        numbers(g, "flat", {1, 3, -1}).node("Reshape", {"ot", "flat"}, {"of"}, {}, "join");
        g.random("o_w", {8, 4}).node("MatMul", {"of", "o_w"}, {"y"}, {}, "o").output("y");
        row("queries that share keys and values", g,
            {{"q", "q_w", 1, "0 1 2 3, 4 5 6 7"},
             {"q", "k_w", 1, "0 1, 2 3"},
             {"q", "v_w", 1, "0 1, 2 3"},
             {"q", "o_w", 0, "0 1 2 3, 4 5 6 7"}},
            "k_cut: shape; k_join: shape; k_repeat: shape; q_cut: shape; v_cut: shape; v_join: shape; "
            "v_repeat: shape");
    }
    {
        GraphBuilder g;
        g.input("x", {1, 3, 4}).random("w", {4, 18}).random("bias", {18});
        g.node("Attention", {"x", "w", "bias"}, {"h"}, {{"num_heads", int64_t(2)}}, "attention");
        microsoft(g, {{"h", {1, 3, 6}}});
        g.random("o_w", {6, 2}).node("MatMul", {"h", "o_w"}, {"y"}, {}, "o").output("y");
        row("attention as one node", g,
            {{"attention", "w", 1, "0 1 2 6 7 8 12 13 14, 3 4 5 9 10 11 15 16 17"},
             {"attention", "o_w", 0, "0 1 2, 3 4 5"}},
            "attention: num_heads; attention: qkv_hidden_sizes");
    }
    for (const bool grouped : {false, true}) {
        const int64_t keys = grouped ? 16 : 32;
        GraphBuilder g;
        g.input("x", {1, 3, 4}).random("q_w", {4, 32}).random("k_w", {4, keys}).random("v_w", {4, keys});
        for (const char *name : {"q", "k", "v"})
            g.node("MatMul", {"x", std::string(name) + "_w"}, {name}, {}, name);
        if (grouped) {
            Tensor length = makeTensor(ElementType::Int32, {1});
            length.as<int32_t>()[0] = 2;
            g.constant("last", length);
            length.as<int32_t>()[0] = 3;
            g.constant("total", length);
            g.node("GroupQueryAttention", {"q", "k", "v", "", "", "last", "total"}, {"h", "pk", "pv"},
                   {{"num_heads", int64_t(4)}, {"kv_num_heads", int64_t(2)}}, "attention");
            microsoft(g, {{"h", {1, 3, 32}}, {"pk", {1, 2, 3, 8}}, {"pv", {1, 2, 3, 8}}});
        } else {
            g.node("MultiHeadAttention", {"q", "k", "v"}, {"h"}, {{"num_heads", int64_t(2)}}, "attention");
            microsoft(g, {{"h", {1, 3, 32}}});
        }
        g.random("o_w", {32, 2}).node("MatMul", {"h", "o_w"}, {"y"}, {}, "o").output("y");
        const auto half = [](int first, int count) {
            std::vector<int> places(static_cast<size_t>(count));
            std::iota(places.begin(), places.end(), first);
            return fmt::format("{}", fmt::join(places, " "));
        };
        const int width = static_cast<int>(keys) / 2;
        const std::string wide = half(0, 16) + ", " + half(16, 16),
                          narrow = half(0, width) + ", " + half(width, width);
        row(grouped ? "queries that share keys in one node" : "attention of three products", g,
            {{"q", "q_w", 1, wide}, {"q", "k_w", 1, narrow}, {"q", "v_w", 1, narrow}, {"q", "o_w", 0, wide}},
            grouped ? "attention: kv_num_heads; attention: num_heads" : "attention: num_heads");
    }
    {
        GraphBuilder g = image(4);
        conv(g, "a", "x", 4, 4, 1, 2);
        numbers(g, "pairs", {1, 2, 2, 4, 4}).node("Reshape", {"a", "pairs"}, {"r"}, {}, "cut");
        g.node("Transpose", {"r"}, {"t"}, {{"perm", Ints{0, 2, 1, 3, 4}}});
        numbers(g, "four", {1, 4, 4, 4}).node("Reshape", {"t", "four"}, {"s"}, {}, "join");
        conv(g, "b", "s", 4, 2).output("b");
        row("shuffled channels", g, {{"a", "a_w", 0, "0 2, 1 3"}, {"a", "b_w", 1, "0 1, 2 3"}},
            "cut: shape; join: shape");
    }
    for (const int opset : {18, 21}) {
        GraphBuilder g(opset, opset == 21 ? 10 : 8);
        g.input("x", {1, 2, 4, 4});
        conv(g, "a", "x", 2, 6);
        const int64_t parameters = opset == 21 ? 6 : 2;
        list(g, "s", parameters).random("t", {parameters});
        g.node("GroupNormalization", {"a", "s", "t"}, {"n"}, {{"num_groups", int64_t(2)}}, "norm");
        conv(g, "b", "n", 6, 2).output("b", {1, 2, 4, 4});
        row(opset == 18 ? "GroupNormalization, opset 18" : "GroupNormalization, opset 21", g,
            {{"a", "a_w", 0, "0 3, 1 4, 2 5"}, {"a", "s", 0, opset == 21 ? "0 3, 1 4, 2 5" : "nothing"}});
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 6);
        numbers(g, "three", {0, 3, -1}).node("Reshape", {"a", "three"}, {"r"}, {}, "cut");
        list(g, "s", 3).random("t", {3}).node("InstanceNormalization", {"r", "s", "t"}, {"i"});
        g.node("Shape", {"a"}, {"shape"}).node("Reshape", {"i", "shape"}, {"n"}, {}, "back");
        g.random("gamma", {6, 1, 1})
            .random("beta", {6, 1, 1})
            .node("Mul", {"n", "gamma"}, {"ng"})
            .node("Add", {"ng", "beta"}, {"nb"});
        conv(g, "b", "nb", 6, 2).output("b");
        row("group normalization as it is exported", g,
            {{"a", "a_w", 0, "0 1, 2 3, 4 5"}, {"a", "s", 0, "0, 1, 2"}, {"a", "gamma", 0, "0 1, 2 3, 4 5"}},
            "cut: shape");
    }
    for (const char *direction : {"forward", "bidirectional"}) {
        const int64_t directions = direction[0] == 'b' ? 2 : 1;
        GraphBuilder g(14, 7);
        g.input("x", {3, 1, 2});
        g.random("w", {directions, 12, 2}, 0.3F)
            .random("r", {directions, 12, 3}, 0.3F)
            .random("bias", {directions, 24});
        g.node("LSTM", {"x", "w", "r", "bias"}, {"h"},
               {{"hidden_size", int64_t(3)}, {"direction", std::string(direction)}}, "lstm");
        g.node("Transpose", {"h"}, {"t"}, {{"perm", Ints{0, 2, 1, 3}}});
        numbers(g, "flat", {0, 0, -1}).node("Reshape", {"t", "flat"}, {"f"}, {}, "join");
        g.random("o_w", {3 * directions, 2}).node("MatMul", {"f", "o_w"}, {"y"}, {}, "o").output("y");
        row(direction, g,
            {{"lstm", "w", 1, "0 3 6 9, 1 4 7 10, 2 5 8 11"},
             {"lstm", "r", 1, "0 3 6 9, 1 4 7 10, 2 5 8 11"},
             {"lstm", "r", 2, "0, 1, 2"},
             {"lstm", "bias", 1, "0 3 6 9 12 15 18 21, 1 4 7 10 13 16 19 22, 2 5 8 11 14 17 20 23"},
             {"lstm", "o_w", 0, directions == 2 ? "0 3, 1 4, 2 5" : "0, 1, 2"}},
            "lstm: hidden_size");
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 3);
        conv(g, "one", "a", 3, 1);
        g.random("b_w", {2, 1, 1, 1}).node("Conv", {"one", "b_w"}, {"b"}, {}, "b").output("b").output("one");
        row("one output is not depthwise", g, {{"a", "one_w", 1, "0, 1, 2"}});
    }
    {
        GraphBuilder g(14, 7);
        g.input("x", {3, 1, 2})
            .random("w", {1, 9, 2}, 0.3F)
            .random("r", {1, 9, 3}, 0.3F)
            .random("bias", {1, 18});
        g.node("GRU", {"x", "w", "r", "bias"}, {"h"}, {{"hidden_size", int64_t(3)}}, "gru");
        numbers(g, "axis", {1}).node("Squeeze", {"h", "axis"}, {"f"});
        g.random("o_w", {3, 2}).node("MatMul", {"f", "o_w"}, {"y"}, {}, "o").output("y");
        row("GRU", g,
            {{"gru", "w", 1, "0 3 6, 1 4 7, 2 5 8"},
             {"gru", "bias", 1, "0 3 6 9 12 15, 1 4 7 10 13 16, 2 5 8 11 14 17"},
             {"gru", "o_w", 0, "0, 1, 2"}},
            "gru: hidden_size");
    }
    for (const int64_t groups : {2, 4}) {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 4);
        g.random("up_w", {4, 4 / groups, 2, 2}).random("up_b", {4});
        g.node("ConvTranspose", {"a", "up_w", "up_b"}, {"up"}, {{"group", groups}}, "up");
        conv(g, "b", "up", 4, 2).output("b");
        if (groups == 2)
            row("two groups of a transposed convolution", g,
                {{"a", "up_w", 0, "0 2, 1 3"},
                 {"up", "up_w", 1, "0, 1"},
                 {"up", "up_b", 0, "0 2, 1 3"},
                 {"up", "b_w", 1, "0 2, 1 3"}});
        else
            row("transposed convolution, depthwise", g,
                {{"a", "up_w", 0, "0, 1, 2, 3"},
                 {"a", "up_b", 0, "0, 1, 2, 3"},
                 {"a", "b_w", 1, "0, 1, 2, 3"}},
                "up: group");
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 4);
        conv(g, "head", "a", 4, 6);
        numbers(g, "boxes", {1, 2, 3, 16}).node("Reshape", {"head", "boxes"}, {"r"}, {}, "cut");
        numbers(g, "parts", {1, 2})
            .node("Split", {"r", "parts"}, {"p", "q"}, {{"axis", int64_t(2)}}, "split");
        g.output("p").output("q");
        row("sizes written into a head", g, {{"a", "head_w", 1, "0, 1, 2, 3"}});
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 4);
        conv(g, "b", "a", 4, 6, 3, 2);
        conv(g, "c", "b", 6, 2).output("c");
        row("two groups of a convolution", g,
            {{"a", "a_w", 0, "0 2, 1 3"},
             {"a", "b_w", 1, "0, 1"},
             {"b", "b_w", 0, "0 3, 1 4, 2 5"},
             {"b", "c_w", 1, "0 3, 1 4, 2 5"}});
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 3);
        conv(g, "low", "x", 2, 3)
            .node("MaxPool", {"low"}, {"p"}, {{"kernel_shape", Ints{2, 2}}, {"strides", Ints{2, 2}}});
        g.constant("scales", makeTensor(Shape{4}, std::vector{1.0F, 1.0F, 2.0F, 2.0F}));
        g.node("Resize", {"p", "", "scales"}, {"up"}, {{"mode", std::string("nearest")}})
            .node("Add", {"a", "up"}, {"f"});
        conv(g, "b", "f", 3, 2);
        conv(g, "c", "low", 3, 2).node("Add", {"b", "c"}, {"y"}).output("y");
        row("branches of several resolutions", g,
            {{"a", "low_w", 0, "0, 1, 2"}, {"a", "b_w", 1, "0, 1, 2"}, {"a", "c_w", 1, "0, 1, 2"}});
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 3);
        numbers(g, "pads", {0, 1, 0, 0, 0, 1, 0, 0}).node("Pad", {"a", "pads"}, {"p"}, {}, "pad");
        conv(g, "b", "x", 2, 5).node("Add", {"p", "b"}, {"s"});
        conv(g, "c", "s", 5, 2).output("c");
        row("a shortcut with channels of zeros", g,
            {{"b", "b_w", 0, "1, 2, 3, 0, 4"},
             {"b", "a_w", 0, "0, 1, 2, -, -"},
             {"b", "c_w", 1, "1, 2, 3, 0, 4"}},
            "pad: pads");
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 4).node("GlobalAveragePool", {"a"}, {"p"});
        conv(g, "squeeze", "p", 4, 2).node("Relu", {"squeeze"}, {"r"});
        conv(g, "excite", "r", 2, 4).node("Sigmoid", {"excite"}, {"e"}).node("Mul", {"a", "e"}, {"m"});
        conv(g, "b", "m", 4, 2).output("b");
        row("squeeze and excitation", g,
            {{"a", "squeeze_w", 1, "0, 1, 2, 3"},
             {"a", "excite_w", 0, "0, 1, 2, 3"},
             {"a", "b_w", 1, "0, 1, 2, 3"},
             {"squeeze", "excite_w", 1, "0, 1"}});
    }
    {
        GraphBuilder g(17, 8);
        g.input("x", {1, 3, 4}).random("in_w", {4, 5}).node("MatMul", {"x", "in_w"}, {"h"}, {}, "in");
        list(g, "s", 5).random("t", {5}).node("LayerNormalization", {"h", "s", "t"}, {"n"}, {}, "norm");
        g.random("up_w", {5, 6}).node("MatMul", {"n", "up_w"}, {"u"}, {}, "up").node("Relu", {"u"}, {"ur"});
        g.random("down_w", {6, 5})
            .node("MatMul", {"ur", "down_w"}, {"d"}, {}, "down")
            .node("Add", {"h", "d"}, {"z"});
        g.random("out_w", {5, 2}).node("MatMul", {"z", "out_w"}, {"y"}, {}, "out").output("y");
        row("a normalized residual stream", g,
            {{"in", "s", 0, "0, 1, 2, 3, 4"},
             {"in", "down_w", 1, "0, 1, 2, 3, 4"},
             {"up", "down_w", 0, "0, 1, 2, 3, 4, 5"}});
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 4);
        numbers(g, "order", {3, 1, 0}).node("Gather", {"a", "order"}, {"p"}, {{"axis", int64_t(1)}}, "pick");
        numbers(g, "from", {1}).constant("to", makeTensor(ElementType::Int64, {1}));
        conv(g, "b", "p", 3, 2).output("b");
        row("chosen by constants", g, {{"a", "b_w", 1, "2, 1, -, 0"}}, "pick: indices");
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 5);
        numbers(g, "two", {2}).node("Slice", {"a", "zero", "two", "one"}, {"l"}, {}, "left");
        numbers(g, "zero", {0}), numbers(g, "one", {1});
        numbers(g, "end", {std::numeric_limits<int64_t>::max()})
            .node("Slice", {"a", "two", "end", "one"}, {"r"}, {}, "right");
        conv(g, "b", "l", 2, 2);
        conv(g, "c", "r", 3, 2).node("Add", {"b", "c"}, {"y"}).output("y");
        row("slices", g, {{"a", "b_w", 1, "0, 1, -, -, -"}, {"a", "c_w", 1, "-, -, 0, 1, 2"}},
            "left: starts, ends; right: starts, ends");
    }
}

void TstChannelGroups::structures_areFollowed()
{
    QFETCH(GraphBuilder, graph);
    QFETCH(std::vector<Expected>, expected);
    QFETCH(QString, changes);
    const Model model = graph.build();
    const ChannelGroups found = channelGroups(model);
    QCOMPARE(found.coverage(), 1.0);
    for (const auto &[name, tensor, axis, places] : expected) {
        const ChannelGroup *group = groupOf(found, name);
        QVERIFY2(group, name.c_str());
        QCOMPARE(QString("%1: %2").arg(tensor.c_str(), placesText(*group, tensor, axis).c_str()),
                 QString("%1: %2").arg(tensor.c_str(), places.c_str()));
    }
    QCOMPARE(QString::fromStdString(changesText(found)), changes);
    for (const ChannelGroup &group : found.groups)
        for (size_t c = 0; c < group.channels; ++c) {
            if (group.locked[c])
                continue;
            const Tensor without = outputOf(withoutChannels(model, found, group, {c}), false);
            if (!group.mixed.empty())
                continue; // that it runs is all that can be said
            const Model ignoring = ignoringChannels(model, group, {c});
            const std::string what = fmt::format("{}, channel {}", group.name, c);
            QVERIFY2(relativeDifference(without, outputOf(ignoring, false)) < 1e-5, what.c_str());
            const Tensor scrambled = outputOf(scramblingChannels(ignoring, group, {c}), false);
            QVERIFY2(relativeDifference(scrambled, outputOf(ignoring, false)) < 1e-6, what.c_str());
        }
}

void TstChannelGroups::locks_haveReasons_data()
{
    QTest::addColumn<GraphBuilder>("graph");
    QTest::addColumn<QString>("group");
    QTest::addColumn<QString>("reason");
    const auto ending = [](GraphBuilder &g, const std::string &from, int64_t channels) -> GraphBuilder & {
        return conv(g, "last", from, channels, 2).output("last");
    };
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 4).node("Softmax", {"a"}, {"s"}, {{"axis", int64_t(1)}}, "softmax");
        QTest::newRow("Softmax over channels") << ending(g, "s", 4) << "a"
                                               << "softmax weighs them against each other";
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 4).node("GlobalAveragePool", {"a"}, {"p"});
        numbers(g, "line", {1, 1, 4}).node("Reshape", {"p", "line"}, {"l"});
        g.random("eca_w", {1, 1, 3}).node("Conv", {"l", "eca_w"}, {"c"}, {{"pads", Ints{1, 1}}}, "eca");
        numbers(g, "back", {1, 4, 1, 1})
            .node("Reshape", {"c", "back"}, {"b"})
            .node("Mul", {"a", "b"}, {"m"}, {}, "gate");
        QTest::newRow("a convolution over channels") << ending(g, "m", 4) << "a"
                                                     << "eca slides over it";
    }
    {
        GraphBuilder g = image(2);
        g.input("which", {3}, ElementType::Int64);
        conv(g, "a", "x", 2, 4).node("Gather", {"a", "which"}, {"p"}, {{"axis", int64_t(1)}}, "pick");
        QTest::newRow("chosen by what is fed") << ending(g, "p", 3) << "a"
                                               << "pick chooses among them by what is computed";
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 4).node("Relu", {"a"}, {"y"}).output("y");
        QTest::newRow("an output") << g << "a"
                                   << "they are part of the output y";
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 4);
        conv(g, "b", "x", 2, 4).node("Add", {"a", "b"}, {"s"}, {}, "add").node("Identity", {"b"}, {"y"});
        QTest::newRow("joined with an output") << ending(g.output("y"), "s", 4) << "a"
                                               << "add joins them with the output y";
    }
    {
        GraphBuilder g = image(4);
        conv(g, "a", "x", 4, 4).node("Add", {"a", "x"}, {"s"}, {}, "add");
        QTest::newRow("joined with an input") << ending(g, "s", 4) << "a"
                                              << "add joins them with the input x";
    }
    {
        GraphBuilder g = image(2);
        g.input("flag", {}, ElementType::Bool);
        conv(g, "a", "x", 2, 4).node("If", {"flag"}, {"s"}, {}, "choice");
        for (const char *branch : {"then_branch", "else_branch"}) {
            GraphBuilder inner;
            inner.node("Relu", {"a"}, {"r"}).output("r", {1, 4, 4, 4});
            g.subgraph(branch, inner);
        }
        QTest::newRow("read inside of an If") << ending(g, "s", 4) << "a"
                                              << "choice reads it inside of its own graphs (If)";
    }
    {
        GraphBuilder g = image(2);
        g.input("to", {4}, ElementType::Int64);
        conv(g, "a", "x", 2, 4).node("Reshape", {"a", "to"}, {"r"}, {}, "reshape");
        QTest::newRow("as many channels as are asked for")
            << ending(g, "r", 4) << "a"
            << "the shape of r is known only when the model runs";
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 4).node("Det", {"a"}, {"d"}, {}, "det").output("d");
        QTest::newRow("an operator that nobody knows")
            << ending(g, "a", 4) << "a"
            << "det is an operator that is not understood here (Det)";
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 4)
            .node("ArgMax", {"a"}, {"m"}, {{"axis", int64_t(1)}}, "best")
            .output("m", {}, ElementType::Int64);
        QTest::newRow("the place of the largest") << ending(g, "a", 4) << "a"
                                                  << "best tells by their places which is the extreme";
    }
    {
        GraphBuilder g;
        g.input("x", {1, 3, 4})
            .random("q_w", {4, 6})
            .random("k_w", {4, 6})
            .node("MatMul", {"x", "q_w"}, {"q"}, {}, "q");
        g.node("MatMul", {"x", "k_w"}, {"k"}, {}, "k")
            .node("Transpose", {"k"}, {"kt"}, {{"perm", Ints{0, 2, 1}}});
        g.node("MatMul", {"q", "kt"}, {"y"}, {}, "scores").output("y");
        QTest::newRow("a product of two computed values")
            << g << "q"
            << "scores sums over them in a product of two computed values";
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 4).node("Shape", {"a"}, {"n"});
        g.constant("one", makeTensor(ElementType::Int64, {}));
        g.node("Gather", {"n", "i"}, {"c"}).node("Cast", {"c"}, {"cf"}, {{"to", int64_t(1)}}, "cast");
        Tensor index = makeTensor(ElementType::Int64, {});
        index.as<int64_t>()[0] = 1;
        g.constant("i", index).node("Div", {"a", "cf"}, {"d"});
        QTest::newRow("computed with the number of channels") << ending(g, "d", 4) << "a"
                                                              << "cast computes with how many there are";
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 6);
        numbers(g, "odd", {1, 4, 6, 4}).node("Reshape", {"a", "odd"}, {"r"}, {}, "cut");
        QTest::newRow("cut across") << ending(g, "r", 4) << "a"
                                    << "cut cuts them across";
    }
    {
        GraphBuilder g = image(2);
        conv(g, "a", "x", 2, 1);
        QTest::newRow("one alone") << ending(g, "a", 1) << "a"
                                   << "nothing of a_w would be left";
    }
}

void TstChannelGroups::locks_haveReasons()
{
    QFETCH(GraphBuilder, graph);
    QFETCH(QString, group);
    QFETCH(QString, reason);
    const ChannelGroups found = channelGroups(graph.build());
    const ChannelGroup *locked = groupOf(found, group.toStdString());
    QVERIFY(locked);
    QCOMPARE(locked->prunable(), size_t(0));
    QCOMPARE(locked->locks.size(), size_t(1));
    QCOMPARE(locked->locks[0].channels.size(), locked->channels);
    QCOMPARE(QString::fromStdString(locked->locks[0].reason.text()), reason);
}

void TstChannelGroups::branchesOfAConcat_stayApart()
{
    GraphBuilder g = image(2);
    conv(g, "a", "x", 2, 2);
    conv(g, "b", "x", 2, 3).node("Concat", {"a", "b"}, {"c"}, {{"axis", int64_t(1)}});
    conv(g, "d", "c", 5, 2).output("d");
    const ChannelGroups found = channelGroups(g.build());
    QCOMPARE(found.groups.size(), size_t(3));
    QCOMPARE(placesText(found.groups[0], "d_w", 1), std::string("0, 1"));
    QCOMPARE(placesText(found.groups[1], "d_w", 1), std::string("2, 3, 4"));
}

void TstChannelGroups::sharedZeros_joinNothing()
{
    GraphBuilder g = image(2);
    g.random("a_w", {3, 2, 1, 1})
        .random("b_w", {3, 3, 1, 1})
        .constant("zeros", makeTensor(Shape{3}, std::vector(3, 0.0F)));
    g.node("Conv", {"x", "a_w", "zeros"}, {"a"}, {}, "a").node("Conv", {"a", "b_w", "zeros"}, {"b"}, {}, "b");
    conv(g, "c", "b", 3, 2).output("c");
    const Model model = g.build();
    const ChannelGroups found = channelGroups(model);
    QCOMPARE(found.groups.size(), size_t(3));
    for (const ChannelUse &use : found.groups[0].uses)
        QCOMPARE(use.reader, use.tensor == "zeros" ? std::string("a") : std::string());
    const Tensor without = outputOf(withoutChannels(model, found, found.groups[0], {1}), false);
    QVERIFY(relativeDifference(without, outputOf(ignoringChannels(model, found.groups[0], {1}), false)) <
            1e-5);
}

void TstChannelGroups::worth_isWhatGoes()
{
    GraphBuilder g = image(2);
    conv(g, "a", "x", 2, 3, 3).node("Relu", {"a"}, {"r"});
    conv(g, "b", "r", 3, 5).output("b");
    const ChannelGroups found = channelGroups(g.build());
    const ChannelGroup &group = found.groups[0];
    QCOMPARE(group.bytes, std::vector<int64_t>(3, int64_t{4} * (2 * 9 + 1 + 5)));
    QCOMPARE(group.macs, std::vector<int64_t>(3, int64_t{16} * (2 * 9 + 5)));
    QCOMPARE(group.makers, std::vector<std::string>{"a"});
    QCOMPARE(group.readers, std::vector<std::string>{"b"});
    QCOMPARE(found.rows, int64_t(8));
    QCOMPARE(found.freeRows, int64_t(3));
    QCOMPARE(found.prunableRows, int64_t(3));
}

void TstChannelGroups::partOfAWeight_canBeLocked()
{
    GraphBuilder g = image(2);
    conv(g, "a", "x", 2, 5);
    numbers(g, "parts", {2, 3}).node("Split", {"a", "parts"}, {"l", "r"}, {{"axis", int64_t(1)}});
    conv(g, "b", "r", 3, 2).output("b").output("l");
    const ChannelGroups found = channelGroups(g.build());
    const ChannelGroup &group = *groupOf(found, "a");
    QCOMPARE(group.locked, (std::vector<bool>{true, true, false, false, false}));
    QCOMPARE(group.locks[0].channels, (std::vector<size_t>{0, 1}));
    QVERIFY(group.locks[0].isInterface);
    QCOMPARE(found.coverage(), 1.0);
}

void TstChannelGroups::runs_areOffsetsAndSteps()
{
    ChannelUse use;
    use.places = {0, 4, 1, 5, 2, 6, 9};
    use.begins = {0, 2, 4, 6, 6, 7};
    const std::vector<ChannelRun> runs = runsOf(use);
    QCOMPARE(runs.size(), size_t(2));
    QCOMPARE(runs[0].count, size_t(3));
    QCOMPARE(runs[0].step, int64_t(1));
    QCOMPARE(runs[0].places, (std::vector<int32_t>{0, 4}));
    QCOMPARE(runs[1].first, size_t(4));
    QCOMPARE(runs[1].places, std::vector<int32_t>{9});
}

void TstChannelGroups::zeroMadeSomethingElse_isNamed_data()
{
    QTest::addColumn<QString>("op");
    QTest::addColumn<QString>("notZero");
    QTest::newRow("Relu") << "Relu"
                          << "";
    QTest::newRow("Sigmoid") << "Sigmoid"
                             << "op makes something else than zero of zero";
    QTest::newRow("HardSwish") << "HardSwish"
                               << "";
    QTest::newRow("Exp") << "Exp"
                         << "op makes something else than zero of zero";
}

void TstChannelGroups::zeroMadeSomethingElse_isNamed()
{
    QFETCH(QString, op);
    QFETCH(QString, notZero);
    GraphBuilder g = image(2);
    conv(g, "a", "x", 2, 3)
        .node(op.toStdString(), {"a"}, {"r"}, {}, "op")
        .node("MaxPool", {"r"}, {"p"}, {{"kernel_shape", Ints{2, 2}}});
    list(g, "s", 1).node("Mul", {"p", "s"}, {"m"});
    conv(g, "b", "m", 3, 2).output("b");
    const Model model = g.build();
    const ChannelGroups found = channelGroups(model);
    QCOMPARE(QString::fromStdString(found.groups[0].notZero.text()), notZero);
}

/// A shape made of what the graph knows and of constants: the latter alone are wrong.
void TstChannelGroups::computedShape_isChangedWhereItIsWrong()
{
    GraphBuilder g(13, 7);
    g.input("x", {-1, 3, 4}).random("a_w", {4, 6}).node("MatMul", {"x", "a_w"}, {"a"}, {}, "a");
    g.node("Shape", {"a"}, {"s"});
    numbers(g, "i0", {0}).node("Gather", {"s", "i0"}, {"batch"});
    numbers(g, "i2", {2}).node("Gather", {"s", "i2"}, {"width"});
    numbers(g, "three", {3});
    g.node("Concat", {"batch", "three", "width"}, {"same"}, {{"axis", int64_t(0)}})
        .node("Reshape", {"a", "same"}, {"r"}, {}, "right");
    numbers(g, "six", {6});
    g.node("Concat", {"batch", "three", "six"}, {"other"}, {{"axis", int64_t(0)}})
        .node("Reshape", {"r", "other"}, {"q"}, {}, "wrong");
    g.random("b_w", {6, 2}).node("MatMul", {"q", "b_w"}, {"y"}, {}, "b").output("y");
    const ChannelGroups found = channelGroups(g.build());
    QCOMPARE(found.coverage(), 1.0);
    QCOMPARE(QString::fromStdString(changesText(found)), QString("wrong: shape"));
    QCOMPARE(found.groups[0].changes[0].entries, std::vector<size_t>{2});
}

QTEST_APPLESS_MAIN(TstChannelGroups)
#include "tst_channelgroups.moc"
