#include "ui/window/inspectorbinding.h"

#include "core/compress/plan.h"
#include "ui/inspector/inspector.h"
#include "ui/layers/layerpanel.h"
#include "ui/session/workbench.h"

#include <QTimer>

namespace lathe::ui {
namespace {

constexpr int manyLayers = 500; ///< whose settings take a while to show

} // namespace

InspectorBinding::InspectorBinding(Workbench &workbench, Inspector &inspector, LayerPanel &layers)
    : m_workbench(workbench), m_inspector(inspector), m_layers(layers)
{
    connect(&workbench, &Workbench::modelChanged, this, [this] { m_known.reset(); });
    connect(&workbench, &Workbench::recipeChanged, this, &InspectorBinding::refresh);
    connect(&workbench, &Workbench::dataChanged, this, &InspectorBinding::refreshData);
    connect(workbench.channels(), &ChannelStudy::changed, this, &InspectorBinding::refreshData);
    connect(&workbench, &Workbench::resultsChanged, this,
            [this] { m_inspector.updateFacts(selectedFacts()); });
    connect(
        &inspector, &Inspector::edited, this,
        [this](const QVector<int> &edited, const QVector<LayerSettings> &settings, const QString &description,
               bool dragging) { m_workbench.editor().editLayers(edited, settings, description, dragging); });
    connect(&inspector, &Inspector::keepRequested, &workbench.editor(), &RecipeEditor::setKept);
    inspector.setCost([&workbench](const QVector<int> &layers, const QVector<LayerSettings> &settings) {
        std::vector<LayerSettings> all(workbench.model().layers().size());
        for (qsizetype i = 0; i < layers.size(); ++i)
            all[static_cast<size_t>(layers[i])] = settings[i];
        return workbench.compressor()->expectedSeconds(all);
    });
    refreshData();
}

void InspectorBinding::showSelection()
{
    if (m_layers.selectedLayers().size() < manyLayers)
        refresh();
    else
        QTimer::singleShot(0, this, &InspectorBinding::refresh); // with the rest it would be a halt
}

QVector<LayerFacts> InspectorBinding::selectedFacts()
{
    const std::shared_ptr<const Compressor> compressor = m_workbench.compressor();
    const std::shared_ptr<const ChannelMap> &channels = m_workbench.channels()->map();
    if (!m_known || !m_known->areOf(compressor.get(), channels.get()))
        m_known.emplace(compressor, channels);
    QVector<LayerFacts> all;
    const PreviewUpdate &preview = m_workbench.previews().preview();
    for (const int row : m_layers.selectedLayers()) {
        const auto i = static_cast<size_t>(row);
        LayerFacts facts = m_known->of(row);
        facts.pending = !preview.storage || !preview.compressed;
        if (preview.storage)
            facts.storedBytes = (*preview.storage)[i].bytes;
        if (preview.compressed) {
            const Layer &left = preview.compressed->source.layers()[i];
            facts.weightsLeft = left.absent ? 0 : left.parameters;
            for (const RankForm form : {RankForm::Channel, RankForm::Spatial, RankForm::Tucker2})
                if (auto &ranks = facts.ranks.at(static_cast<size_t>(form)); ranks.full > 0 && !left.absent) {
                    const RankLimits limits = rankLimits(left, form);
                    ranks = {static_cast<int>(limits.full), static_cast<int>(limits.breakEven)};
                }
            facts.relativeError = preview.compressed->layers[i].relativeError;
            facts.outputError = preview.compressed->layers[i].normalizedError;
            facts.huffmanBits = preview.entropy ? (*preview.entropy)[i].huffmanBits : 0;
            if (preview.storage)
                facts.theoreticalBits = bitsInTheory(preview.compressed->layers[i], (*preview.storage)[i]);
            if (const auto count = preview.compressed->layers[i].pruneCount)
                facts.prunedTogether = double(*count) / double(std::max<qint64>(*facts.weightsLeft, 1));
        }
        facts.outdated = m_workbench.previews().isOutdated(row);
        all.push_back(facts);
    }
    return all;
}

void InspectorBinding::refresh()
{
    QVector<LayerSettings> settings;
    for (const int layer : m_layers.selectedLayers())
        settings.push_back(m_workbench.editor().settings()[static_cast<size_t>(layer)]);
    m_inspector.setSelection(selectedFacts(), settings);
}

void InspectorBinding::refreshData()
{
    m_inspector.setDataComing(m_workbench.isLoadingData());
    m_inspector.setCalibration(m_workbench.calibrationText());
    if (m_workbench.hasModel())
        refresh();
}

} // namespace lathe::ui
