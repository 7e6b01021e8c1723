// Shape rules against the shapes that ONNX's conformance suite states, and against hand-computed ones.
#include "core/onnx/graphview.h"
#include "core/shapes/shapeinference.h"
#include "tests/support/graphbuilder.h"

#include <QTest>
#include <filesystem>
#include <fstream>

using namespace lathe;
using lathe::test::GraphBuilder;

namespace {

const std::filesystem::path suite = "/usr/share/libonnx-testdata/data";

ValueShapes shapesOf(const onnx::ModelProto &model)
{
    const GraphIndex index(model);
    return inferShapes(model, GraphView(index), {});
}

std::optional<Shape> statedShape(const onnx::ValueInfoProto &value)
{
    if (!value.type().has_tensor_type() || !value.type().tensor_type().has_shape())
        return std::nullopt;
    Shape shape;
    for (const auto &dimension : value.type().tensor_type().shape().dim()) {
        if (!dimension.has_dim_value())
            return std::nullopt;
        shape.push_back(dimension.dim_value());
    }
    return shape;
}

QString text(const Shape &shape)
{
    return QString::fromStdString(shapeText(shape));
}

} // namespace

class TstModelShapes : public QObject {
    Q_OBJECT
private slots:
    void shape_matchesTheOneStated_data();
    void shape_matchesTheOneStated();
    void suite_isNeverContradicted();
    void dimensions_freeOnesCountAsOne();
    void reshape_followsComputedShapes();
    void oldAndNewOpsets_giveTheSame();
    void branchesOfIf_giveItsShapeWhereTheyAgree();
    void chainOfConcats_staysSmall();
    void nodesInAnyOrder_giveTheSame();
};

void TstModelShapes::shape_matchesTheOneStated_data()
{
    QTest::addColumn<QString>("op");
    QTest::addColumn<QList<int>>("weight");
    QTest::addColumn<QList<int>>("strides");
    QTest::addColumn<QString>("autoPad");
    QTest::addColumn<QList<int>>("expected");
    // 17 x 10 pixels, 4 channels
    QTest::newRow("plain") << "Conv" << QList{8, 4, 3, 3} << QList{1, 1} << "" << QList{1, 8, 15, 8};
    QTest::newRow("stride") << "Conv" << QList{8, 4, 3, 3} << QList{2, 3} << "" << QList{1, 8, 8, 3};
    QTest::newRow("same") << "Conv" << QList{8, 4, 3, 3} << QList{2, 2} << "SAME_UPPER" << QList{1, 8, 9, 5};
    QTest::newRow("valid") << "Conv" << QList{8, 4, 5, 1} << QList{1, 1} << "VALID" << QList{1, 8, 13, 10};
    QTest::newRow("transposed") << "ConvTranspose" << QList{4, 6, 2, 2} << QList{2, 2} << ""
                                << QList{1, 6, 34, 20};
}

void TstModelShapes::shape_matchesTheOneStated()
{
    QFETCH(QString, op);
    QFETCH(QList<int>, weight);
    QFETCH(QList<int>, strides);
    QFETCH(QString, autoPad);
    QFETCH(QList<int>, expected);
    std::vector<std::pair<std::string, test::Attribute>> attributes = {
        {"strides", std::vector<int64_t>(strides.begin(), strides.end())}};
    if (!autoPad.isEmpty())
        attributes.emplace_back("auto_pad", autoPad.toStdString());
    GraphBuilder builder;
    builder.input("x", {1, 4, 17, 10}).random("w", Shape(weight.begin(), weight.end()));
    builder.node(op.toStdString(), {"x", "w"}, {"y"}, attributes).output("y");
    QCOMPARE(text(shapesOf(builder.proto()).at("y")), text(Shape(expected.begin(), expected.end())));
}

void TstModelShapes::suite_isNeverContradicted()
{
    if (!std::filesystem::is_directory(suite))
        QSKIP("needs the package libonnx-testdata");
    int stated = 0, found = 0;
    QStringList wrong;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(suite)) {
        if (entry.path().filename() != "model.onnx")
            continue;
        onnx::ModelProto model;
        std::ifstream in(entry.path(), std::ios::binary);
        QVERIFY(model.ParseFromIstream(&in));
        std::vector<onnx::ValueInfoProto> outputs(model.graph().output().begin(),
                                                  model.graph().output().end());
        for (auto &output : *model.mutable_graph()->mutable_output())
            output.clear_type(); // else the answer would be read off
        const ValueShapes shapes = shapesOf(model);
        for (const auto &output : outputs) {
            const std::optional<Shape> expected = statedShape(output);
            if (!expected || elementCount(*expected) == 0)
                continue;
            ++stated;
            const auto known = shapes.find(output.name());
            if (known == shapes.end())
                continue;
            ++found;
            if (known->second != *expected)
                wrong << QString("%1: %2 instead of %3")
                             .arg(QString::fromStdString(entry.path().parent_path().filename()),
                                  text(known->second), text(*expected));
        }
    }
    qInfo("%d shapes stated, %d inferred, %d wrong", stated, found, int(wrong.size()));
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join("\n")));
    QVERIFY(found > 800);
}

