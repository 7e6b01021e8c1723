#pragma once
#include "core/model/model.h"
#include "ui/compare/comparedvariants.h"
#include "ui/compare/variantcomparison.h"

#include <QAbstractTableModel>

namespace lathe::ui {

/// Layers down, variants across: what each takes, what error that makes, what was done. What differs from the
/// baseline is bold on a tint, layers that are alike in all are pale.
class CompareLayerModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    /// @param comparison whose studies may be there in part
    void setComparison(const Model &model, const QVector<Variant> &variants,
                       const SharedComparison &comparison);
    bool differs(int row) const; ///< in any variant

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    bool differs(int row, int variant) const;
    QString text(const QModelIndex &index) const;

    std::optional<Model> m_model;
    QVector<Variant> m_variants;
    QStringList m_titles;
    SharedComparison m_comparison;
};

} // namespace lathe::ui
