#pragma once
#include "core/analysis/weightstats.h"
#include "ui/chartpanel.h"

namespace lathe::ui {

/// Singular values (log) and the energy curve of one layer, with the rank line to drag and the break-even
/// line.
class SpectrumChart : public ChartPanel {
    Q_OBJECT
public:
    explicit SpectrumChart(QWidget *parent = nullptr);

    void setSpectrum(const Spectrum &spectrum, Index breakEven, const QString &layerName);
    void setRank(std::optional<int> rank); ///< empty: not factorized; the line waits at full rank
    void clear();

    QString csv() const override;

signals:
    void rankDragged(int rank);  ///< while the line is held
    void rankReleased(int rank); ///< where it was let go, or moved to by a key

private:
    Spectrum m_spectrum;
    Index m_breakEven = 0;
    std::optional<int> m_rank;
};

} // namespace lathe::ui
