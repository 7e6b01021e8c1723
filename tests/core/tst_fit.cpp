// What of settings another layer can have.
#include "core/compress/compressor.h"
#include "core/compress/fit.h"
#include "tests/support/graphbuilder.h"

#include <QtTest>

using namespace lathe;
using namespace lathe::test;

class TstFit : public QObject {
    Q_OBJECT
private slots:
    void fitted_limitsAndLeavesOut_data();
    void fitted_limitsAndLeavesOut();
    void whatFits_isPlannedAsItStands_data() { fitted_limitsAndLeavesOut_data(); }
    void whatFits_isPlannedAsItStands();
};

void TstFit::fitted_limitsAndLeavesOut_data()
{
    QTest::addColumn<QString>("asked");
    QTest::addColumn<QString>("given");
    QTest::addColumn<QString>("remark");
    QTest::newRow("fits") << "*:rank=11,bits=4"
                          << "*:rank=11,bits=4"
                          << "";
    QTest::newRow("rank too large") << "*:rank=64"
                                    << "*:rank=11"
                                    << "rank limited to 11";
    QTest::newRow("a share always fits") << "*:rank=90%"
                                         << "*:rank=90%"
                                         << "";
    QTest::newRow("no kernel to split") << "*:rank=3,rank.form=spatial,bits=4"
                                        << "*:bits=4"
                                        << "no rank: it is no convolution over two dimensions";
    QTest::newRow("rows do not divide") << "*:prune.pattern=3:7,bits=4"
                                        << "*:bits=4"
                                        << "no 3:7 pruning: its rows have 20 weights";
    QTest::newRow("rows divide") << "*:prune.pattern=2:4"
                                 << "*:prune.pattern=2:4"
                                 << "";
    QTest::newRow("separable") << "*:separable=weights"
                               << ""
                               << "not separable: it is no convolution over two dimensions";
    QTest::newRow("renormalize") << "*:renormalize=data,bits=4"
                                 << "*:bits=4"
                                 << "nothing measured again: it is first";
    QTest::newRow("fold") << "*:fold=batchnorm,bits=4"
                          << "*:bits=4"
                          << "nothing folded: it is last";
    QTest::newRow("random needs none") << "*:prune=0.5,prune.method=random"
                                       << "*:prune=0.5,prune.method=random"
                                       << "";
    QTest::newRow("wanda needs some") << "*:prune=0.5,prune.method=wanda"
                                      << "*:prune=0.5"
                                      << "by its weights alone: it is alone";
    QTest::newRow("taylor needs gradients") << "*:prune=0.5,prune.method=taylor"
                                            << "*:prune=0.5"
                                            << "pruned by magnitude: it has none";
    QTest::newRow("no statistics") << "*:bits=4,rounding=gptq"
                                   << "*:bits=4"
                                   << "by its weights alone: it is alone";
}

void TstFit::fitted_limitsAndLeavesOut()
{
    QFETCH(QString, asked);
    QFETCH(QString, given);
    QFETCH(QString, remark);
    const auto settingsOfRule = [](const QString &rule) {
        return rule.isEmpty() ? LayerSettings()
                              : Recipe{{}, {parseRule(rule.toStdString())}}.resolve({"x"}).front();
    };
    Layer layer;
    layer.rows = 12;
    layer.cols = 20;
    const LayerObstacles obstacles{.imageKernel = imageKernelObstacle(layer),
                                   .fold = Message::verbatim("it is last"),
                                   .renormalize = Message::verbatim("it is first"),
                                   .calibration = Message::verbatim("it is alone"),
                                   .gradients = Message::verbatim("it has none")};
    const FittedSettings fitted = lathe::fitted(settingsOfRule(asked), layer, obstacles);
    QCOMPARE(fitted.settings, settingsOfRule(given));
    QString remarks;
    for (const Message &one : fitted.remarks)
        remarks += (remarks.isEmpty() ? "" : ", ") + QString::fromStdString(one.text());
    QCOMPARE(remarks, remark);
}

/// What remains is carried out without a word.
void TstFit::whatFits_isPlannedAsItStands()
{
    QFETCH(QString, asked);
    GraphBuilder graph;
    graph.input("x", {1, 20}).output("y");
    graph.random("w", {20, 12});
    graph.node("MatMul", {"x", "w"}, {"y"}, {}, "fc");
    Compressor compressor(graph.build());
    const LayerSettings settings = Recipe{{}, {parseRule(asked.toStdString())}}.resolve({"fc"}).front();
    const Layer &layer = compressor.source().layers().front();
    LayerObstacles obstacles = obstaclesOf(compressor, 0);
    obstacles.calibration = obstacles.gradients = Message::verbatim("there is no data");
    const FittedSettings fitted = lathe::fitted(settings, layer, obstacles);
    const CompressedModel compressed = compressor.compress({{}, {exactRule("fc", fitted.settings)}});
    const auto isOddity = [](const Issue &issue) { return issue.severity == Issue::Severity::Warning; };
    QVERIFY(std::ranges::none_of(compressed.issues, isOddity));
}

QTEST_GUILESS_MAIN(TstFit)
#include "tst_fit.moc"
