#include "core/calibrate/calibration.h"

#include "core/base/fileio.h"
#include "core/calibrate/batchstatistics.h"
#include "core/calibrate/cachefolder.h"
#include "core/calibrate/gather.h"
#include "core/calibrate/gradientstore.h"
#include "core/calibrate/tensoractivations.h"
#include "core/compress/bytecache.h"
#include "core/data/samplechoice.h"
#include "core/exporting/graph.h"
#include "core/measure/measure.h"
#include "core/model/proto.h"
#include "core/oracle/outputoracle.h"
#include "core/runtime/shapes.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <malloc.h>
#include <mutex>

namespace lathe {
namespace {

constexpr size_t samplesToCompare = 64;
constexpr int formatVersion = 1; ///< of what is gathered; a change makes old files useless

bool fits(const ValueInfo &input, const Tensor &tensor)
{
    if (input.type != tensor.type || (input.hasShape && input.shape.size() != tensor.shape.size()))
        return false;
    for (size_t d = 1; d < input.shape.size(); ++d)
        if (input.shape[d] >= 0 && input.shape[d] != tensor.shape[d])
            return false;
    return true;
}

void check(const Model &model, const SampleSet &samples)
{
    if (samples.size() == 0)
        throw Error(ErrorCode::InvalidArgument, Message::tr("There are no calibration samples."));
    if (samples.tensors().size() != model.inputs().size())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The model takes {} inputs, but the calibration samples give {}.",
                                model.inputs().size(), samples.tensors().size()));
    for (size_t i = 0; i < model.inputs().size(); ++i) {
        const ValueInfo &input = model.inputs()[i];
        const Tensor &tensor = samples.tensors()[i];
        if (!fits(input, tensor))
            throw Error(
                ErrorCode::InvalidArgument,
                Message::tr("The model's input \"{}\" takes {} {}, but the calibration samples are {} {}.",
                            input.name, elementTypeName(input.type), shapeText(input.shape),
                            elementTypeName(tensor.type), shapeText(tensor.shape)));
    }
}

/// Of the graph and all weights, also those outside the file.
std::string contentHash(const Model &model)
{
    std::string parts = model.sha256();
    for (const auto &[location, file] : model.content().externalFiles)
        parts += location + hexText(sha256(*file));
    return parts;
}

int64_t inputBytes(const Layer &layer, int64_t batch)
{
    constexpr int64_t unknown = int64_t(4) << 20;
    const int64_t count = layer.inputShape.empty() ? -1 : elementCount(layer.inputShape);
    return count < 0 ? unknown : count * static_cast<int64_t>(sizeof(float)) / std::max<int64_t>(1, batch);
}

/// The batch of the shapes that the model's layers tell.
int64_t shapeBatch(const Model &model)
{
    for (const ValueInfo &input : model.inputs())
        if (input.hasShape && !input.shape.empty() && input.shape[0] > 0)
            return input.shape[0];
    return 1;
}

struct Unit {
    std::optional<WatchedLayer> watched;
    Message obstacle; ///< when it cannot be watched
};

} // namespace

struct GatheredStatistics::Impl {
    using Statistics = std::shared_ptr<const InputStatistics>;

    Impl(const Model &m, SampleSet s, const CalibrationOptions &o, const JobContext &ctx)
        : model(completeShapes(m, ctx)), samples(std::move(s)), options(o),
          folder(o.cacheFolder, o.cacheBytes), budget(std::make_shared<CacheBudget>(static_cast<size_t>(
                                                   folder.usable() ? o.memoryBytes / 4 : 4 * o.memoryBytes))),
          held(budget)
    {
        hash = sha256Hex(fmt::format("{} {} {} {} {} {} {}", formatVersion, contentHash(model),
                                     samples.contentHash(), options.leastColumns, options.allColumns,
                                     options.seed, options.widestSecondMoment));
        for (size_t i = 0; i < model.layers().size(); ++i)
            units.push_back(unitOf(i));
        std::vector<WatchedLayer> all;
        for (const Unit &unit : units)
            if (unit.watched)
                all.push_back(*unit.watched);
        batch = goodBatch(all, model, options);
        gradients = std::make_unique<GradientStore>(options.gradients, hash, budget);
    }

    size_t owner(size_t layer) const
    {
        while (model.layers().at(layer).tiedTo)
            layer = *model.layers()[layer].tiedTo;
        return layer;
    }

