#include "ui/session/layerfocus.h"

#include "core/compress/plan.h"
#include "core/exporting/readableweights.h"
#include "core/methods/convfactors.h"

namespace lathe::ui {

LayerFocus::LayerFocus(QObject *parent) : QObject(parent)
{
    connect(&m_analyzer, &LayerAnalyzer::ready, this, [this](int layer) {
        if (layer == m_layer) {
            emit analysisChanged();
            refreshView();
        } else if (m_layers.contains(layer))
            emit layerAnalyzed(layer);
    });
}

void LayerFocus::setModel(const Model &model)
{
    m_model = model;
    m_analyzer.setModel(model);
    m_together.setModel(model);
    m_layers.clear();
    m_layer = -1;
    m_result.reset();
    m_shown = nullptr;
    m_view = {};
    m_spatial.clear();
    m_runner.abandon();
    m_spectrumRunner.abandon();
}

void LayerFocus::setLayers(const QVector<int> &layers)
{
    if (layers == m_layers)
        return;
    m_layers = layers;
    m_layer = layers.size() == 1 ? layers.first() : -1;
    m_form = RankForm::Channel;
    m_spectrumRunner.abandon();
    m_result.reset();
    m_shown = nullptr;
    m_view = {};
    m_runner.abandon();
    if (!layers.isEmpty())
        m_analyzer.want(layers);
    m_together.setLayers(layers);
    emit analysisChanged();
    emit viewChanged();
}

void LayerFocus::setForm(RankForm form)
{
    if (form == m_form)
        return;
    m_form = form;
    computeSpatialSpectrum();
    emit spectrumChanged();
}

const Layer &LayerFocus::described(int layer) const
{
    const Model &model = rewritten(layer).isOriginal() || !m_source ? *m_model : *m_source;
    return model.layers()[static_cast<size_t>(layer)];
}

const Spectrum *LayerFocus::spectrum() const
{
    const auto spatial = m_spatial.value({m_layer, rewritten(m_layer)});
    const auto weight = analysis();
    return m_form == RankForm::Spatial ? spatial.get() : weight ? &weight->spectrum : nullptr;
}

void LayerFocus::computeSpatialSpectrum()
{
    const std::pair key(m_layer, rewritten(m_layer));
    if (m_form != RankForm::Spatial || m_layer < 0 || m_spatial.contains(key))
        return;
    m_spectrumRunner.start(
        [model = key.second.isOriginal() ? *m_model : *m_source,
         index = static_cast<size_t>(m_layer)](const JobContext &ctx) {
            const Matrix unfolded =
                spatialUnfolding(readableWeight(model, index, ctx), kernelOf(model.layers()[index]));
            return std::make_shared<const Spectrum>(lathe::spectrum(unfolded, ctx));
        },
        [this, key](const Outcome<std::shared_ptr<const Spectrum>> &outcome) {
            if (const auto *spectrum = std::get_if<std::shared_ptr<const Spectrum>>(&outcome))
                m_spatial[key] = *spectrum;
            emit spectrumChanged();
        });
}

void LayerFocus::setCompressed(const CompressedModel &compressed)
{
    const std::vector<RewrittenWeight> weights = rewrittenWeights(compressed);
    const RewrittenWeight before = rewritten(m_layer);
    m_analyzer.setRewritten(compressed.source, weights);
    if (m_layers.size() > 1)
        m_together.setCompressed(compressed, weights);
    const auto layer = static_cast<size_t>(m_layer);
    if (m_layer < 0 || layer >= compressed.layers.size())
        return;
    m_result = compressed.layers[layer];
    m_source = compressed.source;
    if (before != rewritten(m_layer)) {
        m_shown = nullptr;
        m_view = {};
        computeSpatialSpectrum();
        emit analysisChanged();
        emit viewChanged();
    }
    refreshView();
}

void LayerFocus::refreshView()
{
    const auto original = analysis();
    if (!m_result || !original)
        return;
    if (m_shown == m_result->code.weight.get() && (m_shown || m_view.histogram.counts.empty()))
        return;
    m_shown = m_result->code.weight.get();
    if (!m_shown) {
        m_runner.abandon();
        m_view = {};
        emit viewChanged();
        return;
    }
    m_runner.start(
        [model = *m_source, index = static_cast<size_t>(m_layer), result = *m_result,
         original](const JobContext &) {
            const Histogram &h = original->histogram;
            return weightView(model.weight(index), result, h.low, h.high, static_cast<int>(h.counts.size()));
        },
        [this](const Outcome<WeightView> &outcome) {
            if (const auto *view = std::get_if<WeightView>(&outcome)) {
                m_view = *view;
                emit viewChanged();
            }
        });
}

} // namespace lathe::ui
