#include "core/compress/compressor.h"

#include "core/analysis/weightstats.h"
#include "core/base/parallel.h"
#include "core/compress/bytecache.h"
#include "core/compress/methods.h"
#include "core/compress/plan.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe {
namespace {

constexpr size_t encodingBytes = size_t(512) << 20U;
constexpr size_t factorBytes = size_t(512) << 20U;

struct BytesOfValues {
    size_t operator()(const DenseValues &dense) const
    {
        return static_cast<size_t>(dense.values.size()) * sizeof(float);
    }
    size_t operator()(const UniformCodes &codes) const
    {
        return codes.codes.size() + (codes.scales.size() + codes.zeroPoints.size()) * sizeof(float);
    }
};

size_t bytesOf(const MatrixEncoding &encoding)
{
    return encoding.kept.size() + std::visit(BytesOfValues{}, encoding.values);
}

size_t bytesOf(const Encoding &encoding)
{
    if (const auto *factors = std::get_if<FactorEncoding>(&encoding))
        return bytesOf(factors->left) + bytesOf(factors->right);
    return bytesOf(std::get<MatrixEncoding>(encoding));
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

struct Compressor::Cache {
    using EncodingKey = std::pair<size_t, Plan>;
    ByteCache<EncodingKey, LayerResult> encodings{encodingBytes};
    ByteCache<size_t, std::shared_ptr<const SvdFactors>> factors{factorBytes};
    ByteCache<size_t, std::vector<double>> energies{
        factorBytes}; // outlive their factors: a rank by energy needs no more
};

/// One layer on its way through plan and encoding; weight and factors are fetched at most once.
class Compressor::Work {
public:
    Work(const Model &model, Cache &cache, size_t layer, const JobContext &ctx)
        : m_model(model), m_layer(model.layers()[layer]), m_index(layer), m_cache(cache), m_ctx(ctx)
    {
        m_ctx.onProgress = {}; // the steps of one layer are no progress of the whole
    }

    LayerResult run(const LayerSettings &settings, std::optional<Issue> &issue)
    {
        const PlannedLayer planned = planLayer(m_layer, settings, [this] { return energy(); });
        issue = planned.issue;
        LayerResult result = planned.plan.empty() ? untouched() : encoded(planned.plan);
        result.settings = settings;
        return result;
    }

    /// The result and issue if nothing has to be computed for them.
    std::optional<LayerResult> remembered(const LayerSettings &settings, std::optional<Issue> &issue)
    {
        const bool byEnergy = settings.rank && settings.rank->unit == RankSettings::Unit::Energy;
        if (byEnergy && !m_cache.energies.find(m_index))
            return {};
        const PlannedLayer planned = planLayer(m_layer, settings, [this] { return energy(); });
        std::optional<LayerResult> result =
            planned.plan.empty() ? untouched() : m_cache.encodings.find({m_index, planned.plan});
        if (result) {
            result->settings = settings;
            issue = planned.issue;
        }
        return result;
    }

    LayerResult untouched() const
    {
        LayerResult result;
        result.theoreticalBits = m_layer.weightBytes * 8;
        return result;
    }

private:
    const Matrix &weight()
    {
        if (!m_weight) {
            m_weight = m_model.weight(m_index);
            refuseNonFinite(*m_weight, m_layer.name);
        }
        return *m_weight;
    }

    std::shared_ptr<const SvdFactors> factors()
    {
        if (const auto known = m_cache.factors.find(m_index))
            return *known;
        const auto computed = std::make_shared<const SvdFactors>(svd(weight(), m_ctx));
        const Index numbers = computed->u.size() + computed->values.size() + computed->v.size();
        m_cache.factors.insert(m_index, computed, static_cast<size_t>(numbers) * sizeof(float));
        return computed;
    }

    std::vector<double> energy()
    {
        if (const auto known = m_cache.energies.find(m_index))
            return *known;
        std::vector<double> computed = factors()->energy();
        m_cache.energies.insert(m_index, computed, computed.size() * sizeof(double));
        return computed;
    }

    LayerResult encoded(const Plan &plan)
    {
        const Cache::EncodingKey key{m_index, plan};
        if (const auto known = m_cache.encodings.find(key))
            return *known;
        const auto split = plan.rank > 0 ? factors() : nullptr;
        auto encoding = std::make_shared<const Encoding>(encodeWeight(weight(), plan, split.get()));
        m_ctx.throwIfCancelled();
        LayerResult result = untouched();
        if (changesAnything(plan, *encoding)) {
            result.relativeError = relativeErrorOf(weight(), decode(*encoding));
            result.sparsity = storedSparsity(*encoding);
            result.rank = plan.rank;
            result.theoreticalBits = theoreticalBits(*encoding, elementBits(m_layer.weightType));
            result.encoding = std::move(encoding);
        }
        m_cache.encodings.insert(key, result,
                                 result.encoding ? bytesOf(*result.encoding) : sizeof(LayerResult));
        return result;
    }

    /// A ratio so small that it rounds to no element leaves the plain weight.
    static bool changesAnything(const Plan &plan, const Encoding &encoding)
    {
        return plan.rank > 0 || plan.bits > 0 || !std::get<MatrixEncoding>(encoding).kept.empty();
    }

    const Model &m_model;
    const Layer &m_layer;
    size_t m_index;
    Cache &m_cache;
    JobContext m_ctx;
    std::optional<Matrix> m_weight;
};

Compressor::Compressor(Model source) : m_source(std::move(source)), m_cache(std::make_shared<Cache>()) {}

LayerResult Compressor::compressLayer(size_t layer, const LayerSettings &settings, const JobContext &ctx)
{
    size_t owner = layer;
    while (m_source.layers().at(owner).tiedTo)
        owner = *m_source.layers()[owner].tiedTo;
    Work work(m_source, *m_cache, owner, ctx);
    std::optional<Issue> issue;
    LayerResult result =
        m_source.layers()[owner].compressible() ? work.run(settings, issue) : work.untouched();
    result.settings = settings;
    if (owner != layer)
        result.theoreticalBits = 0;
    return result;
}

CompressedModel Compressor::compress(const Recipe &recipe, const JobContext &ctx)
{
    const std::vector<Layer> &layers = m_source.layers();
    const std::vector<std::string> names = layerNames(m_source);
    ctx.throwIfCancelled();
    refuseUnmatched(recipe, m_source, names);
    const std::vector<LayerSettings> settings = recipe.resolve(names);
    CompressedModel result{m_source, recipe, std::vector<LayerResult>(layers.size()), {}};
    std::vector<std::optional<Issue>> issues(layers.size());

    std::vector<size_t> busy; // layers that no earlier call has compressed in the same way
    for (size_t i = 0; i < layers.size(); ++i) {
        Work work(m_source, *m_cache, i, ctx);
        issues[i] = skippedIssue(m_source, i, settings);
        result.layers[i] = work.untouched();
        result.layers[i].settings = settings[i];
        if (!layers[i].compressible() || settings[i].empty())
            continue;
        if (auto known = work.remembered(settings[i], issues[i]))
            result.layers[i] = *known;
        else
            busy.push_back(i);
    }

    forEachWithProgress(busy, ctx, [&](size_t layer, const JobContext &inner) {
        result.layers[layer] = Work(m_source, *m_cache, layer, inner).run(settings[layer], issues[layer]);
    });

    for (size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].tiedTo) {
            result.layers[i] = result.layers[*layers[i].tiedTo];
            result.layers[i].theoreticalBits = 0;
        }
        if (issues[i])
            result.issues.push_back(*issues[i]);
    }
    return result;
}

} // namespace lathe
