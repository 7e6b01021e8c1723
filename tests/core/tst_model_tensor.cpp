// Tensors, element types and the way between a stored constant and its matrix.
#include "core/base/error.h"
#include "core/model/proto.h"
#include "tests/support/graphbuilder.h"

#include <QTest>
#include <cmath>
#include <limits>

using namespace lathe;

class TstModelTensor : public QObject {
    Q_OBJECT
private slots:
    void elementBits_matchTheFormat_data();
    void elementBits_matchTheFormat();
    void elementCount_refusesOverflowAndNegatives();
    void shapeText_marksUnknownDimensions();
    void float16_roundsToNearestEven();
    void bfloat16_roundsToNearestEven();
    void float64_keepsWhatFloatCanHold();
    void widening_readsEveryPlainType();
    void widening_refusesStringsAndSubBytes();
    void layout_canBeUndone_data();
    void layout_canBeUndone();
    void transposeOfFourDimensions_movesEveryElement();
    void readTensor_packsTypedFields_data();
    void readTensor_packsTypedFields();
    void makeTensorProto_readsBack();
};

void TstModelTensor::elementBits_matchTheFormat_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("bits");
    QTest::addColumn<QString>("name");
    QTest::newRow("undefined") << 0 << 0 << "undefined";
    QTest::newRow("float32") << 1 << 32 << "float32";
    QTest::newRow("string") << 8 << 0 << "string";
    QTest::newRow("bool") << 9 << 8 << "bool";
    QTest::newRow("float16") << 10 << 16 << "float16";
    QTest::newRow("complex64") << 14 << 64 << "complex64";
    QTest::newRow("bfloat16") << 16 << 16 << "bfloat16";
    QTest::newRow("float8") << 17 << 8 << "float8e4m3fn";
    QTest::newRow("int4") << 22 << 4 << "int4";
    QTest::newRow("of the future") << 99 << 0 << "type 99";
}

void TstModelTensor::elementBits_matchTheFormat()
{
    QFETCH(int, type);
    QFETCH(int, bits);
    QFETCH(QString, name);
    QCOMPARE(elementBits(static_cast<ElementType>(type)), bits);
    QCOMPARE(QString::fromStdString(elementTypeName(static_cast<ElementType>(type))), name);
}

void TstModelTensor::elementCount_refusesOverflowAndNegatives()
{
    QCOMPARE(elementCount({}), int64_t{1});
    QCOMPARE(elementCount({2, 3, 4}), int64_t{24});
    QCOMPARE(elementCount({5, 0}), int64_t{0});
    QCOMPARE(elementCount({2, -1}), int64_t{-1});
    QCOMPARE(elementCount({0, -1}), int64_t{-1});
    QCOMPARE(elementCount({int64_t{1} << 40, int64_t{1} << 40}), int64_t{-1});
}

void TstModelTensor::shapeText_marksUnknownDimensions()
{
    QCOMPARE(shapeText({1, 3, -1}), std::string("[1, 3, ?]"));
    QCOMPARE(shapeText({}), std::string("[]"));
}

void TstModelTensor::float16_roundsToNearestEven()
{
    const float step = 0x1p-10F; // between neighbours at 1
    const std::vector<float> in{1.0F, 1.0F + step / 2, 1.0F + 3 * step / 2, 65504.0F, 1e6F, -0x1p-24F};
    const std::vector<float> out = toFloats(fromFloats(ElementType::Float16, {6}, in));
    const std::vector<float> expected{
        1.0F, 1.0F, 1.0F + 2 * step, 65504.0F, std::numeric_limits<float>::infinity(), -0x1p-24F};
    QCOMPARE(out, expected);
    const std::vector<float> nan{std::numeric_limits<float>::quiet_NaN()};
    QVERIFY(std::isnan(toFloats(fromFloats(ElementType::Float16, {1}, nan))[0]));
}

void TstModelTensor::bfloat16_roundsToNearestEven()
{
    const float step = 0x1p-7F;
    const std::vector<float> in{1.0F + step / 2, 1.0F + 3 * step / 2, -3.0e38F};
    const std::vector<float> out = toFloats(fromFloats(ElementType::BFloat16, {3}, in));
    QCOMPARE(out[0], 1.0F);
    QCOMPARE(out[1], 1.0F + 2 * step);
    QVERIFY(std::abs(out[2] / -3.0e38F - 1.0F) < step);
}

void TstModelTensor::float64_keepsWhatFloatCanHold()
{
    const std::vector<float> in{0.1F, -1e-30F, 3e38F};
    QCOMPARE(toFloats(fromFloats(ElementType::Float64, {3}, in)), in);
}

void TstModelTensor::widening_readsEveryPlainType()
{
    using T = ElementType;
    for (const T type :
         {T::UInt8, T::Int8, T::UInt16, T::Int16, T::Int32, T::Int64, T::Bool, T::UInt32, T::UInt64}) {
        Tensor tensor = makeTensor(type, {2});
        tensor.bytes[0] = std::byte{1}; // the number one, whatever the width
        QCOMPARE(toFloats(tensor), (std::vector<float>{1.0F, 0.0F}));
    }
    Tensor negative = makeTensor(T::Int8, {1});
    negative.as<int8_t>()[0] = -5;
    QCOMPARE(toFloats(negative)[0], -5.0F);
}

