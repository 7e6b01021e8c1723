#include "core/train/teacher.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/model/proto.h"
#include "core/train/parts.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace lathe::train {
namespace {

std::vector<std::string> wantedOf(const Model &model, const std::vector<std::string> &features)
{
    std::vector<std::string> wanted{scoresOf(model).value};
    wanted.insert(wanted.end(), features.begin(), features.end());
    return wanted;
}

SessionOptions optionsFor(const Model &model, const std::vector<std::string> &wanted, int threads)
{
    SessionOptions options;
    options.threads = threads;
    for (const std::string &value : wanted)
        if (std::ranges::find(model.outputs(), value, &ValueInfo::name) == model.outputs().end())
            options.extraOutputs.push_back(value);
    return options;
}

Shape withCount(int64_t count, const Shape &sample)
{
    Shape shape{count};
    shape.insert(shape.end(), sample.begin(), sample.end());
    return shape;
}

/// [samples, channels, ...]: the means over what follows the channels.
Tensor averaged(const Tensor &values)
{
    const int64_t samples = values.shape[0], channels = values.shape[1];
    Tensor means = makeTensor(ElementType::Float32, {samples, channels});
    const Index rows = samples * channels, places = elementCount(values.shape) / std::max<int64_t>(1, rows);
    Eigen::Map<Vector>(means.as<float>().data(), rows) =
        Eigen::Map<const Matrix>(values.as<float>().data(), rows, places).rowwise().mean();
    return means;
}

/// Samples [first, first + count) in the teacher's own type and shape; the last one fills up.
Tensor part(const Tensor &input, size_t first, size_t count, const ValueInfo &wanted)
{
    const auto all = static_cast<size_t>(input.shape.front());
    const size_t size = input.bytes.size() / all;
    Shape sample(input.shape.begin() + 1, input.shape.end());
    Tensor chosen = makeTensor(input.type, withCount(static_cast<int64_t>(count), sample));
    for (size_t i = 0; i < count; ++i)
        std::memcpy(chosen.bytes.data() + i * size, input.bytes.data() + std::min(first + i, all - 1) * size,
                    size);
    if (wanted.hasShape && wanted.shape.size() != chosen.shape.size() && wanted.shape.size() > 1) {
        const Shape own(wanted.shape.begin() + 1, wanted.shape.end());
        if (std::ranges::all_of(own, [](int64_t d) { return d > 0; }) &&
            elementCount(own) == elementCount(sample))
            chosen.shape = withCount(static_cast<int64_t>(count), own);
    }
    if (chosen.type != wanted.type && isFloat(wanted.type))
        return fromFloats(wanted.type, chosen.shape, toFloats(chosen));
    return chosen;
}

} // namespace

Teacher::Teacher(const Model &model, const std::vector<std::string> &features, int threads, int64_t memory)
    : m_name(Message::verbatim(model.content().label)), m_hash(model.sha256()),
      m_session(model, optionsFor(model, wantedOf(model, features), threads)), m_memory(memory)
{
    for (const std::string &value : wantedOf(model, features)) {
        const auto &outputs = m_session.outputs();
        m_wanted.push_back(
            static_cast<size_t>(std::ranges::find(outputs, value, &ValueInfo::name) - outputs.begin()));
    }
}

void Teacher::forget()
{
    for (const auto &[view, known] : m_known)
        for (const auto &[sample, row] : known.rows)
            m_memory += static_cast<int64_t>(row.size() * sizeof(float));
    m_known.clear();
}

void Teacher::averageFeatures()
{
    forget();
    m_averages = true;
}

void Teacher::setMatch(ClassMatch match, int64_t classes)
{
    forget();
    m_match = std::move(match);
    m_classes = classes;
    Sha256 hash;
    hash.add(std::as_bytes(std::span(m_hash)));
    hash.add(std::as_bytes(std::span(m_match)));
    m_hash = hexText(hash.finish());
}

Tensor Teacher::matched(const Tensor &scores) const
{
    const auto rows = static_cast<size_t>(scores.shape.front());
    const std::span<const float> values = scores.as<float>();
    const size_t width = values.size() / rows, classes = static_cast<size_t>(m_classes);
    if (width != m_match.size())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The teacher {} tells {} classes apart, but {} are named.", m_name, width,
                                m_match.size()));
    constexpr float none = -std::numeric_limits<float>::infinity();
    Tensor own = makeTensor(ElementType::Float32, {scores.shape.front(), m_classes});
    for (size_t i = 0; i < rows; ++i) {
        const auto out = own.as<float>().subspan(i * classes, classes);
        std::ranges::fill(out, none);
        for (size_t c = 0; c < width; ++c)
            if (m_match[c] >= 0 && values[i * width + c] > none) {
                float &sum = out[static_cast<size_t>(m_match[c])];
                const float more = values[i * width + c], large = std::max(sum, more);
                sum = large + std::log(std::exp(sum - large) + std::exp(more - large));
            }
        std::ranges::replace(out, none, 0.0F);
    }
    return own;
}

