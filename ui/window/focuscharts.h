#pragma once
#include "core/analysis/weightstats.h"

#include <QTimer>

namespace lathe::ui {

class HistogramChart;
class SpectrumChart;
class Workbench;

/// The histogram and the spectrum of the layer in focus; they follow it by themselves, and the rank that is
/// dragged in the spectrum goes into the recipe. Whoever lays them out owns them.
class FocusCharts : public QObject {
    Q_OBJECT
public:
    explicit FocusCharts(Workbench &workbench);

    HistogramChart *histogram() const { return m_histogram; }
    SpectrumChart *spectrum() const { return m_spectrum; }

private:
    void clear();
    void refreshAnalysis();
    void refreshWeights();
    void refreshSpectrum();
    void refreshRank();
    void editRank(int rank, bool dragging);

    Workbench &m_workbench;
    HistogramChart *m_histogram;
    SpectrumChart *m_spectrum;
    std::pair<const Spectrum *, Index> m_shownSpectrum; ///< and its break-even rank; of the open model
    QTimer m_clearing;
};

} // namespace lathe::ui
