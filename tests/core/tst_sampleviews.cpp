// Other views of samples: SampleSet::withViews(), spread().
#include "core/data/samplechoice.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/samplesets.h"

#include <QTest>
#include <algorithm>
#include <set>

using namespace lathe;
using namespace lathe::test;

namespace {

/// Each sample is the number that it has, throughout.
Tensor numbered(Shape shape)
{
    Tensor tensor = makeTensor(ElementType::Float32, std::move(shape));
    const std::span<float> values = tensor.as<float>();
    const size_t size = values.size() / static_cast<size_t>(tensor.shape.front());
    for (size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<float>(i / size);
    return tensor;
}

Model modelOf(const std::vector<Shape> &inputs)
{
    GraphBuilder graph;
    for (size_t i = 0; i < inputs.size(); ++i) {
        const std::string number = std::to_string(i);
        graph.input("x" + number, inputs[i])
            .node("Relu", {"x" + number}, {"y" + number})
            .output("y" + number, inputs[i]);
    }
    return graph.build();
}

std::vector<float> valuesOf(const SampleSet &samples, size_t input = 0)
{
    const auto values = samples.tensors()[input].as<float>();
    return {values.begin(), values.end()};
}

} // namespace

class TstSampleViews : public QObject {
    Q_OBJECT
private slots:
    void views_haveAnotherImageShiningThrough_data();
    void views_haveAnotherImageShiningThrough();
    void besideWhatIsNoImage_nothingIsMixed();
    void spread_takesSamplesAtEqualDistances();
};

void TstSampleViews::views_haveAnotherImageShiningThrough_data()
{
    QTest::addColumn<Shape>("shape");
    QTest::newRow("channels first") << Shape{2, 3, 8, 6};
    QTest::newRow("channels last") << Shape{2, 8, 6, 3};
    QTest::newRow("grey") << Shape{2, 1, 8, 6};
}

void TstSampleViews::views_haveAnotherImageShiningThrough()
{
    QFETCH(Shape, shape);
    constexpr size_t views = 40;
    const SampleSet samples = sampleSet(modelOf({shape}), {{"x0", numbered(shape)}});
    const SampleSet seen = samples.withViews(views, 7);
    QCOMPARE(seen.size(), 2 * (views + 1));
    const std::vector<float> plain = valuesOf(samples), values = valuesOf(seen);
    const size_t size = plain.size() / 2;
    QVERIFY(std::equal(plain.begin(), plain.end(), values.begin()));
    std::set<float> mixtures;
    for (size_t i = 2; i < seen.size(); ++i) {
        const auto [low, high] = std::ranges::minmax(std::span(values).subspan(i * size, size));
        QVERIFY(high - low < 1e-5F); // a view of what is alike throughout is so too
        QVERIFY(i % 2 == 0 ? low >= 0 && high <= 0.5F : low >= 0.5F - 1e-5F && high <= 1 + 1e-5F);
        if (low > 0.01F && high < 0.99F)
            mixtures.insert(low);
    }
    QVERIFY2(mixtures.size() > views / 2,
             qPrintable(QString::number(mixtures.size()))); // half meet themselves
    QVERIFY(valuesOf(samples.withViews(views, 7)) == values);
    QVERIFY(valuesOf(samples.withViews(views, 8)) != values);
}

void TstSampleViews::besideWhatIsNoImage_nothingIsMixed()
{
    const Shape image{3, 3, 8, 6}, row{3, 5};
    const SampleSet samples =
        sampleSet(modelOf({image, row}), {{"x0", numbered(image)}, {"x1", numbered(row)}});
    const SampleSet seen = samples.withViews(5, 7);
    for (const size_t input : {size_t(0), size_t(1)}) {
        const std::vector<float> values = valuesOf(seen, input);
        const size_t size = values.size() / seen.size();
        for (size_t i = 0; i < values.size(); ++i)
            QVERIFY(std::abs(values[i] - static_cast<float>(i / size % 3)) < 1e-5F);
    }
}

void TstSampleViews::spread_takesSamplesAtEqualDistances()
{
    const Shape row{10, 1};
    const SampleSet samples = sampleSet(modelOf({row}), {{"x0", numbered(row)}});
    QCOMPARE(valuesOf(spread(samples, 4)), (std::vector<float>{0, 2, 5, 7}));
    QCOMPARE(valuesOf(spread(samples, 20)), valuesOf(samples));
    QCOMPARE(spread(samples, 4).datasetIndices(), (std::vector<size_t>{0, 2, 5, 7}));
    QCOMPARE(spread(samples, 0).size(), size_t(0));
}

QTEST_APPLESS_MAIN(TstSampleViews)
#include "tst_sampleviews.moc"
