#include "core/analysis/weightstats.h"
#include "core/model/model.h"
#include "tests/support/graphbuilder.h"

#include <QtTest>
#include <cmath>
#include <numeric>

using namespace lathe;
using namespace lathe::test;

namespace {

constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

std::vector<float> normalValues(Index count, unsigned seed)
{
    const Matrix values = randomMatrix(1, count, seed);
    return {values.data(), values.data() + values.size()};
}

double shareOf(Index count, const std::function<bool(Index)> &test)
{
    double sum = 0.0;
    for (Index i = 0; i < count; ++i)
        sum += test(i) ? 1.0 : 0.0;
    return sum / static_cast<double>(count);
}

/// Every share by asking each block of the matrix.
Sparsity bruteForce(const Matrix &w, Index kernel, double nearThreshold)
{
    const float limit = static_cast<float>(nearThreshold * w.cwiseAbs().maxCoeff());
    const Index channels = w.cols() / kernel;
    const auto shares = [&](float threshold) {
        const auto zero = [&](Index r, Index c, Index height, Index width) {
            return (w.block(r, c, height, width).array().abs() <= threshold).all();
        };
        return std::array{
            shareOf(w.size(), [&](Index i) { return zero(i / w.cols(), i % w.cols(), 1, 1); }),
            shareOf(w.rows(), [&](Index r) { return zero(r, 0, 1, w.cols()); }),
            shareOf(w.cols(), [&](Index c) { return zero(0, c, w.rows(), 1); }),
            shareOf(w.rows() * channels,
                    [&](Index i) { return zero(i / channels, i % channels * kernel, 1, kernel); }),
            shareOf(channels, [&](Index c) { return zero(0, c * kernel, w.rows(), kernel); })};
    };
    const auto exact = shares(0.0F);
    const auto near = shares(limit);
    return {exact[0], exact[1], exact[2], exact[3], exact[4],     near[0],
            near[1],  near[2],  near[3],  near[4],  nearThreshold};
}

void compareShares(const Sparsity &a, const Sparsity &b)
{
    QCOMPARE(a.element, b.element);
    QCOMPARE(a.row, b.row);
    QCOMPARE(a.column, b.column);
    QCOMPARE(a.kernel, b.kernel);
    QCOMPARE(a.channel, b.channel);
    QCOMPARE(a.nearElement, b.nearElement);
    QCOMPARE(a.nearRow, b.nearRow);
    QCOMPARE(a.nearColumn, b.nearColumn);
    QCOMPARE(a.nearKernel, b.nearKernel);
    QCOMPARE(a.nearChannel, b.nearChannel);
    QCOMPARE(a.nearThreshold, b.nearThreshold);
}

int64_t total(const Histogram &h)
{
    return std::accumulate(h.counts.begin(), h.counts.end(), int64_t(0));
}

} // namespace

class TstWeightStats : public QObject {
    Q_OBJECT
private slots:
    void histogram_countsEverythingOnce();
    void histogram_edgesBelongToTheirBins();
    void histogram_ofConstantsAndNothing();
    void histogram_leavesOutWhatIsOutside();
    void histogram_refusesNoRange();
    void moments_equalTheDefinition();
    void moments_ofConstantsAreExact();
    void moments_leaveNonFiniteOut();
    void rowRanges_areMinimumAndMaximum();
    void sparsity_equalsBruteForce_data();
    void sparsity_equalsBruteForce();
    void sparsity_ofZerosAndNothing();
    void sparsity_refusesUnevenKernels();
    void entropy_ofKnownDistributions();
    void analysis_ofNanWeightHasNoSpectrum();
    void layers_areAnalyzedInParallel();
    void layers_canBeChosen();
    void cancelling_stops();
};

void TstWeightStats::histogram_countsEverythingOnce()
{
    const std::vector<float> values = normalValues(5000, 1);
    const Histogram h = histogram(values, 37);
    QCOMPARE(total(h), int64_t(5000));
    QCOMPARE(h.low, double(*std::min_element(values.begin(), values.end())));
    QCOMPARE(h.high, double(*std::max_element(values.begin(), values.end())));
    const double width = (h.high - h.low) / 37.0;
    for (int bin = 0; bin < 37; ++bin) {
        const double from = h.low + bin * width;
        const auto inside = std::count_if(values.begin(), values.end(), [&](float v) {
            return v >= from && (bin == 36 ? v <= h.high : v < from + width);
        });
        QVERIFY(std::abs(inside - h.counts[static_cast<size_t>(bin)]) <= 1); // rounding at an edge
    }
}

void TstWeightStats::histogram_edgesBelongToTheirBins()
{
    const std::vector<float> values = {0.0F, 0.25F, 0.5F, 0.75F, 1.0F, 0.999F};
    QCOMPARE(histogram(values, 4).counts, (std::vector<int64_t>{1, 1, 1, 3}));
    QCOMPARE(histogram(values, 1).counts, (std::vector<int64_t>{6}));
}

