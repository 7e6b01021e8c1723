// Files that are right, made from sources that are hard to compare: none of them may be called wrong, and
// where nothing can be compared that is what is said.
#include "core/certify/certificate.h"
#include "core/certify/publish.h"
#include "core/exporting/modeltraits.h"
#include "core/model/proto.h"
#include "tests/support/exportcases.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;

Q_DECLARE_METATYPE(Storage)

namespace {

using Result = CertificateCheck::Result;

CertificateCheck checkOf(const Certificate &certificate, const std::string &name)
{
    for (const CertificateCheck &check : certificate.checks)
        if (check.name.text() == name)
            return check;
    return {Message::verbatim(name), Result::NotApplicable, Message::verbatim("no such check")};
}

QString textOf(const Certificate &certificate)
{
    QString text;
    for (const CertificateCheck &check : certificate.checks)
        text +=
            QString("%1 %2: %3\n")
                .arg(int(check.result))
                .arg(QString::fromStdString(check.name.text()), QString::fromStdString(check.detail.text()));
    return text;
}

GraphBuilder halfInside()
{
    GraphBuilder graph;
    graph.input("x", {-1, 32})
        .output("y", {-1, 32})
        .constant("w",
                  fromFloats(ElementType::Float16, {32, 32}, randomTensor({32, 32}, 3, 0.2F).as<float>()));
    graph.node("Cast", {"x"}, {"h"}, {{"to", int64_t{10}}})
        .node("MatMul", {"h", "w"}, {"p"}, {}, "fc")
        .node("Cast", {"p"}, {"y"}, {{"to", int64_t{1}}});
    return graph;
}

/// The shortest input of which anything is left has 400 samples.
GraphBuilder rawAudio()
{
    GraphBuilder graph;
    graph.input("wav", {-1, -1}).output("y", {});
    graph.proto()
        .mutable_graph()
        ->mutable_input(0)
        ->mutable_type()
        ->mutable_tensor_type()
        ->mutable_shape()
        ->mutable_dim(1)
        ->set_dim_param("samples");
    Tensor axis = makeTensor(ElementType::Int64, {1});
    axis.as<int64_t>()[0] = 1;
    graph.constant("axis", axis).node("Unsqueeze", {"wav", "axis"}, {"h0"});
    const std::vector<std::pair<int64_t, int64_t>> kernels{{10, 5}, {3, 2}, {3, 2}, {3, 2},
                                                           {3, 2},  {2, 2}, {2, 2}};
    int64_t channels = 1;
    for (size_t i = 0; i < kernels.size(); ++i) {
        const std::string number = std::to_string(i), next = std::to_string(i + 1);
        graph.random("w" + number, {24, channels, kernels[i].first}, 0.3F)
            .node("Conv", {"h" + number, "w" + number}, {"h" + next},
                  {{"strides", std::vector<int64_t>{kernels[i].second}}}, "conv" + number);
        channels = 24;
    }
    graph.node("ReduceMean", {"h7"}, {"y"}, {{"axes", std::vector<int64_t>{2}}, {"keepdims", int64_t{0}}});
    return graph;
}

/// [time, samples, width] with a kernel of 5 over time.
GraphBuilder timeFirst()
{
    GraphBuilder graph;
    graph.input("x", {-1, -1, 40}).output("y", {}).random("w", {32, 40, 5}, 0.1F);
    auto *shape = graph.proto()
                      .mutable_graph()
                      ->mutable_input(0)
                      ->mutable_type()
                      ->mutable_tensor_type()
                      ->mutable_shape();
    shape->mutable_dim(0)->set_dim_param("T");
    graph.node("Transpose", {"x"}, {"t"}, {{"perm", std::vector<int64_t>{1, 2, 0}}})
        .node("Conv", {"t", "w"}, {"y"}, {}, "conv");
    return graph;
}

/// Runs only where the rows are a multiple of 12 in number, which none made up is.
GraphBuilder choosy()
{
    Tensor shape = makeTensor(ElementType::Int64, {2});
    shape.as<int64_t>()[0] = -1;
    shape.as<int64_t>()[1] = 768;
    GraphBuilder graph;
    graph.input("x", {-1, -1, 64}).output("y", {}).constant("s", shape).random("w", {768, 32}, 0.1F);
    graph.node("Reshape", {"x", "s"}, {"r"}).node("MatMul", {"r", "w"}, {"y"}, {}, "fc");
    return graph;
}

GraphBuilder textInput()
{
    GraphBuilder graph;
    graph.input("s", {-1, 4}, ElementType::String)
        .output("y", {})
        .random("e", {3, 64})
        .random("w", {64, 32}, 0.2F);
    graph
        .node("LabelEncoder", {"s"}, {"i"},
              {{"default_int64", int64_t{0}}, {"values_int64s", std::vector<int64_t>{1, 2}}})
        .node("Gather", {"e", "i"}, {"v"}, {}, "emb")
        .node("MatMul", {"v", "w"}, {"y"}, {}, "fc");
    auto *encoder = graph.proto().mutable_graph()->mutable_node(0);
    encoder->set_domain("ai.onnx.ml");
    auto *keys = encoder->add_attribute();
    keys->set_name("keys_strings");
    keys->set_type(onnx::AttributeProto::STRINGS);
    keys->add_strings("a");
    keys->add_strings("b");
    auto *import = graph.proto().add_opset_import();
    import->set_domain("ai.onnx.ml");
    import->set_version(2);
    return graph;
}

GraphBuilder sequenceInput()
{
    GraphBuilder graph;
    graph.input("s", {-1, 128}).output("y", {}).random("w", {128, 32}, 0.1F);
    auto *type = graph.proto().mutable_graph()->mutable_input(0)->mutable_type();
    const onnx::TypeProto element = *type;
    *type->mutable_sequence_type()->mutable_elem_type() = element;
    graph.node("ConcatFromSequence", {"s"}, {"x"}, {{"axis", int64_t{0}}})
        .node("MatMul", {"x", "w"}, {"y"}, {}, "fc");
    return graph;
}

GraphBuilder unknownOperator()
{
    GraphBuilder graph;
    graph.input("x", {1, 64}).output("y", {}).random("w", {64, 32}, 0.1F);
    graph.node("MatMul", {"x", "w"}, {"h"}, {}, "fc").node("Surprise", {"h"}, {"y"});
    graph.proto().mutable_graph()->mutable_node(1)->set_domain("somebody");
    auto *import = graph.proto().add_opset_import();
    import->set_domain("somebody");
    import->set_version(1);
    return graph;
}

/// Activations are quantized, the weight was left in float.
GraphBuilder quantizedAround()
{
    Tensor zero = makeTensor(ElementType::UInt8, {});
    zero.bytes = {std::byte{128}};
    GraphBuilder graph(17, 8);
    graph.input("x", {-1, 3, 16, 16})
        .output("y", {})
        .constant("s", makeTensor({}, std::vector{0.03F}))
        .constant("z", zero)
        .random("w", {16, 3, 3, 3}, 0.2F)
        .random("b", {16}, 0.3F);
    graph.node("QuantizeLinear", {"x", "s", "z"}, {"xq"})
        .node("DequantizeLinear", {"xq", "s", "z"}, {"xd"})
        .node("Conv", {"xd", "w", "b"}, {"c"}, {{"pads", std::vector<int64_t>{1, 1, 1, 1}}}, "conv")
        .node("QuantizeLinear", {"c", "s", "z"}, {"cq"})
        .node("DequantizeLinear", {"cq", "s", "z"}, {"cd"})
        .node("Identity", {"cd"}, {"y"});
    return graph;
}

GraphBuilder drawing(const std::string &op)
{
    GraphBuilder graph(15, 8);
    graph.input("x", {-1, 32}).output("y", {}).random("w1", {32, 32}, 0.2F).random("w2", {32, 32}, 0.2F);
    graph.node("MatMul", {"x", "w1"}, {"a"}, {}, "enc");
    if (op == "Dropout") {
        Tensor training = makeTensor(ElementType::Bool, {});
        training.bytes = {std::byte{1}};
        graph.constant("ratio", makeTensor({}, std::vector{0.5F}))
            .constant("training", training)
            .node("Dropout", {"a", "ratio", "training"}, {"n"});
    } else if (op == "Bernoulli") {
        graph.node("Sigmoid", {"a"}, {"p"}).node("Bernoulli", {"p"}, {"n"});
    } else if (op == "RandomNormal" || op == "RandomUniform") {
        graph.node(op, {}, {"n"}, {{"shape", std::vector<int64_t>{1, 32}}});
    } else {
        graph.node(op, {"a"}, {"n"});
    }
    graph.node("Add", {"a", "n"}, {"m"}).node("MatMul", {"m", "w2"}, {"y"}, {}, "dec");
    return graph;
}

} // namespace

