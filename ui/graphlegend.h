#pragma once
#include <QWidget>

namespace lathe::ui {

/// The ramp of the graph with the figures at its ends.
class GraphLegend : public QWidget {
    Q_OBJECT
public:
    explicit GraphLegend(QWidget *parent = nullptr);
    void setRange(const QString &low, const QString &high);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_low, m_high;
};

} // namespace lathe::ui