void TstWeightStats::histogram_ofConstantsAndNothing()
{
    const Histogram constant = histogram(std::vector<float>(7, 0.3F), 5);
    QCOMPARE(constant.low, constant.high);
    QCOMPARE(constant.counts, (std::vector<int64_t>{7, 0, 0, 0, 0}));
    QCOMPARE(histogram(std::vector<float>(3, 0.0F), 2).counts, (std::vector<int64_t>{3, 0}));
    QCOMPARE(histogram({}, 2).counts, (std::vector<int64_t>{0, 0}));
    QCOMPARE(histogram(std::vector<float>{notANumber, infinity}, 2).counts, (std::vector<int64_t>{0, 0}));
}

void TstWeightStats::histogram_leavesOutWhatIsOutside()
{
    const std::vector<float> values = {-2.0F, -1.0F, 0.0F, 1.0F, 2.0F, notANumber, infinity, -infinity};
    QCOMPARE(histogram(values, 2, -1.0, 1.0).counts, (std::vector<int64_t>{1, 2}));
    QCOMPARE(total(histogram(values, 9)), int64_t(5));
}

void TstWeightStats::histogram_refusesNoRange()
{
    const std::vector<float> values = {1.0F};
    QVERIFY_EXCEPTION_THROWN(histogram(values, 0), Error);
    QVERIFY_EXCEPTION_THROWN(histogram(values, 4, 2.0, 1.0), Error);
    QVERIFY_EXCEPTION_THROWN(histogram(values, 4, 0.0, std::numeric_limits<double>::quiet_NaN()), Error);
}

void TstWeightStats::moments_equalTheDefinition()
{
    std::vector<float> values = normalValues(3000, 2);
    for (float &v : values)
        v = std::exp(v); // skewed
    long double mean = 0.0;
    for (const float v : values)
        mean += v / 3000.0L;
    std::array<long double, 5> central{};
    long double absolute = 0.0;
    long double squares = 0.0;
    for (const float v : values) {
        for (int k = 2; k <= 4; ++k)
            central[static_cast<size_t>(k)] += std::pow(v - mean, static_cast<long double>(k)) / 3000.0L;
        absolute += std::abs(v) / 3000.0L;
        squares += static_cast<long double>(v) * v;
    }
    const Moments m = moments(values);
    const auto close = [](double a, long double b) {
        return std::abs(a - static_cast<double>(b)) <= 1e-10 * std::abs(static_cast<double>(b));
    };
    QCOMPARE(m.count, int64_t(3000));
    QVERIFY(close(m.mean, mean));
    QVERIFY(close(m.deviation, std::sqrt(central[2])));
    QVERIFY(close(m.skewness, central[3] / std::pow(central[2], 1.5L)));
    QVERIFY(close(m.excessKurtosis, central[4] / (central[2] * central[2]) - 3.0L));
    QVERIFY(close(m.meanAbsolute, absolute));
    QVERIFY(close(m.norm, std::sqrt(squares)));
}

void TstWeightStats::moments_ofConstantsAreExact()
{
    const Moments m = moments(std::vector<float>(1001, 0.1F));
    QCOMPARE(m.mean, double(0.1F));
    QCOMPARE(m.deviation, 0.0);
    QCOMPARE(m.skewness, 0.0);
    QCOMPARE(m.excessKurtosis, 0.0);
    QCOMPARE(moments(std::vector<float>(5, 0.0F)).norm, 0.0);
    QCOMPARE(moments({}).count, int64_t(0));
}

void TstWeightStats::moments_leaveNonFiniteOut()
{
    const Moments m = moments(std::vector<float>{1.0F, notANumber, 3.0F, infinity, -infinity});
    QCOMPARE(m.count, int64_t(2));
    QCOMPARE(m.nonFinite, int64_t(3));
    QCOMPARE(m.mean, 2.0);
    QCOMPARE(m.deviation, 1.0);
    QCOMPARE(m.minimum, 1.0);
    QCOMPARE(m.maximum, 3.0);
    QCOMPARE(moments(std::vector<float>{notANumber}).nonFinite, int64_t(1));
}

void TstWeightStats::rowRanges_areMinimumAndMaximum()
{
    const Matrix weight = randomMatrix(5, 40, 3);
    const std::vector<ChannelRange> ranges = rowRanges(weight);
    QCOMPARE(ranges.size(), size_t(5));
    for (Index r = 0; r < 5; ++r) {
        QCOMPARE(ranges[static_cast<size_t>(r)].minimum, weight.row(r).minCoeff());
        QCOMPARE(ranges[static_cast<size_t>(r)].maximum, weight.row(r).maxCoeff());
    }
}

void TstWeightStats::sparsity_equalsBruteForce_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("channels");
    QTest::addColumn<int>("kernel");
    QTest::addColumn<double>("zeros");
    for (const double zeros : {0.1, 0.6, 0.95})
        for (const auto &[rows, channels, kernel] :
             {std::array{6, 5, 9}, {12, 7, 1}, {1, 8, 3}, {9, 1, 4}, {1, 1, 1}})
            QTest::addRow("%d x %d x %d, %g zero", rows, channels, kernel, zeros)
                << rows << channels << kernel << zeros;
}

