#pragma once
#include "ui/charts/axisticks.h"
#include "ui/charts/drawnchart.h"
#include "ui/variants/tradeoff.h"

#include <tuple>

class QToolButton;

namespace lathe::ui {

/// How good each variant is at the size of its file, and where the recipe of the moment lies among them.
class TradeoffChart : public DrawnChart {
    Q_OBJECT
public:
    explicit TradeoffChart(QWidget *parent = nullptr);

    void setTradeoff(const Tradeoff &tradeoff);
    void setSelected(int variant); ///< row; -1: none
    int selected() const { return m_selected; }

    bool isLogarithmic() const;
    void setLogarithmic(bool on);
    QPointF positionOf(int point) const override;
    /// Where the names of the points stand, in pixels of the view; empty: no room, told on hover.
    QVector<QRectF> nameRects() const;
    /// Where lines are that no name may lie on: the baseline's and those of the intervals.
    QVector<QRectF> lines() const;
    QString csv() const override { return toCsv(m_data); }

signals:
    void variantSelected(int row); ///< clicked, or reached by keys; the baseline is row 0
    void variantApplied(int row);  ///< double-clicked, or Enter

protected:
    void refreshAxes() override;
    bool handleViewEvent(QEvent *event) override;
    void paintItems(QPainter &painter) override;
    int itemAt(QPointF position) const override;
    QStringList describe(int point) const override;
    bool isLink(int point) const override { return m_data.points[point].row >= 0; }

private:
    int indexOf(int variant) const; ///< -1: none
    bool onKey(int key);
    void select(int point);
    void refreshSizeAxis();
    void refreshQualityAxis();
    void paintPoint(QPainter &painter, int index) const;
    void paintNames(QPainter &painter) const;
    QString shownName(int point) const;
    QColor colorOf(const TradeoffPoint &point) const;

    Tradeoff m_data;
    int m_selected = -1;
    // What the axes show: they are left alone while it stays so.
    std::tuple<std::pair<double, double>, Ticks> m_sizeShown;
    std::tuple<double, double, Quality, Ticks> m_qualityShown;
    int m_ticksShown = 0; ///< there was room for
    QToolButton *m_log;
};

} // namespace lathe::ui
