#pragma once
#include <QChartView>

namespace lathe::ui {

class ChartPanel;

/// The chart's view: hands painting of the overlay and the user's input to its panel.
class PlotView : public QChartView {
    Q_OBJECT
public:
    PlotView(QChart *chart, ChartPanel *panel);

protected:
    void drawForeground(QPainter *painter, const QRectF &rect) override;
    bool viewportEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void keyReleaseEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    ChartPanel *m_panel;
};

} // namespace lathe::ui
