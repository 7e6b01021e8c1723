#pragma once
#include "ui/charts/chartpanel.h"

class QCategoryAxis;
class QKeyEvent;
class QLineSeries;

namespace lathe::ui {

/// A chart that paints its items itself over a pair of axes, and tells of the one under the pointer or, where
/// the chart has the focus, of the one that keys reach.
class DrawnChart : public ChartPanel {
    Q_OBJECT
public:
    DrawnChart(const QString &title, const QString &emptyText, QWidget *parent);

    /// What is shown beside the pointer; empty: it is over no item.
    QStringList hoverText() const;
    /// Middle of an item, in pixels of the view.
    virtual QPointF positionOf(int item) const = 0;

signals:
    void itemClicked(int item);
    void shown(); ///< it came into sight

protected:
    void restyle() override;
    void paintOverlay(QPainter &painter) override;
    bool handleViewEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;

    virtual void paintItems(QPainter &painter) = 0;
    virtual int itemAt(QPointF position) const = 0; ///< -1: none
    virtual int itemCount() const = 0;
    virtual QStringList describe(int item) const = 0;
    virtual bool isLink(int) const { return false; } ///< a click leads somewhere
    /// Which one is told of from now on; -1: none.
    void setHovered(int item);
    /// Arrows, page keys, Home and End walk over the items, Escape leaves them.
    bool readByKeys(QKeyEvent *event);
    int hovered() const { return m_hovered; }

    QCategoryAxis *xAxis() const { return m_xAxis; }
    QCategoryAxis *yAxis() const { return m_yAxis; }
    QPointF at(double x, double y) const; ///< pixel of the view
    double valueAt(double x) const;       ///< of the horizontal axis

private:
    int m_hovered = -1;
    QLineSeries *m_series; ///< never drawn: ties the axes to the chart
    QCategoryAxis *m_xAxis, *m_yAxis;
};

} // namespace lathe::ui