void TstModelShapes::dimensions_freeOnesCountAsOne()
{
    GraphBuilder builder;
    builder.input("x", {-1, 3, 8, 8}).random("w", {5, 3, 3, 3}).node("Conv", {"x", "w"}, {"y"}).output("y");
    QCOMPARE(text(shapesOf(builder.proto()).at("y")), QString("[1, 5, 6, 6]"));
}

void TstModelShapes::reshape_followsComputedShapes()
{
    // What PyTorch writes for x.view(x.size(0), -1): Shape, Gather, Unsqueeze, Concat, Reshape
    GraphBuilder builder(9);
    Tensor zero = makeTensor(ElementType::Int64, {});
    Tensor minusOne = makeTensor(ElementType::Int64, {1});
    minusOne.as<int64_t>()[0] = -1;
    builder.input("x", {-1, 4, 3, 2}).constant("zero", zero).constant("rest", minusOne);
    builder.node("Shape", {"x"}, {"s"}).node("Gather", {"s", "zero"}, {"n"}, {{"axis", int64_t{0}}});
    builder.node("Unsqueeze", {"n"}, {"n1"}, {{"axes", std::vector<int64_t>{0}}});
    builder.node("Concat", {"n1", "rest"}, {"to"}, {{"axis", int64_t{0}}})
        .node("Reshape", {"x", "to"}, {"y"});
    builder.output("y");
    QCOMPARE(text(shapesOf(builder.proto()).at("y")), QString("[1, 24]"));
}

void TstModelShapes::oldAndNewOpsets_giveTheSame()
{
    Tensor axes = makeTensor(ElementType::Int64, {1});
    axes.as<int64_t>()[0] = 1;
    for (const int opset : {9, 21}) {
        GraphBuilder builder(opset);
        builder.input("x", {2, 3, 4}).constant("axes", axes);
        if (opset < 13)
            builder.node("Unsqueeze", {"x"}, {"y"}, {{"axes", std::vector<int64_t>{1}}});
        else
            builder.node("Unsqueeze", {"x", "axes"}, {"y"});
        builder.output("y");
        QCOMPARE(text(shapesOf(builder.proto()).at("y")), QString("[2, 1, 3, 4]"));
    }
}

void TstModelShapes::branchesOfIf_giveItsShapeWhereTheyAgree()
{
    const auto withBranches = [](const Shape &yes, const Shape &no) {
        GraphBuilder builder;
        builder.input("flag", {}, ElementType::Bool)
            .input("x", {2, 3})
            .node("If", {"flag"}, {"y"})
            .output("y");
        auto *node = builder.proto().mutable_graph()->mutable_node(0);
        for (const auto &[name, shape] : {std::pair("then_branch", yes), std::pair("else_branch", no)}) {
            GraphBuilder branch;
            branch.random("w", shape).node("MatMul", {"x", "w"}, {std::string(name) + "_y"});
            branch.output(std::string(name) + "_y");
            auto *attribute = node->add_attribute();
            attribute->set_name(name);
            attribute->set_type(onnx::AttributeProto::GRAPH);
            *attribute->mutable_g() = branch.proto().graph();
        }
        return builder.proto();
    };
    QCOMPARE(text(shapesOf(withBranches({3, 7}, {3, 7})).at("y")), QString("[2, 7]"));
    QVERIFY(!shapesOf(withBranches({3, 7}, {3, 8})).contains("y"));
}

void TstModelShapes::chainOfConcats_staysSmall()
{
    GraphBuilder builder;
    builder.input("x", {1, 2}).node("Shape", {"x"}, {"s0"});
    for (int i = 0; i < 60; ++i) { // 2^61 numbers if nobody stops
        const std::string in = "s" + std::to_string(i);
        builder.node("Concat", {in, in}, {"s" + std::to_string(i + 1)}, {{"axis", int64_t{0}}});
    }
    builder.output("s60");
    QVERIFY(!shapesOf(builder.proto()).contains("s60"));
}

void TstModelShapes::nodesInAnyOrder_giveTheSame()
{
    GraphBuilder builder;
    builder.input("x", {2, 3}).random("w", {3, 7}).random("v", {7, 5});
    builder.node("MatMul", {"x", "w"}, {"a"}).node("Relu", {"a"}, {"b"}).node("MatMul", {"b", "v"}, {"y"});
    builder.output("y");
    onnx::ModelProto turned = builder.proto();
    auto &nodes = *turned.mutable_graph()->mutable_node();
    std::reverse(nodes.pointer_begin(), nodes.pointer_end());
    QCOMPARE(shapesOf(turned), shapesOf(builder.proto()));
    QCOMPARE(text(shapesOf(turned).at("y")), QString("[2, 5]"));
}

QTEST_GUILESS_MAIN(TstModelShapes)
#include "tst_model_shapes.moc"
