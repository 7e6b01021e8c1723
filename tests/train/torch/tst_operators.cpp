// Every operator that is trained through, against ONNX's own cases: what it computes, and its gradient
// against finite differences in double precision.
#include "core/base/error.h"
#include "core/train/torch/tensors.h"
#include "core/train/torch/torchgraph.h"
#include "tests/support/graphbuilder.h"

#include <QDir>
#include <QTest>
#include <filesystem>
#include <fstream>
#include <set>

using namespace lathe;
using namespace lathe::train;
namespace fs = std::filesystem;

namespace {

const fs::path suite = "/usr/share/libonnx-testdata/data";

#define LATHE_NEED_SUITE()                                                                                   \
    do {                                                                                                     \
        if (!fs::is_directory(suite))                                                                        \
            QSKIP("needs the package libonnx-testdata");                                                     \
    } while (false)

/// Cases whose outputs here are others than the suite's, and why.
const std::vector<std::pair<QString, QString>> otherThanTheSuite = {
    {"BFLOAT16", "the suite has its bits as whole numbers"},
    {"averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_True",
     "what ONNX 1.15 to 1.17 expect was corrected in 1.18"},
    {"castlike", "the suite's data have another shape than its model says"},
    {"downsample_scales_cubic_align_corners",
     "the suite interpolates a corner otherwise, ONNX Runtime as here"},
    {"downsample_scales_linear_align_corners",
     "the suite interpolates a corner otherwise, ONNX Runtime as here"},
    {"training_dropout", "what is dropped is left to chance"},
};

/// Operators that give whole numbers or ones at places, and Trilu, which the suite has of whole numbers
/// alone.
const std::set<std::string> withoutGradient = {
    "And",  "ArgMax",      "ArgMin",  "EyeLike", "Greater", "GreaterOrEqual", "Hardmax", "IsNaN",
    "Less", "LessOrEqual", "NonZero", "Not",     "Or",      "Range",          "Trilu",   "Xor"};

template <class Proto>
Proto load(const fs::path &path)
{
    Proto proto;
    std::ifstream in(path, std::ios::binary);
    if (!proto.ParseFromIstream(&in))
        throw std::runtime_error("cannot read " + path.string());
    return proto;
}

bool isPlain(const onnx::TensorProto &tensor)
{
    return tensor.data_type() < onnx::TensorProto::UINT64 && tensor.data_type() != onnx::TensorProto::STRING;
}

/// Some double cases hold whatever was in memory when they were made.
bool fitsFloat(const at::Tensor &tensor)
{
    return tensor.scalar_type() != at::kDouble || tensor.numel() == 0 ||
           tensor.abs().max().item<double>() < 1e30;
}

struct Case {
    onnx::ModelProto model;
    TorchGraph::Values inputs;
    std::vector<at::Tensor> outputs; ///< as the graph's
};

/// Nothing where the case has values that are no plain numbers.
std::optional<Case> caseIn(const fs::path &folder)
{
    Case found{load<onnx::ModelProto>(folder / "model.onnx"), {}, {}};
    const fs::path data = folder / "test_data_set_0";
    int i = 0;
    for (const onnx::ValueInfoProto &input : found.model.graph().input()) {
        const fs::path file = data / ("input_" + std::to_string(i++) + ".pb");
        if (!input.type().has_tensor_type() || !fs::exists(file))
            return {};
        const auto tensor = load<onnx::TensorProto>(file);
        if (!isPlain(tensor) || !fitsFloat(tensorFrom(tensor)))
            return {};
        found.inputs[input.name()] = tensorFrom(tensor);
    }
    i = 0;
    for (const onnx::ValueInfoProto &output : found.model.graph().output()) {
        const fs::path file = data / ("output_" + std::to_string(i++) + ".pb");
        if (!output.type().has_tensor_type() || !fs::exists(file))
            return {};
        const auto tensor = load<onnx::TensorProto>(file);
        if (!isPlain(tensor))
            return {};
        found.outputs.push_back(tensorFrom(tensor));
    }
    return found;
}

double difference(const at::Tensor &a, const at::Tensor &b)
{
    if (a.sizes() != b.sizes())
        return std::numeric_limits<double>::infinity();
    if (a.numel() == 0)
        return 0;
    const at::Tensor x = a.to(at::kDouble), y = b.to(at::kDouble);
    const at::Tensor same = (x == y).logical_or(x.isnan().logical_and(y.isnan()));
    const at::Tensor off = at::where(same, at::zeros_like(x), (x - y).abs());
    const double scale =
        std::max(1.0, at::where(y.isfinite(), y.abs(), at::zeros_like(y)).max().item<double>());
    return off.max().item<double>() / scale;
}

std::set<std::string> operatorsOf(const onnx::ModelProto &model)
{
    std::set<std::string> types;
    for (const onnx::NodeProto &node : model.graph().node())
        if (findOperator(node.domain(), node.op_type()) != nullptr)
            types.insert(node.op_type());
    return types;
}

QString joined(const std::set<std::string> &names)
{
    QStringList list;
    for (const std::string &name : names)
        list << QString::fromStdString(name);
    return list.join(' ');
}

/// The gradient of a random sum of the outputs by each input, against differences.
struct Gradients {
    QString fault; ///< empty: none
    int checked = 0;

