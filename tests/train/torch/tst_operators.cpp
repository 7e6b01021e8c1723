// Every operator that is trained through, against ONNX's own cases: what it computes, and its gradient against
// finite differences in double precision.
#include "core/base/error.h"
#include "core/train/torch/tensors.h"
#include "core/train/torch/torchgraph.h"

#include <QDir>
#include <QTest>
#include <filesystem>
#include <fstream>

using namespace lathe;
using namespace lathe::train;
namespace fs = std::filesystem;

namespace {

const fs::path suite = "/usr/share/libonnx-testdata/data";

template <class Proto>
Proto load(const fs::path &path)
{
    Proto proto;
    std::ifstream in(path, std::ios::binary);
    if (!proto.ParseFromIstream(&in))
        throw std::runtime_error("cannot read " + path.string());
    return proto;
}

struct Case {
    onnx::ModelProto model;
    TorchGraph::Values inputs;
    std::vector<onnx::TensorProto> outputs;
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
        if (tensor.data_type() == onnx::TensorProto::STRING || tensor.data_type() > 13)
            return {};
        found.inputs[input.name()] = tensorFrom(tensor);
    }
    for (i = 0; fs::exists(data / ("output_" + std::to_string(i) + ".pb")); ++i) {
        found.outputs.push_back(load<onnx::TensorProto>(data / ("output_" + std::to_string(i) + ".pb")));
        if (found.outputs.back().data_type() == onnx::TensorProto::STRING || found.outputs.back().data_type() > 13)
            return {};
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
    const double scale = std::max(1.0, at::where(y.isfinite(), y.abs(), at::zeros_like(y)).max().item<double>());
    return off.max().item<double>() / scale;
}

class TestOperators : public QObject {
    Q_OBJECT
private slots:
    void forward_data();
    void forward();
    void gradient_data();
    void gradient();
};

void addCases()
{
    QTest::addColumn<QString>("folder");
    for (const char *kind : {"node", "simple", "pytorch-operator", "pytorch-converted"}) {
        const QDir dir(QString::fromStdString((suite / kind).string()));
        for (const QString &name : dir.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
            QTest::newRow(qPrintable(name)) << dir.filePath(name);
    }
}

} // namespace

void TestOperators::forward_data()
{
    addCases();
}

void TestOperators::forward()
{
    QFETCH(QString, folder);
    std::optional<Case> found;
    try { found = caseIn(folder.toStdString()); } catch (const std::exception &e) { QSKIP(e.what()); }
    if (!found)
        QSKIP("no plain tensors");
    const TorchGraph graph(found->model, {}, "");
    if (const auto missing = graph.missing(); !missing.empty())
        QSKIP(("not trained through: " + missing.front().operatorType).c_str());
    try {
        std::vector<std::string> wanted(graph.outputs().begin(), graph.outputs().begin() + static_cast<long>(std::min(graph.outputs().size(), found->outputs.size())));
        const auto results = graph.run(found->inputs, wanted);
        for (size_t i = 0; i < results.size(); ++i) {
            QVERIFY2(results[i].defined(), "no result");
            const double off = difference(results[i], tensorFrom(found->outputs[i]));
            if (!(off <= 1e-4))
                qWarning() << "got" << results[i].sizes().vec() << "expected" << found->outputs[i].dims_size() << off;
            QVERIFY(off <= 1e-4);
        }
    } catch (const c10::Error &error) {
        QFAIL(error.what_without_backtrace());
    } catch (const Error &error) {
        if (error.code() == ErrorCode::Unsupported)
            QSKIP(error.what());
        QFAIL(error.what());
    }
}

void TestOperators::gradient_data()
{
    addCases();
}

void TestOperators::gradient()
{
    QFETCH(QString, folder);
    std::optional<Case> found;
    try { found = caseIn(folder.toStdString()); } catch (const std::exception &e) { QSKIP(e.what()); }
    if (!found)
        QSKIP("no plain tensors");
    const TorchGraph graph(found->model, {}, "", at::kDouble);
    if (!graph.missing().empty())
        QSKIP("not trained through");
    try {
        at::manual_seed(1);
        TorchGraph::Values inputs;
        std::vector<std::string> names;
        int64_t size = 0;
        for (const auto &[name, tensor] : found->inputs) {
            inputs[name] = tensor.is_floating_point() ? tensor.to(at::kDouble).clone().requires_grad_() : tensor;
            size += tensor.numel();
            if (tensor.is_floating_point())
                names.push_back(name);
        }
        if (names.empty() || size > 2000000)
            QSKIP("nothing to differentiate");
        std::vector<at::Tensor> weights;
        const std::vector<std::string> wanted{graph.outputs().front()};
        const auto loss = [&](const TorchGraph::Values &values) {
            const at::Tensor y = graph.run(values, wanted).front();
            if (!y.is_floating_point())
                return at::Tensor();
            if (weights.empty())
                weights.push_back(at::randn_like(y));
            return (y * weights.front()).sum();
        };
        const at::Tensor value = loss(inputs);
        if (!value.defined() || !value.requires_grad() || !value.isfinite().item<bool>())
            QSKIP("no finite number with a gradient");
        value.backward();
        for (const std::string &name : names) {
            const at::Tensor gradient = inputs[name].grad();
            if (!gradient.defined())
                continue;
            const at::Tensor direction = at::randn_like(inputs[name]);
            const double step = 1e-6;
            TorchGraph::Values plus = inputs, minus = inputs;
            const at::NoGradGuard still;
            plus[name] = inputs[name].detach() + direction * step;
            minus[name] = inputs[name].detach() - direction * step;
            const double numeric = (loss(plus) - loss(minus)).item<double>() / (2 * step);
            const double analytic = (gradient * direction).sum().item<double>();
            const double scale = std::max({1.0, std::abs(numeric), std::abs(analytic)});
            if (!std::isfinite(numeric))
                continue;
            QVERIFY2(std::abs(numeric - analytic) / scale < 1e-4,
                     qPrintable(QString("%1: %2 by differences, %3 by the gradient")
                                    .arg(QString::fromStdString(name))
                                    .arg(numeric)
                                    .arg(analytic)));
        }
    } catch (const c10::Error &error) {
        QFAIL(error.what_without_backtrace());
    } catch (const Error &error) {
        if (error.code() == ErrorCode::Unsupported)
            QSKIP(error.what());
        QFAIL(error.what());
    }
}

QTEST_GUILESS_MAIN(TestOperators)
#include "tst_operators.moc"
