#include "ui/compare/comparelayers.h"

#include "ui/widgets/fittedcolumns.h"
#include "ui/widgets/panelparts.h"
#include "ui/widgets/plaintable.h"

#include <QCheckBox>
#include <QVBoxLayout>

namespace lathe::ui {

CompareLayers::CompareLayers(QWidget *parent)
    : QWidget(parent), m_model(new CompareLayerModel(this)),
      m_onlyDifferent(new QCheckBox(tr("Only layers that &differ"), this)), m_table(new QTableView(this))
{
    m_table->setObjectName(QStringLiteral("compareLayers"));
    m_table->setAccessibleName(tr("Layers of the compared variants"));
    styleTable(m_table);
    m_table->setModel(m_model);
    makeCopyable(m_table);
    m_columns = new FittedColumns(m_table);
    m_columns->setMost(0, 30);
    connect(m_onlyDifferent, &QCheckBox::toggled, this, &CompareLayers::hideEqualRows);
    connect(m_table, &QTableView::activated, this,
            [this](const QModelIndex &index) { emit layerChosen(index.row()); });
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->addWidget(m_onlyDifferent);
    column->addWidget(m_table, 1);
}

void CompareLayers::setComparison(const Model &model, const QVector<Variant> &variants,
                                  const SharedComparison &comparison)
{
    m_model->setComparison(model, variants, comparison);
    hideEqualRows(m_onlyDifferent->isChecked());
}

void CompareLayers::hideEqualRows(bool hide)
{
    for (int row = 0; row < m_model->rowCount(); ++row)
        m_table->setRowHidden(row, hide && !m_model->differs(row));
}

} // namespace lathe::ui
