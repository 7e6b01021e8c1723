#include "ui/window/chartdesk.h"

#include "core/analysis/kernelsize.h"
#include "core/exporting/readableweights.h"
#include "ui/charts/chartpages.h"
#include "ui/charts/errorchart.h"
#include "ui/charts/rangechart.h"
#include "ui/charts/sparsitychart.h"
#include "ui/charts/spectrachart.h"
#include "ui/charts/spectrumchart.h"
#include "ui/charts/storagechart.h"
#include "ui/charts/tradeoffchart.h"
#include "ui/session/workbench.h"
#include "ui/window/channeldesk.h"
#include "ui/window/focuscharts.h"

namespace lathe::ui {
ChartDesk::ChartDesk(Workbench &workbench, const FocusCharts &focus, QObject *parent)
    : QObject(parent), m_workbench(workbench), m_tradeoff(new TradeoffChart), m_ranges(new RangeChart),
      m_sparsity(new SparsityChart), m_layerBars{new ErrorChart, new StorageChart},
      m_channels(new ChannelDesk(workbench, this)),
      m_weightPages(new ChartPages({focus.histogram(), m_ranges, m_sparsity, m_channels->chart()})),
      m_spectrumPages(new ChartPages(QList<ChartPanel *>{focus.spectrum()} +
                                     QList<ChartPanel *>(m_layerBars.begin(), m_layerBars.end())))
{
    m_spectrumPages->addStandIn(focus.spectra());
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
    connect(&workbench, &Workbench::modelChanged, this, [this, &focus] {
        m_ranges->setNameForms(focus.forms());
        m_channels->chart()->setNameForms(focus.forms());
        m_sparsity->setNameForms(focus.forms());
        clearDetails();
    });
    for (DrawnChart *chart : {static_cast<DrawnChart *>(m_ranges), static_cast<DrawnChart *>(m_sparsity)})
        connect(chart, &DrawnChart::shown, this, &ChartDesk::refreshDetails);
    connect(workbench.focus(), &LayerFocus::analysisChanged, this, &ChartDesk::refreshDetails);
    connect(&workbench, &Workbench::resultsChanged, this, &ChartDesk::refreshDetails);
    connect(workbench.focus()->together(), &SelectionStats::changed, this, &ChartDesk::refreshTogether);
    connect(workbench.focus(), &LayerFocus::analysisChanged, this,
            [this, one = focus.spectrum(), several = focus.spectra()] {
                const bool isOne = m_workbench.focus()->layers().size() < 2;
                m_spectrumPages->showInstead(0, isOne ? static_cast<ChartPanel *>(one) : several);
            });
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
    const QString why = FocusCharts::whyNothing(m_workbench);
    m_ranges->clear(why);
    m_sparsity->clear(why);
}

/// Of several layers: one box for each, and the zeros of all.
void ChartDesk::refreshTogether()
{
    const SelectionStats *together = m_workbench.focus()->together();
    if (together->total() == 0 || (!m_ranges->isVisible() && !m_sparsity->isVisible()))
        return;
    std::vector<ChannelBox> before, after;
    QStringList names;
    bool any = false;
    for (const SelectionStats::LayerShapes &layer : together->shapes()) {
        if (!layer.before.box)
            continue;
        names << QString::fromStdString(m_workbench.model().layers()[static_cast<size_t>(layer.layer)].name);
        before.push_back(*layer.before.box);
        any = any || (layer.after && layer.after->box);
        after.push_back(layer.after && layer.after->box ? *layer.after->box : *layer.before.box);
    }
    if (before.empty())
        return; // not yet
    const QString subject = FocusCharts::severalText(together->total() - together->failed());
    m_ranges->setLayers(before, any ? after : std::vector<ChannelBox>(), names, subject);
    if (const auto sparsity = together->sparsity(false))
        m_sparsity->setSparsity(*sparsity, together->sparsity(true), together->anyKernels(), subject);
}

void ChartDesk::refreshDetails()
{
    const bool isSeen = m_ranges->isVisible() || m_sparsity->isVisible();
    m_workbench.focus()->together()->setDetailed(isSeen);
    if (!isSeen)
        return;
    const int layer = m_workbench.focus()->layer();
    if (m_workbench.focus()->layers().size() > 1) {
        m_detailLayer = -1;
        m_runner.abandon();
        refreshTogether();
        return;
    }
    if (layer < 0) {
        clearDetails();
        return;
    }
    const auto index = static_cast<size_t>(layer);
    const auto &compressed = m_workbench.previews().preview().compressed;
    std::shared_ptr<const Encoding> encoding;
    if (compressed && index < compressed->layers.size())
        encoding = compressed->layers[index].code.weight;
    const RewrittenWeight rewritten = m_workbench.focus()->rewritten(layer);
    if (layer == m_detailLayer && encoding.get() == m_detailOf && rewritten == m_detailWeight)
        return;
    m_detailLayer = layer;
    m_detailOf = encoding.get();
    m_detailWeight = rewritten;
    const bool isOriginal = !compressed || (!encoding && rewritten.isOriginal());
    m_runner.start(
        [model = isOriginal ? m_workbench.model() : compressed->source, index,
         encoding](const JobContext &ctx) {
            const Matrix weight = readableWeight(model, index, ctx);
            const Index kernel = kernelSizeOf(model.layers()[index]);
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
    const Layer &layer = m_workbench.focus()->described(m_detailLayer);
    const QString name = QString::fromStdString(layer.name);
    m_ranges->setBoxes(details.original, details.compressed, name);
    m_sparsity->setSparsity(details.before, details.after, kernelSizeOf(layer) > 1, name);
}

} // namespace lathe::ui