    /// The layer and those that read the same weight in the same way.
    Unit unitOf(size_t index) const
    {
        const Layer &layer = model.layers()[index];
        Unit unit;
        WatchedLayer watched{index, layer.name, {}, layer.groups, layer.cols, true, 0};
        watched.second = layer.cols <= options.widestSecondMoment;
        if (layer.tiedTo)
            return unit; // its owner stands for it
        for (size_t i = index; i < model.layers().size(); ++i) {
            const Layer &reader = model.layers()[i];
            const bool alike = i == index || (owner(i) == index && reader.kind == layer.kind &&
                                              reader.groups == layer.groups && reader.rows == layer.rows &&
                                              reader.layout.steps == layer.layout.steps);
            if (!alike)
                continue;
            auto input = layerInput(model, i);
            if (auto *place = std::get_if<LayerInput>(&input)) {
                watched.inputs.push_back(std::move(*place));
                watched.inputBytes += inputBytes(reader, shapeBatch(model));
            } else if (unit.obstacle.empty()) {
                unit.obstacle = std::get<Message>(input);
            }
        }
        if (!watched.inputs.empty())
            unit = {std::move(watched), {}};
        return unit;
    }

    std::string keyOf(size_t layer) const { return fmt::format("{}-{}", hash, layer); }

    Statistics remembered(size_t layer)
    {
        if (auto known = held.find(layer))
            return *known;
        const WatchedLayer &watched = *units[layer].watched;
        std::optional<InputStatistics> read = folder.find(keyOf(layer), watched.groups, watched.cols);
        return read ? hold(layer, std::move(*read)) : nullptr;
    }

    Statistics hold(size_t layer, InputStatistics statistics)
    {
        auto shared = std::make_shared<const InputStatistics>(std::move(statistics));
        const Index numbers = shared->secondMoment.size() + shared->mean.size() + shared->meanSquare.size();
        held.insert(layer, shared, static_cast<size_t>(numbers) * sizeof(float));
        return shared;
    }

    /// As many of the layers as fit the memory, at least one.
    std::vector<WatchedLayer> nextWave(std::vector<size_t> &layers) const
    {
        std::vector<WatchedLayer> wave;
        int64_t bytes = 0;
        while (!layers.empty()) {
            const WatchedLayer &next = *units[layers.back()].watched;
            bytes += next.sumBytes() + next.inputBytes * static_cast<int64_t>(batch);
            if (!wave.empty() && bytes > options.memoryBytes)
                break;
            wave.push_back(next);
            layers.pop_back();
        }
        return wave;
    }

    /// @returns the statistics of the last layer gathered, so that it is there however little can be held.
    Statistics gather(std::vector<size_t> layers, const JobContext &ctx)
    {
        std::ranges::sort(layers, std::greater<>());
        const auto total = static_cast<double>(layers.size());
        Statistics last;
        while (!layers.empty()) {
            const double before = 1.0 - static_cast<double>(layers.size()) / total;
            const std::vector<WatchedLayer> wave = nextWave(layers);
            const double after = 1.0 - static_cast<double>(layers.size()) / total;
            gatherWave(model, samples, wave, batch, options, ctx.part(before, after),
                       [&](size_t layer, InputStatistics statistics) {
                           folder.insert(keyOf(layer), statistics);
                           last = hold(layer, std::move(statistics));
                       });
        }
        return last;
    }

    /// Some of the samples, spread over them.
    SampleSet compared() const { return spread(samples, samplesToCompare); }

    std::shared_ptr<const OutputOracle> judge(const JobContext &ctx)
    {
        const std::lock_guard lock(gathering);
        if (!oracle) {
            oracle = OutputOracle::of(model, options.judging ? *options.judging : compared(), ctx);
        }
        return oracle;
    }

    Model model;
    SampleSet samples;
    std::shared_ptr<const OutputOracle> oracle; ///< null: not asked for yet
    CalibrationOptions options;
    std::string hash;
    std::vector<Unit> units;
    size_t batch = 1;
    CacheFolder folder;
    std::shared_ptr<CacheBudget> budget; ///< of what is held
    std::unique_ptr<GradientStore> gradients;
    ByteCache<size_t, Statistics> held;
    std::mutex gathering; ///< one pass over the samples at a time
};

GatheredStatistics::GatheredStatistics(const Model &model, SampleSet samples,
                                       const CalibrationOptions &options, const JobContext &ctx)
{
    check(model, samples);
    m_impl = std::make_unique<Impl>(model, std::move(samples), options, ctx);
}

GatheredStatistics::~GatheredStatistics() = default;

