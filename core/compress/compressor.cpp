#include "core/compress/compressor.h"

#include "core/analysis/weightstats.h"
#include "core/base/parallel.h"
#include "core/compress/bytecache.h"
#include "core/compress/convfactors.h"
#include "core/compress/encodelayer.h"
#include "core/compress/globalprune.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace lathe {
namespace {

constexpr size_t encodingBytes = size_t(512) << 20U;
constexpr size_t factorBytes = size_t(512) << 20U;
constexpr Index widestAtOnce = 2304; ///< inputs of a layer; more take memory for several squares of that
constexpr size_t inputBytes = size_t(128) << 20U;

struct BytesOfValues {
    size_t operator()(const DenseValues &dense) const
    {
        return static_cast<size_t>(dense.values.size()) * sizeof(float);
    }
    size_t operator()(const UniformCodes &codes) const
    {
        return codes.codes.size() + (codes.scales.values.size() + codes.zeroPoints.size()) * sizeof(float);
    }
    size_t operator()(const CodebookCodes &codes) const
    {
        return codes.codes.size() + (codes.scales.values.size() + codes.tables.size()) * sizeof(float);
    }
};

size_t bytesOf(const Encoding &encoding)
{
    size_t bytes = 0;
    for (const MatrixEncoding *matrix : matricesOf(encoding))
        bytes += matrix->kept.size() + std::visit(BytesOfValues{}, matrix->values);
    return bytes;
}

double relativeErrorOf(const Matrix &weight, const Matrix &decoded)
{
    const double norm = weight.cast<double>().norm();
    return norm > 0.0 ? (weight.cast<double>() - decoded.cast<double>()).norm() / norm : 0.0;
}

void refuseNonFinite(const Matrix &weight, const std::string &layerName)
{
    const Index nan = weight.array().isNaN().count();
    const Index infinite = weight.array().isInf().count();
    if (nan + infinite == 0)
        return;
    const char *what = infinite == 0 ? "NaN" : nan == 0 ? "infinity" : "NaN or infinity";
    throw Error(
        ErrorCode::NumericFailure,
        fmt::format("`{}` holds {} at {} {}; it cannot be compressed. Keep it as it is, or repair the model.",
                    layerName, what, nan + infinite, nan + infinite == 1 ? "place" : "places"));
}

std::vector<std::string> layerNames(const Model &model)
{
    std::vector<std::string> names;
    for (const Layer &layer : model.layers())
        names.push_back(layer.name);
    return names;
}

void refuseUnmatched(const Recipe &recipe, const Model &model, const std::vector<std::string> &names)
{
    const std::vector<std::string> unmatched = recipe.unmatchedPatterns(names);
    if (unmatched.empty())
        return;
    const std::string file = model.path().empty() ? "The model" : model.path().string();
    if (names.empty())
        throw Error(
            ErrorCode::InvalidArgument,
            fmt::format("{} has no layer with a constant weight, so there is nothing to compress.", file));
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("No layer matches the pattern {}; `lathe inspect` lists the names of the layers.",
                            unmatched.front()));
}

/// The issue of a layer that takes no settings of its own.
std::optional<Issue> skippedIssue(const Model &model, size_t index,
                                  const std::vector<LayerSettings> &settings)
{
    const Layer &layer = model.layers()[index];
    if (!layer.untouchable.empty() && !settings[index].empty())
        return Issue{Issue::Severity::Note, layer.name,
                     fmt::format("{} is skipped: {}.", layer.name, layer.untouchable)};
    if (layer.tiedTo && settings[index] != settings[*layer.tiedTo])
        return Issue{Issue::Severity::Note, layer.name,
                     fmt::format("{} shares its weight with {} and follows the settings of that layer.",
                                 layer.name, model.layers()[*layer.tiedTo].name)};
    return {};
}

void followTies(CompressedModel &model)
{
    const std::vector<Layer> &layers = model.source.layers();
    for (size_t i = 0; i < layers.size(); ++i) {
        if (!layers[i].tiedTo)
            continue;
        model.layers[i] = model.layers[*layers[i].tiedTo];
        model.layers[i].theoreticalBits = 0;
    }
}

