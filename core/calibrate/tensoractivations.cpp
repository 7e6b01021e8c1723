#include "core/calibrate/tensoractivations.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/measure/batches.h"
#include "core/runtime/session.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lathe {
namespace {

/// Sums over what has been seen of one axis.
class AxisSums {
public:
    explicit AxisSums(const ValueAxis &of) : m_of(of) {}

    /// @param valid of `run` samples, when the first axis holds them
    void add(const Tensor &value, size_t run, size_t valid)
    {
        if (m_of.axis >= value.shape.size() || elementBits(value.type) < 8)
            throw Error(ErrorCode::Unsupported,
                        Message::tr("`{}` has no channels that could be measured: it is "
                                    "{} {}.",
                                    m_of.value, elementTypeName(value.type), shapeText(value.shape)));
        const auto length = static_cast<size_t>(value.shape[m_of.axis]);
        const size_t inner = productFrom(value.shape, m_of.axis + 1);
        std::vector<float> values = toFloats(value);
        if (m_of.axis > 0 && value.shape[0] > 0 && static_cast<size_t>(value.shape[0]) % run == 0)
            values.resize(values.size() / run * valid);
        if (m_sum.size() == 0)
            m_sum = m_magnitude = m_nonZero = Eigen::VectorXd::Zero(static_cast<Index>(length));
        if (m_sum.size() != static_cast<Index>(length))
            throw Error(ErrorCode::Unsupported,
                        Message::tr("`{}` has another number of channels for each sample.", m_of.value));
        const size_t outer = values.size() / std::max<size_t>(length * inner, 1);
        for (size_t i = 0; i < outer * length; ++i)
            addRun(static_cast<Index>(i % length), std::span(values).subspan(i * inner, inner));
        m_count += static_cast<double>(outer * inner);
    }

    AxisStatistics finish() const
    {
        const double count = std::max(m_count, 1.0);
        if (!std::isfinite(m_magnitude.sum()))
            throw Error(ErrorCode::NumericFailure,
                        Message::tr("`{}` holds NaN or infinity on the samples.", m_of.value));
        return {(m_sum / count).cast<float>(), (m_magnitude / count).cast<float>(),
                (m_nonZero / count).cast<float>()};
    }

private:
    static size_t productFrom(const Shape &shape, size_t first)
    {
        return std::accumulate(shape.begin() + static_cast<ptrdiff_t>(first), shape.end(), size_t{1},
                               [](size_t product, int64_t d) { return product * static_cast<size_t>(d); });
    }

    void addRun(Index place, std::span<const float> values)
    {
        for (const float x : values) {
            m_sum[place] += x;
            m_magnitude[place] += std::abs(x);
            m_nonZero[place] += x != 0.0F ? 1.0 : 0.0;
        }
    }

    ValueAxis m_of;
    Eigen::VectorXd m_sum, m_magnitude, m_nonZero;
    double m_count = 0.0; ///< for each place
};

/// The values by name, each once, and where each axis finds its own.
struct Wanted {
    std::vector<std::string> values;
    std::vector<size_t> ofAxis;
};

Wanted wantedOf(std::span<const ValueAxis> axes)
{
    Wanted wanted;
    for (const ValueAxis &axis : axes) {
        const auto known = std::ranges::find(wanted.values, axis.value);
        wanted.ofAxis.push_back(static_cast<size_t>(known - wanted.values.begin()));
        if (known == wanted.values.end())
            wanted.values.push_back(axis.value);
    }
    return wanted;
}

class Measuring {
public:
    Measuring(const Model &model, const SampleSet &samples, std::span<const ValueAxis> axes,
              const JobContext &ctx)
        : m_samples(samples), m_wanted(wantedOf(axes)), m_ctx(ctx), m_session(model, options(model)),
          m_fixed(fixedBatch(m_session.inputs()))
    {
        for (const ValueAxis &axis : axes)
            m_sums.emplace_back(axis);
        for (const std::string &value : m_wanted.values)
            m_outputs.push_back(place(m_session.outputs(), value));
    }

