#include "ui/widgets/costdelegate.h"

#include "ui/style/theme.h"

#include <QPainter>

namespace lathe::ui {
namespace {

constexpr int gap = 16;

} // namespace

void CostDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    QStyledItemDelegate::paint(painter, option, index);
    const QString cost = index.data(CostRole).toString();
    if (cost.isEmpty())
        return;
    painter->save();
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    painter->setPen(chosen ? option.palette.color(QPalette::HighlightedText) : colors().muted);
    painter->drawText(option.rect.adjusted(0, 0, -gap / 2, 0), Qt::AlignRight | Qt::AlignVCenter, cost);
    painter->restore();
}

QSize CostDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    const QString cost = index.data(CostRole).toString();
    if (!cost.isEmpty())
        size.rwidth() += gap + option.fontMetrics.horizontalAdvance(cost);
    return size;
}

} // namespace lathe::ui
