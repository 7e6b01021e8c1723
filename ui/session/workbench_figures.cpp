// The part of Workbench that knows what was measured: of the recipe of the moment, of the baseline, of the
// variants.
#include "ui/session/workbench.h"

#include "core/base/fileio.h"
#include "ui/base/coretexts.h"

#include <algorithm>

namespace lathe::ui {
namespace {

/// Raise it when the same recipe on the same data gives other figures than it did in the version before.
constexpr int measuringVersion = 1;

} // namespace

std::string Workbench::basis(bool calibrated) const
{
    if (!m_data)
        return {};
    QStringList parts{QString::number(measuringVersion), m_data->choice.reference,
                      QString::number(m_data->choice.limit),
                      QString::fromStdString(toJson(m_data->preprocessing))};
    if (calibrated)
        parts << QString::fromStdString(m_data->calibrationReference)
              << QString::number(m_data->heldOut->values.rows());
    return sha256Hex(parts.join(QLatin1Char('\n')).toStdString());
}

bool Workbench::isMeasuredOnHalf() const
{
    return m_data && m_data->isCalibratedOnHalf() && m_figures.basis == basis(true);
}

QString Workbench::calibrationNote() const
{
    if (!m_preview.isCalibrated() || !m_data)
        return {};
    const QString on = coreText(m_preview.compressed->calibration);
    return m_data->isCalibratedOnHalf() ? tr("Calibrated on %1, measured on the %2 of the other half.")
                                              .arg(on)
                                              .arg(m_data->heldOut->samples.size())
                                        : tr("Calibrated on %1.").arg(on);
}

Figures Workbench::untouched(const Baseline *measured) const
{
    Figures figures = baselineFigures(model(), measured);
    // Two latencies measured in turns can be set beside each other, and so they are.
    if (m_figures.baselineLatency)
        figures.latency = figures.baselineLatency = m_figures.baselineLatency;
    if (m_figures.baselineMemory)
        figures.memory = figures.baselineMemory = m_figures.baselineMemory;
    if (figures.latency || figures.memory)
        figures.running = Figures::Settled;
    return figures;
}

Figures Workbench::baseline() const
{
    if (!hasModel())
        return {};
    Figures figures = untouched(!m_data              ? nullptr
                                : isMeasuredOnHalf() ? m_data->heldOut.get()
                                                     : m_data->baseline.get());
    if (isLoadingData()) {
        figures.quality = Figures::Measuring;
        figures.note = tr("The untouched model is being measured.").toStdString();
    } else if (!m_data) {
        figures.note = tr("Choose a data set to measure accuracy.").toStdString();
    }
    return figures;
}

void Workbench::startFigures()
{
    m_figures.outdate();
    for (int row = 1; row < m_variants.rowCount(); ++row) {
        const Variant &variant = m_variants.at(row);
        const std::string &known = variant.figures.basis;
        if (isOfRecipe(variant) && !known.empty() && (known == basis(false) || known == basis(true)))
            m_figures.take(variant.figures);
    }
    guessDrop();
}

void Workbench::refreshOutdated()
{
    m_outdated.clear();
    if (!m_preview.compressed || isCurrent())
        return;
    // Layers that are pruned together are so by what all of them have.
    const auto shared = [](const LayerSettings &s) {
        return s.prune && s.prune->scope == PruneScope::Global;
    };
    for (size_t i = 0; i < m_settings.size(); ++i)
        m_outdated.push_back(m_settings[i] != m_previewSettings[i] || shared(m_settings[i]));
}

void Workbench::guessDrop()
{
    const bool known = Figures::isCurrent(m_figures.quality);
    m_guess = m_data && !known ? m_curves.guess(m_settings, m_moving) : std::nullopt;
    m_figures.guess.reset();
    if (m_guess)
        m_figures.guess =
            Figures::Guess{m_guess->difference, m_guess->typicalError, static_cast<int>(m_guess->points),
                           static_cast<int>(m_guess->checked)};
}

void Workbench::learnDrop(const PreviewUpdate &update)
{
    const Figures &figures = update.figures;
    if (figures.quality != Figures::Settled || !figures.top1Difference)
        return;
    const double measured = figures.fullSet ? figures.fullSet->value : figures.top1Difference->value;
    if (m_guess && update.recipe == m_recipe) {
        m_curves.check(*m_guess, measured);
        m_guess.reset();
    }
    m_curves.add(update.recipe.resolve(m_layerNames), measured);
}

void Workbench::showPreview(const PreviewUpdate &update)
{
    const bool another = m_previewSettings.empty() || m_preview.recipe != update.recipe;
    m_preview = update;
    if (another)
        m_previewSettings = update.recipe.resolve(m_layerNames);
    refreshOutdated();
    Figures fresh = update.figures;
    const std::string remark = fresh.note;
    if (fresh.quality != Figures::Unknown)
        fresh.basis = basis(update.isCalibrated());
    if (update.recipe != m_recipe)
        fresh.outdate();
    learnDrop(update);
    m_figures.take(fresh);
    m_figures.failed = false;
    const QString note = !m_data           ? isLoadingData() ? tr("The untouched model is being measured.")
                                                             : tr("Choose a data set to measure accuracy.")
                                   : !remark.empty() ? coreText(remark)
                                           : calibrationNote();
    m_figures.note = note.toStdString();
    refreshFocus();
    emit resultsChanged();
    shareFigures();
    emit figuresChanged();
}

void Workbench::showFailure(const QString &why)
{
    // Statistics come with the data: until then nothing is wrong.
    m_figures.failed = !isLoadingData();
    m_figures.note = (isLoadingData() ? tr("The untouched model is being measured.") : why).toStdString();
    emit figuresChanged();
}

bool Workbench::isOfRecipe(const Variant &variant) const
{
    return !variant.file && !variant.isBaseline() && variant.recipe == m_recipe;
}

void Workbench::keepFigures(Variant &variant) const
{
    Figures fresh = m_figures.currentOnly();
    const Figures known = variant.figures;
    // On other data a whole measurement is worth more than a begun one; so it is where nobody knows on which.
    const bool begun =
        fresh.quality != Figures::Settled || (known.basis.empty() && fresh.samplesDone < known.samplesDone);
    if (Figures::isCurrent(known.quality) && known.basis != fresh.basis && begun)
        fresh.quality = Figures::Unknown;
    variant.figures.take(fresh);
    const bool measured =
        known.samplesDone != variant.figures.samplesDone || known.basis != variant.figures.basis;
    if (measured || (!variant.when.isValid() && Figures::isCurrent(variant.figures.sizes))) {
        variant.when = QDateTime::currentDateTime();
        variant.data = dataText();
    }
}

void Workbench::shareFigures()
{
    const auto share = [this](int row, const Variant &variant) {
        if (toJson(variant.figures) != toJson(m_variants.at(row).figures))
            m_variants.update(row, variant);
    };
    Variant first = m_variants.at(0);
    first.figures = untouched(m_data ? m_data->baseline.get() : nullptr);
    share(0, first);
    for (int row = 1; row < m_variants.rowCount(); ++row) {
        if (!isOfRecipe(m_variants.at(row)))
            continue;
        Variant variant = m_variants.at(row);
        keepFigures(variant);
        share(row, variant);
    }
}

QString Workbench::dataText() const
{
    if (!m_data)
        return {};
    const QString all = QString::fromStdString(m_data->samples->description());
    return isMeasuredOnHalf()
               ? tr("the half of %1 that was not calibrated on").arg(coreText(all.toStdString()))
               : all;
}

void Workbench::refreshBaselineVariant()
{
    Variant variant;
    variant.id = Variant::baselineId;
    variant.name = tr("baseline");
    variant.figures = untouched(m_data ? m_data->baseline.get() : nullptr);
    if (m_data) {
        variant.when = QDateTime::currentDateTime();
        variant.data = QString::fromStdString(m_data->samples->description());
    }
    m_variants.setBaseline(variant);
}

} // namespace lathe::ui
