#pragma once
#include <QStyledItemDelegate>

namespace lathe::ui {

/// Cells of the variants: a bar beside the size, the place of the quality with its interval beside the figure
/// that tells variants apart, a sign at a name that has notes.
class VariantDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    void paintName(QPainter *painter, QStyleOptionViewItem option, const QModelIndex &index) const;
    void paintSize(QPainter *painter, const QRectF &room, const QModelIndex &index) const;
    void paintQuality(QPainter *painter, const QRectF &room, const QModelIndex &index) const;
    static bool showsQuality(const QModelIndex &index);
};

} // namespace lathe::ui
