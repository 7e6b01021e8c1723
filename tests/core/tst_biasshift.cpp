#include "core/base/fileio.h"
#include "core/certify/certificate.h"
#include "core/model/proto.h"
#include "core/onnx/graphindex.h"
#include "tests/support/exportcases.h"
#include "tests/support/modelruns.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;

namespace {

using Ints = std::vector<int64_t>;

struct Case {
    const char *name;
    Model (*build)(int opset);
    int axis; ///< of the output, along which the shift goes; from the end
    int oldestOpset = 7;
};

GraphBuilder graph(int opset, const Shape &in)
{
    GraphBuilder builder(opset);
    builder.input("x", in).output("y");
    return builder;
}

Model conv(int opset)
{
    return graph(opset, {1, 4, 7, 7})
        .random("w", {6, 4, 3, 3})
        .random("b", {6})
        .node("Conv", {"x", "w", "b"}, {"y"}, {}, "l")
        .build();
}
Model convWithout(int opset)
{
    return graph(opset, {1, 4, 7, 7}).random("w", {6, 4, 3, 3}).node("Conv", {"x", "w"}, {"y"}).build();
}
/// Two layers with one bias.
Model convShared(int opset)
{
    return graph(opset, {1, 6, 7, 7})
        .random("w", {6, 6, 3, 3})
        .random("v", {6, 6, 1, 1})
        .random("b", {6})
        .node("Conv", {"x", "v", "b"}, {"h"}, {}, "other")
        .node("Conv", {"h", "w", "b"}, {"y"}, {}, "l")
        .build();
}
/// A bias that depends on what is fed.
Model convComputed(int opset)
{
    return graph(opset, {1, 6, 7, 7})
        .random("w", {6, 6, 3, 3})
        .node("GlobalAveragePool", {"x"}, {"p"})
        .node("Flatten", {"p"}, {"f"}, {{"axis", int64_t{0}}})
        .random("ones", {1, 1})
        .node("MatMul", {"ones", "f"}, {"m"})
        .constant("flat",
                  [] {
                      Tensor shape = makeTensor(ElementType::Int64, {1});
                      shape.as<int64_t>()[0] = 6;
                      return shape;
                  }())
        .node("Reshape", {"m", "flat"}, {"b"})
        .node("Conv", {"x", "w", "b"}, {"y"}, {}, "l")
        .build();
}
Model convTranspose(int opset)
{
    return graph(opset, {1, 4, 5, 5})
        .random("w", {4, 3, 3, 3})
        .random("b", {6})
        .node("ConvTranspose", {"x", "w", "b"}, {"y"}, {{"group", int64_t{2}}}, "l")
        .build();
}
Model gemmWith(int opset, const Shape &bias, float beta)
{
    return graph(opset, {3, 5})
        .random("w", {7, 5})
        .random("b", bias)
        .node("Gemm", {"x", "w", "b"}, {"y"}, {{"transB", int64_t{1}}, {"alpha", 0.5F}, {"beta", beta}}, "l")
        .build();
}
Model gemm(int opset)
{
    return gemmWith(opset, {7}, 2.0F);
}
Model gemmColumn(int opset)
{
    return gemmWith(opset, {3, 1}, 1.0F);
}
Model gemmScalar(int opset)
{
    return gemmWith(opset, {}, 3.0F);
}
Model gemmFull(int opset)
{
    return gemmWith(opset, {3, 7}, -1.0F);
}
Model gemmZeroBeta(int opset)
{
    return gemmWith(opset, {7}, 0.0F);
}
Model gemmWithout(int opset)
{
    return graph(opset, {3, 5}).random("w", {5, 7}).node("Gemm", {"x", "w"}, {"y"}, {{"beta", 4.0F}}).build();
}
Model gemmComputed(int opset)
{
    return graph(opset, {3, 7})
        .random("w", {7, 7})
        .node("Sigmoid", {"x"}, {"b"})
        .node("Gemm", {"x", "w", "b"}, {"y"}, {{"beta", 4.0F}}, "l")
        .build();
}
Model gemmLeft(int opset)
{
    return graph(opset, {5, 3})
        .random("w", {7, 5})
        .random("b", {7, 1})
        .node("Gemm", {"w", "x", "b"}, {"y"}, {{"beta", 0.5F}}, "l")
        .build();
}
Model gemmLeftRow(int opset)
{
    return graph(opset, {5, 3})
        .random("w", {7, 5})
        .random("b", {3})
        .node("Gemm", {"w", "x", "b"}, {"y"}, {}, "l")
        .build();
}
Model matMul(int opset)
{
    return graph(opset, {2, 3, 5}).random("w", {5, 7}).node("MatMul", {"x", "w"}, {"y"}, {}, "l").build();
}
Model matMulLeft(int opset)
{
    return graph(opset, {2, 5, 3}).random("w", {7, 5}).node("MatMul", {"w", "x"}, {"y"}, {}, "l").build();
}
Model matMulVector(int opset)
{
    return graph(opset, {5}).random("w", {7, 5}).node("MatMul", {"w", "x"}, {"y"}, {}, "l").build();
}
Model cast(int opset)
{
    const Tensor values = randomTensor({5, 7}, 3);
    return graph(opset, {3, 5})
        .constant("w", fromFloats(ElementType::Float16, values.shape, toFloats(values)))
        .node("Cast", {"w"}, {"f"}, {{"to", int64_t{1}}})
        .node("MatMul", {"x", "f"}, {"y"})
        .build();
}
Model twoReaders(int opset)
{
    return graph(opset, {3, 7})
        .random("w", {7, 7})
        .node("MatMul", {"x", "w"}, {"h"}, {}, "first")
        .node("MatMul", {"h", "w"}, {"y"}, {}, "second")
        .build();
}

const std::vector<Case> &cases()
{
    static const std::vector<Case> all{
        {"conv", conv, 3},
        {"conv without bias", convWithout, 3},
        {"conv, shared bias", convShared, 3},
        {"conv, computed bias", convComputed, 3},
        {"transposed conv", convTranspose, 3},
        {"gemm", gemm, 1},
        {"gemm, column", gemmColumn, 1},
        {"gemm, scalar", gemmScalar, 1},
        {"gemm, full", gemmFull, 1},
        {"gemm, beta 0", gemmZeroBeta, 1},
        {"gemm without bias", gemmWithout, 1, 11},
        {"gemm, computed bias", gemmComputed, 1},
        {"gemm, constant left", gemmLeft, 2},
        {"gemm, constant left, row", gemmLeftRow, 2},
        {"matmul", matMul, 1},
        {"matmul, constant left", matMulLeft, 2},
        {"matmul, vector", matMulVector, 1},
        {"cast", cast, 1, 9},
        {"tied", twoReaders, 1},
    };
    return all;
}

/// The weight as it is, in few enough different values to have codes: so only the shift changes anything.
CompressedModel shifted(const Model &source, bool shift = true)
{
    CompressedModel compressed{source, source, {}, {}, {}, {}, {}};
    for (size_t i = 0; i < source.layers().size(); ++i) {
        const Layer &layer = source.layers()[i];
        LayerResult result;
        const bool isLast = i + 1 == source.layers().size();
        result.code.weight = std::make_shared<const Encoding>(
            MatrixEncoding{layer.rows, layer.cols, {}, DenseValues{source.weight(i)}});
        if (isLast && shift)
            result.code.biasShift = Eigen::VectorXf::LinSpaced(layer.rows, -1.0F, 2.0F);
        compressed.layers.push_back(result);
    }
    return compressed;
}

/// The output with the shift of the last layer added along an axis counted from the end.
Tensor added(const Tensor &output, const Vector &shift, int axis)
{
    std::vector<float> values = toFloats(output);
    size_t inner = 1;
    for (size_t i = output.shape.size(); i-- > output.shape.size() - size_t(axis) + 1;)
        inner *= size_t(output.shape[i]);
    for (size_t i = 0; i < values.size(); ++i)
        values[i] += shift[Index(i / inner % size_t(shift.size()))];
    return fromFloats(output.type, output.shape, values);
}

} // namespace

