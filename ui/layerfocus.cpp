#include "ui/layerfocus.h"

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
    m_runner.abandon();
}

void LayerFocus::setLayer(int layer)
{
    if (layer == m_layer)
        return;
    m_layer = layer;
    m_result.reset();
    m_shown = nullptr;
    m_view = {};
    m_runner.abandon();
    if (layer >= 0)
        m_analyzer.want(layer);
    emit analysisChanged();
    emit viewChanged();
}

void LayerFocus::setResult(const std::optional<LayerResult> &result)
{
    m_result = result;
    refreshView();
}

void LayerFocus::refreshView()
{
    const auto original = analysis();
    if (!m_result || !original)
        return;
    if (m_shown == m_result->encoding.get() && (m_shown || m_view.histogram.counts.empty()))
        return;
    m_shown = m_result->encoding.get();
    if (!m_shown) {
        m_runner.abandon();
        m_view = {};
        emit viewChanged();
        return;
    }
    m_runner.start(
        [model = *m_model, index = static_cast<size_t>(m_layer), result = *m_result,
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
