#include "ui/window/layerviews.h"

#include "ui/graph/graphpanel.h"
#include "ui/layers/layerpanel.h"
#include "ui/layers/layertablemodel.h"
#include "ui/session/layerprobe.h"
#include "ui/session/workbench.h"

#include <QTimer>

namespace lathe::ui {
namespace {

/// Where the file could get smaller most: the layer that a person looks at first.
int heaviestLayer(const std::vector<Layer> &layers)
{
    int heaviest = layers.empty() ? -1 : 0;
    int64_t most = -1;
    for (size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].compressible() && layers[i].weightBytes > most) {
            most = layers[i].weightBytes;
            heaviest = static_cast<int>(i);
        }
    }
    return heaviest;
}

} // namespace

LayerViews::LayerViews(Workbench &workbench)
    : m_workbench(workbench), m_panel(new LayerPanel), m_graph(new GraphPanel),
      m_table(new LayerTableModel(m_panel))
{
    m_panel->setModel(m_table);
    connect(&workbench, &Workbench::modelChanged, this, &LayerViews::onModelChanged);
    connect(&workbench, &Workbench::recipeChanged, this, &LayerViews::refreshOutdated);
    connect(&workbench, &Workbench::recipeChanged, this, &LayerViews::refreshKept);
    connect(&workbench, &Workbench::recipeChanged, m_table,
            [this] { m_table->setSettings(m_workbench.editor().settings()); });
    connect(&workbench, &Workbench::resultsChanged, this, &LayerViews::refreshResults);
    connect(workbench.channels(), &ChannelStudy::changed, m_graph,
            [this] { m_graph->setChannels(m_workbench.channels()->map()); });
    connect(m_panel, &LayerPanel::selectionChanged, this, &LayerViews::onSelectionChanged);
    connect(m_graph, &GraphPanel::layersSelected, m_panel, &LayerPanel::selectLayers);
    connectProbe();
}

void LayerViews::connectProbe()
{
    auto *probe = new LayerProbe(m_workbench, this);
    m_graph->setProbeCost([probe](const QString &id) { return probe->costOf(id); });
    connect(m_graph, &GraphPanel::probeWanted, probe, &LayerProbe::request);
    connect(probe, &LayerProbe::measured, m_graph, &GraphPanel::setProbe);
    connect(probe, &LayerProbe::forgotten, m_graph, &GraphPanel::forgetProbes);
    connect(probe, &LayerProbe::refused, this, &LayerViews::refused);
}

void LayerViews::onModelChanged()
{
    const Model &model = m_workbench.model();
    m_table->setLayers(model.layers(), model.fileBytes());
    m_graph->setModel(model);
    refreshKept();
}

void LayerViews::selectFirst()
{
    const int first = heaviestLayer(m_workbench.model().layers());
    if (first < 0) {
        onSelectionChanged({});
        return;
    }
    m_panel->selectLayers({first});
    // The table learns its height only now; then the layer can be scrolled to.
    QTimer::singleShot(0, this, [this] { m_panel->selectLayers(m_panel->selectedLayers()); });
}

void LayerViews::onSelectionChanged(const QVector<int> &layers)
{
    if (!m_workbench.hasModel())
        return;
    m_workbench.setFocus(layers);
    m_workbench.previews().selectLayers(layers);
    m_graph->selectLayers(layers);
    emit selectionChanged();
}

void LayerViews::refreshResults()
{
    const PreviewUpdate &preview = m_workbench.previews().preview();
    if (preview.compressed && preview.storage && preview.entropy)
        m_table->setResults(preview.compressed->layers, *preview.storage, *preview.entropy);
    m_graph->setResults(preview);
    refreshOutdated();
}

void LayerViews::refreshKept()
{
    const std::vector<bool> kept = m_workbench.editor().keptLayers();
    m_table->setKept(kept);
    m_graph->setKept(kept);
}

/// What was worked out for the recipe before is grey as soon as there is another one.
void LayerViews::refreshOutdated()
{
    m_table->setOutdated(m_workbench.previews().outdatedLayers());
    m_graph->setOutdated(m_workbench.previews().outdatedLayers());
}

} // namespace lathe::ui
