#include "core/exporting/testinputs.h"

#include <algorithm>
#include <fmt/format.h>
#include <random>

namespace lathe {
namespace {

constexpr int randomInputs = 4;
constexpr int64_t freeBatch = 8; ///< samples of one run where the model leaves the number open

template <class T, class Distribution>
void fill(Tensor &tensor, Distribution distribution, std::mt19937 &random)
{
    for (T &value : tensor.as<T>())
        value = static_cast<T>(distribution(random));
}

Tensor randomTensor(ElementType type, const Shape &shape, std::mt19937 &random)
{
    Tensor tensor = makeTensor(type, shape);
    if (isFloat(type)) {
        std::vector<float> values(static_cast<size_t>(tensor.count()));
        std::normal_distribution<float> normal;
        std::generate(values.begin(), values.end(), [&] { return normal(random); });
        return fromFloats(type, shape, values);
    }
    // Whole numbers are often indices, lengths or token numbers: 0 and 1 are valid almost everywhere.
    const std::uniform_int_distribution<int> small(0, 1);
    switch (elementBits(type)) {
    case 8:
        fill<uint8_t>(tensor, small, random);
        break;
    case 16:
        fill<uint16_t>(tensor, small, random);
        break;
    case 32:
        fill<uint32_t>(tensor, small, random);
        break;
    case 64:
        fill<uint64_t>(tensor, small, random);
        break;
    default:
        throw Error(ErrorCode::Unsupported,
                    fmt::format("Inputs of type {} cannot be made up; give samples.", elementTypeName(type)));
    }
    return tensor;
}

std::vector<Tensor> randomFeed(const Session &session, int64_t freeSize, std::mt19937 &random)
{
    std::vector<Tensor> feed;
    for (const ValueInfo &input : session.inputs()) {
        Shape shape = input.shape;
        for (size_t axis = 0; axis < shape.size(); ++axis)
            if (shape[axis] < 0)
                shape[axis] = axis == 0 ? 1 : freeSize;
        if (elementCount(shape) > int64_t{1} << 30)
            throw Error(ErrorCode::Unsupported,
                        fmt::format("Input \"{}\" of shape {} is too large to be made up; give samples.",
                                    input.name, shapeText(shape)));
        feed.push_back(randomTensor(input.type, shape, random));
    }
    return feed;
}

TestInputs madeUp(const Session &session, const JobContext &ctx, unsigned seed)
{
    std::string reason;
    for (const int64_t freeSize : {1, 8, 32, 224}) { // a convolution may need more than a single pixel
        std::mt19937 random(seed);
        TestInputs inputs{{}, randomInputs, fmt::format("{} random inputs, seed {}", randomInputs, seed)};
        for (int i = 0; i < randomInputs; ++i)
            inputs.feeds.push_back(randomFeed(session, freeSize, random));
        try {
            session.run(std::vector<TensorView>(inputs.feeds[0].begin(), inputs.feeds[0].end()), ctx);
            return inputs;
        } catch (const Error &error) {
            reason = error.what();
        }
    }
    throw Error(ErrorCode::Unsupported,
                fmt::format("The model runs on no made-up input; give samples. {}", reason));
}

} // namespace

TestInputs testInputs(const Session &session, const SampleSet *samples, const JobContext &ctx, unsigned seed)
{
    if (!samples || samples->size() == 0 || session.inputs().empty())
        return madeUp(session, ctx, seed);
    const Shape &shape = session.inputs().front().shape;
    const int64_t fixed = shape.empty() ? -1 : shape.front();
    const auto count = static_cast<int64_t>(samples->size());
    const int64_t batch = fixed > 0 ? fixed : std::min(freeBatch, count);
    if (batch > count)
        return madeUp(session, ctx, seed);
    TestInputs inputs;
    for (int64_t first = 0; first + batch <= count; first += batch)
        inputs.feeds.push_back(samples->batch(static_cast<size_t>(first), static_cast<size_t>(batch)));
    inputs.samples = static_cast<int64_t>(inputs.feeds.size()) * batch;
    inputs.description = inputs.samples == count
                             ? samples->description()
                             : fmt::format("{} of {}", inputs.samples, samples->description());
    return inputs;
}

} // namespace lathe
