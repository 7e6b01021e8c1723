// The number of threads changes how long compressing takes, and no byte of what comes out.
#include "core/compress/compressor.h"
#include "core/exporting/graph.h"
#include "tests/support/calibrationruns.h"
#include "tests/support/samplesets.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;

class TstThreads : public QObject {
    Q_OBJECT
private slots:
    void anyThreads_giveTheSameBytes_data();
    void anyThreads_giveTheSameBytes();
};

namespace {

/// Wide enough for several blocks of each factorization.
Model wideNetwork()
{
    GraphBuilder builder;
    builder.input("x", {-1, 600}).output("y", {-1, 5});
    builder.random("w1", {600, 40}, 0.3F).random("w2", {40, 600}, 0.3F).random("w3", {600, 5}, 0.3F);
    builder.node("MatMul", {"x", "w1"}, {"a"}, {}, "wide").node("Relu", {"a"}, {"b"});
    builder.node("MatMul", {"b", "w2"}, {"c"}, {}, "narrow").node("Relu", {"c"}, {"d"});
    builder.node("MatMul", {"d", "w3"}, {"y"}, {}, "last");
    return builder.build();
}

std::string bytesWith(int threads, const Model &model, const SampleSet &samples, const std::string &rule)
{
    const JobContext ctx{{}, {}, threads};
    Recipe recipe;
    recipe.rules.push_back(parseRule(rule));
    Compressor compressor(model, calibrate(model, samples, everything(), ctx));
    const BuiltModel built = Exporter(model).build(compressor.compress(recipe, ctx), Storage::Compact, ctx);
    return built.model.serialize();
}

} // namespace

void TstThreads::anyThreads_giveTheSameBytes_data()
{
    QTest::addColumn<QString>("rule");
    for (const char *rule :
         {"*:bits=4", "*:clusters=16", "*:rank=50%", "*:rank.energy=0.9,rank.bits=8",
          "*:prune=0.5,prune.method=obs", "*:prune=0.5,prune.method=obs,prune.scope=global",
          "*:prune=0.5,prune.method=wanda,bits=4", "*:prune=0.5,prune.pattern=2:4,bits=4",
          "*:bits=3,rounding=gptq"})
        QTest::newRow(rule) << rule;
}

void TstThreads::anyThreads_giveTheSameBytes()
{
    QFETCH(QString, rule);
    const std::string text = rule.toStdString();
    for (const Model &model : {smallNetwork(), wideNetwork()}) {
        const SampleSet samples = randomSamples(model, 40);
        const std::string one = bytesWith(1, model, samples, text);
        QVERIFY(!one.empty());
        for (const int threads : {2, 3})
            QVERIFY2(bytesWith(threads, model, samples, text) == one, qPrintable(QString::number(threads)));
    }
}

QTEST_GUILESS_MAIN(TstThreads)
#include "tst_threads.moc"
