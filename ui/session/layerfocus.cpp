#include "ui/session/layerfocus.h"

#include "core/compress/plan.h"
#include "core/methods/convfactors.h"

namespace lathe::ui {

LayerFocus::LayerFocus(QObject *parent) : QObject(parent)
{
    connect(&m_analyzer, &LayerAnalyzer::ready, this, [this](int layer) {
        if (layer != m_layer)
            return;
        emit analysisChanged();
        refreshView();
    });
}

void LayerFocus::setModel(const Model &model)
{
    m_model = model;
    m_analyzer.setModel(model);
    m_layer = -1;
    m_result.reset();
    m_shown = nullptr;
    m_view = {};
    m_spatial.clear();
    m_runner.abandon();
    m_spectrumRunner.abandon();
}

void LayerFocus::setLayer(int layer)
{
    if (layer == m_layer)
        return;
    m_layer = layer;
    m_form = RankForm::Channel;
    m_spectrumRunner.abandon();
    m_result.reset();
    m_shown = nullptr;
    m_view = {};
    m_runner.abandon();
    if (layer >= 0)
        m_analyzer.want(layer);
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

const Spectrum *LayerFocus::spectrum() const
{
    const auto spatial = m_spatial.value(m_layer);
    const auto weight = analysis();
    return m_form == RankForm::Spatial ? spatial.get() : weight ? &weight->spectrum : nullptr;
}

void LayerFocus::computeSpatialSpectrum()
{
    if (m_form != RankForm::Spatial || m_layer < 0 || m_spatial.contains(m_layer))
        return;
    m_spectrumRunner.start(
        [model = *m_model, index = static_cast<size_t>(m_layer)](const JobContext &ctx) {
            const Matrix unfolded = spatialUnfolding(model.weight(index), kernelOf(model.layers()[index]));
            return std::make_shared<const Spectrum>(lathe::spectrum(unfolded, ctx));
        },
        [this, layer = m_layer](const Outcome<std::shared_ptr<const Spectrum>> &outcome) {
            if (const auto *spectrum = std::get_if<std::shared_ptr<const Spectrum>>(&outcome))
                m_spatial[layer] = *spectrum;
            emit spectrumChanged();
        });
}

void LayerFocus::setResult(const LayerResult &result, const Model &source)
{
    m_result = result;
    m_source = source;
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
