#pragma once
#include "ui/compare/comparelayermodel.h"

#include <QWidget>

class QCheckBox;
class QTableView;

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
    void hideEqualRows(bool hide);

    CompareLayerModel *m_model;
    QCheckBox *m_onlyDifferent;
    QTableView *m_table;
    FittedColumns *m_columns = nullptr;
};

} // namespace lathe::ui
