// The engine on whole networks: it is loaded when it is needed, computes what ONNX Runtime computes, and says
// what it cannot train.
#include "core/base/error.h"
#include "core/base/heap.h"
#include "core/base/processor.h"
#include "core/runtime/session.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/trainednetworks.h"

#include <QDir>
#include <QFile>
#include <cmath>
#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace lathe;
using namespace lathe::train;
namespace fs = std::filesystem;

class TstEngine : public QObject {
    Q_OBJECT
private slots:
    void engine_isLoadedWhenItIsNeeded();
    void kernels_areChosenBeforeItIsLoaded();
    void largeBlocks_stayWithTheProcess();
    void missing_namesNodesAndOperators();
    void network_ofAnUntrainableModel_isRefused();
    void realModels_giveTheRuntimesLogits_data();
    void realModels_giveTheRuntimesLogits();
    void newerOperators_giveTheRuntimesOutputs();
    void oddModels_giveTheRuntimesOutputsOrAreRefused();
};

namespace {

bool isMapped(const QByteArray &library)
{
    QFile maps("/proc/self/maps");
    return maps.open(QIODevice::ReadOnly) && maps.readAll().contains(library);
}

/// Random numbers for each input; unknown dimensions are 2, integers below 3.
std::map<std::string, Tensor> inputsFor(const Session &session, int64_t unknown)
{
    std::map<std::string, Tensor> inputs;
    for (const ValueInfo &input : session.inputs()) {
        Shape shape = input.shape;
        std::ranges::replace(shape, int64_t{-1}, unknown);
        if (input.type == ElementType::Undefined || input.type == ElementType::String)
            throw Error(ErrorCode::Unsupported, Message::verbatim(input.name + " is no plain tensor"));
        const std::vector<float> values = toFloats(test::randomTensor(shape, 5, 0.5F));
        inputs[input.name] =
            isFloat(input.type) ? fromFloats(input.type, shape, values) : makeTensor(input.type, shape);
    }
    return inputs;
}

std::vector<Tensor> runtimeOutputs(const Session &session, const std::map<std::string, Tensor> &inputs)
{
    std::vector<TensorView> feeds;
    for (const ValueInfo &input : session.inputs())
        feeds.emplace_back(inputs.at(input.name));
    return session.run(feeds);
}

/// The largest difference, relative to the largest value.
double relativeDifference(const Tensor &given, const Tensor &expected)
{
    if (given.shape != expected.shape)
        return std::numeric_limits<double>::infinity();
    const std::vector<float> a = toFloats(given), b = toFloats(expected);
    double difference = 0, scale = 1e-6;
    for (size_t i = 0; i < a.size(); ++i) {
        if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i])))
            continue;
        difference = std::max(difference, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
        scale = std::max(scale, std::abs(static_cast<double>(b[i])));
    }
    return difference / scale;
}

double differenceFromRuntime(const Model &model, int64_t unknown = 2)
{
    SessionOptions options;
    options.optimize = false;
    const Session session(model, options);
    const std::map<std::string, Tensor> inputs = inputsFor(session, unknown);
    std::vector<std::string> wanted;
    for (const ValueInfo &output : session.outputs())
        wanted.push_back(output.name);
    const std::vector<Tensor> expected = runtimeOutputs(session, inputs);
    const auto network = loadEngine().network(model, {});
    const std::vector<Tensor> given = network->run(inputs, wanted);
    double worst = 0;
    for (size_t i = 0; i < expected.size(); ++i)
        worst = std::max(worst, relativeDifference(given[i], expected[i]));
    return worst;
}

} // namespace

void TstEngine::engine_isLoadedWhenItIsNeeded()
{
    QVERIFY(!isMapped("libtorch"));
    LATHE_NEED_ENGINE();
    QVERIFY(isMapped("libtorch"));
    QVERIFY(QString::fromStdString(loadEngine().version()).startsWith("libtorch "));
    QCOMPARE(&loadEngine(), &loadEngine());
}

/// Its libraries read the environment once, when they are loaded.
void TstEngine::kernels_areChosenBeforeItIsLoaded()
{
    LATHE_NEED_ENGINE();
    const Processor processor = thisProcessor();
    if (const auto kernels = archType(nullptr, processor))
        QVERIFY(!qgetenv("BLIS_ARCH_TYPE").isEmpty());
    if (const auto kernels = openBlasType(nullptr, processor))
        QVERIFY(!qgetenv("OPENBLAS_CORETYPE").isEmpty());
    QVERIFY(!qgetenv("OMP_WAIT_POLICY").isEmpty()); // waiting threads leave the processor to others
}

/// Whatever a step takes and frees again, pages of it are not asked of the system anew each time.
void TstEngine::largeBlocks_stayWithTheProcess()
{
#ifdef __GLIBC__
    LATHE_NEED_ENGINE();
    constexpr size_t large = size_t{64} << 20; // more than the C library ever keeps by itself
    const auto mapsAlone = [](size_t bytes) {
        const size_t before = mallinfo2().hblks;
        void *block = std::malloc(bytes);
        *static_cast<volatile char *>(block) = 1; // else the compiler leaves it out
        const bool alone = mallinfo2().hblks > before;
        std::free(block);
        return alone;
    };
    const bool isMappedAlone = mapsAlone(large);
    const size_t kept = mallinfo2().arena;
    giveLargeBlocksBack();
    const bool isMappedThen = mapsAlone(4 * large); // there is no place for it in what is kept
    keepLargeBlocks();
    QVERIFY(!isMappedAlone && kept >= large);
    QVERIFY(isMappedThen); // that is: the sight is sharp
#else
    QSKIP("the C library is another one than glibc");
#endif
}