void GatheredStatistics::prepare(std::span<const size_t> layers, const JobContext &ctx) const
{
    const std::lock_guard lock(m_impl->gathering);
    std::vector<size_t> missing;
    for (const size_t layer : layers) {
        const size_t owner = m_impl->owner(layer);
        if (m_impl->units[owner].watched && std::ranges::find(missing, owner) == missing.end() &&
            !m_impl->held.find(owner) && !m_impl->folder.holds(m_impl->keyOf(owner)))
            missing.push_back(owner);
    }
    if (missing.empty())
        return;
    m_impl->gather(std::move(missing), ctx);
#ifdef __GLIBC__
    malloc_trim(0); // the runtime's buffers are gone; what comes next needs large ones of its own
#endif
}

std::shared_ptr<const InputStatistics> GatheredStatistics::of(size_t layer, const JobContext &ctx) const
{
    const size_t owner = m_impl->owner(layer);
    if (!m_impl->units[owner].watched)
        return nullptr;
    if (auto known = m_impl->remembered(owner))
        return known;
    const std::lock_guard lock(m_impl->gathering);
    ctx.throwIfCancelled();
    if (auto known = m_impl->remembered(owner)) // another thread was faster
        return known;
    return m_impl->gather({owner}, ctx);
}

std::shared_ptr<const Oracle> GatheredStatistics::oracle(const JobContext &ctx) const
try {
    return m_impl->judge(ctx);
} catch (const Error &error) {
    if (error.code() == ErrorCode::Unsupported) // outputs that do not belong to samples
        return nullptr;
    throw;
}

std::shared_ptr<const Calibration> GatheredStatistics::within(const CompressedModel &trial,
                                                              const JobContext &ctx) const
{
    CompressedModel plain = trial; // each layer stays one layer
    for (LayerResult &layer : plain.layers)
        if (layer.code.weight) {
            Matrix decoded = decode(*layer.code.weight);
            const Index rows = decoded.rows(), cols = decoded.cols();
            layer.code.weight = std::make_shared<const Encoding>(
                MatrixEncoding{rows, cols, {}, DenseValues{std::move(decoded)}});
        }
    const Model model = buildModel(plain, Storage::Dense, ctx).model;
    if (model.layers().size() != m_impl->model.layers().size())
        return nullptr;
    CalibrationOptions options = m_impl->options;
    options.widestSecondMoment = 0;
    options.cacheFolder.clear();
    return std::make_shared<GatheredStatistics>(model, m_impl->compared(), options, ctx);
}

MeasuredChannels GatheredStatistics::normalized(const CompressedModel &trial,
                                                std::span<const std::string> outputs,
                                                const JobContext &ctx) const
try {
    const Model dense = buildModel(trial, Storage::Dense, ctx.part(0.0, 0.1)).model;
    return {batchStatistics(dense, m_impl->samples, outputs, ctx.part(0.1, 1.0)), {}};
} catch (const Error &error) {
    if (error.code() == ErrorCode::Internal || error.code() == ErrorCode::OutOfMemory)
        throw;
    if (error.code() == ErrorCode::NumericFailure)
        return {{}, error.message()};
    return {{}, Message::tr("the model does not run on several samples side by side")};
}

std::shared_ptr<const Calibration> GatheredStatistics::on(const Model &model, const JobContext &ctx) const
{
    CalibrationOptions options = m_impl->options;
    options.cacheFolder.clear();
    return std::make_shared<GatheredStatistics>(model, m_impl->samples, options, ctx);
}

std::vector<AxisStatistics> GatheredStatistics::onAxes(std::span<const ValueAxis> axes,
                                                       const JobContext &ctx) const
{
    return tensorActivations(m_impl->model, m_impl->samples)(axes, ctx);
}

Message GatheredStatistics::obstacle(size_t layer) const
{
    return m_impl->units[m_impl->owner(layer)].obstacle;
}

std::shared_ptr<const GradientStatistics> GatheredStatistics::gradients(size_t layer,
                                                                        const JobContext &ctx) const
{
    return m_impl->gradients->of(m_impl->model, m_impl->owner(layer), m_impl->samples, m_impl->folder, ctx);
}

Message GatheredStatistics::gradientObstacle(size_t layer) const
{
    return m_impl->gradients->obstacle(m_impl->model, m_impl->owner(layer));
}

std::string GatheredStatistics::hash() const
{
    return m_impl->hash;
}

Message GatheredStatistics::description() const
{
    return m_impl->samples.description();
}

std::shared_ptr<const Calibration> calibrate(const Model &model, SampleSet samples,
                                             const CalibrationOptions &options, const JobContext &ctx)
{
    return std::make_shared<GatheredStatistics>(model, std::move(samples), options, ctx);
}

} // namespace lathe
