#include "ui/layerpanel.h"

#include "ui/layertablemodel.h"

#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

namespace lathe::ui {

LayerPanel::LayerPanel(QWidget *parent)
    : QWidget(parent), m_proxy(new QSortFilterProxyModel(this)), m_view(new QTableView(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_view);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_proxy->setSortRole(LayerTableModel::SortRole);
    m_view->setModel(m_proxy);
    m_view->setSortingEnabled(true);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &LayerPanel::announceSelection);
}

void LayerPanel::setModel(LayerTableModel *model)
{
    m_model = model;
    m_proxy->setSourceModel(model);
}

QVector<int> LayerPanel::selectedLayers() const
{
    QVector<int> layers;
    for (const QModelIndex &index : m_view->selectionModel()->selectedRows())
        layers << m_proxy->mapToSource(index).row();
    std::sort(layers.begin(), layers.end());
    return layers;
}

void LayerPanel::selectLayers(const QVector<int> &layers)
{
    QItemSelection selection;
    for (const int layer : layers) {
        const QModelIndex index = m_proxy->mapFromSource(m_model->index(layer, 0));
        selection.select(index, index);
    }
    m_view->selectionModel()->select(selection,
                                     QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
}

void LayerPanel::announceSelection()
{
    const QVector<int> layers = selectedLayers();
    if (layers == m_announced)
        return;
    m_announced = layers;
    emit selectionChanged(layers);
}

} // namespace lathe::ui
