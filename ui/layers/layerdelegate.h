#pragma once
#include <QStyledItemDelegate>

namespace lathe::ui {

/// Cells of the layer table: a dot before the name of a changed layer, a pin before one
/// that is kept, a bar under the share.
class LayerDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    void paintName(QPainter *painter, QStyleOptionViewItem option, const QModelIndex &index) const;
    void paintShare(QPainter *painter, QStyleOptionViewItem option, const QModelIndex &index) const;
};

} // namespace lathe::ui