/// Layers in parallel; each gets its share of the threads.
void forEachWithProgress(const std::vector<size_t> &layers, const JobContext &ctx,
                         const std::function<void(size_t, const JobContext &)> &compressOne)
{
    JobContext inner = ctx;
    inner.threads = std::max(1, ctx.threadCount() / std::max(1, static_cast<int>(layers.size())));
    std::mutex mutex;
    size_t started = 0;
    parallelFor(layers.size(), ctx, [&](size_t i) {
        {
            const std::lock_guard lock(mutex);
            const double share = static_cast<double>(started) / static_cast<double>(layers.size());
            ++started;
            ctx.checkpoint(share, fmt::format("compressing layer {} of {}", started, layers.size()));
        }
        compressOne(layers[i], inner);
    });
}

} // namespace

/// A result and what was done otherwise than asked.
struct KnownResult {
    LayerResult result;
    std::vector<Issue> issues;
};

struct Compressor::Cache {
    using PlanKey = std::pair<size_t, std::string>;
    using FactorKey = std::pair<size_t, bool>; ///< true: of the spatial unfolding
    ByteCache<PlanKey, KnownResult> encodings{encodingBytes};
    ByteCache<FactorKey, std::shared_ptr<const SvdFactors>> factors{factorBytes};
    ByteCache<FactorKey, std::vector<double>> energies{
        factorBytes}; // outlive their factors: a rank by energy needs no more
    ByteCache<size_t, std::shared_ptr<const MatrixInputs>> inputs{inputBytes};
    using TrialKey = std::tuple<size_t, PruneMethod, size_t>; ///< layer and place in trialRatios
    ByteCache<TrialKey, double> trials{factorBytes};
    ByteCache<std::string, std::vector<int64_t>> globalCounts{factorBytes};
};

/// One layer on its way through plan and encoding; weight and factors are fetched at most once.
class Compressor::Work {
public:
    Work(const Compressor &owner, size_t layer, std::optional<int64_t> pruneCount, const JobContext &ctx)
        : m_model(owner.m_source), m_layer(m_model.layers()[layer]), m_index(layer), m_cache(*owner.m_cache),
          m_calibration(owner.m_calibration.get()), m_pruneCount(pruneCount), m_ctx(ctx)
    {
        m_ctx.onProgress = {}; // the steps of one layer are no progress of the whole
    }

    KnownResult run(const LayerSettings &settings)
    {
        return finished(settings, planned(settings), [this](const Plan &plan) { return encoded(plan); });
    }

    /// The result if nothing has to be computed for it.
    std::optional<KnownResult> remembered(const LayerSettings &settings)
    {
        const bool byEnergy = settings.rank && settings.rank->unit == RankSettings::Unit::Energy;
        if (byEnergy && !m_cache.energies.find({m_index, settings.rank->form == RankForm::Spatial}))
            return {};
        const PlannedLayer plan = planned(settings);
        const auto known = m_cache.encodings.find({m_index, plan.plan.key()});
        if (!plan.plan.empty() && !known)
            return {};
        return finished(settings, plan, [&](const Plan &) { return *known; });
    }

    /// What the common threshold of several layers goes by.
    Matrix pruneScores(const LayerSettings &settings)
    {
        planned(settings); // refuses what needs calibration where there is none
        const PruneMethod method = settings.prune->method;
        if (method == PruneMethod::Magnitude)
            return weight().cwiseAbs();
        const auto known = inputs();
        if (!known || !known->hasHessians())
            return Matrix::Constant(m_layer.rows, m_layer.cols, std::numeric_limits<float>::max());
        return outputScores(weight(), *known);
    }

    LayerResult untouched() const
    {
        LayerResult result;
        result.theoreticalBits = m_layer.weightBytes * 8;
        return result;
    }

private:
    PlannedLayer planned(const LayerSettings &settings)
    {
        const bool spatial = settings.rank && settings.rank->form == RankForm::Spatial;
        PlannedLayer result = planLayer(m_layer, settings, [this, spatial] { return energy(spatial); });
        if (result.plan.settings.prune && !result.plan.settings.rank && !result.plan.settings.separable)
            result.plan.pruneCount = m_pruneCount;
        if (needsCalibration(result.plan.settings) && !m_calibration)
            throw Error(
                ErrorCode::InvalidArgument,
                fmt::format("`{}` ({}) goes by the layer's inputs and needs calibration data: name a data "
                            "set to calibrate with (--calibrate), or choose a setting that needs none.",
                            m_layer.name, summary(settings)));
        return result;
    }

