#include "ui/chartdesk.h"

#include "ui/tradeoffchart.h"
#include "ui/workbench.h"

namespace lathe::ui {

ChartDesk::ChartDesk(Workbench &workbench, QObject *parent)
    : QObject(parent), m_workbench(workbench), m_tradeoff(new TradeoffChart)
{
    const auto refresh = [this] { refreshTradeoff(); };
    connect(&workbench, &Workbench::figuresChanged, this, refresh);
    connect(&workbench, &Workbench::modelChanged, this, refresh);
    const VariantModel *variants = workbench.variants();
    connect(variants, &QAbstractItemModel::modelReset, this, refresh);
    connect(variants, &QAbstractItemModel::rowsInserted, this, refresh);
    connect(variants, &QAbstractItemModel::rowsRemoved, this, refresh);
    connect(variants, &QAbstractItemModel::dataChanged, this, refresh);
    connect(m_tradeoff, &TradeoffChart::variantSelected, this, &ChartDesk::variantChosen);
    connect(m_tradeoff, &TradeoffChart::variantApplied, &workbench, &Workbench::applyVariant);
}

void ChartDesk::setSelectedVariants(const QVector<int> &rows)
{
    m_tradeoff->setSelected(rows.size() == 1 ? rows.first() : -1);
}

void ChartDesk::refreshTradeoff()
{
    if (m_workbench.hasModel())
        m_tradeoff->setTradeoff(
            lathe::ui::tradeoff(m_workbench.variants()->variants(), m_workbench.figures()));
}

} // namespace lathe::ui
