#include "core/calibrate/watch.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe {
namespace {

uint64_t mixed(uint64_t x) // splitmix64, the same on every machine
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
}

} // namespace

Floats::Floats(ElementType type, const Shape &tensorShape, std::span<const std::byte> bytes)
    : shape(tensorShape)
{
    if (type == ElementType::Float32) {
        values = {reinterpret_cast<const float *>(bytes.data()), bytes.size() / sizeof(float)};
    } else {
        converted = toFloats({type, tensorShape, {bytes.begin(), bytes.end()}});
        values = converted;
    }
}

ColumnChoice::ColumnChoice(const CalibrationOptions &options, const WatchedLayer &layer, size_t samples)
    : m_all(options.allColumns), m_seed(mixed(options.seed ^ mixed(layer.layer)))
{
    const int64_t wanted = std::max<int64_t>(8 * layer.cols, options.leastColumns);
    const auto shares = static_cast<int64_t>(samples * layer.inputs.size());
    m_each = std::max<Index>(1, (wanted + shares - 1) / shares);
}

std::vector<Index> ColumnChoice::of(Index count, size_t firstSample, size_t run, size_t valid) const
{
    std::vector<Index> chosen;
    if (count % static_cast<Index>(run) != 0) { // the columns do not belong to samples one by one
        choose(0, count, m_each * static_cast<Index>(valid), firstSample, chosen);
        return chosen;
    }
    const Index stretch = count / static_cast<Index>(run);
    for (size_t s = 0; s < valid; ++s)
        choose(static_cast<Index>(s) * stretch, stretch, m_each, firstSample + s, chosen);
    return chosen;
}

void ColumnChoice::choose(Index from, Index stretch, Index wanted, size_t sample,
                          std::vector<Index> &chosen) const
{
    const Index count = m_all ? stretch : std::min(stretch, wanted);
    for (Index i = 0; i < count; ++i) {
        const Index low = i * stretch / count;
        const auto width = static_cast<uint64_t>((i + 1) * stretch / count - low);
        const uint64_t chance =
            mixed(m_seed ^ mixed(static_cast<uint64_t>(sample) << 32U | static_cast<uint64_t>(i)));
        chosen.push_back(from + low + static_cast<Index>(chance % width));
    }
}

Watch::Watch(const WatchedLayer &layer, const CalibrationOptions &options, size_t samples)
    : m_layer(layer), m_choice(options, layer, samples), m_sums(layer.groups, layer.cols, layer.second)
{
}

void Watch::begin(const std::unordered_map<std::string, Floats> &tensors, size_t firstSample, size_t run,
                  size_t valid)
{
    m_parts.clear();
    m_part = m_next = 0;
    for (const LayerInput &input : m_layer.inputs) {
        const Floats &tensor = tensors.at(input.value);
        Part &part = m_parts.emplace_back();
        part.reader = columnsOf(input, tensor.shape, tensor.values, m_layer.name);
        part.chosen = m_choice.of(part.reader->count(), firstSample, run, valid);
        lookAt(tensor.values, input.factor);
    }
}

void Watch::fill()
{
    for (; m_part < m_parts.size(); ++m_part, m_next = 0) {
        const Part &part = m_parts[m_part];
        for (; m_next < part.chosen.size(); ++m_next) {
            if (m_sums.full())
                return;
            part.reader->read(part.chosen[m_next], m_sums.next());
        }
    }
}

InputStatistics Watch::finish(size_t samples)
{
    InputStatistics result = m_sums.finish();
    result.samples = static_cast<int64_t>(samples);
    result.low = m_low;
    result.high = m_high;
    return result;
}

void Watch::lookAt(std::span<const float> values, float factor)
{
    if (values.empty())
        return;
    const Eigen::Map<const Eigen::ArrayXf> all(values.data(), static_cast<Index>(values.size()));
    if (!all.allFinite())
        throw Error(
            ErrorCode::NumericFailure,
            Message::tr("The input of `{}` holds NaN or infinity on the calibration samples; check the data "
                        "and its preprocessing.",
                        m_layer.name));
    const float a = factor * all.minCoeff();
    const float b = factor * all.maxCoeff();
    m_low = m_seen ? std::min({m_low, a, b}) : std::min(a, b);
    m_high = m_seen ? std::max({m_high, a, b}) : std::max(a, b);
    m_seen = true;
}

} // namespace lathe
