#pragma once
#include "core/exporting/constantvalues.h"

#include <QAbstractTableModel>
#include <QTableView>

namespace lathe::ui {

/// The first numbers of a constant: a row for each of its last dimension, or rows of eight where that is
/// long.
class ConstantTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    void setValues(const ConstantValues &values);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    ConstantValues m_values;
    int m_columns = 1;
};

/// Shows the model; selected cells are copied as text, columns by tabs.
class ConstantTable : public QTableView {
    Q_OBJECT
public:
    explicit ConstantTable(QWidget *parent = nullptr);
    void setValues(const ConstantValues &values);
    void copySelection() const; ///< all of it when nothing is selected

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    ConstantTableModel *m_model;
};

/// A number of a constant in at most seven digits, whole ones as they are.
QString constantText(double value);
/// "float32 · 16×1×3×3 · 144 values · min −0.52 · ..."
QString summaryText(const ConstantValues &values);

} // namespace lathe::ui
