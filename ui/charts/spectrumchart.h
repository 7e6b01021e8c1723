#pragma once
#include "core/analysis/weightstats.h"
#include "ui/charts/chartpanel.h"

#include <QCategoryAxis>
#include <QLineSeries>
#include <QValueAxis>

#include <optional>

class QMouseEvent;
class QKeyEvent;

namespace lathe::ui {

/// Singular values (log) and the energy curve of one layer, with the rank line to drag and the break-even
/// line.
class SpectrumChart : public ChartPanel {
    Q_OBJECT
public:
    explicit SpectrumChart(QWidget *parent = nullptr);

    /// Another layer's name than before takes the rank of the old one away.
    void setSpectrum(const Spectrum &spectrum, Index breakEven, const QString &layerName);
    /// Empty: not factorized; the line waits, hollow, at full rank. Left alone while the user drags.
    void setRank(std::optional<int> rank);
    std::optional<int> rank() const { return m_rank; }
    void clear();

    QString csv() const override;

signals:
    void rankDragged(int rank);  ///< while the line is held
    void rankReleased(int rank); ///< where it was let go, or moved to by a key

protected:
    void restyle() override;
    void paintOverlay(QPainter &painter) override;
    void refreshAxes() override;
    bool handleViewEvent(QEvent *event) override;

private:
    int fullRank() const { return int(m_spectrum.singularValues.size()); }
    int shownRank() const;    ///< within 1..fullRank()
    double lowestLog() const; ///< log10 of the smallest singular value worth drawing
    void moveTo(int rank);
    bool onMouse(QMouseEvent *event);
    bool onKey(QKeyEvent *event);
    bool isOverLine(double x) const;
    void paintBreakEven(QPainter &painter) const;
    void paintRank(QPainter &painter) const;

    Spectrum m_spectrum;
    QString m_layer;
    Index m_breakEven = 0;
    std::optional<int> m_rank;
    bool m_dragging = false;
    bool m_moved = false;
    double m_grab = 0.0;

    QLineSeries *m_values, *m_energy;
    QCategoryAxis *m_xAxis, *m_valueAxis, *m_energyAxis;
};

} // namespace lathe::ui
