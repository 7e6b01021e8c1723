#pragma once
#include <QStyledItemDelegate>

namespace lathe::ui {

/// An entry of a list with a remark in pale letters at its end.
class CostDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    static constexpr int CostRole = Qt::UserRole + 100; ///< QString; empty: no remark

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace lathe::ui
