#pragma once
#include "ui/charts/handledchart.h"

#include <QLineSeries>

namespace lathe::ui {

/// What charts of singular values share: values (log) on the left, the energy that is kept on the right, a
/// line to drag that says how many stay, and where factors stop to pay off. The line's value is a place on
/// the horizontal axis.
class RankChart : public HandledChart {
    Q_OBJECT
public:
    /// Why the line cannot be moved, as a tooltip; empty: it can.
    void setLocked(const QString &why);

protected:
    RankChart(const QString &title, const QString &emptyText, QWidget *parent);

    void setEnergy(const QList<QPointF> &shares) { m_energy->replace(shares); } ///< 0..1
    void setHandle(const LineHandle::Scale &scale);
    void setTip(const QString &text); ///< while it can be moved
    /// @param lowest,highest logarithms of what the left axis shows
    void refreshValueAxes(double lowest, double highest);
    /// Beside the line.
    virtual QString lineText() const = 0;
    /// Curves that are no series of the chart.
    virtual void paintCurves(QPainter &) {}

    void restyle() override;
    void paintItems(QPainter &painter) override;
    LineHandle::Places places() const override;

    double m_breakEven = 0.0;     ///< on the horizontal axis; 0: none
    QString m_breakEvenText = {}; ///< beside its line

private:
    void paintBreakEven(QPainter &painter) const;
    void paintLine(QPainter &painter) const;

    void refreshTip();

    QString m_tip, m_locked;
    QLineSeries *m_energy;
    QCategoryAxis *m_energyAxis;
};

} // namespace lathe::ui