void TstEngine::missing_namesNodesAndOperators()
{
    LATHE_NEED_ENGINE();
    test::GraphBuilder graph;
    graph.input("x", {1, 4}).output("y", {1, 4}).random("w", {4, 4});
    graph.node("Relu", {"x"}, {"r"}, {}, "relu")
        .node("Det", {"w"}, {"unused"}, {}, "aside")
        .node("DynamicQuantizeLinear", {"r"}, {"q", "s", "z"}, {}, "quantize")
        .node("DequantizeLinear", {"q", "s", "z"}, {"y"}, {}, "back");
    const std::vector<MissingOperator> missing = loadEngine().missing(graph.build());
    QCOMPARE(missing.size(), size_t{1}); // what no output needs does not count
    QCOMPARE(missing.front().node, std::string("quantize"));
    QCOMPARE(missing.front().operatorType, std::string("DynamicQuantizeLinear"));
}

void TstEngine::network_ofAnUntrainableModel_isRefused()
{
    LATHE_NEED_ENGINE();
    test::GraphBuilder graph;
    graph.input("x", {1, 4}).output("y", {1, 4});
    graph.node("DynamicQuantizeLinear", {"x"}, {"q", "s", "z"}, {}, "first")
        .node("DequantizeLinear", {"q", "s", "z"}, {"d"}, {}, "back")
        .node("DynamicQuantizeLinear", {"d"}, {"q2", "s2", "z2"}, {}, "second")
        .node("DequantizeLinear", {"q2", "s2", "z2"}, {"y"}, {}, "again");
    try {
        loadEngine().network(graph.build(), {});
        QFAIL("it was taken");
    } catch (const Error &error) {
        QVERIFY(error.code() == ErrorCode::Unsupported);
        QVERIFY2(
            QString(error.what()).contains("first (DynamicQuantizeLinear), second (DynamicQuantizeLinear)"),
            error.what());
    }
}

void TstEngine::realModels_giveTheRuntimesLogits_data()
{
    QTest::addColumn<QString>("path");
    const QDir folder(QString::fromStdString(test::testData()) + "/models");
    for (const QString &name : folder.entryList({"*.onnx"}, QDir::Files, QDir::Name))
        QTest::newRow(qPrintable(name)) << folder.filePath(name);
    if (test::testData().empty())
        QTest::newRow("none") << QString();
}

void TstEngine::realModels_giveTheRuntimesLogits()
{
    LATHE_NEED_TEST_DATA();
    LATHE_NEED_ENGINE();
    QFETCH(QString, path);
    const Model model = Model::load(path.toStdString());
    if (path.contains("int8_dynamic")) {
        QVERIFY(!loadEngine().missing(model).empty());
        return;
    }
    const double off = differenceFromRuntime(model);
    qInfo("relative difference %.2g", off);
    QVERIFY2(off < (path.contains("fp16") ? 2e-2 : 1e-3), qPrintable(QString::number(off)));
}

/// Operators that ONNX 1.12's own cases do not have yet (train_operators has all others).
void TstEngine::newerOperators_giveTheRuntimesOutputs()
{
    LATHE_NEED_ENGINE();
    const auto model = [](const std::string &type, const std::vector<std::string> &more,
                          const std::vector<std::pair<std::string, test::Attribute>> &attributes) {
        test::GraphBuilder graph(21, 10);
        graph.input("x", {2, 4, 5, 6}).output("y");
        std::vector<std::string> inputs{"x"};
        for (const std::string &name : more) {
            graph.random(name, {4});
            inputs.push_back(name);
        }
        graph.node(type, inputs, {"y"}, attributes);
        return graph.build();
    };
    const std::vector<Model> models{
        model("Gelu", {}, {}),
        model("Gelu", {}, {{"approximate", std::string("tanh")}}),
        model("Mish", {}, {}),
        model("GlobalLpPool", {}, {{"p", int64_t{3}}}),
        model("LpNormalization", {}, {{"axis", int64_t{1}}}),
        model("LpNormalization", {}, {{"axis", int64_t{2}}, {"p", int64_t{1}}}),
        model("LpPool", {}, {{"kernel_shape", std::vector<int64_t>{2, 3}}}),
        model("GroupNormalization", {"scale", "shift"}, {{"num_groups", int64_t{2}}})};
    for (size_t i = 0; i < models.size(); ++i) {
        const double off = differenceFromRuntime(models[i]);
        QVERIFY2(off < 1e-5, qPrintable(QString("model %1: %2").arg(i).arg(off)));
    }
}

void TstEngine::oddModels_giveTheRuntimesOutputsOrAreRefused()
{
    LATHE_NEED_TEST_DATA();
    LATHE_NEED_ENGINE();
    int same = 0;
    QStringList refused, unlike;
    const QDir folder(QString::fromStdString(test::testData()) + "/odd-models");
    for (const QString &name : folder.entryList({"*.onnx"}, QDir::Files, QDir::Name)) {
        try {
            const double off = differenceFromRuntime(Model::load(folder.filePath(name).toStdString()), 1);
            if (off < 1e-3)
                ++same;
            else
                unlike << QString("%1: %2").arg(name).arg(off);
        } catch (const Error &error) {
            refused << name + ": " + error.what();
        }
    }
    qInfo("%d as the runtime; refused:\n%s", same, qPrintable(refused.join('\n')));
    QVERIFY2(unlike.isEmpty(), qPrintable(unlike.join('\n')));
    QVERIFY(same >= 10);
}

QTEST_GUILESS_MAIN(TstEngine)
#include "tst_engine.moc"
