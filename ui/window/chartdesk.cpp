#include "ui/window/chartdesk.h"

#include "ui/charts/chartpages.h"
#include "ui/charts/errorchart.h"
#include "ui/charts/rangechart.h"
#include "ui/charts/sparsitychart.h"
#include "ui/charts/storagechart.h"
#include "ui/charts/tradeoffchart.h"
#include "ui/session/workbench.h"

namespace lathe::ui {
namespace {

Index kernelSize(const Layer &layer)
{
    Index size = 1;
    for (const int64_t k : layer.kernel)
        size *= static_cast<Index>(k);
    return size;
}

} // namespace

ChartDesk::ChartDesk(Workbench &workbench, ChartPanel *weights, ChartPanel *spectrum, QObject *parent)
    : QObject(parent), m_workbench(workbench), m_tradeoff(new TradeoffChart), m_ranges(new RangeChart),
      m_sparsity(new SparsityChart), m_layerBars{new ErrorChart, new StorageChart},
      m_weightPages(new ChartPages({weights, m_ranges, m_sparsity})),
      m_spectrumPages(new ChartPages(QList<ChartPanel *>{spectrum} +
                                     QList<ChartPanel *>(m_layerBars.begin(), m_layerBars.end())))
{
    m_runner.setThreads(1); // the other cores measure
    connect(&workbench, &Workbench::figuresChanged, &m_tradeoffDue, qOverload<>(&QTimer::start));
    // In a turn of the event loop of its own: to lay out axes takes as long as all else that a figure
    // changes.
    m_tradeoffDue.setSingleShot(true);
    m_tradeoffDue.setInterval(20);
    connect(&m_tradeoffDue, &QTimer::timeout, this, &ChartDesk::refreshTradeoff);
    connect(&workbench, &Workbench::modelChanged, this, &ChartDesk::refreshTradeoff);
    const VariantModel *variants = workbench.variants();
    connect(variants, &QAbstractItemModel::modelReset, this, &ChartDesk::refreshTradeoff);
    connect(variants, &QAbstractItemModel::rowsInserted, this, &ChartDesk::refreshTradeoff);
    connect(variants, &QAbstractItemModel::rowsRemoved, this, &ChartDesk::refreshTradeoff);
    connect(variants, &QAbstractItemModel::dataChanged, this, &ChartDesk::refreshTradeoff);
    connect(m_tradeoff, &TradeoffChart::variantSelected, this, &ChartDesk::variantChosen);
    connect(m_tradeoff, &TradeoffChart::variantApplied, &workbench.variantStore(), &VariantStore::apply);

    for (LayerBars *chart : m_layerBars)
        follow(chart);
    connect(&workbench, &Workbench::modelChanged, this, &ChartDesk::clearDetails);
    for (DrawnChart *chart : {static_cast<DrawnChart *>(m_ranges), static_cast<DrawnChart *>(m_sparsity)})
        connect(chart, &DrawnChart::shown, this, &ChartDesk::refreshDetails);
    connect(workbench.focus(), &LayerFocus::analysisChanged, this, &ChartDesk::refreshDetails);
    connect(&workbench, &Workbench::resultsChanged, this, &ChartDesk::refreshDetails);
}

void ChartDesk::setSelectedVariants(const QVector<int> &rows)
{
    m_tradeoff->setSelected(rows.size() == 1 ? rows.first() : -1);
}

void ChartDesk::setSelectedLayers(const QVector<int> &layers)
{
    for (LayerBars *chart : m_layerBars)
        chart->setSelected(layers);
}

void ChartDesk::refreshTradeoff()
{
    if (m_workbench.hasModel())
        m_tradeoff->setTradeoff(
            lathe::ui::tradeoff(m_workbench.variants()->variants(), m_workbench.previews().figures()));
}

void ChartDesk::follow(LayerBars *chart)
{
    const auto refresh = [this, chart] {
        if (m_workbench.hasModel())
            chart->setOutcomes({m_workbench.model().layers(), m_workbench.previews().preview(),
                                m_workbench.previews().outdatedLayers()});
    };
    connect(&m_workbench, &Workbench::resultsChanged, chart, refresh);
    connect(&m_workbench, &Workbench::recipeChanged, chart, [chart, refresh] {
        if (chart->isVisible())
            refresh();
    });
    connect(&m_workbench, &Workbench::modelChanged, chart, &LayerBars::clear);
    connect(chart, &LayerBars::layerClicked, this, &ChartDesk::layerChosen);
}

void ChartDesk::clearDetails()
{
    m_runner.abandon();
    m_detailLayer = -1;
    m_detailOf = nullptr;
    m_ranges->clear();
    m_sparsity->clear();
}

void ChartDesk::refreshDetails()
{
    if (!m_ranges->isVisible() && !m_sparsity->isVisible())
        return;
    const int layer = m_workbench.focus()->layer();
    if (layer < 0) {
        clearDetails();
        return;
    }
    const auto index = static_cast<size_t>(layer);
    const auto &compressed = m_workbench.previews().preview().compressed;
    std::shared_ptr<const Encoding> encoding;
    if (compressed && index < compressed->layers.size())
        encoding = compressed->layers[index].code.weight;
    if (layer == m_detailLayer && encoding.get() == m_detailOf)
        return;
    m_detailLayer = layer;
    m_detailOf = encoding.get();
    m_runner.start(
        [model = encoding ? compressed->source : m_workbench.model(), index,
         encoding](const JobContext &ctx) {
            const Matrix weight = model.weight(index);
            const Index kernel = kernelSize(model.layers()[index]);
            Details details{.original = channelBoxes(weight, ctx),
                            .compressed = {},
                            .before = sparsity(weight, kernel),
                            .after = {}};
            if (encoding) {
                const Matrix decoded = decode(*encoding);
                details.compressed = channelBoxes(decoded, ctx);
                details.after = sparsity(decoded, kernel);
            }
            return details;
        },
        [this](const Outcome<Details> &outcome) {
            if (const auto *details = std::get_if<Details>(&outcome))
                showDetails(*details);
            else
                clearDetails();
        });
}

void ChartDesk::showDetails(const Details &details)
{
    const Layer &layer = m_workbench.model().layers()[static_cast<size_t>(m_detailLayer)];
    const QString name = QString::fromStdString(layer.name);
    m_ranges->setBoxes(details.original, details.compressed, name);
    m_sparsity->setSparsity(details.before, details.after, kernelSize(layer) > 1, name);
}

} // namespace lathe::ui
