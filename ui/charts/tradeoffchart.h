#pragma once
#include "ui/charts/axisticks.h"
#include "ui/charts/drawnchart.h"
#include "ui/charts/tagplaces.h"
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
    /// Where the names of the points stand, in pixels of the view; empty: no room, or under the mark
    /// of the current recipe; told on hover.
    QVector<TagPlace> namePlaces() const;
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
    int itemCount() const override { return static_cast<int>(m_data.points.size()); }
    QStringList describe(int point) const override;
    bool isLink(int point) const override { return m_data.points[point].row >= 0; }

private:
    int indexOf(int variant) const; ///< -1: none
    bool onKey(int key);
    void select(int point);
    void refreshSizeAxis();
    void refreshQualityAxis();
    double headroom(double span) const;
    void paintPoint(QPainter &painter, int index) const;
    void paintNames(QPainter &painter) const;
    bool isHidden(int point) const;
    /// As much of the interval as the axis can show.
    QLineF intervalOf(int point) const;
    QColor colorOf(const TradeoffPoint &point) const;

    Tradeoff m_data;
    QStringList m_names; ///< as they are drawn
    int m_selected = -1;
    // What the axes show: they are left alone while it stays so.
    std::tuple<std::pair<double, double>, Ticks> m_sizeShown;
    std::tuple<double, double, Quality, Ticks> m_qualityShown;
    QVector<int> m_rowsShown; ///< of the points that the axis was fitted to
    int m_ticksShown = 0;     ///< there was room for
    QToolButton *m_log;
};

} // namespace lathe::ui