    /// The first run tells how much room a sample takes; a model that does not take several at once is fed
    /// them one by one.
    std::vector<AxisStatistics> run()
    {
        constexpr size_t bytesAtOnce = size_t(64) << 20, mostAtOnce = 32;
        size_t batch = m_fixed > 0 ? m_fixed : 1;
        for (size_t first = 0; first < m_samples.size();) {
            m_ctx.checkpoint(static_cast<double>(first) / static_cast<double>(m_samples.size()),
                             Message::tr("measuring channels, sample {} of {}", first + 1, m_samples.size()));
            const size_t valid = std::min(batch, m_samples.size() - first);
            size_t bytes = 1;
            try {
                bytes += add(first, valid, m_fixed > 0 ? m_fixed : valid);
            } catch (const Error &) {
                if (m_fixed > 0 || valid == 1)
                    throw;
                batch = 1;
                continue;
            }
            if (m_fixed == 0 && first == 0)
                batch = std::clamp(bytesAtOnce / bytes, size_t{1}, mostAtOnce);
            first += valid;
        }
        std::vector<AxisStatistics> statistics;
        for (const AxisSums &sums : m_sums)
            statistics.push_back(sums.finish());
        return statistics;
    }

private:
    static std::vector<std::string> namesOf(const std::vector<ValueInfo> &infos)
    {
        std::vector<std::string> names;
        for (const ValueInfo &info : infos)
            names.push_back(info.name);
        return names;
    }
    static size_t place(const std::vector<ValueInfo> &infos, const std::string &name)
    {
        return static_cast<size_t>(std::ranges::find(infos, name, &ValueInfo::name) - infos.begin());
    }

    /// What the model is fed is at hand, and what it gives comes anyway.
    SessionOptions options(const Model &model) const
    {
        std::vector<std::string> known = namesOf(model.inputs());
        for (const ValueInfo &output : model.outputs())
            known.push_back(output.name);
        SessionOptions options;
        options.threads = m_ctx.threadCount();
        for (const std::string &value : m_wanted.values)
            if (std::ranges::find(known, value) == known.end())
                options.extraOutputs.push_back(value);
        return options;
    }

    /// @returns bytes of the values
    size_t add(size_t first, size_t valid, size_t run)
    {
        std::vector<size_t> places(valid);
        std::iota(places.begin(), places.end(), first);
        const SampleFeeds feeds(m_samples, places, run);
        std::vector<size_t> outputs;
        for (const size_t output : m_outputs)
            if (output < m_session.outputs().size())
                outputs.push_back(output);
        const std::vector<Tensor> results =
            outputs.empty() ? std::vector<Tensor>() : m_session.runFor(outputs, feeds.views(), m_ctx);
        std::vector<Tensor> values;
        size_t bytes = 0;
        for (size_t v = 0, next = 0; v < m_outputs.size(); ++v) {
            if (m_outputs[v] < m_session.outputs().size()) {
                values.push_back(results[next++]);
            } else {
                const TensorView &fed = feeds.views()[place(m_session.inputs(), m_wanted.values[v])];
                values.push_back({fed.type, fed.shape, {fed.bytes.begin(), fed.bytes.end()}});
            }
            bytes += values.back().bytes.size();
        }
        parallelFor(m_sums.size(), m_ctx,
                    [&](size_t i) { m_sums[i].add(values[m_wanted.ofAxis[i]], run, valid); });
        return bytes;
    }

    const SampleSet &m_samples;
    Wanted m_wanted;
    const JobContext &m_ctx;
    Session m_session;
    size_t m_fixed = 0; ///< samples that the model insists on
    std::vector<AxisSums> m_sums;
    std::vector<size_t> m_outputs; ///< of the session, by value; its number of outputs: it is an input
};

} // namespace

ChannelActivations tensorActivations(const Model &model, const SampleSet &samples)
{
    return [&model, &samples](std::span<const ValueAxis> axes, const JobContext &ctx) {
        if (samples.size() == 0)
            throw Error(ErrorCode::InvalidArgument, Message::tr("There are no calibration samples."));
        return Measuring(model, samples, axes, ctx).run();
    };
}

} // namespace lathe
