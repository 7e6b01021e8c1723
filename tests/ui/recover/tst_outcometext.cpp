// What is said of a recovery when it has ended.
#include "ui/recover/outcometext.h"

#include <QtTest>

using namespace lathe;
using namespace lathe::ui;

class TstOutcomeText : public QObject {
    Q_OBJECT
private slots:
    void measuredDifferences_areNumbers();
    void unmeasuredDifferences_areNone();

private:
    static RecoveryResult result(size_t heldOut);
};

RecoveryResult TstOutcomeText::result(size_t heldOut)
{
    RecoveryResult result;
    result.tuning = std::make_shared<const Tuning>(std::vector<std::optional<TunedLayer>>{},
                                                   Tuning::Constants{}, "learned");
    result.steps = {{RecoveryStep::Bias, true, 3, heldOut > 0 ? 0.25 : 0.0, 1.0},
                    {RecoveryStep::Refit, false, 3, heldOut > 0 ? 0.75 : 0.0, 1.0}};
    train::RecoveryStage stage{4, true, 0.0, heldOut > 0 ? 0.125 : 0.0, 1.0};
    result.stages = {{"the whole network", stage}};
    result.heldOut = heldOut;
    result.before = heldOut > 0 ? 0.5 : 0.0;
    return result;
}

void TstOutcomeText::measuredDifferences_areNumbers()
{
    RecoveryResult both = result(20);
    const QString text = outcomeText(both);
    for (const char *part :
         {"20 held-out samples", "least squares: brought nothing", "the whole network: 0.125"})
        QVERIFY2(text.contains(part), qPrintable(text));
    QVERIFY2(text.contains("means of outputs: done"), qPrintable(text)); // that was on other samples
    both.stages.clear();
    QVERIFY2(outcomeText(both).contains("means of outputs: 0.25"), qPrintable(outcomeText(both)));
}

/// A 0 would say that nothing is lost any more.
void TstOutcomeText::unmeasuredDifferences_areNone()
{
    QCOMPARE(outcomeText(result(0)),
             QString("means of outputs: done\nleast squares: brought nothing\nthe whole network: done"));
}

QTEST_GUILESS_MAIN(TstOutcomeText)
#include "tst_outcometext.moc"
