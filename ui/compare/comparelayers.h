#pragma once
#include "core/model/model.h"
#include "ui/compare/comparedvariants.h"
#include "ui/compare/variantcomparison.h"

#include <QWidget>

class QCheckBox;
class QTableWidget;

namespace lathe::ui {

class FittedColumns;

/// Layer by layer: what was done to each, what it takes and what error that makes.
class CompareLayers : public QWidget {
    Q_OBJECT
public:
    explicit CompareLayers(QWidget *parent = nullptr);

    /// @param comparison whose studies may be there in part
    void setComparison(const Model &model, const QVector<Variant> &variants,
                       const SharedComparison &comparison);

signals:
    void layerChosen(int layer); ///< to be looked at closely

private:
    void addLayer(int row);
    void markRow(int row, const std::vector<bool> &differs);
    void hideEqualRows(bool hide);

    std::optional<Model> m_model;
    SharedComparison m_comparison;
    QCheckBox *m_onlyDifferent;
    QTableWidget *m_table;
    FittedColumns *m_columns;
};

} // namespace lathe::ui
