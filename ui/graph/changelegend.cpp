#include "ui/graph/changelegend.h"

#include "ui/style/theme.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr int badgeWidth = 18, badgeHeight = 12, gap = 6;

} // namespace

ChangeLegend::ChangeLegend(QWidget *parent) : QWidget(parent)
{
    setFont(scaledFont(titleScale));
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setAccessibleName(tr("Marks of the graph"));
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, this, qOverload<>(&QWidget::update));
}

void ChangeLegend::setChanges(const std::vector<LayerChange> &changes)
{
    m_entries.clear();
    for (const LayerChange change : {LayerChange::Replaced, LayerChange::Split})
        if (const auto count = std::ranges::count(changes, change))
            m_entries << Entry{change, QStringLiteral("%1 (%2)").arg(changeName(change),
                                                                     QLocale().toString(qlonglong(count)))};
    setToolTip(text() + QStringLiteral("\n") + tr("Nodes without a mark are as in the original."));
    setAccessibleDescription(text());
    updateGeometry();
    update();
}

QString ChangeLegend::text() const
{
    QStringList texts;
    for (const Entry &entry : m_entries)
        texts << entry.text;
    return texts.join(QStringLiteral(", "));
}

QSize ChangeLegend::sizeHint() const
{
    int width = 0;
    for (const Entry &entry : m_entries)
        width += badgeWidth + gap + fontMetrics().horizontalAdvance(entry.text) + 2 * gap;
    return {width, std::max(fontMetrics().height(), badgeHeight) + 2};
}

QSize ChangeLegend::minimumSizeHint() const
{
    return {static_cast<int>(m_entries.size()) * (badgeWidth + gap), sizeHint().height()};
}

void ChangeLegend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool texts = width() >= sizeHint().width(); // else the tooltip says it
    double x = 0.5;
    for (const Entry &entry : m_entries) {
        paintChange(painter, QRectF(x, (height() - badgeHeight) / 2.0, badgeWidth - 1, badgeHeight),
                    entry.change);
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
