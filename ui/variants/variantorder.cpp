#include "ui/variants/variantorder.h"

#include "ui/variants/variantmodel.h"

namespace lathe::ui {

VariantOrder::VariantOrder(QObject *parent) : QSortFilterProxyModel(parent)
{
    m_collator.setNumericMode(true);
    setSortRole(VariantModel::SortRole);
}

bool VariantOrder::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const auto isBaseline = [](const QModelIndex &index) {
        return index.row() == 0 && !index.parent().isValid();
    };
    if (isBaseline(left) || isBaseline(right))
        return isBaseline(left) == (sortOrder() == Qt::AscendingOrder);
    const QVariant a = left.data(sortRole()), b = right.data(sortRole());
    if (a.typeId() == QMetaType::QString)
        return m_collator.compare(a.toString(), b.toString()) < 0;
    return QSortFilterProxyModel::lessThan(left, right);
}

} // namespace lathe::ui
