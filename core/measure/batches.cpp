#include "core/measure/batches.h"

#include "core/base/error.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fmt/format.h>

namespace lathe {
namespace {

size_t bytesPerSample(const SampleSet &samples)
{
    size_t bytes = 0;
    for (const Tensor &tensor : samples.tensors())
        bytes += tensor.bytes.size();
    return samples.size() > 0 ? bytes / samples.size() : 0;
}

} // namespace

size_t fixedBatch(const std::vector<ValueInfo> &inputs)
{
    for (const ValueInfo &input : inputs)
        if (input.hasShape && !input.shape.empty() && input.shape[0] > 0)
            return static_cast<size_t>(input.shape[0]);
    return 0;
}

size_t goodBatch(const SampleSet &samples)
{
    constexpr size_t batchBytes = size_t(1) << 18;
    return std::bit_floor(
        std::clamp(batchBytes / std::max<size_t>(1, bytesPerSample(samples)), size_t(8), size_t(32)));
}

SampleFeeds::SampleFeeds(const SampleSet &samples, std::span<const size_t> places, size_t batch)
{
    const bool consecutive =
        places.size() == batch &&
        std::ranges::adjacent_find(places, [](size_t a, size_t b) { return b != a + 1; }) == places.end();
    m_copies.reserve(samples.tensors().size()); // views into them stay where they are
    for (const Tensor &tensor : samples.tensors()) {
        const size_t size = tensor.bytes.size() / samples.size();
        Shape shape = tensor.shape;
        shape[0] = static_cast<int64_t>(batch);
        if (consecutive) {
            m_views.emplace_back(tensor.type, shape,
                                 std::span(tensor.bytes).subspan(places.front() * size, batch * size));
            continue;
        }
        std::vector<std::byte> &copy = m_copies.emplace_back(batch * size);
        for (size_t i = 0; i < batch; ++i)
            std::memcpy(copy.data() + i * size,
                        tensor.bytes.data() + places[std::min(i, places.size() - 1)] * size, size);
        m_views.emplace_back(tensor.type, shape, copy);
    }
}

Matrix sampleRows(const Tensor &output, const std::string &name, size_t batch, size_t rows)
{
    if (output.type == ElementType::Undefined || output.type == ElementType::String)
        throw Error(ErrorCode::Unsupported,
                    Message::tr("The first output \"{}\" holds no numbers, so it cannot be measured.", name));
    if (batch > 1 && (output.shape.empty() || output.shape[0] != static_cast<int64_t>(batch)))
        throw Error(ErrorCode::Unsupported, Message::tr("The first output \"{}\" is {} for {} samples; its "
                                                        "first dimension must count the samples.",
                                                        name, shapeText(output.shape), batch));
    const auto width = static_cast<Index>(output.count()) / static_cast<Index>(batch);
    Matrix values(static_cast<Index>(rows), width);
    if (output.type == ElementType::Float32) {
        std::memcpy(values.data(), output.bytes.data(), static_cast<size_t>(values.size()) * sizeof(float));
    } else {
        const std::vector<float> all = toFloats(output);
        std::copy_n(all.begin(), values.size(), values.data());
    }
    return values;
}

} // namespace lathe
