#include "ui/compare/comparelayers.h"

#include "ui/base/format.h"
#include "ui/style/theme.h"
#include "ui/widgets/fittedcolumns.h"
#include "ui/widgets/plaintable.h"

#include <QCheckBox>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace lathe::ui {
namespace {

/// Figures first: they are what is read down a column.
QString textOf(const ComparedLayer &layer)
{
    if (!layer.known)
        return layer.text;
    QString figures = keptTogether(bytes(layer.bytes));
    if (layer.error)
        figures = CompareLayers::tr("%1, %2").arg(
            figures, keptTogether(CompareLayers::tr("error %1").arg(percent(*layer.error))));
    return figures + QLatin1Char('\n') + layer.text;
}

} // namespace

CompareLayers::CompareLayers(QWidget *parent)
    : QWidget(parent), m_onlyDifferent(new QCheckBox(tr("Only layers that &differ"), this)),
      m_table(makePlainTable({tr("Layer")}, {}, this)), m_columns(new FittedColumns(m_table))
{
    m_table->setObjectName(QStringLiteral("compareLayers"));
    m_columns->setMost(0, 30);
    m_table->setAccessibleName(tr("Layers of the compared variants"));
    connect(m_onlyDifferent, &QCheckBox::toggled, this, &CompareLayers::hideEqualRows);
    connect(m_table, &QTableWidget::itemActivated, this,
            [this](const QTableWidgetItem *item) { emit layerChosen(item->row()); });
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->addWidget(m_onlyDifferent);
    column->addWidget(m_table, 1);
}

void CompareLayers::setComparison(const Model &model, const QVector<Variant> &variants,
                                  const SharedComparison &comparison)
{
    m_model = model;
    m_comparison = comparison;
    m_table->setRowCount(0);
    m_table->setColumnCount(1 + static_cast<int>(variants.size()));
    for (int column = 1; column < m_table->columnCount(); ++column) {
        auto *header = new QTableWidgetItem;
        header->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        m_table->setHorizontalHeaderItem(column, header);
    }
    setVariantTitles(m_table, 1, variants);
    fillPlainTable(
        m_table, static_cast<int>(model.layers().size()), [this](int row) { addLayer(row); },
        [this] {
            m_columns->fit();
            hideEqualRows(m_onlyDifferent->isChecked());
        });
}

void CompareLayers::addLayer(int row)
{
    const auto index = static_cast<size_t>(row);
    const auto &first = m_comparison->studies.front();
    QStringList texts{QString::fromStdString(m_model->layers()[index].name)};
    std::vector<bool> differs;
    for (const auto &study : m_comparison->studies) {
        texts << (study ? textOf(study->layers[index]) : QStringLiteral("…"));
        differs.push_back(study && first && !study->layers[index].isLike(first->layers[index]));
    }
    addPlainRow(m_table, texts);
    markRow(row, differs);
}

/// What differs from the baseline is bold on a tint, rows that are alike in all are pale.
void CompareLayers::markRow(int row, const std::vector<bool> &differs)
{
    QFont bold = m_table->font();
    bold.setBold(true);
    QColor tint = colors().accent;
    tint.setAlphaF(0.14F);
    const bool any = std::ranges::find(differs, true) != differs.end();
    for (int column = 0; column < m_table->columnCount(); ++column) {
        QTableWidgetItem *item = m_table->item(row, column);
        const bool its = column == 0 ? any : differs[static_cast<size_t>(column - 1)];
        if (its)
            item->setFont(bold);
        if (its && column > 0)
            item->setBackground(tint);
        if (!any)
            item->setForeground(colors().muted);
        item->setData(Qt::UserRole, any);
    }
}

void CompareLayers::hideEqualRows(bool hide)
{
    for (int row = 0; row < m_table->rowCount(); ++row)
        m_table->setRowHidden(row, hide && !m_table->item(row, 0)->data(Qt::UserRole).toBool());
}

} // namespace lathe::ui