class TstProvable : public QObject {
    Q_OBJECT
private slots:
    void rightFile_passes_data();
    void rightFile_passes();
    void halfInside_isJudgedByWhatItComputesIn();
    void incomparableFile_isUnproven_data();
    void incomparableFile_isUnproven();
    void randomOperators_areNamedAndSeeded_data();
    void randomOperators_areNamedAndSeeded();
    void integerKernels_areStated();
    void wrongWeights_areFoundWithoutInputs();

private:
    Certificate certified(const Model &source, const std::string &rule, Storage storage = Storage::Compact)
    {
        const CompressedModel compressed = Compressor(source).compress({"", {parseRule(rule)}});
        const std::filesystem::path path = m_folder.filePath(QString("%1.onnx").arg(m_files++)).toStdString();
        buildModel(compressed, storage).model.save(path);
        return certify(path, compressed);
    }
    QTemporaryDir m_folder;
    int m_files = 0;
};

void TstProvable::rightFile_passes_data()
{
    QTest::addColumn<QByteArray>("model");
    const auto row = [](const char *name, const GraphBuilder &graph) {
        QTest::newRow(name) << QByteArray::fromStdString(graph.bytes());
    };
    row("half inside", halfInside());
    row("raw audio", rawAudio());
    row("time first", timeFirst());
    row("text", textInput());
    row("quantized around", quantizedAround());
}

