#pragma once
#include "ui/compare/comparedvariants.h"

#include <QWidget>

class QTableWidget;

namespace lathe::ui {

class FittedColumns;
struct VariantComparison;

/// The figures of whole variants, one column each.
class CompareTotals : public QWidget {
    Q_OBJECT
public:
    explicit CompareTotals(QWidget *parent = nullptr);

    /// @param comparison of these variants; null: not known yet
    void setComparison(const QVector<Variant> &variants, const VariantComparison *comparison);
    QSize sizeHint() const override; ///< all rows in sight

private:
    void fill(const QVector<Variant> &variants, const VariantComparison *comparison);

    QTableWidget *m_table;
    FittedColumns *m_columns = nullptr;
};

} // namespace lathe::ui
