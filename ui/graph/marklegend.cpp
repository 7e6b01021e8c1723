#include "ui/graph/marklegend.h"

#include "ui/style/theme.h"

#include <QPainter>

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr int badgeWidth = 18, badgeHeight = 12, gap = 6;

} // namespace

MarkLegend::MarkLegend(const QString &name, QWidget *parent) : QWidget(parent)
{
    setFont(scaledFont(titleScale));
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setAccessibleName(name);
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, this, qOverload<>(&QWidget::update));
}

void MarkLegend::setEntries(QVector<Entry> entries, const QString &more)
{
    m_entries = std::move(entries);
    setToolTip(more.isEmpty() ? text() : text() + QLatin1Char('\n') + more);
    setAccessibleDescription(text());
    updateGeometry();
    update();
}

QString MarkLegend::text() const
{
    QStringList texts;
    for (const Entry &entry : m_entries)
        texts << entry.text;
    return texts.join(QStringLiteral(", "));
}

QSize MarkLegend::sizeHint() const
{
    int width = 0;
    for (const Entry &entry : m_entries)
        width += badgeWidth + gap + fontMetrics().horizontalAdvance(entry.text) + 2 * gap;
    return {width, std::max(fontMetrics().height(), badgeHeight) + 4};
}

QSize MarkLegend::minimumSizeHint() const
{
    return {static_cast<int>(m_entries.size()) * (badgeWidth + gap), sizeHint().height()};
}

void MarkLegend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool texts = width() >= sizeHint().width(); // else the tooltip says it
    double x = 0.5;
    for (const Entry &entry : m_entries) {
        entry.paint(painter, QRectF(x, (height() - badgeHeight) / 2.0, badgeWidth - 1, badgeHeight));
        x += badgeWidth + gap;
        if (!texts)
            continue;
        const int room = fontMetrics().horizontalAdvance(entry.text);
        painter.setPen(colors().muted);
        painter.drawText(QRectF(x, 0, room + 2, height()), int(Qt::AlignLeft | Qt::AlignVCenter), entry.text);
        x += room + 2 * gap;
    }
}

} // namespace lathe::ui
