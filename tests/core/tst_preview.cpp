#include "core/base/error.h"
#include "core/preview/measurement.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/samplefiles.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace lathe;

namespace {

Model linear(const Tensor &weight)
{
    return test::GraphBuilder()
        .input("x", {-1, 8})
        .output("y", {-1, 10})
        .constant("w", weight)
        .node("MatMul", {"x", "w"}, {"y"})
        .build();
}

/// 300 samples, sorted by class: the label is the class that the model itself sees.
class Fixture {
public:
    Fixture() : weight(test::randomTensor({8, 10}, 5)), model(linear(weight))
    {
        const std::filesystem::path path = m_folder.path().toStdString();
        const Tensor inputs = test::randomTensor({300, 8}, 6);
        const Eigen::Map<const Matrix> x(inputs.as<float>().data(), 300, 8);
        const Matrix logits = x * Eigen::Map<const Matrix>(weight.as<float>().data(), 8, 10);
        std::vector<std::pair<int64_t, Index>> order;
        for (Index i = 0; i < 300; ++i) {
            Index top = 0;
            logits.row(i).maxCoeff(&top);
            order.emplace_back(top, i);
        }
        std::ranges::sort(order);
        Tensor sorted = inputs, labels = makeTensor(ElementType::Int64, {300});
        for (size_t i = 0; i < order.size(); ++i) {
            labels.as<int64_t>()[i] = order[i].first;
            for (size_t v = 0; v < 8; ++v)
                sorted.as<float>()[i * 8 + v] = x(order[i].second, Index(v));
        }
        test::writeNpy(path / "x.npy", sorted);
        test::writeNpy(path / "y.npy", labels);
        test::writeText(path / "dataset.json",
                        R"({"format": "numpy", "inputs": "x.npy", "labels": "y.npy"})");
    }
    SampleSet samples() const
    {
        return SampleSet::prepare(model, Dataset::open(m_folder.path().toStdString()), {}, 0);
    }
    Model disturbed(float scale) const
    {
        Tensor changed = weight;
        const Tensor noise = test::randomTensor({8, 10}, 9, scale);
        for (size_t i = 0; i < changed.as<float>().size(); ++i)
            changed.as<float>()[i] += noise.as<float>()[i];
        return linear(changed);
    }

    /// As a live preview does it: portion after portion, those first from which most is learnt.
    /// @returns the last state
    PreviewState measureInPortions(const Model &variant,
                                   const std::function<void(const PreviewState &)> &onState) const
    {
        const SampleSet set = samples();
        const Baseline baseline = measureBaseline(model, set);
        const auto design = std::make_shared<const MeasuringDesign>(set, baseline, 16);
        Measurement measurement(design, Compressor(model).compress({}));
        const Session session(variant);
        PreviewState state;
        while (!state.settled) {
            for (const size_t chunk : measurement.next(std::max<size_t>(16, measurement.samplesDone()))) {
                RunOptions options;
                options.samples = design->placesOf(design->plan().chunks()[chunk]);
                measurement.add(chunk, runSamples(session, set, options).values);
            }
            state = measurement.state(0.0);
            onState(state);
        }
        return state;
    }

private:
    QTemporaryDir m_folder;

public:
    Tensor weight;
    Model model;
};

} // namespace

class TstPreview : public QObject {
    Q_OBJECT
private slots:
    void baseline_isMeasuredOnAllSamples();
    void states_growAndEndWithAllSamples();
    void lastState_equalsMeasuringAtOnce();
    void firstState_mixesClasses();
    void unchangedModel_losesNothing();
    void cancelled_stopsBetweenBatches();
    void someSamples_areMeasuredAlone();
    void otherSamples_areRefused();
    void otherWidth_isRefused();
};

void TstPreview::baseline_isMeasuredOnAllSamples()
{
    const Fixture fixture;
    std::vector<double> fractions;
    JobContext ctx;
    ctx.onProgress = [&fractions](const Progress &p) { fractions.push_back(p.fraction); };
    const Baseline baseline = measureBaseline(fixture.model, fixture.samples(), ctx);
    QCOMPARE(baseline.values.rows(), Index(300));
    QCOMPARE(baseline.metrics.samples, int64_t(300));
    QCOMPARE(baseline.metrics.top1->value, 1.0);
    QVERIFY(baseline.latency.value > 0.0 && baseline.latency.value < 1.0);
    QVERIFY(std::ranges::is_sorted(fractions));
    QCOMPARE(fractions.back(), 1.0);
}

void TstPreview::states_growAndEndWithAllSamples()
{
    const Fixture fixture;
    std::vector<int64_t> done;
    const PreviewState last =
        fixture.measureInPortions(fixture.disturbed(0.3F), [&done](const PreviewState &state) {
            done.push_back(state.samplesDone);
            QCOMPARE(state.samplesTotal, int64_t(300));
            QCOMPARE(state.metrics.samples, state.samplesDone);
            QCOMPARE(state.comparison.samples, state.samplesDone);
            QCOMPARE(bool(state.values), state.complete());
        });
    QCOMPARE(done.front(), int64_t(16));
    QVERIFY(done.size() >= 5 && std::ranges::is_sorted(done));
    QCOMPARE(done.back(), int64_t(300));
    QVERIFY(last.complete());
}