    Gradients(const TorchGraph &graph, const TorchGraph::Values &given) : m_graph(graph)
    {
        at::manual_seed(1);
        std::vector<std::string> names;
        for (const auto &[name, tensor] : given) {
            m_inputs[name] = tensor;
            if (!tensor.is_floating_point() || name == "scales" || name == "roi") // which say a shape
                continue;
            // Off the corners of piecewise functions, where the suite's small examples stand.
            const at::Tensor x = tensor.to(at::kDouble);
            m_inputs[name] =
                (x * (0.99 - 0.01 * at::rand_like(x)) + 1e-3 * at::rand_like(x)).requires_grad_();
            names.push_back(name);
        }
        const at::Tensor value = names.empty() ? at::zeros({}) : sum(m_inputs);
        if (!value.requires_grad() || !value.isfinite().item<bool>())
            return;
        value.backward();
        for (const std::string &name : names)
            check(name);
    }

private:
    at::Tensor sum(const TorchGraph::Values &values)
    {
        at::Tensor all = at::zeros({}, at::TensorOptions(at::kDouble));
        const std::vector<at::Tensor> results = m_graph.run(values, m_graph.outputs());
        for (size_t i = 0; i < results.size(); ++i) {
            // Running statistics and whole numbers are not learned through.
            if (at::GradMode::is_enabled() && results[i].requires_grad())
                m_weights.emplace(i, at::randn_like(results[i]));
            if (m_weights.contains(i))
                all = all + (results[i] * m_weights.at(i)).sum();
        }
        return all;
    }

    void check(const std::string &name)
    {
        const at::Tensor gradient = m_inputs[name].grad();
        if (!gradient.defined())
            return;
        const at::NoGradGuard still;
        const at::Tensor direction = at::randn_like(m_inputs[name]);
        const double step = 1e-6;
        TorchGraph::Values plus = m_inputs, minus = m_inputs;
        plus[name] = m_inputs[name] + direction * step;
        minus[name] = m_inputs[name] - direction * step;
        const double numeric = (sum(plus) - sum(minus)).item<double>() / (2 * step);
        const double analytic = (gradient * direction).sum().item<double>();
        if (!std::isfinite(numeric))
            return;
        ++checked;
        if (std::abs(numeric - analytic) > 1e-4 * std::max({1.0, std::abs(numeric), std::abs(analytic)}))
            fault += QString("%1: %2 by differences, %3 by the gradient. ")
                         .arg(QString::fromStdString(name))
                         .arg(numeric)
                         .arg(analytic);
    }

    const TorchGraph &m_graph;
    TorchGraph::Values m_inputs;
    std::map<size_t, at::Tensor> m_weights; ///< by output
};

} // namespace

