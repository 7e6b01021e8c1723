#include "ui/variants/variantdelegate.h"

#include "ui/base/shortnames.h"
#include "ui/style/theme.h"
#include "ui/variants/variantmodel.h"
#include "ui/widgets/panelparts.h"

#include <QApplication>
#include <QPainter>

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr double barHeight = 6.0;
constexpr double leastDrawing = 20.0;

int drawingWidth(const QFontMetrics &metrics)
{
    return letterWidth(metrics) * 8;
}

/// Of its column among its like: what is drawn beside the figures is of one length, in all rows or none.
int widestText(const QModelIndex &index, const QFontMetrics &metrics)
{
    int widest = 0;
    for (int row = 0; row < index.model()->rowCount(index.parent()); ++row)
        widest = std::max(widest, metrics.horizontalAdvance(index.siblingAtRow(row).data().toString()));
    return widest;
}

VariantGlance glanceAt(const QModelIndex &index)
{
    return index.data(VariantModel::GlanceRole).value<VariantGlance>();
}

} // namespace

bool VariantDelegate::showsQuality(const QModelIndex &index)
{
    const VariantGlance glance = glanceAt(index);
    if (!glance.place)
        return false;
    return index.column() ==
           (glance.quality == Quality::Top1 ? VariantModel::Difference : VariantModel::Agreement);
}

void VariantDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                            const QModelIndex &index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    cell.state &= ~QStyle::State_HasFocus; // the whole row shows where we are
    if (index.column() == VariantModel::Name) {
        paintName(painter, cell, index);
        return;
    }
    QApplication::style()->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
    const int beside = cell.rect.width() - widestText(index, cell.fontMetrics) - 18;
    const QRectF room(cell.rect.left() + 6, cell.rect.top(), std::min(beside, drawingWidth(cell.fontMetrics)),
                      cell.rect.height());
    if (room.width() < leastDrawing)
        return; // the figures need the room
    painter->save();
    if (index.column() == VariantModel::Size)
        paintSize(painter, room, index);
    else if (showsQuality(index))
        paintQuality(painter, room, index);
    painter->restore();
}

void VariantDelegate::paintName(QPainter *painter, QStyleOptionViewItem option,
                                const QModelIndex &index) const
{
    const QStyle *style = QApplication::style();
    const bool noted = !index.data(VariantModel::NoteRole).toString().isEmpty();
    const QRect whole = option.rect;
    const int sign = option.fontMetrics.height();
    const int margins = 2 * (style->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, option.widget) + 1);
    const int taken =
        margins + (noted ? sign : 0) + (option.icon.isNull() ? 0 : option.decorationSize.width() + margins);
    QStringList names; // what is cut from one is cut so that it is told from the others
    for (int row = 0; row < index.model()->rowCount(index.parent()); ++row)
        names << index.siblingAtRow(row).data().toString();
    option.text = elidedNames(names, option.fontMetrics, whole.width() - taken).at(index.row());
    if (noted) {
        style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
        option.rect.adjust(0, 0, -sign, 0);
        option.backgroundBrush = Qt::NoBrush;
    }
    style->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget);
    if (noted)
        icon(QStringLiteral("note"))
            .paint(painter, QRect(whole.right() - sign + 1, whole.top(), sign - 3, whole.height()));
}

void VariantDelegate::paintSize(QPainter *painter, const QRectF &room, const QModelIndex &index) const
{
    const double share = glanceAt(index).size;
    if (share <= 0.0)
        return;
    const QRectF track(room.left(), room.center().y() - barHeight / 2, room.width(), barHeight);
    QColor faded = colors().original;
    faded.setAlphaF(0.3F);
    painter->fillRect(track, faded);
    painter->fillRect(QRectF(track.topLeft(), QSizeF(std::max(1.0, track.width() * share), barHeight)),
                      glanceAt(index).isBaseline ? colors().original : colors().current);
}

/// The line is the baseline's place, the bar the interval, the dot the value: right is better.
void VariantDelegate::paintQuality(QPainter *painter, const QRectF &room, const QModelIndex &index) const
{
    const VariantGlance glance = glanceAt(index);
    const auto xOf = [&](double place) { return room.left() + 3 + place * (room.width() - 6); };
    const double middle = room.center().y();
    painter->setRenderHint(QPainter::Antialiasing);
    if (glance.baseline) {
        painter->setPen(QPen(colors().original, 1));
        const double x = std::floor(xOf(*glance.baseline)) + 0.5;
        painter->drawLine(QPointF(x, room.top() + 3), QPointF(x, room.bottom() - 3));
    }
    const QColor ink = glance.isBaseline ? colors().original : colors().current;
    painter->setPen(QPen(ink, 2, Qt::SolidLine, Qt::FlatCap));
    painter->drawLine(QPointF(xOf(glance.place->low), middle), QPointF(xOf(glance.place->high), middle));
    painter->setPen(Qt::NoPen);
    painter->setBrush(ink);
    painter->drawEllipse(QPointF(xOf(glance.place->value), middle), 3.0, 3.0);
}

QSize VariantDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    size.setHeight(std::max(size.height(), option.fontMetrics.height() + 8));
    if (index.column() == VariantModel::Size || showsQuality(index))
        size.rwidth() += drawingWidth(option.fontMetrics) + 12;
    else if (index.column() == VariantModel::Name)
        size.rwidth() += option.fontMetrics.height();
    return size;
}

} // namespace lathe::ui
