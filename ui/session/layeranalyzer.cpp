#include "ui/session/layeranalyzer.h"

#include "ui/base/messages.h"
namespace lathe::ui {
namespace {

// Larger spectra take seconds: computed when looked at, not ahead.
constexpr Index largestPrefetchedRank = 1024;

Index kernelSize(const Layer &layer)
{
    Index size = 1;
    for (const int64_t k : layer.kernel)
        size *= static_cast<Index>(k);
    return size;
}

} // namespace

LayerAnalyzer::LayerAnalyzer(QObject *parent) : QObject(parent)
{
    m_runner.setThreads(1); // the other cores measure
}

void LayerAnalyzer::setModel(const Model &model)
{
    m_runner.abandon();
    m_model = model;
    m_done.clear();
    m_wanted = m_current = -1;
    m_reach = 1;
}

void LayerAnalyzer::want(int layer)
{
    if (layer != m_wanted)
        m_reach = 1;
    m_wanted = layer;
    if (!m_runner.isRunning() || (m_current != layer && !isDone(layer)))
        startNext();
}

void LayerAnalyzer::startNext()
{
    if (!m_model)
        return;
    const auto count = static_cast<int>(m_model->layers().size());
    if (m_wanted >= 0 && m_wanted < count && !isDone(m_wanted))
        start(m_wanted);
    else if (const auto next = nextToPrefetch())
        start(*next);
}

std::optional<int> LayerAnalyzer::nextToPrefetch()
{
    const auto count = static_cast<int>(m_model->layers().size());
    const int centre = std::max(0, m_wanted);
    for (; m_reach <= count; ++m_reach) {
        for (const int layer : {centre + m_reach, centre - m_reach}) {
            if (layer < 0 || layer >= count || isDone(layer))
                continue;
            if (m_model->layers()[static_cast<size_t>(layer)].fullRank() <= largestPrefetchedRank)
                return layer;
        }
    }
    return {};
}

void LayerAnalyzer::start(int layer)
{
    m_current = layer;
    const auto index = static_cast<size_t>(layer);
    m_runner.setTitle(tr("Analyzing weights"));
    m_runner.setRepeatable(true);
    m_runner.start(
        [model = *m_model, index](const JobContext &ctx) -> Result {
            return std::make_shared<const LayerAnalysis>(
                analyzeWeight(model.weight(index), kernelSize(model.layers()[index]), ctx));
        },
        [this, layer](const Outcome<Result> &outcome) { finish(layer, outcome); });
}

void LayerAnalyzer::finish(int layer, const Outcome<Result> &outcome)
{
    Entry entry;
    if (const auto *analysis = std::get_if<Result>(&outcome))
        entry.analysis = *analysis;
    else if (const auto *error = std::get_if<Error>(&outcome))
        entry.failure = messageText(error->message());
    else
        return;
    m_done.insert(layer, entry);
    emit ready(layer);
    if (!m_runner.isRunning()) // a slot of ready() may have asked for another layer
        startNext();
}

} // namespace lathe::ui
