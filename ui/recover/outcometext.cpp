#include "ui/recover/outcometext.h"

#include "ui/base/format.h"
#include "ui/base/messages.h"

#include <QCoreApplication>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::RecoverDesk)
};

QString nameOfStep(RecoveryStep step)
{
    switch (step) {
    case RecoveryStep::Bias:
        return Words::tr("means of outputs");
    case RecoveryStep::Refit:
        return Words::tr("least squares");
    case RecoveryStep::Encoding:
        return Words::tr("encoded anew");
    case RecoveryStep::Calibration:
        return Words::tr("calibrated anew");
    case RecoveryStep::Normalizations:
        break;
    }
    return Words::tr("normalizations");
}

} // namespace

QString outcomeText(const RecoveryResult &result)
{
    const auto value = [&](double divergence) {
        return result.ofClasses ? Words::tr("%1 nats").arg(number(divergence, 4)) : number(divergence, 4);
    };
    QStringList lines;
    if (result.heldOut > 0)
        lines << Words::tr("On %n held-out samples the difference from the original went from %1 to %2.",
                           nullptr, static_cast<int>(result.heldOut))
                     .arg(value(result.before), value(result.after));
    const auto line = [&](const QString &name, bool kept, bool measured, double after) {
        const QString brought = measured ? value(after) : Words::tr("done");
        lines << (kept ? Words::tr("%1: %2").arg(name, brought) : Words::tr("%1: brought nothing").arg(name));
    };
    const bool measured = result.heldOut > 0;
    // Where few samples judge a training, steps before it are judged on some that it learns from: no figure
    // then.
    for (const RecoveryOutcome &step : result.steps)
        line(nameOfStep(step.step), step.kept, measured && result.stages.empty(), step.divergence);
    for (const RecoveryResult::Stage &stage : result.stages)
        line(stage.name, stage.stage.kept, measured, stage.stage.after);
    if (result.stoppedEarly)
        lines << Words::tr("Stopped; the best until then was kept.");
    if (!result.tuning)
        lines << Words::tr("Nothing brought the model nearer to the original; all stays as it was.");
    for (const Message &note : result.notes)
        lines << messageText(note);
    return lines.join(QLatin1Char('\n'));
}

} // namespace lathe::ui