    template <class F>
    KnownResult finished(const LayerSettings &settings, const PlannedLayer &plan, const F &encode)
    {
        KnownResult known{untouched(), {}};
        if (!plan.plan.empty())
            known = encode(plan.plan);
        known.issues.insert(known.issues.begin(), plan.issues.begin(), plan.issues.end());
        known.result.settings = settings;
        return known;
    }

    const Matrix &weight()
    {
        if (!m_weight) {
            m_weight = m_model.weight(m_index);
            refuseNonFinite(*m_weight, m_layer.name);
        }
        return *m_weight;
    }

    std::shared_ptr<const SvdFactors> factors(bool spatial)
    {
        const Cache::FactorKey key{m_index, spatial};
        if (const auto known = m_cache.factors.find(key))
            return *known;
        const auto computed = std::make_shared<const SvdFactors>(
            svd(spatial ? spatialUnfolding(weight(), kernelOf(m_layer)) : weight(), m_ctx));
        const Index numbers = computed->u.size() + computed->values.size() + computed->v.size();
        m_cache.factors.insert(key, computed, static_cast<size_t>(numbers) * sizeof(float));
        return computed;
    }

    std::vector<double> energy(bool spatial)
    {
        const Cache::FactorKey key{m_index, spatial};
        if (const auto known = m_cache.energies.find(key))
            return *known;
        std::vector<double> computed = factors(spatial)->energy();
        m_cache.energies.insert(key, computed, computed.size() * sizeof(double));
        return computed;
    }

    /// Null where there are none.
    std::shared_ptr<const MatrixInputs> inputs()
    {
        if (!m_calibration)
            return nullptr;
        if (const auto known = m_cache.inputs.find(m_index))
            return *known;
        const auto statistics = m_calibration->of(m_index, m_ctx);
        if (!statistics)
            return nullptr;
        auto made = std::make_shared<const MatrixInputs>(statistics, m_layer.groups);
        m_cache.inputs.insert(m_index, made, made->bytes());
        return made;
    }

    KnownResult encoded(const Plan &plan)
    {
        const Cache::PlanKey key{m_index, plan.key()};
        if (const auto known = m_cache.encodings.find(key))
            return *known;
        const LayerSources sources{weight(),
                                   m_layer,
                                   [this] { return factors(false); },
                                   [this] { return factors(true); },
                                   inputs(),
                                   m_calibration ? m_calibration->obstacle(m_index) : std::string()};
        EncodedLayer encodedLayer = encodeLayer(sources, plan, m_ctx);
        m_ctx.throwIfCancelled();
        KnownResult known{untouched(), {}};
        for (const std::string &note : encodedLayer.notes)
            known.issues.push_back({Issue::Severity::Note, m_layer.name, m_layer.name + ": " + note + '.'});
        auto encoding = std::make_shared<const Encoding>(std::move(encodedLayer.encoding));
        if (changesAnything(plan, *encoding))
            describe(known.result, plan, std::move(encoding), sources.inputs.get());
        const size_t bytes = known.result.encoding ? bytesOf(*known.result.encoding) : sizeof(KnownResult);
        m_cache.encodings.insert(key, known, bytes);
        return known;
    }

    void describe(LayerResult &result, const Plan &plan, std::shared_ptr<const Encoding> encoding,
                  const MatrixInputs *inputs)
    {
        const Matrix stored = decode(*encoding);
        result.relativeError = relativeErrorOf(weight(), stored);
        result.sparsity = storedSparsity(*encoding);
        result.rank = plan.rank;
        result.theoreticalBits = theoreticalBits(*encoding, elementBits(m_layer.weightType));
        const bool shifted = inputs && correctsBias(plan.settings);
        if (shifted)
            result.biasShift = inputs->meanDifference(weight(), stored);
        if (inputs && inputs->hasHessians())
            result.outputError = inputs->relativeOutputError(weight(), stored, shifted);
        result.encoding = std::move(encoding);
    }