void TstWeightStats::sparsity_equalsBruteForce()
{
    QFETCH(int, rows);
    QFETCH(int, channels);
    QFETCH(int, kernel);
    QFETCH(double, zeros);
    Matrix weight = randomMatrix(rows, Index(channels) * kernel, 4);
    std::mt19937 random(5);
    std::uniform_real_distribution<double> share(0.0, 1.0);
    for (float &v : weight.reshaped()) {
        if (share(random) < zeros)
            v = share(random) < 0.5 ? 0.0F : v * 1e-4F;
    }
    if (rows > 2) {
        weight.row(1).setZero();
        weight.middleCols(0, kernel).setZero();
        weight.row(2).segment(weight.cols() - kernel, kernel).setConstant(-1e-5F);
    }
    compareShares(sparsity(weight, kernel), bruteForce(weight, kernel, 1e-3));
    compareShares(sparsity(weight, kernel, 0.2), bruteForce(weight, kernel, 0.2));
}

void TstWeightStats::sparsity_ofZerosAndNothing()
{
    compareShares(sparsity(Matrix::Zero(3, 4), 2), {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1e-3});
    compareShares(sparsity(Matrix::Ones(3, 4), 2), {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1e-3});
    compareShares(sparsity(Matrix(0, 4), 2), {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1e-3});
}

void TstWeightStats::sparsity_refusesUnevenKernels()
{
    QVERIFY_EXCEPTION_THROWN(sparsity(Matrix::Ones(2, 5), 3), Error);
    QVERIFY_EXCEPTION_THROWN(sparsity(Matrix::Ones(2, 5), 0), Error);
}

void TstWeightStats::entropy_ofKnownDistributions()
{
    QCOMPARE(binnedEntropy(std::vector<float>(9, 2.0F)), 0.0);
    QCOMPARE(binnedEntropy({}), 0.0);
    QVERIFY(std::abs(binnedEntropy(std::vector<float>{-1.0F, 1.0F}) - 1.0) < 1e-12);
    std::vector<float> uniform(256 * 8);
    for (size_t i = 0; i < uniform.size(); ++i)
        uniform[i] = static_cast<float>(i);
    QVERIFY(std::abs(binnedEntropy(uniform) - 8.0) < 1e-12);
}

void TstWeightStats::analysis_ofNanWeightHasNoSpectrum()
{
    Matrix weight = randomMatrix(4, 6, 6);
    QCOMPARE(analyzeWeight(weight, 3).spectrum.singularValues.size(), size_t(4));
    weight(2, 2) = notANumber;
    const LayerAnalysis analysis = analyzeWeight(weight, 3);
    QVERIFY(analysis.spectrum.singularValues.empty());
    QCOMPARE(analysis.moments.nonFinite, int64_t(1));
    QCOMPARE(total(analysis.histogram), int64_t(23));
    QCOMPARE(analysis.histogram.counts.size(), size_t(256));
}

namespace {

Model threeLayers()
{
    GraphBuilder graph;
    graph.input("x", {1, 3, 8, 8}).output("y", {1, 10});
    graph.random("wc", {8, 3, 3, 3}).random("w1", {8, 32}).random("w2", {32, 10});
    graph.node("Conv", {"x", "wc"}, {"c"}, {}, "conv").node("GlobalAveragePool", {"c"}, {"p"}, {}, "pool");
    graph.node("Flatten", {"p"}, {"f"}, {}, "flat").node("MatMul", {"f", "w1"}, {"h"}, {}, "fc1");
    graph.node("MatMul", {"h", "w2"}, {"y"}, {}, "fc2");
    return graph.build();
}

} // namespace

void TstWeightStats::layers_areAnalyzedInParallel()
{
    const Model model = threeLayers();
    JobContext ctx;
    double last = 0.0;
    ctx.onProgress = [&](const Progress &p) {
        QVERIFY(p.fraction > last && p.fraction <= 1.0);
        last = p.fraction;
    };
    const std::map<size_t, LayerAnalysis> results = analyzeLayers(model, {}, ctx);
    QCOMPARE(results.size(), size_t(3));
    QCOMPARE(last, 1.0);
    for (const auto &[layer, analysis] : results) {
        const LayerAnalysis alone = analyzeWeight(model.weight(layer), layer == 0 ? 9 : 1);
        QCOMPARE(analysis.spectrum.singularValues, alone.spectrum.singularValues);
        QCOMPARE(analysis.histogram.counts, alone.histogram.counts);
        compareShares(analysis.sparsity, alone.sparsity);
    }
}

void TstWeightStats::layers_canBeChosen()
{
    const std::vector<size_t> chosen = {2, 0, 99};
    const std::map<size_t, LayerAnalysis> results = analyzeLayers(threeLayers(), chosen);
    QCOMPARE(results.size(), size_t(2));
    QVERIFY(results.contains(0) && results.contains(2));
}

void TstWeightStats::cancelling_stops()
{
    std::stop_source stop;
    stop.request_stop();
    JobContext ctx;
    ctx.stop = stop.get_token();
    QVERIFY_EXCEPTION_THROWN(analyzeLayers(threeLayers(), {}, ctx), Cancelled);
}

QTEST_APPLESS_MAIN(TstWeightStats)
#include "tst_weightstats.moc"