void TstPreview::lastState_equalsMeasuringAtOnce()
{
    const Fixture fixture;
    const SampleSet samples = fixture.samples();
    const Baseline baseline = measureBaseline(fixture.model, samples);
    const Model variant = fixture.disturbed(0.3F);
    const PreviewState last = measureVariant(variant, samples, baseline);
    const Matrix values = runSamples(Session(variant), samples).values;
    const Comparison expected = compareOutputs(baseline.values, values, samples.labels());
    QVERIFY((*last.values - values).cwiseAbs().maxCoeff() < 1e-5F);
    QCOMPARE(last.metrics.top1->value, metricsOf(values, samples.labels()).top1->value);
    QCOMPARE(last.comparison.changed, expected.changed);
    QVERIFY(!expected.changed.empty());
    QCOMPARE(last.comparison.top1Difference->low, expected.top1Difference->low);
    QVERIFY(std::abs(*last.comparison.meanKl - *expected.meanKl) < 1e-6);
}

void TstPreview::firstState_mixesClasses()
{
    const Fixture fixture;
    const SampleSet samples = fixture.samples();
    Tensor negated = fixture.weight;
    for (float &v : negated.as<float>())
        v = -v;
    std::set<int> classes; // of the changed samples, which are all of the first ones
    fixture.measureInPortions(linear(negated), [&](const PreviewState &state) {
        if (classes.empty())
            for (const size_t index : state.comparison.changed)
                classes.insert(samples.labels()[index]);
    });
    QVERIFY2(classes.size() >= 5, qPrintable(QString::number(classes.size())));
}

void TstPreview::unchangedModel_losesNothing()
{
    const Fixture fixture;
    const SampleSet samples = fixture.samples();
    const Baseline baseline = measureBaseline(fixture.model, samples);
    const PreviewState last = measureVariant(fixture.model, samples, baseline);
    QCOMPARE(last.comparison.agreement->value, 1.0);
    QCOMPARE(last.comparison.top1Difference->value, 0.0);
    QVERIFY(last.comparison.maxRelativeDifference < 1e-6);
}

/// How a measurement in portions is cancelled: core_livefaults.
void TstPreview::cancelled_stopsBetweenBatches()
{
    const Fixture fixture;
    const SampleSet samples = fixture.samples();
    const Baseline baseline = measureBaseline(fixture.model, samples);
    std::stop_source stop;
    JobContext ctx;
    ctx.stop = stop.get_token();
    int reports = 0;
    ctx.onProgress = [&](const Progress &) {
        ++reports;
        stop.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(measureVariant(fixture.model, samples, baseline, ctx), Cancelled);
    QVERIFY(reports > 0);
}

void TstPreview::someSamples_areMeasuredAlone()
{
    const Fixture fixture;
    const SampleSet samples = fixture.samples();
    const Baseline all = measureBaseline(fixture.model, samples);
    std::vector<size_t> places;
    for (size_t i = 5; i < 300; i += 3)
        places.push_back(i);
    const Model variant = fixture.disturbed(0.3F);
    const Baseline some = baselineOn(all, samples, places);
    const PreviewState state = measureVariant(variant, samples, some);

    const SampleSet part = samples.subset(places); // the same samples as a set of their own
    const Baseline expectedBaseline = measureBaseline(fixture.model, part);
    const PreviewState expected = measureVariant(variant, part, expectedBaseline);
    QCOMPARE(state.samplesTotal, int64_t(places.size()));
    QCOMPARE(some.metrics.top1->value, expectedBaseline.metrics.top1->value);
    QCOMPARE(state.metrics.top1->value, expected.metrics.top1->value);
    QVERIFY((*state.values - *expected.values).cwiseAbs().maxCoeff() < 1e-5F);
    std::vector<size_t> changed;
    for (const size_t place : expected.comparison.changed)
        changed.push_back(places[place]);
    QCOMPARE(state.comparison.changed, changed); // named as samples of the whole set
    QVERIFY_EXCEPTION_THROWN(baselineOn(all, samples, {300}), Error);
    QVERIFY_EXCEPTION_THROWN(samples.subset({300}), Error);
}

void TstPreview::otherSamples_areRefused()
{
    const Fixture fixture;
    const SampleSet samples = fixture.samples();
    Baseline baseline = measureBaseline(fixture.model, samples);
    baseline.values = Matrix(baseline.values.topRows(100));
    QVERIFY_EXCEPTION_THROWN(measureVariant(fixture.model, samples, baseline), Error);
}

void TstPreview::otherWidth_isRefused()
{
    const Fixture fixture;
    const SampleSet samples = fixture.samples();
    Baseline baseline = measureBaseline(fixture.model, samples);
    baseline.values = Matrix(baseline.values.leftCols(5));
    QVERIFY_EXCEPTION_THROWN(measureVariant(fixture.model, samples, baseline), Error);
}

QTEST_GUILESS_MAIN(TstPreview)
#include "tst_preview.moc"
