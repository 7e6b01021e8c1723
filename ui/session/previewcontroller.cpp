#include "ui/session/previewcontroller.h"

#include "core/base/fileio.h"
#include "ui/base/messages.h"
#include "ui/base/settings.h"
#include "ui/session/recipeeditor.h"
#include "ui/session/refusal.h"

#include <algorithm>

namespace lathe::ui {
namespace {

/// Raise it when the same recipe on the same data gives other figures than it did in the version before.
constexpr int measuringVersion = 1;

QString cancelledText()
{
    return PreviewController::tr("Measuring was cancelled. F5 measures again.");
}

} // namespace

PreviewController::PreviewController(const OpenModel &open, const RecipeEditor &editor, QObject *parent)
    : QObject(parent), m_open(open), m_editor(editor)
{
    connect(&m_runner, &PreviewRunner::updated, this, &PreviewController::showPreview);
    connect(&m_runner, &PreviewRunner::settled, this, &PreviewController::settled);
    connect(&m_runner, &PreviewRunner::cancelled, this, &PreviewController::showCancelled);
    connect(&m_runner, &PreviewRunner::failed, this,
            [this](const PreviewRequest &request, const Error &error) {
                if (isOfMoment(request.recipe, request.tuning))
                    showFailure(refusal(error));
                emit settled();
            });
}

bool PreviewController::isCurrent() const
{
    return m_preview.compressed && m_preview.ready.empty() && isOfMoment(m_preview.recipe, m_preview.tuning);
}

const std::shared_ptr<const Tuning> &PreviewController::values() const
{
    return m_trial ? m_trial : m_editor.tuning();
}

bool PreviewController::isOfMoment(const Recipe &recipe, const std::shared_ptr<const Tuning> &tuning) const
{
    return recipe == m_editor.recipe() && sameValues(tuning, values());
}

void PreviewController::tryValues(const std::shared_ptr<const Tuning> &tuning)
{
    if (sameValues(tuning, m_trial))
        return;
    m_trial = tuning;
    m_figures.outdate();
    refreshOutdated();
    emit figuresChanged();
    request(false);
}

void PreviewController::clear()
{
    m_trial.reset();
    m_preview = {};
    m_outdated.clear();
    m_figures = {};
}

const Recipe &PreviewController::finalRecipe() const
{
    return isCurrent() ? m_preview.compressed->finalRecipe() : m_editor.recipe();
}

void PreviewController::refreshSource()
{
    PreviewSource source{m_open.compressor, m_open.exporter, {}, {}, {}};
    source.precision = Settings().precision();
    source.cacheBytes = Settings().cacheBytes();
    m_curves.clear();
    m_guess.reset();
    if (m_open.data) {
        m_curves.add(std::vector<LayerSettings>(m_editor.layerNames().size()),
                     0.0); // known without measuring
        source.samples = m_open.data->samples;
        source.baseline = m_open.data->baseline;
        source.heldOut = m_open.data->heldOut;
        source.unlearned = m_open.data->unlearned;
    }
    m_runner.setSource(source);
}

void PreviewController::begin(const std::vector<Figures> &known)
{
    m_trial.reset();
    m_figures.outdate();
    using enum LearnedFrom;
    const auto isOfData = [this](const std::string &on) {
        const bool seen =
            values() && (!m_open.data || values()->mayHaveSeen(m_open.data->samples->dataName()));
        return seen ? on == basis(Training) : on == basis(Nothing) || on == basis(Calibration);
    };
    for (const Figures &figures : known)
        if (!figures.basis.empty() && isOfData(figures.basis))
            m_figures.take(figures);
    guessDrop();
    refreshOutdated();
}

void PreviewController::request(bool dragging, bool exact)
{
    if (m_figures.note.text() == cancelledText().toStdString()) { // it is measured again
        m_figures.note = {};
        emit figuresChanged();
    }
    m_runner.request(
        {m_editor.recipe(), m_editor.moving(), dragging, exact, m_editor.settings(), values(), !dragging});
}

Measuring PreviewController::measuring() const
{
    if (!m_open.data || m_figures.failed || m_figures.samplesTotal == 0)
        return Measuring::Nothing;
    if (Figures::isCurrent(m_figures.quality) && m_figures.samplesDone >= m_figures.samplesTotal)
        return Measuring::Complete;
    if (m_runner.isRunning())
        return Measuring::Running;
    // While a control is held nothing is paused: it goes on when that is let go.
    return m_runner.isWaiting() || m_editor.isDragging() ? Measuring::Resting : Measuring::Paused;
}

void PreviewController::pauseMeasuring()
{
    const bool waited = m_runner.isWaiting();
    m_runner.cancel();
    if (waited)
        showCancelled();
}

void PreviewController::toggleMeasuring()
{
    const Measuring now = measuring();
    if (now == Measuring::Running || now == Measuring::Resting)
        pauseMeasuring();
    else if (now == Measuring::Paused && !m_runner.goOn())
        request(false, true);
}

void PreviewController::timeAgain()
{
    if (m_figures.running != Figures::Unknown)
        m_figures.running = Figures::Outdated;
    emit figuresChanged();
}

void PreviewController::selectLayers(const QVector<int> &layers)
{
    std::vector<size_t> selected;
    for (const int layer : layers)
        if (m_editor.eligible().at(static_cast<size_t>(layer)))
            selected.push_back(static_cast<size_t>(layer));
    std::ranges::sort(selected);
    m_runner.select(selected);
}

void PreviewController::showPreview(const PreviewUpdate &update)
{
    if (!update.ready.empty()) {
        if (m_preview.takeReady(update)) {
            refreshOutdated();
            emit resultsChanged();
        }
        return;
    }
    m_preview = update;
    refreshOutdated();
    Figures fresh = update.figures;
    const Message remark = fresh.note;
    if (fresh.quality != Figures::Unknown)
        fresh.basis = basis(update.learned);
    if (!isOfMoment(update.recipe, update.tuning))
        fresh.outdate();
    learnDrop(update);
    m_figures.take(fresh);
    m_figures.failed = false;
    m_figures.note = Message::verbatim(note(remark).toStdString());
    emit resultsChanged();
    emit figuresChanged();
}

QString PreviewController::note(const Message &remark) const
{
    if (m_open.data && !remark.empty())
        return messageText(remark);
    if (m_open.data && !m_open.data->calibrationFailure.empty())
        return tr("Nothing could be calibrated on: %1").arg(messageText(m_open.data->calibrationFailure));
    if (m_open.data)
        return calibrationNote();
    return m_open.isLoadingData() ? tr("The untouched model is being measured.")
                                  : tr("Choose a data set to measure accuracy.");
}

void PreviewController::explain()
{
    if (m_figures.failed)
        return;
    m_figures.note = Message::verbatim(note({}).toStdString());
    emit figuresChanged();
    request(false); // what failed while they were being loaded fails for good now, and says why
}

QString PreviewController::refusal(const Error &error) const
{
    QString missing;
    if (error.code() == ErrorCode::InvalidArgument)
        missing = missingCalibration(*m_open.compressor, {m_editor.recipe()}, m_open.dataState(),
                                     m_open.calibrationFailure());
    return missing.isEmpty() ? messageText(error.message()) : missing;
}

void PreviewController::showFailure(const QString &why)
{
    // Statistics come with the data: until then nothing is wrong.
    m_figures.failed = !m_open.isLoadingData();
    m_figures.note = Message::verbatim(
        (m_open.isLoadingData() ? tr("The untouched model is being measured.") : why).toStdString());
    emit figuresChanged();
}

void PreviewController::showCancelled()
{
    const bool partly = Figures::isCurrent(m_figures.quality) && m_figures.samplesTotal > 0;
    m_figures.note =
        Message::verbatim((partly ? tr("Measuring is paused at %1 of %2 samples. A click on them goes on.")
                                        .arg(m_figures.samplesDone)
                                        .arg(m_figures.samplesTotal)
                                  : cancelledText())
                              .toStdString());
    emit figuresChanged();
}

void PreviewController::refreshOutdated()
{
    m_outdated.clear();
    if (!m_preview.compressed || isCurrent())
        return;
    // Layers that are pruned together are so by what all of them have.
    const bool other = !sameValues(values(), m_preview.tuning);
    const auto shared = [](const LayerSettings &s) {
        return s.prune && s.prune->scope == PruneScope::Global;
    };
    for (size_t i = 0; i < m_editor.settings().size(); ++i)
        m_outdated.push_back(other || m_editor.settings()[i] != m_preview.settings[i] ||
                             shared(m_editor.settings()[i]));
}

void PreviewController::guessDrop()
{
    const bool known = Figures::isCurrent(m_figures.quality);
    const bool trained = values() != nullptr; // what settings do to such layers is not known
    m_guess = m_open.data && !known && !trained ? m_curves.guess(m_editor.settings(), m_editor.moving())
                                                : std::nullopt;
    m_figures.guess.reset();
    if (m_guess)
        m_figures.guess =
            Figures::Guess{m_guess->difference, m_guess->typicalError, static_cast<int>(m_guess->points),
                           static_cast<int>(m_guess->checked)};
}

void PreviewController::learnDrop(const PreviewUpdate &update)
{
    const Figures &figures = update.figures;
    if (figures.quality != Figures::Settled || !figures.top1Difference || update.tuning)
        return;
    const double measured = figures.fullSet ? figures.fullSet->value : figures.top1Difference->value;
    if (m_guess && isOfMoment(update.recipe, update.tuning)) {
        m_curves.check(*m_guess, measured);
        m_guess.reset();
    }
    m_curves.add(update.settings, measured);
}

Figures PreviewController::baseline() const
{
    if (!m_open.isOpen())
        return {};
    Figures figures = untouchedOn(m_open.data ? m_open.data->measuredAgainst(learned()).get() : nullptr);
    if (m_open.isLoadingData()) {
        figures.quality = Figures::Measuring;
        figures.note = Message::verbatim(tr("The untouched model is being measured.").toStdString());
    } else if (!m_open.data) {
        figures.note = Message::verbatim(tr("Choose a data set to measure accuracy.").toStdString());
    }
    return figures;
}

Figures PreviewController::untouched() const
{
    return untouchedOn(m_open.data ? m_open.data->baseline.get() : nullptr);
}

Figures PreviewController::untouchedOn(const Baseline *measured) const
{
    Figures figures = baselineFigures(m_open.model(), measured);
    // Two latencies measured in turns can be set beside each other, and so they are.
    if (m_figures.baselineLatency) {
        figures.latency = figures.baselineLatency = m_figures.baselineLatency;
        figures.latencyRange = figures.baselineLatencyRange = m_figures.baselineLatencyRange;
    }
    if (m_figures.baselineMemory)
        figures.memory = figures.baselineMemory = m_figures.baselineMemory;
    if (figures.latency || figures.memory)
        figures.running = Figures::Settled;
    return figures;
}

Message PreviewController::sampleText() const
{
    return m_open.data ? m_open.data->samples->description() : Message();
}

Message PreviewController::dataText() const
{
    return m_open.data ? m_open.data->measuredOn(learned()) : Message();
}

QString PreviewController::calibrationNote() const
{
    const LearnedFrom learned = m_preview.learned;
    if (!m_open.data || !m_preview.compressed)
        return {};
    if (learned == LearnedFrom::Nothing)
        return m_preview.compressed->tuning ? tr("With trained values.") : QString();
    const QString on = messageText(m_preview.compressed->calibration);
    const auto &unlearned = m_open.data->unlearned;
    const bool trained = learned == LearnedFrom::Training;
    if (trained && (on.isEmpty() || unlearned != m_open.data->heldOut))
        return unlearned != m_open.data->baseline
                   ? tr("With trained values, measured on the %1 of the half that is not learned from.")
                         .arg(unlearned->samples.size())
                   : tr("With trained values.");
    return m_open.data->isCalibratedOnHalf()
               ? tr("Calibrated on %1, measured on the %2 of the other half.")
                     .arg(on, QString::number(m_open.data->heldOut->samples.size()))
               : tr("Calibrated on %1.").arg(on);
}

std::string PreviewController::basis(LearnedFrom learned) const
{
    if (!m_open.data)
        return {};
    QStringList parts{QString::number(measuringVersion), m_open.data->choice.reference,
                      QString::number(m_open.data->choice.limit),
                      QString::fromStdString(toJson(m_open.data->preprocessing))};
    if (learned != LearnedFrom::Nothing)
        parts << QString::fromStdString(m_open.data->calibrationReference)
              << QString::number(m_open.data->measuredAgainst(learned)->values.rows());
    return sha256Hex(parts.join(QLatin1Char('\n')).toStdString());
}

LearnedFrom PreviewController::learned() const
{
    using enum LearnedFrom;
    for (const LearnedFrom learned : {Calibration, Training})
        if (m_open.data && m_open.data->measuredAgainst(learned) != m_open.data->baseline &&
            m_figures.basis == basis(learned))
            return learned;
    return Nothing;
}

} // namespace lathe::ui