void TstProvable::rightFile_passes()
{
    QFETCH(QByteArray, model);
    const Model source = Model::parse(model.toStdString());
    for (const char *rule : {"*:bits=8", "*:bits=3", "*:prune=0.6"})
        for (const Storage storage : {Storage::Compact, Storage::QdqInt8, Storage::MatMulNBits}) {
            const Certificate certificate = certified(source, rule, storage);
            QVERIFY2(certificate.passed(), qPrintable(textOf(certificate)));
            QCOMPARE(checkOf(certificate, "stored weights").result, Result::Passed);
        }
}

void TstProvable::halfInside_isJudgedByWhatItComputesIn()
{
    QVERIFY(computesInHalf(halfInside().build()));
    QVERIFY(!computesInHalf(network()));
    for (const LayerCase &layer : layerCases())
        if (std::string(layer.name) == "float16 constant cast to float32") // only stored so
            QVERIFY(!computesInHalf(layer.build(13)));
    GraphBuilder inBranch;
    inBranch.node("Cast", {"h"}, {"b"}, {{"to", int64_t{16}}}).output("b", {1});
    GraphBuilder graph;
    graph.input("x", {1}).input("c", {}, ElementType::Bool).output("y", {});
    graph.node("Identity", {"x"}, {"h"})
        .node("If", {"c"}, {"y"})
        .subgraph("then_branch", inBranch)
        .subgraph("else_branch", inBranch);
    QVERIFY(computesInHalf(graph.build()));
}

void TstProvable::incomparableFile_isUnproven_data()
{
    QTest::addColumn<QByteArray>("model");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *name, const GraphBuilder &graph, const char *says) {
        QTest::newRow(name) << QByteArray::fromStdString(graph.bytes()) << QString(says);
    };
    row("no size fits", choosy(), "give samples");
    row("a sequence", sequenceInput(), "\"s\" is a sequence");
    row("an unknown operator", unknownOperator(), "Surprise");
}

