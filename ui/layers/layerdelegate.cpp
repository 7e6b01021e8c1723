#include "ui/layers/layerdelegate.h"

#include "ui/base/shortnames.h"
#include "ui/layers/layertablemodel.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QApplication>
#include <QPainter>

namespace lathe::ui {
namespace {

int dotSpace(const QStyleOptionViewItem &option)
{
    return option.fontMetrics.height() * 3 / 4;
}

} // namespace

void LayerDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                          const QModelIndex &index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    cell.state &= ~QStyle::State_HasFocus; // the whole row shows where we are
    if (index.column() == LayerTableModel::Settings)
        cell.textElideMode = Qt::ElideRight; // what is done first is named first
    if (index.column() == LayerTableModel::Name)
        paintName(painter, cell, index);
    else if (index.column() == LayerTableModel::Share)
        paintShare(painter, cell, index);
    else
        QApplication::style()->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
}

void LayerDelegate::paintName(QPainter *painter, QStyleOptionViewItem option, const QModelIndex &index) const
{
    const QStyle *style = QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
    const int space = dotSpace(option);
    if (index.data(LayerTableModel::KeptRole).toBool()) {
        const int side = space + 2;
        const QRect pin(option.rect.left(), option.rect.center().y() - side / 2, side, side);
        icon(QStringLiteral("keep")).paint(painter, pin);
    } else if (index.data(LayerTableModel::ChangedRole).toBool()) {
        const double radius = option.fontMetrics.height() * 0.2;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const bool computing = index.data(LayerTableModel::OutdatedRole).toBool(); // a ring until it is done
        painter->setPen(computing ? QPen(colors().current, 1.5) : QPen(Qt::NoPen));
        painter->setBrush(computing ? Qt::NoBrush : QBrush(colors().current));
        painter->drawEllipse(QPointF(option.rect.left() + space * 0.6, option.rect.center().y() + 0.5),
                             radius, radius);
        painter->restore();
    }
    option.rect.adjust(space, 0, 0, 0);
    option.backgroundBrush = Qt::NoBrush;
    const int margins = 2 * (style->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, option.widget) + 1);
    option.text = fittingForm(index.data(LayerTableModel::NameFormsRole).toStringList(), option.fontMetrics,
                              option.rect.width() - margins);
    style->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget);
}

void LayerDelegate::paintShare(QPainter *painter, QStyleOptionViewItem option, const QModelIndex &index) const
{
    QApplication::style()->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget);

    const QRect cell = option.rect.adjusted(4, 0, -6, 0);
    const int textWidth = option.fontMetrics.horizontalAdvance(QStringLiteral("88.8 %"));
    const QRectF track(cell.left(), cell.center().y() - 2.5, std::max(0, cell.width() - textWidth - 6), 6);
    const double original = index.data(LayerTableModel::BarRole).toDouble();
    const double stored = index.data(LayerTableModel::StoredBarRole).toDouble();
    painter->save();
    painter->setPen(Qt::NoPen);
    const auto bar = [&](double share, const QColor &color) {
        if (share > 0.0)
            painter->fillRect(QRectF(track.left(), track.top(),
                                     std::max(1.0, track.width() * std::min(1.0, share)), track.height()),
                              color);
    };
    QColor before = colors().original;
    const bool changed = index.data(LayerTableModel::ChangedRole).toBool();
    before.setAlphaF(changed ? 0.45f : 1.0f); // what is saved fades, what stays is blue
    bar(original, before);
    if (changed)
        bar(stored, index.data(LayerTableModel::OutdatedRole).toBool() ? colors().muted : colors().current);

    painter->restore();
}

QSize LayerDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    if (index.column() == LayerTableModel::Name)
        size.rwidth() += dotSpace(option);
    else if (index.column() == LayerTableModel::Share)
        size.rwidth() += letterWidth(option.fontMetrics) * 8;
    return size;
}

} // namespace lathe::ui
