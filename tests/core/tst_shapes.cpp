#include "core/base/error.h"
#include "core/runtime/shapes.h"
#include "tests/support/graphbuilder.h"

#include <QtTest>

using namespace lathe;

namespace {

/// A convolution behind a Reshape whose target comes out of the graph, so that shape inference stops there.
test::GraphBuilder hiddenShape(int64_t channels)
{
    Tensor one = makeTensor(ElementType::Int64, {1});
    Tensor shape = makeTensor(ElementType::Int64, {4});
    one.as<int64_t>()[0] = 1;
    const std::array<int64_t, 4> dims = {-1, channels, 4, 4};
    std::ranges::copy(dims, shape.as<int64_t>().begin());
    test::GraphBuilder builder;
    builder.input("x", {-1, 32})
        .output("y")
        .constant("shape", shape)
        .constant("one", one)
        .random("w", {5, 2, 3, 3})
        .node("NonZero", {"x"}, {"found"}) // its size depends on values
        .node("Size", {"found"}, {"size"})
        .node("Sub", {"size", "size"}, {"nothing"})
        .node("Add", {"shape", "nothing"}, {"target"})
        .node("Reshape", {"x", "target"}, {"image"})
        .node("Conv", {"image", "w"}, {"y"}, {}, "conv");
    return builder;
}

} // namespace

class TstShapes : public QObject {
    Q_OBJECT
private slots:
    void openShapes_areFilledByARun();
    void knownShapes_stayAsTheyAre();
    void modelThatDoesNotRun_comesBackWithANote();
    void hugeShapes_areNotTried();
    void cancelled_isNotANote();
    void realModels_haveMultiplicationsForEveryLayer_data();
    void realModels_haveMultiplicationsForEveryLayer();
};

void TstShapes::openShapes_areFilledByARun()
{
    const Model before = hiddenShape(2).build();
    QVERIFY(!before.layers().at(0).macs); // else this test tests nothing
    const Model model = completeShapes(before);
    const Layer &layer = model.layers().at(0);
    QCOMPARE(layer.inputShape, (Shape{1, 2, 4, 4}));
    QCOMPARE(layer.outputShape, (Shape{1, 5, 2, 2}));
    QCOMPARE(layer.macs.value_or(0), int64_t(5 * 2 * 2 * 2 * 9));
    QVERIFY(model.issues().size() == before.issues().size());
}

void TstShapes::knownShapes_stayAsTheyAre()
{
    const Model model = test::GraphBuilder()
                            .input("x", {-1, 4})
                            .output("y")
                            .random("w", {4, 3})
                            .node("MatMul", {"x", "w"}, {"y"}, {}, "fc")
                            .build();
    QCOMPARE(&completeShapes(model).content(), &model.content()); // nothing was done
}

void TstShapes::modelThatDoesNotRun_comesBackWithANote()
{
    const Model model = completeShapes(hiddenShape(3).build()); // 32 values are no [.., 3, 4, 4]
    QVERIFY(!model.layers().at(0).macs);
    QVERIFY(!model.issues().empty());
    const QString text = QString::fromStdString(model.issues().back().message.text());
    QVERIFY2(text.contains("does not run on zeros") && !text.contains('\n'), qPrintable(text));
}

/// A file of a few hundred bytes must not take gigabytes to be looked at.
void TstShapes::hugeShapes_areNotTried()
{
    const auto noteOf = [](const test::GraphBuilder &builder) {
        const Model model = completeShapes(builder.build());
        return model.issues().empty() ? QString()
                                      : QString::fromStdString(model.issues().back().message.text());
    };
    test::GraphBuilder input; // 1 GiB of bytes that the model asks for
    input.input("x", {int64_t{1} << 15, int64_t{1} << 15}, ElementType::UInt8)
        .output("y")
        .random("w", {2, 2});
    input.node("NonZero", {"x"}, {"n"})
        .node("Cast", {"n"}, {"f"}, {{"to", int64_t{1}}})
        .node("Transpose", {"f"}, {"t"})
        .node("MatMul", {"t", "w"}, {"y"}, {}, "fc");
    QVERIFY2(noteOf(input).contains("too large to try"), qPrintable(noteOf(input)));

    Tensor size = makeTensor(ElementType::Int64, {2});
    size.as<int64_t>()[0] = int64_t{1} << 15;
    size.as<int64_t>()[1] = int64_t{1} << 15;
    test::GraphBuilder inside; // or that it makes itself
    inside.input("x", {1, 1}).output("y").constant("s", size).random("w", {2, 2});
    inside.node("Expand", {"x", "s"}, {"e"})
        .node("NonZero", {"e"}, {"n"})
        .node("Cast", {"n"}, {"f"}, {{"to", int64_t{1}}})
        .node("Transpose", {"f"}, {"t"})
        .node("MatMul", {"t", "w"}, {"y"}, {}, "fc");
    QVERIFY2(noteOf(inside).contains("stay unknown"), qPrintable(noteOf(inside)));
}

void TstShapes::cancelled_isNotANote()
{
    std::stop_source stop;
    stop.request_stop();
    JobContext ctx;
    ctx.stop = stop.get_token();
    QVERIFY_EXCEPTION_THROWN(completeShapes(hiddenShape(2).build(), ctx), Cancelled);
}

void TstShapes::realModels_haveMultiplicationsForEveryLayer_data()
{
    QTest::addColumn<double>("millions"); // by hand or from the literature, at batch 1
    QTest::newRow("mobilenetv2") << 300.8;
    QTest::newRow("resnet56_cifar10") << 125.5;
    QTest::newRow("resnet20_cifar10") << 40.6;
    QTest::newRow("squeezenet_fp16") << 349.2;
}

void TstShapes::realModels_haveMultiplicationsForEveryLayer()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(double, millions);
    const Model model =
        completeShapes(Model::load(test::testData() + "/models/" + QTest::currentDataTag() + ".onnx"));
    QVERIFY(model.macs().has_value());
    const double found = double(*model.macs()) * 1e-6;
    QVERIFY2(std::abs(found / millions - 1.0) < 0.02, qPrintable(QString::number(found)));
}

QTEST_GUILESS_MAIN(TstShapes)
#include "tst_shapes.moc"
