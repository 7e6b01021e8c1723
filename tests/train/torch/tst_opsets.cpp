// Every operator that is trained through, in each form that it has had from opset 7 to 22, computes what ONNX
// Runtime computes of the same node.
#include "core/base/error.h"
#include "core/runtime/session.h"
#include "core/train/torch/tensors.h"
#include "core/train/torch/torchgraph.h"
#include "tests/support/graphbuilder.h"

#include <QTest>
#include <cmath>
#include <onnx/defs/schema.h>
#include <set>

using namespace lathe;
using namespace lathe::train;

namespace {

constexpr int oldest = 7, newest = 22;

using Attributes = std::vector<std::pair<std::string, test::Attribute>>;
using Integers = std::vector<int64_t>;

struct Given {
    std::string name;
    Tensor tensor;
};

/// One node as it may be written in some opsets: of x, [2, 4, 6, 6], and constants.
struct Form {
    std::string type;
    int from = oldest, to = newest;
    std::vector<Given> more = {}; ///< without a name: left out
    Attributes attributes = {};
    bool alone = false; ///< has no input x
    int outputs = 1;
};

Given numbers(const Shape &shape, const std::vector<float> &values)
{
    return {"given", makeTensor(shape, values)};
}

Given random(const Shape &shape, unsigned seed = 1)
{
    return {"given", test::randomTensor(shape, seed, 0.5F)};
}

Given whole(const Integers &values, const Shape &shape = {}, ElementType type = ElementType::Int64)
{
    Tensor tensor = makeTensor(type, shape.empty() ? Shape{static_cast<int64_t>(values.size())} : shape);
    for (size_t i = 0; i < values.size(); ++i)
        if (type == ElementType::Int64)
            tensor.as<int64_t>()[i] = values[i];
        else
            tensor.bytes[i] = static_cast<std::byte>(values[i]);
    return {"given", std::move(tensor)};
}

Given number(float value)
{
    return numbers({}, {value});
}

const Given leftOut{};

std::vector<Form> formsOfElements()
{
    std::vector<Form> forms;
    for (const char *type :
         {"Abs",  "Neg", "Exp",  "Log",      "Sqrt",     "Reciprocal",  "Floor",     "Ceil",
          "Sin",  "Cos", "Tan",  "Asin",     "Acos",     "Atan",        "Relu",      "Sigmoid",
          "Tanh", "Elu", "Selu", "Softplus", "Softsign", "HardSigmoid", "LeakyRelu", "Identity"})
        forms.push_back({type});
    for (const char *type : {"Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Erf", "Sign", "Shrink", "IsNaN"})
        forms.push_back({type, 9});
    forms.push_back({"ThresholdedRelu", 10, newest, {}, {{"alpha", 0.3F}}});
    forms.push_back({"Round", 11});
    forms.push_back({"Celu", 12});
    forms.push_back({"HardSwish", 14});
    forms.push_back({"Mish", 18});
    forms.push_back({"Gelu", 20});
    forms.push_back({"PRelu", oldest, newest, {random({4, 1, 1})}});
    forms.push_back({"Clip", oldest, 10, {}, {{"min", -0.2F}, {"max", 0.3F}}});
    forms.push_back({"Clip", 11, newest, {number(-0.2F), number(0.3F)}});
    forms.push_back({"Clip", 11, newest, {leftOut, number(0.3F)}});
    for (const char *type : {"Softmax", "LogSoftmax", "Hardmax"}) {
        forms.push_back({type}); // of other axes before opset 13
        forms.push_back({type, oldest, newest, {}, {{"axis", int64_t{2}}}});
    }
    for (const char *type : {"Add", "Sub", "Mul", "Div", "Pow"})
        forms.push_back({type, oldest, newest, {numbers({6}, {1, 2, 3, 2, 1, 2})}});
    for (const char *type : {"Sum", "Mean", "Max", "Min"})
        forms.push_back({type, 8, newest, {random({4, 1, 6}), random({6}, 2)}});
    for (const char *type : {"Sum", "Mean", "Max", "Min"})
        forms.push_back({type, oldest, newest, {random({2, 4, 6, 6})}});
    forms.push_back({"Mod", 10, newest, {numbers({6}, {1, 2, 3, 2, 1, 2})}, {{"fmod", int64_t{1}}}});
    for (const char *type : {"Greater", "Less"})
        forms.push_back({type, oldest, newest, {random({6})}});
    forms.push_back({"Equal", 11, newest, {random({6})}});
    forms.push_back({"Equal", oldest, newest, {whole({1, 2, 3}), whole({1, 0, 3})}, {}, true});
    for (const char *type : {"GreaterOrEqual", "LessOrEqual"})
        forms.push_back({type, 12, newest, {random({6})}});
    const Given yes = whole({1, 0, 1, 0}, {4, 1, 1}, ElementType::Bool);
    const Given no = whole({1, 1, 0, 0, 1, 0}, {6}, ElementType::Bool);
    for (const char *type : {"And", "Or", "Xor"})
        forms.push_back({type, oldest, newest, {yes, no}, {}, true});
    forms.push_back({"Not", oldest, newest, {no}, {}, true});
    forms.push_back({"Where", 9, newest, {yes, random({6}), random({4, 1, 6}, 2)}, {}, true});
    return forms;
}

std::vector<Form> formsOfProducts()
{
    const Attributes window{{"kernel_shape", Integers{3, 3}}, {"pads", Integers{1, 0, 1, 2}}};
    const auto with = [&window](const char *name, const test::Attribute &value) {
        Attributes all = window;
        all.emplace_back(name, value);
        return all;
    };
    std::vector<Form> forms{
        {"Conv", oldest, newest, {random({3, 4, 3, 3}), random({3}, 2)}, window},
        {"Conv", oldest, newest, {random({8, 2, 3, 3})}, with("group", int64_t{2})},
        {"ConvTranspose", oldest, newest, {random({4, 3, 3, 3}), random({3}, 2)}, window},
        {"MatMul", oldest, newest, {random({6, 5})}},
        {"Gemm",
         oldest,
         newest,
         {random({4, 3}), random({5, 3}, 2), random({5}, 3)},
         {{"transB", int64_t{1}}},
         true},
        {"Gemm", 11, newest, {random({4, 3}), random({3, 5}, 2)}, {{"alpha", 0.5F}}, true},
        {"Einsum", 12, newest, {random({6, 5})}, {{"equation", std::string("nchw,wk->nkch")}}},
        {"AveragePool", oldest, newest, {}, with("count_include_pad", int64_t{1})},
        {"AveragePool", oldest, newest, {}, with("strides", Integers{2, 3})},
        {"AveragePool", 19, newest, {}, {{"kernel_shape", Integers{2, 2}}, {"dilations", Integers{2, 1}}}},
        {"MaxPool", oldest, newest, {}, window},
        {"MaxPool", 10, newest, {}, with("dilations", Integers{2, 2})},
        {"LpPool", oldest, newest, {}, window},
        {"LpPool", 18, newest, {}, {{"kernel_shape", Integers{2, 2}}, {"dilations", Integers{2, 1}}}},
        {"GlobalAveragePool"},
        {"GlobalMaxPool"},
        {"GlobalLpPool", oldest, newest, {}, {{"p", int64_t{3}}}},
        {"LRN", oldest, newest, {}, {{"size", int64_t{3}}}},
        {"LpNormalization", oldest, newest, {}, {{"axis", int64_t{1}}}},
        {"MeanVarianceNormalization", 9},
        {"InstanceNormalization", oldest, newest, {random({4}), random({4}, 2)}},
        {"GroupNormalization", 21, newest, {random({4}), random({4}, 2)}, {{"num_groups", int64_t{2}}}},
        {"GroupNormalization", 18, 20, {random({2}), random({2}, 2)}, {{"num_groups", int64_t{2}}}},
        {"LayerNormalization", 17, newest, {random({6}), random({6}, 2)}},
        {"BatchNormalization",
         oldest,
         newest,
         {random({4}), random({4}, 2), random({4}, 3), numbers({4}, {1, 2, 3, 4})}},
    };
    for (const int64_t counted : {0, 1})
        forms.push_back({"AveragePool",
                         19,
                         newest,
                         {},
                         {{"kernel_shape", Integers{2, 2}},
                          {"strides", Integers{2, 2}},
                          {"dilations", Integers{2, 2}},
                          {"ceil_mode", int64_t{1}},
                          {"count_include_pad", counted}}});
    for (const int64_t counted : {0, 1})
        forms.push_back({"AveragePool",
                         19,
                         newest,
                         {random({1, 2, 9, 9, 9})},
                         {{"kernel_shape", Integers{3, 3, 3}},
                          {"strides", Integers{3, 3, 3}},
                          {"dilations", Integers{2, 2, 2}},
                          {"ceil_mode", int64_t{1}},
                          {"count_include_pad", counted}},
                         true});
    for (const int64_t ceil : {0, 1})
        for (const char *type : {"AveragePool", "MaxPool"})
            forms.push_back(
                {type,
                 10,
                 newest,
                 {},
                 {{"kernel_shape", Integers{3, 3}}, {"strides", Integers{2, 2}}, {"ceil_mode", ceil}}});
    return forms;
}

std::vector<Form> formsOfShapes()
{
    const auto i = [](int64_t value) { return test::Attribute(value); };
    return {
        {"Reshape", oldest, newest, {whole({2, 0, -1})}},
        {"Reshape", 14, newest, {whole({2, 4, -1})}, {{"allowzero", i(1)}}},
        {"Flatten", oldest, newest, {}, {{"axis", i(2)}}},
        {"Flatten", 11, newest, {}, {{"axis", i(-1)}}},
        {"Squeeze", oldest, 12, {random({1, 3, 1, 2})}, {{"axes", Integers{0}}}, true},
        {"Squeeze", 11, 12, {random({1, 3, 1, 2})}, {{"axes", Integers{-2}}}, true},
        {"Squeeze", 13, newest, {random({1, 3, 1, 2}), whole({-2})}, {}, true},
        {"Squeeze", oldest, newest, {random({1, 3, 1, 2})}, {}, true},
        {"Unsqueeze", oldest, 12, {}, {{"axes", Integers{0, 3}}}},
        {"Unsqueeze", 13, newest, {whole({0, -1})}},
        {"Transpose", oldest, newest, {}, {{"perm", Integers{0, 2, 3, 1}}}},
        {"Transpose"},
        {"Concat", oldest, newest, {random({2, 1, 6, 6})}, {{"axis", i(1)}}},
        {"Concat", 11, newest, {random({2, 4, 6, 1})}, {{"axis", i(-1)}}},
        {"Split", oldest, 12, {}, {{"axis", i(1)}, {"split", Integers{1, 3}}}, false, 2},
        {"Split", oldest, 17, {}, {{"axis", i(1)}}, false, 2},
        {"Split", 13, newest, {whole({1, 3})}, {{"axis", i(1)}}, false, 2},
        {"Split", 18, newest, {random({5, 2})}, {{"num_outputs", i(3)}}, true, 3},
        {"Expand", 8, newest, {whole({3, 1, 1, 1, 6})}},
        {"Tile", oldest, newest, {whole({1, 2, 1, 2})}},
        {"Shape"},
        {"Shape", 15, newest, {}, {{"start", i(1)}, {"end", i(-1)}}},
        {"Size"},
        {"Constant", oldest, newest, {}, {{"value", test::randomTensor({2, 3}, 3)}}, true},
        {"Constant", 12, newest, {}, {{"value_floats", std::vector<float>{1, 2.5F}}}, true},
        {"Constant", 12, newest, {}, {{"value_int", i(7)}}, true},
        {"ConstantOfShape", 9, newest, {whole({2, 3})}, {}, true},
        {"Range", 11, newest, {number(1), number(4), number(0.5F)}, {}, true},
        {"Cast", oldest, newest, {}, {{"to", i(7)}}},
        {"Cast", oldest, newest, {}, {{"to", i(10)}}},
        {"CastLike", 15, newest, {whole({1})}},
        {"Dropout", oldest, 11, {}, {{"ratio", 0.3F}}},
        {"Dropout", 12, newest, {number(0.3F)}},
        {"Pad", oldest, 10, {}, {{"pads", Integers{0, 0, 1, 0, 0, 0, 0, 2}}, {"value", 1.5F}}},
        {"Pad",
         oldest,
         10,
         {},
         {{"pads", Integers{0, 0, 1, 0, 0, 0, 0, 2}}, {"mode", std::string("reflect")}}},
        {"Pad", 11, newest, {whole({0, 0, 1, 0, 0, 0, 0, 2}), number(1.5F)}},
        {"Pad", 11, newest, {whole({0, 0, 1, 0, 0, 0, 0, 2})}, {{"mode", std::string("edge")}}},
        {"Pad", 18, newest, {whole({1, 0, 0, 2}), leftOut, whole({2, -1})}},
        {"Pad", 19, newest, {whole({0, 0, 1, 0, 0, 0, 0, 2})}, {{"mode", std::string("wrap")}}},
        {"DepthToSpace", oldest, newest, {}, {{"blocksize", i(2)}}},
        {"DepthToSpace", 11, newest, {}, {{"blocksize", i(2)}, {"mode", std::string("CRD")}}},
        {"SpaceToDepth", oldest, newest, {}, {{"blocksize", i(2)}}},
        {"Upsample", oldest, 8, {}, {{"scales", std::vector<float>{1, 1, 2, 3}}}},
        {"Upsample", 9, 9, {numbers({4}, {1, 1, 2, 3})}, {{"mode", std::string("linear")}}},
        {"Resize", 10, 10, {numbers({4}, {1, 1, 2, 0.5F})}},
        {"Resize",
         11,
         newest,
         {numbers({0}, {}), numbers({4}, {1, 1, 2, 0.5F})},
         {{"mode", std::string("linear")}}},
        {"Resize", 13, newest, {leftOut, leftOut, whole({2, 4, 9, 5})}, {{"mode", std::string("cubic")}}},
        {"Resize", 18, newest, {leftOut, leftOut, whole({9, 5})}, {{"axes", Integers{2, 3}}}},
        {"Resize",
         18,
         newest,
         {leftOut, leftOut, whole({3, 4})},
         {{"axes", Integers{2, 3}}, {"mode", std::string("linear")}, {"antialias", i(1)}}},
        {"DequantizeLinear",
         10,
         newest,
         {whole({1, 200, 7}, {3}, ElementType::UInt8), number(0.5F), whole({3}, {1}, ElementType::UInt8)},
         {},
         true},
        {"DequantizeLinear",
         13,
         newest,
         {whole({1, 2, 3, 4}, {2, 2}, ElementType::UInt8), random({2})},
         {{"axis", i(0)}},
         true},
        {"DequantizeLinear",
         21,
         newest,
         {whole({1, 2, 3, 4}, {1, 4}, ElementType::UInt8), random({1, 2})},
         {{"axis", i(1)}, {"block_size", i(2)}},
         true},
    };
}

std::vector<Form> formsOfSelections()
{
    const auto i = [](int64_t value) { return test::Attribute(value); };
    const Given places = whole({0, -1, 2}), pairs = whole({0, 1, -1, 3}, {2, 2});
    std::vector<Form> forms{
        {"Gather", oldest, newest, {whole({0, 3, 2})}, {{"axis", i(1)}}},
        {"Gather", 11, newest, {places}, {{"axis", i(-1)}}},
        {"GatherElements", 11, newest, {random({3, 2}), whole({0, 2, -1, 1}, {2, 2})}, {}, true},
        {"GatherND", 11, newest, {whole({0, 1, 1, 3}, {2, 2})}},
        {"GatherND", 12, newest, {whole({1, 3}, {2, 1})}, {{"batch_dims", i(1)}}},
        {"Scatter", 9, 10, {random({3, 2}), whole({0, 2}, {1, 2}), random({1, 2}, 4)}, {}, true},
        {"ScatterElements",
         11,
         newest,
         {random({3, 2}), whole({0, -1}, {1, 2}), random({1, 2}, 4)},
         {},
         true},
        {"ScatterElements",
         16,
         newest,
         {random({3, 2}), whole({0, 2}, {1, 2}), random({1, 2}, 4)},
         {{"reduction", std::string("add")}},
         true},
        {"ScatterND", 11, newest, {random({3, 4}), pairs, random({2}, 4)}, {}, true},
        {"ScatterND",
         16,
         newest,
         {random({3, 4}), pairs, random({2}, 4)},
         {{"reduction", std::string("add")}},
         true},
        {"Slice",
         oldest,
         9,
         {},
         {{"starts", Integers{1, -4}}, {"ends", Integers{3, 1000}}, {"axes", Integers{1, 3}}}},
        {"Slice", 10, newest, {whole({1, -4}), whole({3, 1000}), whole({1, 3}), whole({1, 2})}},
        {"Slice", 11, newest, {whole({-1}), whole({-1000}), whole({-1}), whole({-2})}},
        {"TopK", oldest, 9, {}, {{"k", i(3)}}, false, 2},
        {"TopK", 10, newest, {whole({3})}, {{"axis", i(1)}}, false, 2},
        {"TopK", 11, newest, {whole({3})}, {{"largest", i(0)}}, false, 2},
        {"OneHot", 9, newest, {whole({0, 2, 1}), whole({3}, {1}), numbers({2}, {0.5F, 2})}, {}, true},
        {"OneHot",
         11,
         newest,
         {whole({0, -1, 1}), whole({3}, {1}), numbers({2}, {0.5F, 2})},
         {{"axis", i(0)}},
         true},
        {"NonZero", 9, newest, {numbers({2, 3}, {1, 0, 2, 0, 0, 3})}, {}, true},
        {"CumSum", 11, newest, {whole({2}, {1})}, {{"exclusive", i(1)}, {"reverse", i(1)}}},
        {"Trilu", 14},
        {"EyeLike", 9, newest, {random({3, 4})}, {{"k", i(1)}}, true},
    };
    for (const char *type : {"ArgMax", "ArgMin"}) {
        forms.push_back({type, oldest, newest, {}, {{"axis", i(2)}}});
        forms.push_back({type, 11, newest, {}, {{"axis", i(-1)}, {"keepdims", i(0)}}});
        forms.push_back({type, 12, newest, {}, {{"select_last_index", i(1)}}});
    }
    for (const char *type : {"ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1",
                             "ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp"}) {
        const int byInput = type == std::string("ReduceSum") ? 13 : 18;
        forms.push_back({type, oldest, byInput - 1, {}, {{"axes", Integers{1, 3}}}});
        forms.push_back({type, 11, byInput - 1, {}, {{"axes", Integers{-1}}, {"keepdims", i(0)}}});
        forms.push_back({type, byInput, newest, {whole({1, -1})}, {{"keepdims", i(0)}}});
        forms.push_back({type, byInput, newest, {}, {{"noop_with_empty_axes", i(1)}}});
        forms.push_back({type});
    }
    return forms;
}

std::vector<Form> formsOfRecurrence()
{
    std::vector<Form> forms;
    for (const auto &[type, gates] : {std::pair{"LSTM", 4}, {"GRU", 3}, {"RNN", 1}}) {
        const std::vector<Given> given{random({5, 2, 3}), random({1, gates * 4, 3}, 2),
                                       random({1, gates * 4, 4}, 3), random({1, 2 * gates * 4}, 4)};
        forms.push_back({type, oldest, newest, given, {{"hidden_size", int64_t{4}}}, true, 2});
        forms.push_back(
            {type, 14, newest, given, {{"hidden_size", int64_t{4}}, {"layout", int64_t{0}}}, true, 2});
    }
    return forms;
}

std::vector<Form> allForms()
{
    std::vector<Form> all;
    for (const auto &some :
         {formsOfElements(), formsOfProducts(), formsOfShapes(), formsOfSelections(), formsOfRecurrence()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

test::GraphBuilder graphOf(const Form &form, int opset)
{
    test::GraphBuilder graph(opset, 10);
    graph.input("x", {2, 4, 6, 6});
    std::vector<std::string> inputs;
    if (!form.alone)
        inputs.emplace_back("x");
    for (size_t i = 0; i < form.more.size(); ++i) {
        const Given &given = form.more[i];
        inputs.push_back(given.name.empty() ? "" : given.name + std::to_string(i));
        if (!given.name.empty())
            graph.constant(inputs.back(), given.tensor);
    }
    std::vector<std::string> outputs;
    for (int i = 0; i < form.outputs; ++i)
        outputs.push_back("made" + std::to_string(i));
    graph.node(form.type, inputs, outputs, form.attributes);
    for (int i = 0; i < form.outputs; ++i) { // whatever its type is
        graph.output("y" + std::to_string(i));
        graph.node("Cast", {outputs[static_cast<size_t>(i)]}, {"y" + std::to_string(i)},
                   {{"to", int64_t{1}}});
    }
    return graph;
}

double difference(const at::Tensor &given, const Tensor &expected)
{
    const at::Tensor right = tensorFrom(expected);
    if (given.sizes() != right.sizes())
        return std::numeric_limits<double>::infinity();
    if (given.numel() == 0)
        return 0;
    const at::Tensor same = (given == right).logical_or(given.isnan().logical_and(right.isnan()));
    const at::Tensor off = at::where(same, at::zeros_like(right), (given - right).abs());
    const double scale = at::where(right.isfinite(), right.abs(), at::zeros_like(right)).max().item<double>();
    const double most = off.max().item<double>();
    return std::isnan(most) ? std::numeric_limits<double>::infinity() : most / std::max(1.0, scale);
}

const Tensor &given()
{
    static const Tensor x = test::randomTensor({2, 4, 6, 6}, 5, 0.5F);
    return x;
}

/// Nothing where the runtime lacks the operator in this opset.
std::optional<std::vector<Tensor>> runtimeOutputs(const test::GraphBuilder &built)
{
    SessionOptions options;
    options.optimize = false;
    try {
        const std::vector<TensorView> feeds{TensorView(given())};
        return Session(built.build(), options).run(feeds);
    } catch (const Error &error) {
        if (QString(error.what()).contains("Could not find an implementation"))
            return {};
        throw;
    }
}

double differenceFrom(const std::vector<Tensor> &expected, test::GraphBuilder built)
{
    const TorchGraph graph(built.proto(), {}, "");
    const std::vector<at::Tensor> outputs = graph.run({{"x", tensorFrom(given())}}, graph.outputs());
    double worst = 0;
    for (size_t i = 0; i < outputs.size(); ++i)
        worst = std::max(worst, difference(outputs[i], expected.at(i)));
    return worst;
}

/// The form that an operator has in an opset, by the version that it came with; 0: it has none there.
int formIn(const std::string &type, int opset)
{
    const onnx::OpSchema *schema = onnx::OpSchemaRegistry::Schema(type, opset, "");
    return schema == nullptr || schema->Deprecated() ? 0 : schema->since_version();
}

} // namespace

class TstOpsets : public QObject {
    Q_OBJECT
private slots:
    void forms_computeWhatTheRuntimeDoes_data();
    void forms_computeWhatTheRuntimeDoes();
    void everyFormOfEveryOperator_wasTried();

private:
    const std::vector<Form> m_forms = allForms();
    std::set<std::pair<std::string, int>> m_tried;
};

void TstOpsets::forms_computeWhatTheRuntimeDoes_data()
{
    QTest::addColumn<int>("form");
    for (size_t i = 0; i < m_forms.size(); ++i)
        QTest::addRow("%s from %d, %d", m_forms[i].type.c_str(), m_forms[i].from, static_cast<int>(i))
            << static_cast<int>(i);
}

void TstOpsets::forms_computeWhatTheRuntimeDoes()
{
    QFETCH(int, form);
    const Form &tried = m_forms[static_cast<size_t>(form)];
    QStringList faults;
    std::vector<Tensor> expected; // the opset's before where the runtime has none
    for (int opset = tried.from; opset <= tried.to; ++opset) {
        try {
            const test::GraphBuilder graph = graphOf(tried, opset);
            expected = runtimeOutputs(graph).value_or(expected);
            if (const double off = differenceFrom(expected, graph); off > 1e-5)
                faults << QString("opset %1: off by %2").arg(opset).arg(off);
            m_tried.emplace(tried.type, formIn(tried.type, opset));
        } catch (const std::exception &error) {
            faults << QString("opset %1: %2").arg(opset).arg(error.what());
        }
    }
    QVERIFY2(faults.isEmpty(), qPrintable(faults.join("; ")));
}

void TstOpsets::everyFormOfEveryOperator_wasTried()
{
    const int known = onnx::OpSchemaRegistry::DomainToVersionRange::Instance().Map().at("").second;
    QStringList left;
    for (const onnx::OpSchema &schema : onnx::OpSchemaRegistry::get_all_schemas_with_history()) {
        if (schema.domain() != "" || findOperator("", schema.Name()) == nullptr)
            continue;
        for (int opset = oldest; opset <= std::min(known, newest); ++opset)
            if (const int form = formIn(schema.Name(), opset);
                form != 0 && !m_tried.contains({schema.Name(), form}))
                left << QString("%1-%2").arg(QString::fromStdString(schema.Name())).arg(form);
    }
    left.removeDuplicates();
    QVERIFY2(left.isEmpty(), qPrintable(left.join(' ')));
}

QTEST_GUILESS_MAIN(TstOpsets)
#include "tst_opsets.moc"