    /// A ratio so small that it rounds to no element leaves the plain weight.
    static bool changesAnything(const Plan &plan, const Encoding &encoding)
    {
        const LayerSettings &s = plan.settings;
        return s.rank || s.separable || s.quantize || s.cluster ||
               !std::get<MatrixEncoding>(encoding).kept.empty();
    }

    const Model &m_model;
    const Layer &m_layer;
    size_t m_index;
    Cache &m_cache;
    const Calibration *m_calibration;
    std::optional<int64_t> m_pruneCount;
    JobContext m_ctx;
    std::optional<Matrix> m_weight;
};

Compressor::Compressor(Model source, std::shared_ptr<const Calibration> calibration)
    : m_source(std::move(source)), m_calibration(std::move(calibration)), m_cache(std::make_shared<Cache>())
{
}

LayerResult Compressor::compressLayer(size_t layer, const LayerSettings &settings, const JobContext &ctx)
{
    size_t owner = layer;
    while (m_source.layers().at(owner).tiedTo)
        owner = *m_source.layers()[owner].tiedTo;
    Work work(*this, owner, {}, ctx);
    LayerResult result =
        m_source.layers()[owner].compressible() ? work.run(settings).result : work.untouched();
    result.settings = settings;
    if (owner != layer)
        result.theoreticalBits = 0;
    return result;
}

void Compressor::prepareInputs(const std::vector<GlobalShare> &shares, const JobContext &ctx) const
{
    std::vector<size_t> layers;
    for (const GlobalShare &share : shares)
        layers.push_back(share.layer);
    m_calibration->prepare(layers, ctx);
}

/// What pruning each layer alone costs the model's output. Empty where that cannot be told.
std::optional<std::vector<PruneCosts>> Compressor::trialCosts(const std::vector<GlobalShare> &shares,
                                                              PruneMethod method, const JobContext &ctx) const
{
    const std::vector<Layer> &layers = m_source.layers();
    JobContext quiet = ctx;
    quiet.onProgress = {};
    std::vector<PruneCosts> costs;
    for (const GlobalShare &share : shares) {
        ctx.checkpoint(static_cast<double>(costs.size()) / static_cast<double>(shares.size()),
                       fmt::format("trying layer {} of {}", costs.size() + 1, shares.size()));
        PruneCosts &cost = costs.emplace_back();
        cost.size = layers[share.layer].rows * layers[share.layer].cols;
        for (size_t i = 0; i < trialRatios.size(); ++i) {
            const Cache::TrialKey key{share.layer, method, i};
            std::optional<double> lost = m_cache->trials.find(key);
            if (!lost) {
                LayerSettings alone;
                alone.prune = PruneSettings{trialRatios[i], method};
                CompressedModel trial{m_source, {}, std::vector<LayerResult>(layers.size()), {}, {}, {}};
                trial.layers[share.layer] = Work(*this, share.layer, {}, quiet).run(alone).result;
                followTies(trial);
                lost = m_calibration->divergence(trial, quiet);
                if (!lost)
                    return {};
                m_cache->trials.insert(key, *lost, sizeof(key));
            }
            cost.lost[i] = *lost;
        }
    }
    return costs;
}

/// What pruning all the layers together costs the model's output.
std::optional<double> Compressor::jointCost(const std::vector<GlobalShare> &shares,
                                            const std::vector<LayerSettings> &settings,
                                            const std::vector<int64_t> &counts, const JobContext &ctx) const
{
    CompressedModel trial{m_source, {}, std::vector<LayerResult>(settings.size()), {}, {}, {}};
    JobContext quiet = ctx;
    quiet.onProgress = {};
    for (size_t i = 0; i < shares.size(); ++i) {
        LayerSettings alone;
        alone.prune = settings[shares[i].layer].prune;
        trial.layers[shares[i].layer] = Work(*this, shares[i].layer, counts[i], quiet).run(alone).result;
    }
    followTies(trial);
    return m_calibration->divergence(trial, quiet);
}

