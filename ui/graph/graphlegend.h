#pragma once
#include <QWidget>

namespace lathe::ui {

/// The ramp of the graph with the figures at its ends.
class GraphLegend : public QWidget {
    Q_OBJECT
public:
    explicit GraphLegend(QWidget *parent = nullptr);
    /// @param outdated they are of the recipe before
    void setRange(const QString &low, const QString &high, bool outdated);
    bool isOutdated() const { return m_outdated; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_low, m_high;
    bool m_outdated = false;
};

} // namespace lathe::ui
