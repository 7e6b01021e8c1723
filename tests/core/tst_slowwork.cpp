#include "core/compress/layerprogress.h"
#include "core/compress/slowwork.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace lathe;

class TstSlowWork : public QObject {
    Q_OBJECT
private slots:
    void plainMethods_areNotSlow();
    void slowMethods_costMoreOnLargerLayers();
    void rates_areLearnedAndRemembered();
    void shortWork_teachesNothing();
    void progress_countsLayersForTheirWork();
    void progress_movesWithinALayer();
    void progress_obeysCancel();

private:
    static Layer layer(Index rows, Index cols);
    static LayerSettings gptq();
};

Layer TstSlowWork::layer(Index rows, Index cols)
{
    Layer made;
    made.name = "conv";
    made.rows = rows;
    made.cols = cols;
    made.parameters = rows * cols;
    return made;
}

LayerSettings TstSlowWork::gptq()
{
    LayerSettings settings;
    settings.quantize = QuantizeSettings{};
    settings.quantize->rounding = Rounding::Gptq;
    return settings;
}

void TstSlowWork::plainMethods_areNotSlow()
{
    LayerSettings settings;
    QVERIFY(slowWork(layer(8, 8), settings).empty());
    settings.quantize = QuantizeSettings{};
    settings.prune = PruneSettings{};
    settings.cluster.reset();
    QVERIFY(slowWork(layer(8, 8), settings).empty());
    settings = gptq();
    settings.keep = true; // nothing is done to it
    QVERIFY(slowWork(layer(8, 8), settings).empty());
}

void TstSlowWork::slowMethods_costMoreOnLargerLayers()
{
    const auto small = slowWork(layer(64, 64), gptq()), large = slowWork(layer(64, 128), gptq());
    QCOMPARE(small.size(), size_t(1));
    QCOMPARE(small[0].work, SlowWork::Gptq);
    QVERIFY(large[0].units > 3.9 * small[0].units);
    LayerSettings surgeon;
    surgeon.prune = PruneSettings{};
    for (const PruneMethod method : {PruneMethod::Magnitude, PruneMethod::Obs}) {
        surgeon.prune->method = method;
        QCOMPARE(slowWork(layer(64, 64), surgeon).size(), size_t(method == PruneMethod::Obs));
    }
}

void TstSlowWork::rates_areLearnedAndRemembered()
{
    WorkRates rates;
    QVERIFY(!rates.learned(SlowWork::Gptq));
    QVERIFY(rates.seconds({SlowWork::Gptq, 1e9}) > 0.0); // what is usual
    rates.learn({SlowWork::Gptq, 1e9}, 40.0);
    QCOMPARE(rates.seconds({SlowWork::Gptq, 2e9}), 80.0);
    rates.learn({SlowWork::Gptq, 1e9}, 10.0); // between the two
    QCOMPARE(rates.seconds({SlowWork::Gptq, 1e9}), 20.0);
    QVERIFY(!rates.learned(SlowWork::Surgeon));
    WorkRates later;
    later.set(SlowWork::Gptq, *rates.learned(SlowWork::Gptq));
    QCOMPARE(later.seconds({SlowWork::Gptq, 1e9}), 20.0);
    later.set(SlowWork::Gptq, std::nan("")); // a damaged settings file
    QCOMPARE(later.seconds({SlowWork::Gptq, 1e9}), 20.0);
}

void TstSlowWork::shortWork_teachesNothing()
{
    WorkRates rates;
    rates.learn({SlowWork::Gptq, 10.0}, 0.001);
    rates.learn({SlowWork::Gptq, 0.0}, 10.0);
    QVERIFY(!rates.learned(SlowWork::Gptq));
}

void TstSlowWork::progress_countsLayersForTheirWork()
{
    const std::vector<Layer> layers{layer(16, 16), layer(512, 1024)};
    const std::vector<LayerSettings> settings(2, gptq());
    std::vector<Progress> told;
    JobContext ctx;
    ctx.onProgress = [&](const Progress &p) { told.push_back(p); };
    LayerProgress progress(ctx, layers, {0, 1}, settings, nullptr);
    progress.begin(0);
    progress.end(0);
    progress.begin(1);
    progress.end(1);
    QCOMPARE(told.size(), size_t(2));
    QCOMPARE(told[0].stage.text(), std::string("GPTQ: layer 1 of 2"));
    QCOMPARE(told[1].stage.text(), std::string("GPTQ: layer 2 of 2"));
    QVERIFY(told[1].fraction < 0.1); // the small one was next to nothing
}

void TstSlowWork::progress_movesWithinALayer()
{
    const std::vector<Layer> layers{layer(512, 1024)};
    std::vector<double> told;
    JobContext ctx;
    ctx.onProgress = [&](const Progress &p) { told.push_back(p.fraction); };
    LayerProgress progress(ctx, layers, {0}, {gptq()}, nullptr);
    const JobContext inner = progress.begin(0);
    for (const double fraction : {0.25, 0.5, 0.3, 0.75}) // a second part of the work does not go back
        inner.checkpoint(fraction, {});
    QCOMPARE(told.size(), size_t(5));
    QVERIFY(std::ranges::is_sorted(told));
    QVERIFY(std::abs(told.back() - 0.75) < 1e-9);
}

void TstSlowWork::progress_obeysCancel()
{
    std::stop_source stop;
    JobContext ctx;
    ctx.stop = stop.get_token();
    const std::vector<Layer> layers{layer(16, 16)};
    LayerProgress progress(ctx, layers, {0}, {gptq()}, nullptr);
    const JobContext inner = progress.begin(0);
    stop.request_stop();
    QVERIFY_EXCEPTION_THROWN(inner.checkpoint(0.5, {}), Cancelled);
}

QTEST_APPLESS_MAIN(TstSlowWork)
#include "tst_slowwork.moc"
