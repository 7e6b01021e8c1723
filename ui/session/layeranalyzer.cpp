#include "ui/session/layeranalyzer.h"

#include "core/analysis/kernelsize.h"
#include "core/exporting/readableweights.h"
#include "ui/base/messages.h"

namespace lathe::ui {
namespace {

// Larger spectra take seconds: computed when looked at, not ahead.
constexpr Index largestPrefetchedRank = 1024;

} // namespace

LayerAnalyzer::LayerAnalyzer(QObject *parent) : QObject(parent)
{
    m_runner.setThreads(1); // the other cores measure
}

void LayerAnalyzer::setModel(const Model &model)
{
    m_runner.abandon();
    m_model = model;
    m_rewritten.reset();
    m_rewrittenTo.clear();
    m_done.clear();
    m_wanted.clear();
    m_current.reset();
    m_reach = 1;
}

void LayerAnalyzer::setRewritten(const Model &rewritten, const std::vector<RewrittenWeight> &layers)
{
    m_rewritten = rewritten;
    if (m_rewrittenTo == layers)
        return;
    m_rewrittenTo = layers;
    forgetWidths();
    hurry();
}

RewrittenWeight LayerAnalyzer::rewritten(int layer) const
{
    const auto i = static_cast<size_t>(layer);
    return layer >= 0 && i < m_rewrittenTo.size() ? m_rewrittenTo[i] : RewrittenWeight();
}

std::shared_ptr<const LayerAnalysis> LayerAnalyzer::analysis(int layer) const
{
    const Key key = keyOf(layer);
    if (key.second.narrowed == 0 || m_done.contains(key))
        return m_done.value(key).analysis;
    for (auto other = m_done.lowerBound({layer, {}}); other != m_done.end() && other.key().first == layer;
         ++other)
        if (other->analysis && other.key().second.narrowed != 0)
            return other->analysis;
    return m_done.value({layer, {key.second.folded, 0}}).analysis;
}

/// There are as many as a control has places: of each layer the one of now and the last one before stay.
void LayerAnalyzer::forgetWidths()
{
    QMap<int, int> others;
    for (auto known = m_done.begin(); known != m_done.end();) {
        const bool isOther = known.key().second.narrowed != 0 && known.key() != keyOf(known.key().first);
        known = isOther && ++others[known.key().first] > 1 ? m_done.erase(known) : std::next(known);
    }
}

void LayerAnalyzer::want(const QVector<int> &layers)
{
    if (layers != m_wanted)
        m_reach = 1;
    m_wanted = layers;
    hurry();
}

/// What is under way goes on unless something else is waited for.
void LayerAnalyzer::hurry()
{
    const std::optional<int> next = nextWanted();
    const bool isWanted =
        m_current && m_wanted.contains(m_current->first) && keyOf(m_current->first) == *m_current;
    if (!m_runner.isRunning() || (next && !isWanted))
        startNext();
}

std::optional<int> LayerAnalyzer::nextWanted() const
{
    const auto count = static_cast<int>(m_model ? m_model->layers().size() : 0);
    for (const int layer : m_wanted)
        if (layer >= 0 && layer < count && !isDone(layer))
            return layer;
    return {};
}

void LayerAnalyzer::startNext()
{
    if (!m_model)
        return;
    if (const auto wanted = nextWanted())
        start(*wanted);
    else if (const auto next = nextToPrefetch())
        start(*next);
}

std::optional<int> LayerAnalyzer::nextToPrefetch()
{
    const auto count = static_cast<int>(m_model->layers().size());
    const int centre = std::max(0, m_wanted.value(0, -1));
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
    const Key key = keyOf(layer);
    m_current = key;
    const auto index = static_cast<size_t>(layer);
    m_runner.setTitle(tr("Analyzing weights"));
    m_runner.setRepeatable(true);
    m_runner.start(
        [model = key.second.isOriginal() ? *m_model : *m_rewritten, index](const JobContext &ctx) -> Result {
            return std::make_shared<const LayerAnalysis>(
                analyzeWeight(readableWeight(model, index, ctx), kernelSizeOf(model.layers()[index]), ctx));
        },
        [this, key](const Outcome<Result> &outcome) { finish(key, outcome); });
}

void LayerAnalyzer::finish(Key key, const Outcome<Result> &outcome)
{
    Entry entry;
    if (const auto *analysis = std::get_if<Result>(&outcome))
        entry.analysis = *analysis;
    else if (const auto *error = std::get_if<Error>(&outcome))
        entry.failure = messageText(error->message());
    else
        return;
    m_done.insert(key, entry);
    emit ready(key.first);
    if (!m_runner.isRunning()) // a slot of ready() may have asked for another layer
        startNext();
}

} // namespace lathe::ui