class TstBiasShift : public QObject {
    Q_OBJECT
private slots:
    void shift_isAddedToTheOutput_data();
    void shift_isAddedToTheOutput();
    void oldBias_isGoneUnlessShared();
    void factors_carryItInTheLastNode_data();
    void factors_carryItInTheLastNode();
    void stackOfMatrices_saysItIsLeftOut();
    void flippedBias_isFound();
    void oldIr_listsItAsWell();
};

void TstBiasShift::shift_isAddedToTheOutput_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<int>("opset");
    for (size_t i = 0; i < cases().size(); ++i)
        for (const int opset : {7, 9, 11, 13, 17})
            if (opset >= cases()[i].oldestOpset)
                QTest::addRow("%s, opset %d", cases()[i].name, opset) << int(i) << opset;
}

void TstBiasShift::shift_isAddedToTheOutput()
{
    QFETCH(int, which);
    QFETCH(int, opset);
    const Case &c = cases()[size_t(which)];
    const Model source = c.build(opset);
    const CompressedModel compressed = shifted(source);
    const Tensor expected = added(outputOf(source), compressed.layers.back().code.biasShift, c.axis);
    Exporter exporter(source);
    for (const Storage storage : {Storage::Compact, Storage::Dense, Storage::MatMulNBits}) {
        const BuiltModel built = exporter.build(compressed, storage);
        QVERIFY(!built.layers.back().bias.empty());
        for (const bool optimize : {true, false}) {
            const double apart = relativeDifference(outputOf(built.model, optimize), expected);
            QVERIFY2(apart <= 1e-5, qPrintable(QString::number(apart)));
        }
        if (storage == Storage::Compact)
            QCOMPARE(exporter.costs(compressed).fileBytes, built.model.serializedBytes());
    }
}