const Tensor &Teacher::inputFor(const ValueInfo &own, const Inputs &inputs) const
{
    const auto found = inputs.find(own.name);
    if (found == inputs.end() && (m_session.inputs().size() != 1 || inputs.size() != 1))
        throw Error(
            ErrorCode::InvalidArgument,
            Message::tr("The teacher {} takes an input \"{}\", which the model that learns does not have.",
                        m_name, own.name));
    const Tensor &input = found != inputs.end() ? found->second : inputs.begin()->second;
    const Shape given(input.shape.begin() + 1, input.shape.end());
    const Shape wanted(own.shape.begin() + (own.shape.empty() ? 0 : 1), own.shape.end());
    const bool isKnown = !wanted.empty() && std::ranges::all_of(wanted, [](int64_t d) { return d > 0; });
    if (isKnown && elementCount(wanted) != elementCount(given))
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The teacher {} takes {} for a sample, but the model that learns is fed {}.",
                                m_name, shapeText(wanted), shapeText(given)));
    return input;
}

std::vector<Tensor> Teacher::run(const Inputs &inputs, const JobContext &ctx) const
{
    const auto count = static_cast<size_t>(inputs.begin()->second.shape.front());
    const size_t fixed = fixedBatch(m_session.inputs());
    const size_t batch = fixed > 0 ? fixed : m_session.mixesBatch() ? 1 : count;
    std::vector<Tensor> all;
    for (size_t first = 0; first < count; first += batch) {
        std::vector<Tensor> parts;
        for (const ValueInfo &own : m_session.inputs())
            parts.push_back(part(inputFor(own, inputs), first, batch, own));
        const std::vector<TensorView> feeds(parts.begin(), parts.end());
        const std::vector<Tensor> outputs = m_session.runFor(m_wanted, feeds, ctx);
        const size_t rows = std::min(batch, count - first);
        for (size_t i = 0; i < outputs.size(); ++i) {
            const std::vector<float> values = toFloats(outputs[i]);
            if (outputs[i].shape.empty() || outputs[i].shape.front() != static_cast<int64_t>(batch))
                throw Error(ErrorCode::Unsupported, Message::tr("The teacher {} gives {} for {} samples.",
                                                                m_name, shapeText(outputs[i].shape), batch));
            const Shape sample(outputs[i].shape.begin() + 1, outputs[i].shape.end());
            if (all.size() <= i)
                all.push_back(
                    makeTensor(ElementType::Float32, withCount(static_cast<int64_t>(count), sample)));
            const size_t width = values.size() / batch;
            std::copy_n(values.begin(), rows * width,
                        all[i].as<float>().begin() + static_cast<long>(first * width));
        }
    }
    return all;
}

void Teacher::remember(const std::vector<Tensor> &outputs, std::span<const size_t> samples, Known &known)
{
    known.shapes.clear();
    for (const Tensor &output : outputs)
        known.shapes.emplace_back(output.shape.begin() + 1, output.shape.end());
    for (size_t i = 0; i < samples.size(); ++i) {
        std::vector<float> &row = known.rows[samples[i]];
        row.clear();
        for (const Tensor &output : outputs) {
            const std::span<const float> values = output.as<float>();
            const size_t width = values.size() / samples.size();
            row.insert(row.end(), values.begin() + static_cast<long>(i * width),
                       values.begin() + static_cast<long>((i + 1) * width));
        }
        m_memory -= static_cast<int64_t>(row.size() * sizeof(float));
    }
}

Teacher::Answer Teacher::joined(std::span<const size_t> samples, const Known &known) const
{
    std::vector<Tensor> parts;
    size_t begin = 0;
    for (const Shape &shape : known.shapes) {
        const auto width = static_cast<size_t>(elementCount(shape));
        Tensor &tensor = parts.emplace_back(
            makeTensor(ElementType::Float32, withCount(static_cast<int64_t>(samples.size()), shape)));
        for (size_t i = 0; i < samples.size(); ++i)
            std::copy_n(known.rows.at(samples[i]).begin() + static_cast<long>(begin), width,
                        tensor.as<float>().begin() + static_cast<long>(i * width));
        begin += width;
    }
    Answer answer{std::move(parts.front()), {}};
    answer.features.assign(std::make_move_iterator(parts.begin() + 1), std::make_move_iterator(parts.end()));
    return answer;
}

Teacher::Answer Teacher::answer(const Inputs &inputs, std::span<const size_t> samples,
                                std::optional<uint64_t> view, const JobContext &ctx)
{
    if (view) {
        const Known &known = m_known[*view];
        if (std::ranges::all_of(samples, [&](size_t sample) { return known.rows.contains(sample); }))
            return joined(samples, known);
    }
    std::vector<Tensor> outputs = run(inputs, ctx);
    if (!m_match.empty())
        outputs.front() = matched(outputs.front());
    for (size_t i = 1; m_averages && i < outputs.size(); ++i)
        outputs[i] = averaged(outputs[i]);
    int64_t bytes = 0;
    for (const Tensor &output : outputs)
        bytes += static_cast<int64_t>(output.bytes.size());
    if (view && bytes <= m_memory)
        remember(outputs, samples, m_known[*view]);
    Answer answer{std::move(outputs.front()), {}};
    answer.features.assign(std::make_move_iterator(outputs.begin() + 1),
                           std::make_move_iterator(outputs.end()));
    return answer;
}

} // namespace lathe::train
