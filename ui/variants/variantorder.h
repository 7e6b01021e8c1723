#pragma once
#include <QCollator>
#include <QSortFilterProxyModel>

namespace lathe::ui {

/// Siblings of a VariantTree in the order of a column. The baseline stays on top whatever the order: it is
/// what the others are read against.
class VariantOrder : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit VariantOrder(QObject *parent);

protected:
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    QCollator m_collator;
};

} // namespace lathe::ui