class TestOperators : public QObject {
    Q_OBJECT
private slots:
    void forward_data() { addCases(); }
    void forward();
    void gradient_data() { addCases(); }
    void gradient();
    void newerOperators_haveTheirGradient_data();
    void newerOperators_haveTheirGradient();
    void everyOperatorOfTheSuite_wasTried();
    void triangle_passesItsGradientOn();
    void casts_passTheirGradientOn_data();
    void casts_passTheirGradientOn();

private:
    static void addCases();

    std::set<std::string> m_known, m_computed, m_differentiated; ///< operator types
    int m_forward = 0, m_gradients = 0;
    std::map<std::string, std::vector<std::pair<std::string, test::Attribute>>> m_newer;
};

void TestOperators::addCases()
{
    QTest::addColumn<QString>("folder");
    for (const char *kind : {"node", "simple", "pytorch-operator", "pytorch-converted"}) {
        const QDir dir(QString::fromStdString((suite / kind).string()));
        for (const QString &name : dir.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
            QTest::newRow(qPrintable(name)) << dir.filePath(name);
    }
    if (!fs::is_directory(suite))
        QTest::newRow("none") << QString();
}

void TestOperators::forward()
{
    LATHE_NEED_SUITE();
    QFETCH(QString, folder);
    const std::optional<Case> found = caseIn(folder.toStdString());
    if (!found)
        QSKIP("no plain numbers");
    for (const auto &[part, reason] : otherThanTheSuite)
        if (folder.contains(part))
            QSKIP(qPrintable(reason));
    m_known.merge(operatorsOf(found->model));
    try {
        const TorchGraph graph(found->model, {}, "");
        if (const auto missing = graph.missing(); !missing.empty())
            QSKIP(("not trained through: " + missing.front().operatorType).c_str());
        const std::vector<at::Tensor> results = graph.run(found->inputs, graph.outputs());
        for (size_t i = 0; i < results.size(); ++i) {
            QVERIFY2(results[i].defined(), "no result");
            const double off = difference(results[i], found->outputs[i]);
            QVERIFY2(off <= 1e-4, qPrintable(QString("output %1 is off by %2").arg(i).arg(off)));
        }
        m_computed.merge(operatorsOf(found->model));
        ++m_forward;
    } catch (const Error &error) {
        if (error.code() == ErrorCode::Unsupported)
            QSKIP(error.what());
        QFAIL(error.what());
    }
}

void TestOperators::gradient()
{
    LATHE_NEED_SUITE();
    QFETCH(QString, folder);
    const std::optional<Case> found = caseIn(folder.toStdString());
    if (!found || folder.contains("FLOAT16") || folder.contains("training_dropout"))
        QSKIP("no plain numbers");
    try {
        const TorchGraph graph(found->model, {}, "", at::kDouble);
        if (!graph.missing().empty())
            QSKIP("not trained through");
        const Gradients gradients(graph, found->inputs);
        if (gradients.checked == 0)
            QSKIP("no finite number with a gradient");
        QVERIFY2(gradients.fault.isEmpty(), qPrintable(gradients.fault));
        m_differentiated.merge(operatorsOf(found->model));
        m_gradients += gradients.checked;
    } catch (const Error &error) {
        if (error.code() == ErrorCode::Unsupported)
            QSKIP(error.what());
        QFAIL(error.what());
    }
}

void TestOperators::newerOperators_haveTheirGradient_data()
{
    using Attributes = std::vector<std::pair<std::string, test::Attribute>>;
    QTest::addColumn<QString>("type");
    QTest::addColumn<int>("inputs");
    m_newer = {{"Gelu", {}},
               {"Mish", {}},
               {"GlobalLpPool", Attributes{{"p", int64_t{3}}}},
               {"LpNormalization", Attributes{{"axis", int64_t{1}}}},
               {"LpPool", Attributes{{"kernel_shape", std::vector<int64_t>{2, 3}}, {"p", int64_t{2}}}},
               {"GroupNormalization", Attributes{{"num_groups", int64_t{2}}}}};
    for (const auto &[type, attributes] : m_newer)
        QTest::newRow(type.c_str()) << QString::fromStdString(type) << (type == "GroupNormalization" ? 3 : 1);
}

/// Those that ONNX 1.12's cases do not have yet.
void TestOperators::newerOperators_haveTheirGradient()
{
    QFETCH(QString, type);
    QFETCH(int, inputs);
    const std::string name = type.toStdString();
    test::GraphBuilder builder(21);
    builder.input("x", {2, 4, 5, 6}).output("y");
    std::vector<std::string> names{"x"};
    TorchGraph::Values values;
    at::manual_seed(4);
    values["x"] = at::randn({2, 4, 5, 6}, at::TensorOptions(at::kDouble));
    for (int i = 1; i < inputs; ++i) {
        names.push_back("more" + std::to_string(i));
        builder.input(names.back(), {4});
        values[names.back()] = at::randn({4}, at::TensorOptions(at::kDouble));
    }
    builder.node(name, names, {"y"}, m_newer.at(name));
    const TorchGraph graph(builder.proto(), {}, "", at::kDouble);
    QVERIFY(graph.missing().empty());
    const Gradients gradients(graph, values);
    QCOMPARE(gradients.checked, inputs);
    QVERIFY2(gradients.fault.isEmpty(), qPrintable(gradients.fault));
}

void TestOperators::everyOperatorOfTheSuite_wasTried()
{
    LATHE_NEED_SUITE();
    qInfo("%d operator types: %d cases computed, gradients of %d inputs", int(m_known.size()), m_forward,
          m_gradients);
    std::set<std::string> left, still;
    std::ranges::set_difference(m_known, m_computed, std::inserter(left, left.end()));
    std::ranges::set_difference(m_known, m_differentiated, std::inserter(still, still.end()));
    QVERIFY2(left.empty(), qPrintable(joined(left)));
    left.clear(); // newer suites have comparisons inside of what has a gradient
    std::ranges::set_difference(still, withoutGradient, std::inserter(left, left.end()));
    QVERIFY2(left.empty(), qPrintable(joined(left)));
    QVERIFY(m_forward > 600 && m_gradients > 600);
}

void TestOperators::triangle_passesItsGradientOn()
{
    test::GraphBuilder builder(14);
    builder.input("x", {3, 3}).output("y", {3, 3});
    builder.node("Trilu", {"x"}, {"y"}, {{"upper", int64_t{0}}});
    const TorchGraph graph(builder.proto(), {}, "");
    const at::Tensor x = at::ones({3, 3}).requires_grad_();
    graph.run({{"x", x}}, {"y"}).front().sum().backward();
    QVERIFY(at::equal(x.grad(), at::ones({3, 3}).tril()));
}

void TestOperators::casts_passTheirGradientOn_data()
{
    QTest::addColumn<int>("type");
    QTest::newRow("float16") << int(onnx::TensorProto::FLOAT16);
    QTest::newRow("bfloat16") << int(onnx::TensorProto::BFLOAT16);
}

/// Smaller than any half, and with more figures than one has.
void TestOperators::casts_passTheirGradientOn()
{
    QFETCH(int, type);
    test::GraphBuilder builder(13);
    builder.input("x", {4}).output("y", {4}, static_cast<ElementType>(type));
    builder.node("Cast", {"x"}, {"y"}, {{"to", int64_t{type}}});
    const TorchGraph graph(builder.proto(), {}, "");
    const double infinity = std::numeric_limits<double>::infinity();
    const at::Tensor x = at::tensor({1.0 / 3, -1e5, 2e-3, -infinity}, at::kFloat).requires_grad_();
    const at::Tensor y = graph.run({{"x", x}}, {"y"}).front();
    const at::ScalarType held = type == onnx::TensorProto::FLOAT16 ? at::kHalf : at::kBFloat16;
    QVERIFY(at::equal(y, x.detach().to(held).to(at::kFloat)));
    const double weight = 1.2345678e-9;
    y.backward(at::full({4}, weight, at::kFloat));
    QVERIFY(at::equal(x.grad(), at::full({4}, weight, at::kFloat)));
}

QTEST_GUILESS_MAIN(TestOperators)
#include "tst_operators.moc"