void TstProvable::incomparableFile_isUnproven()
{
    QFETCH(QByteArray, model);
    QFETCH(QString, says);
    const Model source = Model::parse(model.toStdString());
    const Certificate certificate = certified(source, "*:bits=4");
    QVERIFY2(!certificate.passed() && !certificate.failed(), qPrintable(textOf(certificate)));
    QVERIFY2(QString::fromStdString(certificate.unproven.text()).contains(says),
             certificate.unproven.text().c_str());
    QCOMPARE(checkOf(certificate, "stored weights").result, Result::Passed); // they need no inputs
    const CompressedModel compressed = Compressor(source).compress({"", {parseRule("*:bits=4")}});
    const std::filesystem::path target = m_folder.filePath("unproven.onnx").toStdString();
    const Published published = publish(buildModel(compressed, Storage::Compact), compressed, target);
    QVERIFY(!published.written && !std::filesystem::exists(target));
}

void TstProvable::randomOperators_areNamedAndSeeded_data()
{
    QTest::addColumn<QString>("op");
    for (const char *op :
         {"RandomNormalLike", "RandomUniformLike", "RandomNormal", "RandomUniform", "Bernoulli", "Dropout"})
        QTest::newRow(op) << QString(op);
}

void TstProvable::randomOperators_areNamedAndSeeded()
{
    QFETCH(QString, op);
    const Model source = drawing(op.toStdString()).build();
    QCOMPARE(QString::fromStdString(unseededOperators(source)), op);
    QVERIFY(unseededOperators(withSeeds(source)).empty());
    const Certificate certificate = certified(source, "*:bits=8");
    QVERIFY2(certificate.passed(), qPrintable(textOf(certificate)));
    const CertificateCheck check = checkOf(certificate, "random operators");
    QVERIFY2(check.detail.text().starts_with(op.toStdString()), check.detail.text().c_str());
    QVERIFY(certificate.maxRelativeDifference <= certificateTolerance);
}

void TstProvable::integerKernels_areStated()
{
    const Certificate certificate = certified(quantizedAround().build(), "*:bits=8", Storage::QdqInt8);
    QVERIFY2(certificate.passed(), qPrintable(textOf(certificate)));
    QVERIFY(certificate.maxRelativeDifference <= certificateTolerance); // without them
    const CertificateCheck check = checkOf(certificate, "integer kernels");
    const QString detail = QString::fromStdString(check.detail.text());
    QVERIFY2(detail.contains("one step"), qPrintable(detail));
    // Without these instructions the runtime's sums of two products may overflow, which is stated instead.
    if (__builtin_cpu_supports("avx512vnni") || check.result == Result::Passed) {
        QCOMPARE(check.result, Result::Passed);
        return;
    }
    QCOMPARE(check.result, Result::NotApplicable);
    QVERIFY2(detail.contains("this processor's"), qPrintable(detail));
}

void TstProvable::wrongWeights_areFoundWithoutInputs()
{
    const Model source = choosy().build();
    const CompressedModel compressed = Compressor(source).compress({"", {parseRule("*:bits=4")}});
    onnx::ModelProto proto = buildModel(compressed, Storage::Dense).model.content().proto;
    for (onnx::TensorProto &tensor : *proto.mutable_graph()->mutable_initializer())
        if (tensor.name() == "w")
            tensor.mutable_raw_data()->at(0) ^= 1;
    const std::filesystem::path path = m_folder.filePath("wrong.onnx").toStdString();
    modelFromProto(std::move(proto), source).save(path);
    const Certificate certificate = certify(path, compressed);
    QVERIFY(certificate.failed());
    QCOMPARE(checkOf(certificate, "stored weights").result, Result::Failed);
}

QTEST_GUILESS_MAIN(TstProvable)
#include "tst_provable.moc"
