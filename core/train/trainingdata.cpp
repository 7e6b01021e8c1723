#include "core/train/trainingdata.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/sha256.h"
#include "core/data/datasplit.h"
#include "core/data/samples.h"
#include "core/data/stepprogress.h"

#include <algorithm>
#include <atomic>
#include <mutex>

namespace lathe::train {
namespace {

/// The preprocessing for another size of what is fed. @param shorter side of what it makes as it is
Preprocessing atResolution(Preprocessing p, int64_t shorter, int64_t resolution)
{
    const auto scaled = [&](int &pixels) {
        pixels = static_cast<int>((int64_t(pixels) * resolution + shorter / 2) / shorter);
    };
    for (int *pixels : {&p.shortestEdge, &p.longestEdge, &p.resizeHeight, &p.resizeWidth, &p.cropHeight,
                        &p.cropWidth, &p.padHeight, &p.padWidth})
        scaled(*pixels);
    if (!p.doResize && !p.doCenterCrop) {
        p.doResize = true;
        p.shortestEdge = static_cast<int>(resolution);
    }
    return p;
}

PixelSize sizeOf(const Shape &sample, Preprocessing::Layout layout)
{
    const bool planar = layout == Preprocessing::Layout::Nchw;
    return {sample[planar ? 2 : 1], sample[planar ? 1 : 0]};
}

Shape withCount(size_t count, Shape sample)
{
    sample.insert(sample.begin(), static_cast<int64_t>(count));
    return sample;
}

/// Inputs as they are without any change: made once, as long as there is memory for them.
class PreparedInputs {
public:
    PreparedInputs(size_t samples, int64_t memory) : m_rows(samples), m_left(memory) {}

    /// @returns whether they were there
    bool copy(size_t sample, std::span<float> to)
    {
        const std::lock_guard lock(m_mutex);
        std::ranges::copy(m_rows[sample], to.begin());
        return !m_rows[sample].empty();
    }
    void keep(size_t sample, std::span<const float> row)
    {
        const std::lock_guard lock(m_mutex);
        const auto bytes = static_cast<int64_t>(row.size_bytes());
        if (m_left < bytes || !m_rows[sample].empty())
            return;
        m_left -= bytes;
        m_rows[sample].assign(row.begin(), row.end());
    }

private:
    std::mutex m_mutex;
    std::vector<std::vector<float>> m_rows; ///< by sample
    int64_t m_left;                         ///< bytes
};

} // namespace

struct TrainingData::Content {
    Dataset dataset;
    Preprocessing preprocessing;
    std::vector<ValueInfo> inputs; ///< of the model
    Shape sampleShape;             ///< of an image as it is fed, batch left out
    DataSplit split;
    std::vector<Image> images;       ///< by index; without pixels: not kept
    std::optional<SampleSet> arrays; ///< where the samples are no images
    bool streamed = false;
    std::unique_ptr<PreparedInputs> prepared; ///< of images

    /// Kept, or read into `read`.
    const Image &image(size_t index, Image &read, const JobContext &ctx) const
    {
        if (!images[index].pixels.empty())
            return images[index];
        read = dataset.image(index, ctx);
        return read;
    }

