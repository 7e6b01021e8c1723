#include "core/measure/testinputs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

namespace lathe {
namespace {

constexpr int randomInputs = 4;
constexpr int64_t freeBatch = 8;                       ///< samples of one run where the number is open
constexpr int64_t mostFixedBytes = int64_t{128} << 20; ///< of a feed whose shape the model fixes
constexpr int64_t mostTriedBytes = int64_t{16} << 20;  ///< of one whose sizes are only tried

/// Of numbers, and of whole numbers, which are often indices, lengths or token numbers.
enum class Form { Normal, Positive, Zeros, Ones, SizesAsNumbers };
constexpr std::array allForms{Form::Normal, Form::Positive, Form::Zeros, Form::Ones, Form::SizesAsNumbers};

/// Of dimensions that the model leaves open.
struct Sizes {
    int64_t first = 1, others = 1;
};

/// A convolution needs more than a pixel, raw audio hundreds of samples, and some models count time first.
std::vector<Sizes> sizesToTry()
{
    std::vector<Sizes> all;
    for (const int64_t size : {1, 8, 32, 224, 16, 128, 512, 1024, 4096, 16384})
        all.push_back({1, size});
    for (const int64_t size : {8, 32, 128, 512})
        all.push_back({size, size});
    for (const int64_t size : {16, 512})
        all.push_back({size, 1});
    return all;
}

class Maker {
public:
    Maker(const Session &session, Form form, Sizes sizes, unsigned seed)
        : m_session(session), m_form(form), m_sizes(sizes), m_random(seed)
    {
    }

    std::vector<Tensor> feed()
    {
        std::vector<Tensor> made;
        int64_t bytes = 0;
        for (const ValueInfo &input : m_session.inputs()) {
            bool open = false;
            const Shape shape = shapeOf(input, &open);
            const int64_t count = elementCount(shape);
            const int64_t most = open ? mostTriedBytes : mostFixedBytes;
            bytes += count < 0 || count > most ? most + 1 : count * std::max(elementBits(input.type), 8) / 8;
            if (bytes > most)
                throw Error(ErrorCode::Unsupported,
                            Message::tr("Input \"{}\" of shape {} is too large to be made up.", input.name,
                                        shapeText(shape)));
            made.push_back(tensor(input, shape));
        }
        return made;
    }

private:
    Shape shapeOf(const ValueInfo &input, bool *open) const
    {
        Shape shape = input.shape;
        for (size_t axis = 0; axis < shape.size(); ++axis)
            if (shape[axis] < 0) {
                shape[axis] = axis == 0 ? m_sizes.first : m_sizes.others;
                *open = true;
            }
        return shape;
    }

    Tensor tensor(const ValueInfo &input, const Shape &shape)
    {
        if (input.type == ElementType::Undefined)
            throw Error(ErrorCode::Unsupported,
                        Message::tr("Input \"{}\" is a sequence, a map or an optional value, which cannot be "
                                    "made up.",
                                    input.name));
        if (input.type == ElementType::String) { // empty ones, joined by zeros
            const auto zeros = static_cast<size_t>(std::max<int64_t>(elementCount(shape) - 1, 0));
            return {input.type, shape, std::vector<std::byte>(zeros)};
        }
        return isFloat(input.type) ? numbers(input.type, shape) : wholeNumbers(input, shape);
    }

    Tensor numbers(ElementType type, const Shape &shape)
    {
        std::vector<float> values(static_cast<size_t>(elementCount(shape)));
        std::normal_distribution<float> normal;
        for (float &value : values) {
            value = normal(m_random);
            if (m_form == Form::Positive)
                value = std::abs(value) + 0.1F;
            else if (m_form == Form::Zeros || m_form == Form::Ones)
                value = m_form == Form::Ones ? 1.0F : 0.0F;
        }
        return fromFloats(type, shape, values);
    }

    Tensor wholeNumbers(const ValueInfo &input, const Shape &shape)
    {
        const int bits = elementBits(input.type);
        if (bits < 8)
            throw Error(ErrorCode::Unsupported, Message::tr("Input \"{}\" of type {} cannot be made up.",
                                                            input.name, elementTypeName(input.type)));
        Tensor tensor = makeTensor(input.type, shape);
        const auto count = static_cast<size_t>(tensor.count());
        for (size_t i = 0; i < count; ++i) {
            const int64_t value = wholeNumber(input.type);
            std::copy_n(reinterpret_cast<const std::byte *>(&value), bits / 8, // little-endian
                        tensor.bytes.begin() + static_cast<std::ptrdiff_t>(i) * (bits / 8));
        }
        return tensor;
    }

