// The numbers of one constant, as a person looks at them.
#include "core/exporting/constantvalues.h"
#include "core/graph/nodefacts.h"
#include "core/model/proto.h"
#include "tests/support/graphbuilder.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <limits>

using namespace lathe;
using namespace lathe::test;

class TstConstantValues : public QObject {
    Q_OBJECT
private slots:
    void statistics_areThoseOfTheNumbers();
    void packedNibbles_areUnpacked();
    void externalData_isReadByParts();
    void manyNumbers_areNotCountedForEver();
    void types_areInferred();
    void cancelled_isCancelled();
};

namespace {

Model withConstant(const Tensor &tensor)
{
    GraphBuilder b(21, 10);
    b.input("x", {1}).output("y").constant("c", tensor);
    b.node("Identity", {"x"}, {"y"}).node("Identity", {"c"}, {"copy"});
    return b.build();
}

} // namespace

void TstConstantValues::statistics_areThoseOfTheNumbers()
{
    const float infinite = std::numeric_limits<float>::infinity();
    const ConstantValues v = readConstantValues(
        withConstant(makeTensor({2, 3}, std::vector{1.0F, -3.0F, 0.0F, infinite, 0.0F, 2.0F})), "c", 4);
    QCOMPARE(v.shape, (Shape{2, 3}));
    QCOMPARE(v.count, int64_t(6));
    QCOMPARE(v.first, (std::vector<double>{1, -3, 0, infinite}));
    QCOMPARE(v.minimum, -3.0);
    QCOMPARE(v.maximum, 2.0);
    QCOMPARE(v.mean, 0.0);
    QCOMPARE(v.deviation, std::sqrt(14.0 / 5));
    QCOMPARE(v.zeros, int64_t(2));
    QCOMPARE(v.nonFinite, int64_t(1));
    QCOMPARE(v.distinct, int64_t(5));
    QVERIFY(!v.manyDistinct);
}

void TstConstantValues::packedNibbles_areUnpacked()
{
    Tensor codes = makeTensor(ElementType::Int4, {3});
    codes.bytes = {std::byte(0x8F), std::byte(0x07)}; // -1, -8, 7
    const ConstantValues v = readConstantValues(withConstant(codes), "c", 10);
    QCOMPARE(v.first, (std::vector<double>{-1, -8, 7}));
    QCOMPARE(v.count, int64_t(3));
}

void TstConstantValues::externalData_isReadByParts()
{
    constexpr int64_t count = 1 << 20; // 4 MB: four parts
    QTemporaryDir folder;
    const std::string place = folder.path().toStdString();
    std::vector<float> values(count);
    for (int64_t i = 0; i < count; ++i)
        values[size_t(i)] = float(i % 1000);
    std::ofstream(place + "/c.bin", std::ios::binary)
        .write(reinterpret_cast<const char *>(values.data()), std::streamsize(values.size() * sizeof(float)));
    GraphBuilder b;
    b.input("x", {1}).output("y").node("Identity", {"x"}, {"y"});
    auto *constant = b.proto().mutable_graph()->add_initializer();
    constant->set_name("c");
    constant->set_data_type(1);
    constant->add_dims(count);
    constant->set_data_location(onnx::TensorProto::EXTERNAL);
    auto *entry = constant->add_external_data();
    entry->set_key("location");
    entry->set_value("c.bin");
    const ConstantValues v = readConstantValues(Model::parse(b.bytes(), place), "c", 2);
    QCOMPARE(v.count, count);
    QCOMPARE(v.maximum, 999.0);
    QCOMPARE(v.distinct, int64_t(1000));
    QCOMPARE(v.first, (std::vector<double>{0, 1}));
    QCOMPARE(v.zeros, int64_t(count / 1000 + 1));
}

void TstConstantValues::manyNumbers_areNotCountedForEver()
{
    std::vector<float> values(size_t(mostDistinct) + 10);
    for (size_t i = 0; i < values.size(); ++i)
        values[i] = float(i);
    const ConstantValues v =
        readConstantValues(withConstant(makeTensor({int64_t(values.size())}, values)), "c", 0);
    QVERIFY(v.manyDistinct);
    QCOMPARE(v.distinct, mostDistinct);
    QVERIFY(v.first.empty());
}

void TstConstantValues::types_areInferred()
{
    GraphBuilder b;
    b.input("x", {2, 3}).output("y").node("Shape", {"x"}, {"s"}, {}, "shape");
    b.node("Cast", {"x"}, {"h"}, {{"to", int64_t(10)}}, "half").node("Relu", {"h"}, {"r"}, {}, "relu");
    b.node("Equal", {"x", "x"}, {"e"}, {}, "equal")
        .node("DynamicQuantizeLinear", {"x"}, {"q", "scale", "zero"}, {}, "codes");
    b.node("Relu", {"x"}, {"y"}, {}, "end");
    b.proto().mutable_graph()->mutable_node(0)->set_doc_string("why it is here");
    const Model model = b.build();
    const ModelGraph graph = makeModelGraph(model);
    const NodeReader reader(model);
    const auto factsOf = [&](const char *name) {
        return reader.facts(*std::ranges::find(graph.nodes, name, &GraphNode::name));
    };
    const auto typeOf = [&](const char *name, size_t output) {
        return factsOf(name).outputs.at(output).type;
    };
    QCOMPARE(typeOf("shape", 0), ElementType::Int64);
    QCOMPARE(typeOf("half", 0), ElementType::Float16);
    QCOMPARE(typeOf("relu", 0), ElementType::Float16);
    QCOMPARE(typeOf("equal", 0), ElementType::Bool);
    QCOMPARE(typeOf("codes", 0), ElementType::UInt8);
    QCOMPARE(typeOf("codes", 1), ElementType::Float32);
    QCOMPARE(typeOf("end", 0), ElementType::Float32);
    QCOMPARE(factsOf("shape").documentation, std::string("why it is here"));
    QCOMPARE(factsOf("half").attributes.at(0).value, std::string("10"));
    QCOMPARE(factsOf("half").version, int64_t(13));
}

void TstConstantValues::cancelled_isCancelled()
{
    std::stop_source stop;
    stop.request_stop();
    JobContext ctx;
    ctx.stop = stop.get_token();
    QVERIFY_EXCEPTION_THROWN(
        readConstantValues(withConstant(makeTensor({1}, std::vector{1.0F})), "c", 1, ctx), Cancelled);
}

QTEST_GUILESS_MAIN(TstConstantValues)
#include "tst_constantvalues.moc"