    void decode(int64_t memory, const JobContext &ctx);
    void mixIn(size_t other, const Preprocessing &p, const Augmentation &augmentation, PixelSize size,
               Chance chance, std::span<float> place, const JobContext &ctx) const;
    Tensor imageInputs(std::span<const size_t> samples, const View &view, const JobContext &ctx) const;
};

void TrainingData::Content::decode(int64_t memory, const JobContext &ctx)
{
    images.resize(dataset.size());
    std::atomic<int64_t> left = memory;
    std::atomic<bool> all = true;
    const auto stage = [](size_t done, size_t total) {
        return Message::tr("reading sample {} of {}", done, total);
    };
    StepProgress progress(ctx, stage, dataset.size());
    parallelFor(dataset.size(), ctx, [&](size_t i) {
        if (left > 0) {
            Image image = dataset.image(i, ctx);
            if (left.fetch_sub(static_cast<int64_t>(image.pixels.size())) >=
                static_cast<int64_t>(image.pixels.size()))
                images[i] = std::move(image);
        }
        if (images[i].pixels.empty())
            all = false;
        progress.step(1);
    });
    streamed = !all;
    prepared = std::make_unique<PreparedInputs>(images.size(), left);
}

/// Another image of the training shines through what is in `place` already.
void TrainingData::Content::mixIn(size_t other, const Preprocessing &p, const Augmentation &augmentation,
                                  PixelSize size, Chance chance, std::span<float> place,
                                  const JobContext &ctx) const
{
    Image read;
    std::vector<float> values(place.size());
    const double own = chance.share();
    preprocess(augmented(image(other, read, ctx), augmentation, size, chance), p, {}, values);
    for (size_t i = 0; i < place.size(); ++i)
        place[i] = static_cast<float>(own * place[i] + (1 - own) * values[i]);
}

Tensor TrainingData::Content::imageInputs(std::span<const size_t> samples, const View &view,
                                          const JobContext &ctx) const
{
    Image first;
    const Image &example = image(samples.front(), first, ctx);
    const Shape own = lathe::sampleShape(example, preprocessing);
    const PixelSize ownSize = sizeOf(own, preprocessing.layout);
    const bool resized = view.resolution > 0 && sampleShape.size() == 3;
    const Preprocessing whole =
        resized ? atResolution(preprocessing, std::min(ownSize.width, ownSize.height), view.resolution)
                : preprocessing;
    const Shape fed = lathe::sampleShape(example, whole);
    const bool crops = view.augmentation.crop < 1;
    Preprocessing then = whole;
    if (crops) // to the size that is fed
        then.doResize = then.doCenterCrop = false;
    const PixelSize size = sizeOf(fed, whole.layout);
    const auto values = static_cast<size_t>(elementCount(fed));
    Tensor tensor = makeTensor(ElementType::Float32, withCount(samples.size(), resized ? fed : sampleShape));
    const std::span<float> out = tensor.as<float>();
    if (out.size() != values * samples.size())
        throw Error(ErrorCode::MalformedData, Message::tr("An image becomes {}, but the model takes {}.",
                                                          shapeText(fed), shapeText(sampleShape)));
    const ValueInfo any;
    const bool unchanged = view.augmentation.changesNothing();
    parallelFor(samples.size(), ctx, [&](size_t i) {
        const std::span<float> place = out.subspan(i * values, values);
        const bool asIs = unchanged && !resized;
        if (asIs && prepared->copy(samples[i], place))
            return;
        Image read;
        const Image &stored = image(samples[i], read, ctx);
        if (unchanged) {
            preprocess(stored, whole, any, place);
            if (asIs)
                prepared->keep(samples[i], place);
            return;
        }
        const uint64_t seed = Chance::mixed(view.seed, view.number, samples[i]);
        preprocess(augmented(stored, view.augmentation, size, Chance(seed)), then, any, place);
        Chance mixing(Chance::mixed(seed, 1));
        if (mixing.share() < view.augmentation.mix)
            mixIn(split.learned[mixing.next() % split.learned.size()], then, view.augmentation, size, mixing,
                  place, ctx);
    });
    return tensor;
}

TrainingData::TrainingData(const Model &model, const Dataset &dataset, const Preprocessing &preprocessing,
                           const TrainingDataOptions &options, const JobContext &ctx)
{
    if (dataset.size() == 0)
        throw Error(ErrorCode::MalformedData,
                    Message::tr("{} has no samples to train on.", dataset.description()));
    m_content =
        std::make_unique<Content>(Content{dataset,
                                          preprocessing,
                                          model.inputs(),
                                          {},
                                          splitOf(dataset, options.validation, options.seed, options.seen),
                                          {},
                                          {},
                                          false,
                                          {}});
    if (!dataset.holdsImages()) {
        m_content->arrays = SampleSet::prepare(model, dataset, preprocessing, 0, ctx, options.memory);
        return;
    }
    const SampleSet one =
        SampleSet::prepare(model, dataset, preprocessing, 1, ctx.part(0, 0.01)); // checks it
    const Shape &shape = one.tensors().front().shape;
    m_content->sampleShape.assign(shape.begin() + 1, shape.end());
    m_content->preprocessing = adaptedTo(model.inputs().front(), preprocessing);
    m_content->decode(options.memory, ctx.part(0.01, 1));
}

TrainingData::~TrainingData() = default;
TrainingData::TrainingData(TrainingData &&) noexcept = default;

const Dataset &TrainingData::dataset() const
{
    return m_content->dataset;
}

const std::vector<size_t> &TrainingData::training() const
{
    return m_content->split.learned;
}

const std::vector<size_t> &TrainingData::validation() const
{
    return m_content->split.judging;
}

bool TrainingData::hasLabels() const
{
    return m_content->dataset.hasLabels();
}

std::vector<int64_t> TrainingData::labels(std::span<const size_t> samples) const
{
    std::vector<int64_t> labels;
    if (hasLabels())
        for (const size_t sample : samples)
            labels.push_back(m_content->dataset.label(sample));
    return labels;
}

std::map<std::string, Tensor> TrainingData::inputs(std::span<const size_t> samples, const View &view,
                                                   const JobContext &ctx) const
{
    if (!m_content->arrays)
        return {{m_content->inputs.front().name, m_content->imageInputs(samples, view, ctx)}};
    const SampleSet chosen = m_content->arrays->subset({samples.begin(), samples.end()});
    std::map<std::string, Tensor> inputs;
    for (size_t i = 0; i < m_content->inputs.size(); ++i)
        inputs[m_content->inputs[i].name] = chosen.tensors()[i];
    return inputs;
}

int64_t TrainingData::bytesOfSample() const
{
    if (!m_content->arrays)
        return elementCount(m_content->sampleShape) * static_cast<int64_t>(sizeof(float));
    int64_t bytes = 0;
    for (const Tensor &tensor : m_content->arrays->tensors())
        bytes += static_cast<int64_t>(tensor.bytes.size() / m_content->arrays->size());
    return bytes;
}

bool TrainingData::isStreamed() const
{
    return m_content->streamed;
}

std::string TrainingData::hash() const
{
    constexpr size_t looked = 256; // images whose pixels count
    Sha256 hash;
    const auto add = [&hash](const auto &values) { hash.add(std::as_bytes(std::span(values))); };
    add(toJson(m_content->preprocessing));
    add(labels(training()));
    add(training());
    add(validation());
    const size_t step = std::max<size_t>(1, m_content->images.size() / looked);
    Image read;
    for (size_t i = 0; i < m_content->images.size(); i += step)
        add(m_content->image(i, read, {}).pixels);
    if (m_content->arrays)
        add(m_content->arrays->contentHash());
    return hexText(hash.finish());
}

void requireLabels(const TrainingData &data, int64_t classes)
{
    const Message name = data.dataset().description();
    if (!data.hasLabels())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("{} has no labels to learn from; give labelled data, or a teacher and a plan "
                                "whose losses are of distillation alone.",
                                name));
    std::vector<size_t> counts(static_cast<size_t>(classes));
    for (const int64_t label : data.labels(data.training())) {
        if (label >= static_cast<int64_t>(counts.size())) {
            if (classes > 0)
                throw Error(
                    ErrorCode::MalformedData,
                    Message::tr("{} has the class index {}, but the model tells {} classes apart (0 to {}).",
                                name, label, classes, classes - 1));
            counts.resize(static_cast<size_t>(label) + 1);
        }
        ++counts[static_cast<size_t>(label)];
    }
    for (size_t c = 0; c < counts.size(); ++c)
        if (counts[c] < leastOfClass)
            throw Error(
                ErrorCode::MalformedData,
                Message::tr("{} has {} training samples of the class {}, of {} classes that the model tells "
                            "apart; learning by labels needs {} of each at least.",
                            name, counts[c], c, counts.size(), leastOfClass));
}

} // namespace lathe::train
