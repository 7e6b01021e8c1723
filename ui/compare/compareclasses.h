#pragma once
#include "ui/compare/comparedvariants.h"
#include "ui/compare/variantcomparison.h"

#include <QWidget>

class QComboBox;
class QTableWidget;

namespace lathe::ui {

class ConfusionView;
class FittedColumns;

/// Class by class: how often each is recognised.
class CompareClasses : public QWidget {
    Q_OBJECT
public:
    explicit CompareClasses(QWidget *parent = nullptr);
    void setComparison(const QVector<Variant> &variants, const SharedComparison &comparison);

private:
    QTableWidget *m_table;
    FittedColumns *m_columns;
};

/// Which classes are taken for which others, more or less often than by the baseline.
class CompareConfusions : public QWidget {
    Q_OBJECT
public:
    explicit CompareConfusions(QWidget *parent = nullptr);
    void setComparison(const QVector<Variant> &variants, const SharedComparison &comparison);

private:
    void showPicture();

    SharedComparison m_comparison; ///< that the picture is of
    QComboBox *m_variant;          ///< of the picture
    ConfusionView *m_picture;
    QTableWidget *m_table;
    FittedColumns *m_columns;
};

} // namespace lathe::ui
