#pragma once
#include "ui/compare/comparedvariants.h"

#include <QWidget>

class QHeaderView;
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
    Message data() const; ///< what all figures were measured on; empty: on different data, or nothing
    QSize sizeHint() const override;  ///< all rows in sight
    const QHeaderView *rows() const;  ///< whose heights these follow
    int heightWithin(int most) const; ///< of as many whole rows as it gives room for

private:
    void fill(const QVector<Variant> &variants, const VariantComparison *comparison);

    int heightUpTo(int rows) const;

    QTableWidget *m_table;
    Message m_data;
    FittedColumns *m_columns = nullptr;
};

} // namespace lathe::ui
