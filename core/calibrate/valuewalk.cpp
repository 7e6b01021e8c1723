#include "core/calibrate/valuewalk.h"

#include "core/calibrate/graphpart.h"
#include "core/measure/batches.h"

#include <algorithm>
#include <numeric>

namespace lathe {
namespace {

constexpr size_t chunkSamples = 8; ///< the same for any number of threads

std::vector<ValueWalk::Chunk> chunksOf(size_t samples, const std::vector<ValueInfo> &inputs)
{
    const size_t fixed = fixedBatch(inputs);
    const size_t size = fixed > 0 ? fixed : chunkSamples;
    std::vector<ValueWalk::Chunk> chunks;
    for (size_t first = 0; first < samples; first += size) {
        const size_t count = std::min(size, samples - first);
        chunks.push_back({first, count, fixed > 0 ? fixed : count, {}});
    }
    return chunks;
}

} // namespace

void ValueWalk::begin(const Model &model, const std::string &value, const JobContext &ctx)
{
    m_value = value;
    m_inputs = model.inputs();
    m_chunks = chunksOf(m_samples.size(), m_inputs);
    m_next = 0;
    m_session.reset();
    m_fresh = {value, {}, {}, 0};
    const auto known = std::ranges::find(m_known, value, &Known::name);
    m_isKnown = known != m_known.end();
    if (m_isKnown) {
        m_known.splice(m_known.begin(), m_known, known);
        return;
    }
    if (std::ranges::find(m_inputs, value, &ValueInfo::name) != m_inputs.end())
        return;
    std::map<std::string, ValueInfo> infos;
    for (const Known &one : m_known)
        infos[one.name] = one.info;
    SessionOptions options;
    options.threads = ctx.threadCount();
    m_session.emplace(graphPart(model, value, infos), options);
}

const ValueWalk::Chunk *ValueWalk::next(const JobContext &ctx)
{
    ctx.throwIfCancelled();
    if (m_next == m_chunks.size()) {
        end();
        return nullptr;
    }
    Chunk &chunk = m_chunks[m_next];
    chunk.value = m_isKnown ? m_known.front().chunks[m_next] : computed(chunk, m_next, ctx);
    if (m_next > 0)
        m_chunks[m_next - 1].value = {};
    ++m_next;
    if (m_isKnown || !m_session) // what is fed is at hand anyway
        return &chunk;
    m_fresh.info = {m_value, chunk.value->type, chunk.value->shape, {}, true};
    m_fresh.bytes += static_cast<int64_t>(chunk.value->bytes.size());
    if (m_fresh.bytes <= m_room / 2)
        m_fresh.chunks.push_back(chunk.value);
    else
        m_fresh.chunks.clear();
    return &chunk;
}

std::shared_ptr<const Tensor> ValueWalk::computed(const Chunk &chunk, size_t place,
                                                  const JobContext &ctx) const
{
    std::vector<size_t> places(chunk.count);
    std::iota(places.begin(), places.end(), chunk.first);
    const SampleFeeds samples(m_samples, places, chunk.run);
    std::map<std::string, TensorView> named;
    for (size_t i = 0; i < m_inputs.size(); ++i)
        named[m_inputs[i].name] = samples.views()[i];
    for (const Known &known : m_known)
        named[known.name] = *known.chunks[place];
    if (!m_session) {
        const TensorView &view = named.at(m_value);
        return std::make_shared<const Tensor>(
            Tensor{view.type, view.shape, {view.bytes.begin(), view.bytes.end()}});
    }
    std::vector<TensorView> feeds;
    for (const ValueInfo &needed : m_session->inputs())
        feeds.push_back(named.at(needed.name));
    return std::make_shared<const Tensor>(std::move(m_session->run(feeds, ctx).front()));
}

/// What was computed takes its place among what is known, and what was not asked for longest goes.
void ValueWalk::end()
{
    m_session.reset();
    if (m_isKnown || m_fresh.chunks.size() != m_chunks.size())
        return;
    int64_t bytes = m_fresh.bytes;
    m_known.push_front(std::move(m_fresh));
    for (auto it = std::next(m_known.begin()); it != m_known.end();) {
        bytes += it->bytes;
        it = bytes > m_room ? m_known.erase(it) : std::next(it);
    }
}

} // namespace lathe
