#pragma once
#include "core/analysis/weightstats.h"
#include "ui/window/chartedits.h"

#include <QTimer>

namespace lathe::ui {

class SpectraChart;
class SpectrumChart;

/// The histogram and the spectrum of the layer in focus, or of all layers in focus; they follow by
/// themselves, and what is dragged in them goes into the recipe. Whoever lays them out owns them.
class FocusCharts : public QObject {
    Q_OBJECT
public:
    explicit FocusCharts(Workbench &workbench);

    HistogramChart *histogram() const { return m_histogram; }
    SpectrumChart *spectrum() const { return m_spectrum; }
    SpectraChart *spectra() const { return m_spectra; } ///< in its place where there are several

    /// Of the layers of the open model, for ChartPanel::setNameForms().
    const QHash<QString, QStringList> &forms() const { return m_forms; }
    /// Why there is nothing to see of the layer in focus; empty: there is, or will be, or none is in focus.
    static QString whyNothing(Workbench &workbench);
    /// "26 layers"
    static QString severalText(qsizetype layers);

private:
    void readNames();
    bool isOne() const;
    void clear();
    void refreshAnalysis();
    void refreshWeights();
    void refreshSpectrum();
    void refreshRank();
    void refreshHandles();
    void refreshTogether();
    void refreshSpectra();

    Workbench &m_workbench;
    QHash<QString, QStringList> m_forms;
    ChartEdits m_edits;
    HistogramChart *m_histogram;
    SpectrumChart *m_spectrum;
    SpectraChart *m_spectra;
    std::pair<const Spectrum *, Index> m_shownSpectrum; ///< and its break-even rank; of the open model
    QTimer m_clearing;
    QTimer m_spectraDue; ///< for all that are there by then
};

} // namespace lathe::ui
