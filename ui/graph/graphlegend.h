#pragma once
#include <QWidget>

namespace lathe::ui {

struct GraphScale;
struct GraphQuantity;

/// The ramp of the graph with the figures at its ends and in its middle, and whether it goes by powers.
class GraphLegend : public QWidget {
    Q_OBJECT
public:
    explicit GraphLegend(QWidget *parent = nullptr);
    /// @param outdated they are of the recipe before
    void setScale(const GraphQuantity &quantity, const GraphScale &scale, bool outdated);
    bool isOutdated() const { return m_outdated; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override; ///< without the middle

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int textWidth(const QString &text) const;
    QString m_low, m_middle, m_high, m_kind;
    bool m_outdated = false;
};

} // namespace lathe::ui