void TstModelTensor::widening_refusesStringsAndSubBytes()
{
    QVERIFY_EXCEPTION_THROWN(toFloats(makeTensor(ElementType::Int4, {3})), Error);
    QCOMPARE(makeTensor(ElementType::Int4, {3}).bytes.size(), size_t{2});
    QVERIFY_EXCEPTION_THROWN(toFloats(Tensor{ElementType::String, {1}, {}}), Error);
    QVERIFY_EXCEPTION_THROWN(fromFloats(ElementType::Int8, {1}, std::vector{1.0F}), Error);
    QVERIFY_EXCEPTION_THROWN(fromFloats(ElementType::Float32, {2}, std::vector{1.0F}), Error);
}

void TstModelTensor::layout_canBeUndone_data()
{
    using Kind = LayoutStep::Kind;
    QTest::addColumn<WeightLayout>("layout");
    QTest::addColumn<int>("rows");
    QTest::newRow("as it is") << WeightLayout{} << 6;
    QTest::newRow("reshape") << WeightLayout{{{Kind::Reshape, {2, 3, 4}, {6, 4}, {}}}} << 6;
    QTest::newRow("transpose") << WeightLayout{{{Kind::Transpose, {4, 6}, {6, 4}, {1, 0}}}} << 6;
    QTest::newRow("three dimensions") << WeightLayout{{{Kind::Transpose, {2, 3, 4}, {4, 2, 3}, {2, 0, 1}},
                                                       {Kind::Reshape, {4, 2, 3}, {8, 3}, {}}}}
                                      << 8;
    QTest::newRow("several") << WeightLayout{{{Kind::Reshape, {24}, {2, 3, 2, 2}, {}},
                                              {Kind::Transpose, {2, 3, 2, 2}, {2, 2, 3, 2}, {3, 0, 1, 2}},
                                              {Kind::Reshape, {2, 2, 3, 2}, {4, 6}, {}},
                                              {Kind::Transpose, {4, 6}, {6, 4}, {1, 0}}}}
                             << 6;
}

void TstModelTensor::layout_canBeUndone()
{
    QFETCH(WeightLayout, layout);
    QFETCH(int, rows);
    std::vector<float> constant(24);
    for (size_t i = 0; i < constant.size(); ++i)
        constant[i] = static_cast<float>(i);
    const Matrix matrix = constantToMatrix(layout, constant, rows, 24 / rows);
    QCOMPARE(matrixToConstant(layout, matrix), constant);
    QVERIFY_EXCEPTION_THROWN(constantToMatrix(layout, std::span(constant).first(23), rows, 24 / rows), Error);
}

void TstModelTensor::transposeOfFourDimensions_movesEveryElement()
{
    const Shape from{2, 3, 4, 5};
    const std::vector<int64_t> permutation{3, 1, 0, 2};
    std::vector<float> constant(120);
    for (size_t i = 0; i < constant.size(); ++i)
        constant[i] = static_cast<float>(i);
    const WeightLayout layout{{{LayoutStep::Kind::Transpose, from, {5, 3, 2, 4}, permutation}}};
    const Matrix matrix = constantToMatrix(layout, constant, 5, 24);
    for (int a = 0; a < 2; ++a)
        for (int b = 0; b < 3; ++b)
            for (int c = 0; c < 4; ++c)
                for (int d = 0; d < 5; ++d)
                    QCOMPARE(matrix(d, (b * 2 + a) * 4 + c),
                             static_cast<float>(((a * 3 + b) * 4 + c) * 5 + d));
}

void TstModelTensor::readTensor_packsTypedFields_data()
{
    QTest::addColumn<int>("type");
    QTest::newRow("float") << 1;
    QTest::newRow("uint8") << 2;
    QTest::newRow("int8") << 3;
    QTest::newRow("uint16") << 4;
    QTest::newRow("int16") << 5;
    QTest::newRow("int32") << 6;
    QTest::newRow("int64") << 7;
    QTest::newRow("bool") << 9;
    QTest::newRow("double") << 11;
    QTest::newRow("uint32") << 12;
    QTest::newRow("uint64") << 13;
}

void TstModelTensor::readTensor_packsTypedFields()
{
    QFETCH(int, type);
    onnx::TensorProto proto;
    proto.set_data_type(type);
    proto.add_dims(3);
    for (const int v : {0, 1, 1}) {
        if (type == onnx::TensorProto::FLOAT)
            proto.add_float_data(static_cast<float>(v));
        else if (type == onnx::TensorProto::DOUBLE)
            proto.add_double_data(v);
        else if (type == onnx::TensorProto::INT64)
            proto.add_int64_data(v);
        else if (type == onnx::TensorProto::UINT32 || type == onnx::TensorProto::UINT64)
            proto.add_uint64_data(static_cast<uint64_t>(v));
        else
            proto.add_int32_data(v);
    }
    const Model model = test::GraphBuilder().input("x", {1}).node("Relu", {"x"}, {"y"}).output("y").build();
    const Tensor tensor = readTensor(proto, model.content());
    QCOMPARE(toFloats(tensor), (std::vector<float>{0, 1, 1}));
    proto.set_dims(0, 4);
    QVERIFY_EXCEPTION_THROWN(readTensor(proto, model.content()), Error);
}

void TstModelTensor::makeTensorProto_readsBack()
{
    const Model model = test::GraphBuilder().input("x", {1}).node("Relu", {"x"}, {"y"}).output("y").build();
    const Tensor tensor = test::randomTensor({3, 5}, 1);
    const onnx::TensorProto proto = makeTensorProto("w", tensor);
    QCOMPARE(proto.name(), std::string("w"));
    const Tensor back = readTensor(proto, model.content());
    QCOMPARE(back.shape, tensor.shape);
    QCOMPARE(back.bytes, tensor.bytes);
}

QTEST_GUILESS_MAIN(TstModelTensor)
#include "tst_model_tensor.moc"
