#include "core/data/samples.h"

#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/base/parallel.h"
#include "core/data/order.h"
#include "core/data/stepprogress.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <numeric>

namespace lathe {
namespace {

size_t bytesFor(ElementType type, int64_t count)
{
    return static_cast<size_t>(count) * static_cast<size_t>(elementBits(type)) / 8;
}

Shape withoutFirst(const Shape &shape)
{
    return shape.empty() ? Shape{} : Shape(shape.begin() + 1, shape.end());
}

Shape withFirst(size_t count, const Shape &sample)
{
    Shape shape{static_cast<int64_t>(count)};
    shape.insert(shape.end(), sample.begin(), sample.end());
    return shape;
}

void requireMemory(size_t count, int64_t sampleBytes, int64_t limit, const Dataset &dataset)
{
    if (sampleBytes <= 0 || static_cast<int64_t>(count) <= limit / sampleBytes)
        return;
    throw Error(
        ErrorCode::OutOfMemory,
        Message::tr(
            "{} samples of {} take {:.1f} GB in memory; {} samples fit, so take a limit of at most that.",
            count, dataset.description(),
            static_cast<double>(sampleBytes) * static_cast<double>(count) * 1e-9, limit / sampleBytes));
}

void storeValues(std::span<const float> values, ElementType type, std::span<std::byte> to)
{
    if (type == ElementType::Float32) {
        std::memcpy(to.data(), values.data(), to.size());
    } else if (type == ElementType::UInt8) {
        std::ranges::transform(values, to.begin(), [](float v) {
            return static_cast<std::byte>(std::clamp(std::lround(v), 0L, 255L));
        });
    } else {
        const Tensor converted = fromFloats(type, {static_cast<int64_t>(values.size())}, values);
        std::ranges::copy(converted.bytes, to.begin());
    }
}

bool takesImages(const Shape &shape)
{
    return shape.size() == 4;
}

/// The input as an image must fit it: one that takes the values of an image in another shape, as
/// fully-connected networks do, says nothing of height and width.
/// @throws Error MalformedData when there are more of them, or fewer
ValueInfo flatIfNeeded(const ValueInfo &input, const Shape &image)
{
    ValueInfo fed = input;
    if (!input.hasShape || takesImages(input.shape))
        return fed;
    const int64_t values = elementCount(image), wanted = flatCount(input.shape);
    if (values != wanted)
        throw Error(
            ErrorCode::MalformedData,
            Message::tr(
                "The preprocessing makes {} of an image, {} values, but the input \"{}\" takes {}, {} "
                "values; change size or channel_order.",
                shapeText(image), values, input.name, shapeText(input.shape), wanted));
    fed.hasShape = false;
    return fed;
}

const ValueInfo &imageInput(const Model &model, const Dataset &dataset)
{
    const auto refuse = [&dataset](const Message &reason) {
        throw Error(ErrorCode::Unsupported,
                    Message::tr("{} holds images, but {}; give the inputs as NumPy arrays instead.",
                                dataset.description(), reason));
    };
    if (model.inputs().size() != 1)
        refuse(Message::tr("the model takes {} inputs", model.inputs().size()));
    const ValueInfo &input = model.inputs().front();
    if (!isFloat(input.type) && input.type != ElementType::UInt8)
        refuse(Message::tr("the model's input \"{}\" takes {}", input.name, elementTypeName(input.type)));
    if (input.hasShape && !takesImages(input.shape) && flatCount(input.shape) == 0)
        refuse(
            Message::tr("the model's input \"{}\" takes {}, not images", input.name, shapeText(input.shape)));
    return input;
}

/// The sentence with the name of the sample in front.
Error about(const std::string &sample, const Error &error)
{
    const Message &what = error.message();
    return Error(error.code(),
                 what.text().find(sample) == std::string::npos ? Message::tr("{}: {}", sample, what) : what);
}

Tensor prepareImages(const ValueInfo &input, const Dataset &dataset, const Preprocessing &given,
                     const std::vector<size_t> &indices, const JobContext &ctx, int64_t memoryLimit)
{
    const Preprocessing preprocessing = adaptedTo(input, given);
    const Shape sample = sampleShape(dataset.image(indices.front(), ctx), preprocessing);
    const int64_t values = elementCount(sample);
    const ValueInfo fed = flatIfNeeded(input, sample);
    const size_t size = bytesFor(input.type, values);
    requireMemory(indices.size(), static_cast<int64_t>(size), memoryLimit, dataset);
    const bool flat = input.hasShape && !fed.hasShape;
    Tensor tensor =
        makeTensor(input.type, withFirst(indices.size(), flat ? withoutFirst(input.shape) : sample));
    const auto stage = [](size_t done, size_t total) {
        return Message::tr("preparing sample {} of {}", done, total);
    };
    StepProgress progress(ctx, stage, indices.size());
    parallelFor(indices.size(), ctx, [&](size_t i) {
        try {
            std::vector<float> out(static_cast<size_t>(values));
            preprocess(dataset.image(indices[i], ctx), preprocessing, fed, out);
            storeValues(out, input.type, std::span(tensor.bytes).subspan(i * size, size));
        } catch (const Error &e) {
            throw about(dataset.sampleName(indices[i]), e);
        }
        progress.step(1);
    });
    return tensor;
}

template <class To, class From>
void castInto(std::span<const From> from, std::span<To> to, const std::string &name)
{
    for (size_t i = 0; i < from.size(); ++i) {
        if (!std::in_range<To>(from[i]))
            throw Error(ErrorCode::MalformedData,
                        Message::tr("The array for input \"{}\" holds {}, which the input's type cannot.",
                                    name, from[i]));
        to[i] = static_cast<To>(from[i]);
    }
}

template <class To>
Tensor castIntegers(const Tensor &from, ElementType type, const std::string &name)
{
    Tensor to = makeTensor(type, from.shape);
    switch (from.type) {
    case ElementType::UInt8:
        castInto(from.as<uint8_t>(), to.as<To>(), name);
        break;
    case ElementType::Int8:
        castInto(from.as<int8_t>(), to.as<To>(), name);
        break;
    case ElementType::UInt16:
        castInto(from.as<uint16_t>(), to.as<To>(), name);
        break;
    case ElementType::Int16:
        castInto(from.as<int16_t>(), to.as<To>(), name);
        break;
    case ElementType::UInt32:
        castInto(from.as<uint32_t>(), to.as<To>(), name);
        break;
    case ElementType::Int32:
        castInto(from.as<int32_t>(), to.as<To>(), name);
        break;
    case ElementType::UInt64:
        castInto(from.as<uint64_t>(), to.as<To>(), name);
        break;
    case ElementType::Int64:
        castInto(from.as<int64_t>(), to.as<To>(), name);
        break;
    default:
        throw Error(ErrorCode::MalformedData,
                    Message::tr("The array for input \"{}\" holds {} values, but the input takes {}.", name,
                                elementTypeName(from.type), elementTypeName(type)));
    }
    return to;
}

Tensor converted(Tensor from, ElementType type, const std::string &name)
{
    if (from.type == type)
        return from;
    if (isFloat(type))
        return fromFloats(type, from.shape, toFloats(from));
    switch (type) {
    case ElementType::UInt8:
        return castIntegers<uint8_t>(from, type, name);
    case ElementType::Int8:
        return castIntegers<int8_t>(from, type, name);
    case ElementType::UInt16:
        return castIntegers<uint16_t>(from, type, name);
    case ElementType::Int16:
        return castIntegers<int16_t>(from, type, name);
    case ElementType::UInt32:
        return castIntegers<uint32_t>(from, type, name);
    case ElementType::Int32:
        return castIntegers<int32_t>(from, type, name);
    case ElementType::UInt64:
        return castIntegers<uint64_t>(from, type, name);
    case ElementType::Int64:
        return castIntegers<int64_t>(from, type, name);
    default:
        throw Error(ErrorCode::Unsupported, Message::tr("Input \"{}\" takes {}, which no array can give.",
                                                        name, elementTypeName(type)));
    }
}

const Tensor &arrayFor(const ValueInfo &input, const Model &model, const Dataset &dataset)
{
    const auto &arrays = dataset.arrays();
    if (arrays.size() == 1 && model.inputs().size() == 1)
        return arrays.front().second;
    const auto match = std::ranges::find(arrays, input.name, &std::pair<std::string, Tensor>::first);
    if (match != arrays.end())
        return match->second;
    std::string names;
    for (const auto &[name, tensor] : arrays)
        names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", name);
    throw Error(ErrorCode::Unsupported,
                Message::tr("{} has no array for the model's input \"{}\"; it has {}.", dataset.description(),
                            input.name, names));
}

Tensor prepareArray(const ValueInfo &input, const Tensor &array, const Dataset &dataset,
                    const std::vector<size_t> &indices, int64_t memoryLimit)
{
    const Shape sample = withoutFirst(array.shape);
    const bool fits = std::ranges::equal(sample, withoutFirst(input.shape),
                                         [](int64_t have, int64_t want) { return want < 0 || want == have; });
    if (input.hasShape && (!fits || input.shape.empty()))
        throw Error(ErrorCode::MalformedData, Message::tr("{} gives {} for each sample, but the input \"{}\" "
                                                          "takes {} (the first dimension counts samples).",
                                                          dataset.description(), shapeText(sample),
                                                          input.name, shapeText(input.shape)));
    const int64_t values = elementCount(sample);
    requireMemory(indices.size(), static_cast<int64_t>(bytesFor(input.type, values)), memoryLimit, dataset);
    const size_t size = bytesFor(array.type, values);
    Tensor chosen = makeTensor(array.type, withFirst(indices.size(), sample));
    for (size_t i = 0; i < indices.size(); ++i)
        std::memcpy(chosen.bytes.data() + i * size, array.bytes.data() + indices[i] * size, size);
    return converted(std::move(chosen), input.type, input.name);
}

/// Values of the first output for one sample; 0 when the model does not say.
int64_t outputWidth(const Model &model)
{
    if (model.outputs().empty() || model.outputs().front().shape.size() < 2)
        return 0;
    const Shape sample = withoutFirst(model.outputs().front().shape);
    return std::ranges::any_of(sample, [](int64_t d) { return d < 0; }) ? 0 : elementCount(sample);
}

void requireKnownClasses(const Model &model, const Dataset &dataset, const std::vector<size_t> &indices)
{
    const int64_t classes = outputWidth(model);
    if (!dataset.hasLabels() || classes < 2)
        return;
    for (const size_t index : indices)
        if (dataset.label(index) >= classes)
            throw Error(
                ErrorCode::MalformedData,
                Message::tr(
                    "{} of {} has the class index {}, but the model tells {} classes apart (0 to {}).",
                    dataset.sampleName(index), dataset.description(), dataset.label(index), classes,
                    classes - 1));
}

} // namespace

std::vector<size_t> chosenSamples(size_t available, size_t limit)
{
    if (limit == 0 || limit >= available) {
        std::vector<size_t> all(available);
        std::iota(all.begin(), all.end(), size_t(0));
        return all;
    }
    std::vector<size_t> chosen = shuffledOrder(limit); // every beginning mixes the classes of a sorted set
    for (size_t &index : chosen)
        index = index * available / limit;
    return chosen;
}

SampleSet SampleSet::prepare(const Model &model, const Dataset &dataset, const Preprocessing &preprocessing,
                             size_t limit, const JobContext &ctx, int64_t memoryLimit)
{
    ctx.throwIfCancelled();
    SampleSet set;
    set.m_indices = chosenSamples(dataset.size(), limit);
    set.m_count = set.m_indices.size();
    set.m_of = dataset.description();
    set.m_dataName = dataset.name();
    requireKnownClasses(model, dataset, set.m_indices);
    if (dataset.holdsImages()) {
        set.m_tensors.push_back(prepareImages(imageInput(model, dataset), dataset, preprocessing,
                                              set.m_indices, ctx, memoryLimit));
        const ValueInfo &input = model.inputs().front();
        if (input.hasShape && !takesImages(input.shape))
            set.m_of = Message::tr("{}, flattened to {}", set.m_of, shapeText(withoutFirst(input.shape)));
    } else {
        for (const ValueInfo &input : model.inputs()) {
            ctx.throwIfCancelled();
            const Tensor &array = arrayFor(input, model, dataset);
            set.m_tensors.push_back(prepareArray(input, array, dataset, set.m_indices, memoryLimit));
            memoryLimit -= static_cast<int64_t>(set.m_tensors.back().bytes.size());
        }
    }
    if (dataset.hasLabels())
        for (const size_t index : set.m_indices)
            set.m_labels.push_back(dataset.label(index));
    return set;
}

Message SampleSet::description() const
{
    return m_of.empty() ? Message::tr("{} samples", m_count) : Message::tr("{} samples of {}", m_count, m_of);
}

SampleSet SampleSet::subset(const std::vector<size_t> &places) const
{
    if (std::ranges::any_of(places, [&](size_t place) { return place >= m_count; }))
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("Samples are chosen that the set of {} does not have.", m_count));
    SampleSet part;
    part.m_count = places.size();
    part.m_of = m_of;
    part.m_dataName = m_dataName;
    for (const Tensor &tensor : m_tensors) {
        const size_t size = m_count > 0 ? tensor.bytes.size() / m_count : 0;
        Tensor chosen = makeTensor(tensor.type, withFirst(places.size(), withoutFirst(tensor.shape)));
        for (size_t i = 0; i < places.size(); ++i)
            std::ranges::copy(std::span(tensor.bytes).subspan(places[i] * size, size),
                              chosen.bytes.begin() + static_cast<std::ptrdiff_t>(i * size));
        part.m_tensors.push_back(std::move(chosen));
    }
    for (const size_t place : places) {
        part.m_indices.push_back(m_indices[place]);
        if (hasLabels())
            part.m_labels.push_back(m_labels[place]);
    }
    return part;
}

std::vector<Tensor> SampleSet::batch(size_t first, size_t count) const
{
    if (first > m_count || count > m_count - first)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("There are {} samples, not {} from number {} on.", m_count, count, first));
    std::vector<Tensor> batch;
    for (const Tensor &tensor : m_tensors) {
        const size_t size = m_count > 0 ? tensor.bytes.size() / m_count : 0;
        Tensor part;
        part.type = tensor.type;
        part.shape = withFirst(count, withoutFirst(tensor.shape));
        const auto bytes = std::span(tensor.bytes).subspan(first * size, count * size);
        part.bytes.assign(bytes.begin(), bytes.end());
        batch.push_back(std::move(part));
    }
    return batch;
}

std::string SampleSet::contentHash() const
{
    std::string parts;
    for (const Tensor &tensor : m_tensors)
        parts += elementTypeName(tensor.type) + shapeText(tensor.shape) + sha256Hex(tensor.bytes);
    parts += sha256Hex(std::as_bytes(std::span(m_labels)));
    return sha256Hex(parts);
}

} // namespace lathe
