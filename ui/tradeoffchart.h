#pragma once
#include "ui/chartpanel.h"
#include "ui/tradeoff.h"

class QCategoryAxis;
class QLineSeries;
class QToolButton;

namespace lathe::ui {

/// How good each variant is at the size of its file, and where the recipe of the moment lies among them.
class TradeoffChart : public ChartPanel {
    Q_OBJECT
public:
    explicit TradeoffChart(QWidget *parent = nullptr);

    void setTradeoff(const Tradeoff &tradeoff);
    void setSelected(int variant); ///< row; -1: none
    int selected() const { return m_selected; }

    bool isLogarithmic() const;
    void setLogarithmic(bool on);
    QPointF positionOf(int point) const; ///< in pixels of the view
    /// What is shown beside the pointer; empty: it is over no point.
    QStringList hoverText() const;
    QString csv() const override { return toCsv(m_data); }

signals:
    void variantSelected(int row); ///< clicked, or reached by keys; the baseline is row 0
    void variantApplied(int row);  ///< double-clicked, or Enter

protected:
    void restyle() override;
    void paintOverlay(QPainter &painter) override;
    void refreshAxes() override;
    bool handleViewEvent(QEvent *event) override;

private:
    int pointAt(QPointF position) const; ///< -1: none
    int indexOf(int variant) const;      ///< -1: none
    bool onPress(QPointF position);
    bool onKey(int key);
    void hover(int point);
    void select(int point);
    void refreshSizeAxis();
    void refreshQualityAxis();
    void paintPoint(QPainter &painter, int index) const;
    void paintNames(QPainter &painter) const;
    QColor colorOf(const TradeoffPoint &point) const;

    Tradeoff m_data;
    int m_selected = -1;
    int m_hovered = -1;    ///< index of a point
    QLineSeries *m_series; ///< never drawn: ties the axes to the chart
    QCategoryAxis *m_sizeAxis, *m_qualityAxis;
    QToolButton *m_log;
};

} // namespace lathe::ui