std::vector<std::optional<int64_t>> Compressor::globalCounts(const std::vector<LayerSettings> &settings,
                                                             const JobContext &ctx) const
{
    std::vector<std::optional<int64_t>> counts(settings.size());
    for (const PruneMethod method : {PruneMethod::Magnitude, PruneMethod::Wanda, PruneMethod::Obs}) {
        std::vector<GlobalShare> shares;
        std::string key = fmt::format("{} ", static_cast<int>(method));
        for (size_t i = 0; i < settings.size(); ++i) {
            if (!m_source.layers()[i].compressible() || !sharesThreshold(settings[i]) ||
                settings[i].prune->method != method)
                continue;
            shares.push_back({i, settings[i].prune->ratio});
            key += fmt::format("{}:{} ", i, settings[i].prune->ratio);
        }
        if (shares.empty())
            continue;
        std::optional<std::vector<int64_t>> known = m_cache->globalCounts.find(key);
        if (!known) {
            std::optional<std::vector<PruneCosts>> costs;
            if (m_calibration && method != PruneMethod::Magnitude) {
                prepareInputs(shares, ctx.part(0.0, 0.2));
                costs = trialCosts(shares, method, ctx.part(0.2, 0.5));
            }
            known = countsUnderOneThreshold(shares, [&](size_t layer) {
                return Work(*this, layer, {}, ctx).pruneScores(settings[layer]);
            });
            // What layers cost one by one may mislead, as where the model is sure of all it was shown.
            if (const auto other = costs ? countsByCost(shares, *costs) : *known; other != *known) {
                const auto lost = jointCost(shares, settings, *known, ctx);
                const auto otherLost = jointCost(shares, settings, other, ctx);
                if (otherLost && (!lost || *otherLost < *lost))
                    known = other;
            }
            m_cache->globalCounts.insert(key, *known, known->size() * sizeof(int64_t));
        }
        for (size_t i = 0; i < shares.size(); ++i)
            counts[shares[i].layer] = (*known)[i];
    }
    return counts;
}

CompressedModel Compressor::compress(const Recipe &recipe, const JobContext &ctx)
{
    const std::vector<Layer> &layers = m_source.layers();
    const std::vector<std::string> names = layerNames(m_source);
    ctx.throwIfCancelled();
    refuseUnmatched(recipe, m_source, names);
    const std::vector<LayerSettings> settings = recipe.resolve(names);
    const std::vector<std::optional<int64_t>> counts = globalCounts(settings, ctx);
    CompressedModel result{m_source, recipe, std::vector<LayerResult>(layers.size()), {}, {}, {}};
    std::vector<std::vector<Issue>> issues(layers.size());
    const auto keep = [&](size_t layer, KnownResult known) {
        result.layers[layer] = std::move(known.result);
        issues[layer] = std::move(known.issues);
    };

    std::vector<size_t> busy; // layers that no earlier call has compressed in the same way
    for (size_t i = 0; i < layers.size(); ++i) {
        Work work(*this, i, counts[i], ctx);
        if (auto skipped = skippedIssue(m_source, i, settings))
            issues[i].push_back(std::move(*skipped));
        result.layers[i] = work.untouched();
        result.layers[i].settings = settings[i];
        if (!layers[i].compressible() || settings[i].empty())
            continue;
        if (auto known = work.remembered(settings[i]))
            keep(i, std::move(*known));
        else
            busy.push_back(i);
    }

    JobContext rest = ctx;
    if (m_calibration && !busy.empty()) {
        m_calibration->prepare(busy, ctx.part(0.0, 0.5));
        rest = ctx.part(0.5, 1.0);
    }
    const auto compressOne = [&](size_t layer, const JobContext &inner) {
        keep(layer, Work(*this, layer, counts[layer], inner).run(settings[layer]));
    };
    const auto light = std::partition(busy.begin(), busy.end(), [&](size_t layer) {
        return m_calibration && layers[layer].cols > widestAtOnce;
    });
    for (auto heavy = busy.begin(); heavy != light; ++heavy) // one at a time, with all threads
        compressOne(*heavy, rest);
    forEachWithProgress({light, busy.end()}, rest, compressOne);

    followTies(result);
    for (std::vector<Issue> &ofLayer : issues)
        std::ranges::move(ofLayer, std::back_inserter(result.issues));
    if (m_calibration && std::ranges::any_of(settings, needsCalibration)) {
        result.calibration = m_calibration->description();
        result.calibrationHash = m_calibration->hash();
    }
    return result;
}

} // namespace lathe