    /// 0 and 1 are valid almost everywhere.
    int64_t wholeNumber(ElementType type)
    {
        constexpr int64_t mostEverywhere = 127;
        switch (m_form) {
        case Form::Zeros:
            return 0;
        case Form::Ones:
            return 1;
        case Form::SizesAsNumbers:
            return type == ElementType::Bool ? 1 : std::min(m_sizes.others, mostEverywhere);
        case Form::Positive:
            return type == ElementType::Bool ? 1 : std::uniform_int_distribution<int64_t>(1, 9)(m_random);
        case Form::Normal:
            break;
        }
        return std::uniform_int_distribution<int>(0, 1)(m_random);
    }

    const Session &m_session;
    Form m_form;
    Sizes m_sizes;
    std::mt19937 m_random;
};

bool hasFiniteNumbers(const std::vector<Tensor> &outputs)
{
    return std::ranges::any_of(outputs, [](const Tensor &tensor) {
        if (!isFloat(tensor.type))
            return !tensor.bytes.empty();
        return std::ranges::any_of(toFloats(tensor), [](float value) { return std::isfinite(value); });
    });
}

Message descriptionOf(Form form, unsigned seed)
{
    if (form == Form::Zeros)
        return Message::tr("inputs of zeros");
    if (form == Form::Ones)
        return Message::tr("inputs of ones");
    return Message::tr("{} random inputs, seed {}", randomInputs, seed);
}

TestInputs madeUp(const Session &session, const JobContext &ctx, unsigned seed)
{
    const bool isOpen = std::ranges::any_of(session.inputs(), [](const ValueInfo &input) {
        return std::ranges::any_of(input.shape, [](int64_t size) { return size < 0; });
    });
    const std::vector<Sizes> sizes = isOpen ? sizesToTry() : std::vector<Sizes>{{}};
    Message reason; // of the first attempt: what is tried last is the least likely
    std::optional<TestInputs> poor;
    for (const Form form : allForms)
        for (const Sizes &size : sizes) {
            ctx.throwIfCancelled();
            try {
                Maker maker(session, form, size, seed);
                const bool constant = form == Form::Zeros || form == Form::Ones;
                const int count = constant ? 1 : randomInputs;
                TestInputs inputs{{}, count, descriptionOf(form, seed)};
                for (int i = 0; i < count; ++i)
                    inputs.feeds.push_back(maker.feed());
                const auto outputs =
                    session.run(std::vector<TensorView>(inputs.feeds[0].begin(), inputs.feeds[0].end()), ctx);
                if (hasFiniteNumbers(outputs))
                    return inputs;
                if (!poor)
                    poor = std::move(inputs);
            } catch (const Error &error) {
                if (error.code() == ErrorCode::OutOfMemory)
                    throw;
                if (reason.empty())
                    reason = error.message();
            }
        }
    if (poor)
        return std::move(*poor);
    throw Error(ErrorCode::Unsupported,
                Message::tr("The model runs on no made-up input; give samples. {}", reason));
}

/// A batch larger than the set: its samples over and over.
std::vector<Tensor> repeated(const SampleSet &samples, int64_t batch)
{
    const auto count = static_cast<int64_t>(samples.size());
    std::vector<Tensor> feed = samples.batch(0, samples.size());
    const std::vector<Tensor> rest = samples.batch(0, static_cast<size_t>(batch % count));
    for (size_t i = 0; i < feed.size(); ++i) {
        const std::vector<std::byte> all = feed[i].bytes;
        std::vector<std::byte> &bytes = feed[i].bytes;
        for (int64_t done = 2 * count; done <= batch; done += count)
            bytes.insert(bytes.end(), all.begin(), all.end());
        bytes.insert(bytes.end(), rest[i].bytes.begin(), rest[i].bytes.end());
        feed[i].shape[0] = batch;
    }
    return feed;
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
        return {{repeated(*samples, batch)}, count, samples->description()};
    TestInputs inputs;
    for (int64_t first = 0; first + batch <= count; first += batch)
        inputs.feeds.push_back(samples->batch(static_cast<size_t>(first), static_cast<size_t>(batch)));
    inputs.samples = static_cast<int64_t>(inputs.feeds.size()) * batch;
    inputs.description = inputs.samples == count
                             ? samples->description()
                             : Message::tr("{} of {}", inputs.samples, samples->description());
    return inputs;
}

} // namespace lathe