void TstBiasShift::oldBias_isGoneUnlessShared()
{
    const auto has = [](const Model &model, const char *name) {
        return model.content().index->find(0, name).has_value();
    };
    QVERIFY(!has(buildModel(shifted(conv(13)), Storage::Compact).model, "b"));
    QVERIFY(has(buildModel(shifted(conv(13), false), Storage::Compact).model, "b"));
    QVERIFY(has(buildModel(shifted(convShared(13)), Storage::Compact).model, "b"));
}

void TstBiasShift::factors_carryItInTheLastNode_data()
{
    QTest::addColumn<QString>("layer");
    QTest::addColumn<int>("axis");
    QTest::addRow("conv") << "conv" << 3;
    QTest::addRow("gemm") << "gemm" << 1;
    QTest::addRow("gemm, constant left") << "gemm, constant left" << 2;
    QTest::addRow("matmul") << "matmul" << 1;
    QTest::addRow("matmul, constant left") << "matmul, constant left" << 2;
}

void TstBiasShift::factors_carryItInTheLastNode()
{
    QFETCH(QString, layer);
    QFETCH(int, axis);
    const Model source =
        std::ranges::find_if(cases(), [&](const Case &c) { return layer == c.name; })->build(13);
    CompressedModel compressed = Compressor(source).compress({"", {parseRule("*:rank=3")}});
    const Tensor before = outputOf(buildModel(compressed, Storage::Dense).model);
    const Index rows = source.layers()[0].rows;
    compressed.layers[0].code.biasShift = Eigen::VectorXf::LinSpaced(rows, -1.0F, 2.0F);
    const Tensor expected = added(before, compressed.layers[0].code.biasShift, axis);
    for (const Storage storage : {Storage::Compact, Storage::Dense})
        QVERIFY(relativeDifference(outputOf(buildModel(compressed, storage).model), expected) <= 1e-5);
}

void TstBiasShift::stackOfMatrices_saysItIsLeftOut()
{
    const Model source =
        graph(13, {3, 4, 5}).random("w", {3, 5, 7}).node("MatMul", {"x", "w"}, {"y"}).build();
    const BuiltModel built = buildModel(shifted(source), Storage::Compact);
    QVERIFY(built.layers[0].bias.empty());
    QVERIFY2(built.issues.at(0).message.text().find("bias is not corrected") != std::string::npos,
             built.issues[0].message.text().c_str());
}

void TstBiasShift::flippedBias_isFound()
{
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("m.onnx").toStdString();
    const CompressedModel compressed = shifted(gemm(13));
    const BuiltModel built = buildModel(compressed, Storage::Compact);
    built.model.save(path);
    QVERIFY(certify(path, compressed).passed());
    onnx::ModelProto proto;
    QVERIFY(proto.ParseFromString(readFile(path)));
    for (onnx::TensorProto &tensor : *proto.mutable_graph()->mutable_initializer())
        if (tensor.name() == built.layers[0].bias)
            tensor.mutable_raw_data()->at(0) ^= 1;
    writeFileAtomically(path, proto.SerializeAsString());
    const Certificate certificate = certify(path, compressed);
    for (const CertificateCheck &check : certificate.checks)
        if (check.name.text() == "stored weights") {
            QCOMPARE(check.result, CertificateCheck::Result::Failed);
            QVERIFY2(check.detail.text().find("bias of l") != std::string::npos, check.detail.text().c_str());
        }
}

void TstBiasShift::oldIr_listsItAsWell()
{
    GraphBuilder builder(8, 3);
    const Model source = builder.input("x", {3, 5})
                             .input("w", {7, 5})
                             .input("b", {7})
                             .output("y")
                             .random("w", {7, 5})
                             .random("b", {7})
                             .node("Gemm", {"x", "w", "b"}, {"y"}, {{"transB", int64_t{1}}}, "l")
                             .build();
    const CompressedModel compressed = shifted(source);
    const BuiltModel built = buildModel(compressed, Storage::Compact);
    QCOMPARE(built.model.inputs().size(), size_t(1));
    const onnx::GraphProto &proto = built.model.content().proto.graph();
    QCOMPARE(proto.input_size(), proto.initializer_size() + 1);
    const Tensor expected = added(outputOf(source), compressed.layers[0].code.biasShift, 1);
    QVERIFY(relativeDifference(outputOf(built.model), expected) <= 1e-5);
    QCOMPARE(Exporter(source).costs(compressed).fileBytes, built.model.serializedBytes());
}

QTEST_GUILESS_MAIN(TstBiasShift)
#include "tst_biasshift.moc"
