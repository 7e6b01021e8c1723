#include "ui/graph/graphlegend.h"

#include "ui/graph/graphquantity.h"
#include "ui/style/theme.h"

#include <QPainter>

namespace lathe::ui {
namespace {

constexpr int barWidth = 72, barHeight = 8, gap = 6;
constexpr double outdatedOpacity = 0.4;

} // namespace

GraphLegend::GraphLegend(QWidget *parent) : QWidget(parent)
{
    setFont(scaledFont(titleScale));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(tr("Colours of the graph"));
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, this, qOverload<>(&QWidget::update));
}

void GraphLegend::setRange(const QString &low, const QString &high, bool outdated)
{
    m_low = low;
    m_high = high;
    m_outdated = outdated;
    setToolTip(outdated ? tr("Of the recipe before; it is being computed.") : QString());
    setAccessibleDescription(tr("from %1 to %2").arg(low, high));
    updateGeometry();
    update();
}

QSize GraphLegend::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    return {barWidth + 2 * gap + metrics.horizontalAdvance(m_low) + metrics.horizontalAdvance(m_high) + 2,
            metrics.height() + 2};
}

void GraphLegend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(colors().muted);
    painter.drawText(rect(), int(Qt::AlignLeft | Qt::AlignVCenter), m_low);
    painter.drawText(rect(), int(Qt::AlignRight | Qt::AlignVCenter), m_high);
    const int left = fontMetrics().horizontalAdvance(m_low) + gap, top = (height() - barHeight) / 2;
    painter.setOpacity(m_outdated ? outdatedOpacity : 1.0);
    for (int x = 0; x < barWidth; ++x)
        painter.fillRect(left + x, top, 1, barHeight, rampColor(double(x) / (barWidth - 1)));
}

} // namespace lathe::ui
