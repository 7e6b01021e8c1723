// The part of RecoverPanel that says what is known before anything starts.
#include "ui/base/format.h"
#include "ui/jobs/timeleft.h"
#include "ui/recover/recoverpanel.h"
#include "ui/style/theme.h"

#include <QComboBox>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>

namespace lathe::ui {
namespace {

constexpr double mostPasses = 1000; ///< nobody needs more
constexpr qsizetype mostListed = 4; ///< operators before the rest is only counted

QString whatText(const RecoveryFacts &facts)
{
    const QStringList parts{
        RecoverPanel::tr("%n layers (%1 weights)", nullptr, facts.layers).arg(count(facts.weights)),
        RecoverPanel::tr("%n biases", nullptr, facts.biases),
        RecoverPanel::tr("%n constants of normalizations", nullptr, facts.normalizations)};
    QStringList named = parts.mid(0, facts.normalizations > 0 ? 3 : facts.biases > 0 ? 2 : 1);
    return named.join(QStringLiteral(", "));
}

QString missingText(const QStringList &missing)
{
    QString list = missing.mid(0, mostListed).join(QStringLiteral(", "));
    if (missing.size() > mostListed)
        list = RecoverPanel::tr("%1 and %n more", nullptr, static_cast<int>(missing.size() - mostListed))
                   .arg(list);
    return RecoverPanel::tr(
               "This model cannot be trained: nothing is learned through %1. Without training it "
               "can be recovered.")
        .arg(list);
}

QString whyNotText(const RecoveryFacts &facts)
{
    if (!facts.noEngine.isEmpty())
        return facts.noEngine;
    if (!facts.missing.isEmpty())
        return missingText(facts.missing);
    if (!facts.untrainable.isEmpty())
        return facts.untrainable;
    if (facts.data.isEmpty() && facts.dataFailure.isEmpty())
        return RecoverPanel::tr("Training learns from samples: choose data.");
    return {};
}

QString trainingTimeText(const RecoveryFacts &facts, double seconds)
{
    if (!facts.secondsOfSample || facts.samples == 0)
        return {};
    const double epoch = *facts.secondsOfSample * static_cast<double>(facts.samples);
    return RecoverPanel::tr("A pass over %1 samples takes about %2 here, so there is time for %3.")
        .arg(
            count(facts.samples), lathe::ui::seconds(epoch),
            RecoverPanel::tr("%n passes at most", nullptr,
                             static_cast<int>(std::clamp(seconds / std::max(epoch, 1e-6), 1.0, mostPasses))));
}

} // namespace

void RecoverPanel::refresh()
{
    const bool idle = m_state == State::Idle;
    const bool blocked = !m_obstacle.isEmpty();
    m_what->setText(blocked    ? m_obstacle
                    : !m_known ? tr("Working out what can be won back…")
                               : whatText(m_facts));
    m_what->setToolTip(m_known ? m_facts.layerNames.mid(0, 30).join(QLatin1Char('\n')) : QString());
    const auto say = [](QLabel *label, const QString &text) {
        label->setText(text);
        label->setVisible(!text.isEmpty());
    };
    const bool known = m_known && !blocked;
    const QString data = m_facts.dataFailure.isEmpty()
                             ? QStringList{m_facts.data, m_facts.labels}.join(QStringLiteral(". "))
                             : m_facts.dataFailure;
    say(m_labels,
        !known ? QString()
        : m_facts.data.isEmpty() && m_facts.dataFailure.isEmpty()
            ? tr("Without data only the means of outputs are corrected, by what normalizations say of them.")
            : data);
    const bool without = known && m_facts.secondsWithout.has_value();
    const QString about = without ? aboutTimeText(*m_facts.secondsWithout) : QString();
    const QString measuring = known && !m_facts.isTimed ? tr("Measuring how long it takes…") : QString();
    say(m_withoutTime, !without ? measuring : about.isEmpty() ? tr("done at once") : about);
    const QString whyNot = known ? whyNotText(m_facts) : QString();
    say(m_whyNot, whyNot);
    const bool trainable = whyNot.isEmpty();
    m_training->setEnabled(trainable);
    if (!trainable && m_training->isChecked())
        m_without->setChecked(true);
    const bool trains = m_training->isChecked();
    m_trainingRows->setVisible(trains);
    m_way->setVisible(idle); // then there is room for the curves
    m_data->setVisible(idle);
    const QString time = known ? trainingTimeText(m_facts, m_minutes->value() * 60.0) : QString();
    say(m_trainingTime, !trains ? QString() : time.isEmpty() ? measuring : time);
    m_start->setVisible(idle);
    m_start->setEnabled(known && m_facts.dataFailure.isEmpty() && (!trains || m_facts.canTrain()));
    m_resume->setVisible(idle && m_checkpoint);
    m_resume->setEnabled(known && m_facts.canTrain());
    m_pause->setVisible(!idle);
    const bool isPaused = m_state == State::Paused;
    m_pause->setText(isPaused ? tr("&Go on") : tr("Pa&use"));
    m_pause->setIcon(icon(isPaused ? QStringLiteral("play") : QStringLiteral("pause")));
    m_cancel->setVisible(!idle);
    m_progress->setVisible(!idle);
    m_stage->setVisible(!idle && !m_stage->text().isEmpty());
    m_outcome->setVisible(!m_outcome->text().isEmpty());
}

} // namespace lathe::ui
