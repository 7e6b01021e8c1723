#include "ui/graph/graphlegend.h"

#include "ui/graph/graphscale.h"
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
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setAccessibleName(tr("Colours of the graph"));
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, this, qOverload<>(&QWidget::update));
}

void GraphLegend::setScale(const GraphQuantity &quantity, const GraphScale &scale, bool outdated)
{
    m_low = quantity.text(scale.low);
    m_middle = quantity.text(scale.valueAt(0.5));
    m_high = quantity.text(scale.high);
    m_kind = scale.logarithmic ? tr("log", "a logarithmic scale") : QString();
    m_outdated = outdated;
    const QString steps = scale.logarithmic
                              ? tr("Each step of the colours is so many times more, not so much more; blocks "
                                   "have the colour of all that is in them.")
                              : tr("The colours go in even steps.");
    setToolTip(outdated ? tr("Of the recipe before; it is being computed.") : steps);
    setAccessibleDescription(tr("from %1 by %2 to %3").arg(m_low, m_middle, m_high) +
                             (m_kind.isEmpty() ? QString() : QStringLiteral(", ") + m_kind));
    updateGeometry();
    update();
}

int GraphLegend::textWidth(const QString &text) const
{
    return text.isEmpty() ? 0 : fontMetrics().horizontalAdvance(text) + gap;
}

QSize GraphLegend::sizeHint() const
{
    const QSize least = minimumSizeHint();
    return {least.width() + textWidth(m_middle) + barWidth / 2, least.height()};
}

QSize GraphLegend::minimumSizeHint() const
{
    return {barWidth + gap + textWidth(m_low) + textWidth(m_high) + textWidth(m_kind) + 2,
            fontMetrics().height() + 2};
}

/// LOW [half of the ramp] MIDDLE [the other half] HIGH log
void GraphLegend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const bool hasMiddle = width() >= sizeHint().width();
    const int bar = hasMiddle ? barWidth * 3 / 4 : barWidth / 2;
    const int top = (height() - barHeight) / 2;
    int x = 0;
    const auto write = [&](const QString &text) {
        if (text.isEmpty())
            return;
        painter.setOpacity(1.0);
        painter.setPen(colors().muted);
        painter.drawText(QRect(x, 0, textWidth(text), height()), int(Qt::AlignLeft | Qt::AlignVCenter), text);
        x += textWidth(text);
    };
    const auto ramp = [&](double from) {
        painter.setOpacity(m_outdated ? outdatedOpacity : 1.0);
        for (int i = 0; i < bar; ++i)
            painter.fillRect(x + i, top, 1, barHeight, rampColor(from + 0.5 * i / (bar - 1)));
        x += bar;
    };
    write(m_low);
    ramp(0.0);
    if (hasMiddle) {
        x += gap;
        write(m_middle);
    }
    ramp(0.5);
    x += gap;
    write(m_high);
    write(m_kind);
}

} // namespace lathe::ui
