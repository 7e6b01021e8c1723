#include "core/compress/compressor.h"

#include "core/base/blas.h"
#include "core/base/parallel.h"
#include "core/compress/allocation.h"
#include "core/compress/compressorwork.h"
#include "core/compress/layerprogress.h"
#include "core/compress/readylayers.h"
#include "core/compress/rewrites.h"
#include "core/model/layererror.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace lathe {
namespace {

constexpr Index widestAtOnce = 2304; ///< inputs of a layer; more take memory for several squares of that

constexpr int64_t workingMemory = int64_t(256) << 20; ///< of layers that are compressed at once

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
    const std::string file = model.path().string();
    if (names.empty())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("{} has no layer with a constant weight, so there is nothing to compress.",
                                file.empty() ? Message::tr("The model") : Message::verbatim(file)));
    throw Error(
        ErrorCode::InvalidArgument,
        file.empty()
            ? Message::tr("No layer matches the pattern {}; `lathe inspect` lists the names of the layers.",
                          unmatched.front())
            : Message::tr(
                  "No layer of {} matches the pattern {}; `lathe inspect` lists the names of the layers.",
                  file, unmatched.front()));
}

/// The issue of a layer that takes no settings of its own.
std::optional<Issue> skippedIssue(const Model &model, size_t index,
                                  const std::vector<LayerSettings> &settings)
{
    const Layer &layer = model.layers()[index];
    if (!layer.untouchable.empty() && !settings[index].empty())
        return Issue{Issue::Severity::Note, layer.name,
                     Message::tr("{} is skipped: {}.", layer.name, layer.untouchable)};
    if (layer.tiedTo && settings[index] != settings[*layer.tiedTo])
        return Issue{Issue::Severity::Note, layer.name,
                     Message::tr("{} shares its weight with {} and follows the settings of that layer.",
                                 layer.name, model.layers()[*layer.tiedTo].name)};
    return {};
}

/// By a rule that says more than how a bias is corrected, which recipes of version 1 say of all layers.
bool isNamed(const Recipe &recipe, const std::string &layer)
{
    return std::ranges::any_of(recipe.rules, [&](const Rule &rule) {
        const bool onBias = rule.changes.size() == 1 && rule.changes.front().key == "bias_correction";
        return !onBias && globMatches(rule.pattern, layer);
    });
}

/// Where one of the layers that share a weight is kept, the weight is.
std::vector<Issue> keepShared(const Model &model, std::vector<LayerSettings> &settings)
{
    std::vector<Issue> notes;
    for (size_t i = 0; i < settings.size(); ++i) {
        const Layer &layer = model.layers()[i];
        if (!layer.tiedTo || !settings[i].keep || settings[*layer.tiedTo].keep)
            continue;
        settings[*layer.tiedTo] = {.keep = true};
        notes.push_back({Issue::Severity::Note, layer.name,
                         Message::tr("{} shares its weight with {} and is kept as it is, so both are.",
                                     layer.name, model.layers()[*layer.tiedTo].name)});
    }
    return notes;
}

/// A layer that shares its weight and alone is given settings gives them to the weight, that is to the layer
/// which leads the others.
std::vector<Issue> giveToLeaders(const Model &model, const Recipe &recipe,
                                 std::vector<LayerSettings> &settings)
{
    std::vector<Issue> notes = keepShared(model, settings);
    for (size_t i = 0; i < settings.size(); ++i) {
        const Layer &layer = model.layers()[i];
        if (!layer.tiedTo || settings[i].empty() || settings[*layer.tiedTo].keep ||
            isNamed(recipe, model.layers()[*layer.tiedTo].name))
            continue;
        if (!settings[*layer.tiedTo].empty()) // another of the same weight was first
            continue;
        settings[*layer.tiedTo] = settings[i];
        notes.push_back({Issue::Severity::Note, layer.name,
                         Message::tr("{} shares its weight with {}, so its settings hold for both.",
                                     layer.name, model.layers()[*layer.tiedTo].name)});
    }
    return notes;
}

/// Lets work begin while what is under way takes so much memory together, or alone.
class MemoryGate {
public:
    explicit MemoryGate(int64_t budget) : m_budget(budget) {}

    template <class Work>
    void run(int64_t bytes, const Work &work)
    {
        {
            std::unique_lock lock(m_mutex);
            m_freed.wait(lock, [&] { return m_taken == 0 || m_taken + bytes <= m_budget; });
            m_taken += bytes;
        }
        const Returned returned{*this, bytes};
        work();
    }

private:
    struct Returned {
        MemoryGate &gate;
        int64_t bytes;
        ~Returned()
        {
            {
                const std::lock_guard lock(gate.m_mutex);
                gate.m_taken -= bytes;
            }
            gate.m_freed.notify_all();
        }
    };
    int64_t m_budget;
    int64_t m_taken = 0;
    std::mutex m_mutex;
    std::condition_variable m_freed;
};

/// What a layer's weight takes while it is compressed: as it is stored, as a matrix, decoded again.
int64_t workingBytes(const Layer &layer)
{
    return layer.weightBytes + 2 * layer.parameters * static_cast<int64_t>(sizeof(float));
}

/// Layers in parallel, as far as memory goes; the last ones get the threads of those that are done.
void forEachLayer(const std::vector<Layer> &all, const std::vector<size_t> &layers, const JobContext &ctx,
                  const std::function<void(size_t)> &compressOne)
{
    MemoryGate gate(workingMemory);
    parallelFor(layers.size(), ctx,
                [&](size_t i) { gate.run(workingBytes(all[layers[i]]), [&] { compressOne(layers[i]); }); });
}

bool choosesChannelsByData(const LayerSettings &settings)
{
    return settings.channels && goesByData(*settings.channels);
}

CompressorOptions withBudget(CompressorOptions options)
{
    if (!options.budget)
        options.budget = std::make_shared<CacheBudget>(CompressorOptions::defaultCacheBytes);
    return options;
}

} // namespace

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

Compressor::Compressor(Model source, std::shared_ptr<const Calibration> calibration,
                       CompressorOptions options)
    : Compressor(source, source, nullptr, std::move(calibration), std::move(options))
{
    m_rewrites = std::make_shared<Rewrites>();
}

Compressor::Compressor(Model origin, Model source, std::shared_ptr<const Narrowing> narrowing,
                       std::shared_ptr<const Calibration> calibration, CompressorOptions options)
    : m_origin(std::move(origin)), m_source(std::move(source)), m_narrowing(std::move(narrowing)),
      m_calibration(std::move(calibration)), m_options(withBudget(std::move(options))),
      m_cache(std::make_shared<Cache>(m_options.budget))
{
}

bool CompressedModel::changesNothing() const
{
    return !isRewritten() && constants().empty() &&
           std::ranges::all_of(layers, [](const LayerResult &layer) { return layer.code.changesNothing(); });
}

/// Work on one layer, whose errors name it.
void Compressor::named(size_t layer, const std::function<void()> &work) const
{
    try {
        work();
    } catch (const Error &error) {
        throw ofLayer(error, m_source, layer);
    }
}

LayerResult Compressor::compressLayer(size_t layer, const LayerSettings &settings, const JobContext &ctx)
{
    size_t owner = layer;
    while (m_source.layers().at(owner).tiedTo)
        owner = *m_source.layers()[owner].tiedTo;
    if (settings.fold && m_rewrites && m_rewrites->folding(m_origin).obstacle(layer).empty())
        return rewritten({.folded = {layer}}, ctx)->compressLayer(layer, settings, ctx);
    Work work(*this, owner, {}, ctx);
    LayerResult result = work.untouched();
    if (m_source.layers()[owner].compressible())
        named(owner,
              [&] { result = work.run(calibrates({settings}) ? fromData(settings) : settings).result; });
    result.settings = settings;
    if (owner != layer)
        result.theoreticalBits = 0;
    return result;
}

ResolvedRecipe Compressor::resolve(const Recipe &recipe, const JobContext &ctx)
{
    return resolve(recipe, recipe.resolve(layerNames(m_origin)), ctx);
}

ResolvedRecipe Compressor::resolve(const Recipe &recipe, std::vector<LayerSettings> asked,
                                   const JobContext &ctx, const Tuning *tuning)
{
    ctx.throwIfCancelled();
    refuseUnmatched(recipe, m_origin, layerNames(m_origin));
    ResolvedRecipe resolved;
    resolved.settings = std::move(asked);
    resolved.rewrite.folded = foldedLayers(resolved.settings, resolved.notes);
    std::ranges::move(giveToLeaders(m_origin, recipe, resolved.settings), std::back_inserter(resolved.notes));
    planBlocks(resolved, ctx);
    planChannels(recipe, resolved, tuning, ctx);
    std::vector<LayerSettings> settings = resolved.settings;
    if (calibrates(settings))
        std::ranges::transform(settings, settings.begin(), fromData);
    const auto stage = resolved.rewrite.empty() ? nullptr : rewritten(resolved.rewrite, ctx);
    resolved.pruneCounts = Allocation(stage ? *stage : *this, tuning).counts(settings, ctx);
    return resolved;
}

CompressedModel Compressor::compress(const Recipe &recipe, const JobContext &ctx)
{
    return compress(recipe, nullptr, ctx);
}

CompressedModel Compressor::compress(const Recipe &recipe, std::shared_ptr<const Tuning> tuning,
                                     const JobContext &ctx)
{
    const ResolvedRecipe resolved = resolve(recipe, recipe.resolve(layerNames(m_origin)), ctx, tuning.get());
    return compress(recipe, resolved, ctx, std::move(tuning));
}

CompressedModel Compressor::compress(const Recipe &recipe, const ResolvedRecipe &resolved,
                                     const JobContext &ctx, std::shared_ptr<const Tuning> tuning,
                                     const ReadyListener &listener)
{
    const auto stage = resolved.rewrite.empty() ? nullptr : rewritten(resolved.rewrite, ctx);
    return (stage ? *stage : *this).compressSource(recipe, resolved, std::move(tuning), listener, ctx);
}

CompressedModel Compressor::compressSource(const Recipe &recipe, const ResolvedRecipe &resolved,
                                           std::shared_ptr<const Tuning> tuning,
                                           const ReadyListener &listener, const JobContext &ctx)
{
    if (tuning)
        tuning->refuseOther(m_source);
    const std::vector<Layer> &layers = m_source.layers();
    const std::vector<LayerSettings> &asked = resolved.settings;
    const std::vector<std::optional<int64_t>> &counts = resolved.pruneCounts;
    std::vector<LayerSettings> settings = asked;
    if (calibrates(asked))
        std::ranges::transform(asked, settings.begin(), fromData);
    for (LayerSettings &ofLayer : settings) { // that has been done to the source
        ofLayer.channels.reset();
        ofLayer.drop.reset();
    }
    CompressedModel result{m_origin,       m_source, recipe, std::vector<LayerResult>(layers.size()),
                           resolved.notes, {},       {},     std::move(tuning)};
    result.narrowing = m_narrowing;
    if (m_narrowing)
        result.issues.insert(result.issues.end(), m_narrowing->notes.begin(), m_narrowing->notes.end());
    std::vector<std::vector<Issue>> issues(layers.size());
    const auto keep = [&](size_t layer, KnownResult known) {
        if (result.tuning && result.tuning->layer(layer) &&
            known.result.trained == LayerResult::Trained::None)
            known.result.trained = LayerResult::Trained::LeftOut;
        result.layers[layer] = std::move(known.result);
        issues[layer] = std::move(known.issues);
    };

    std::vector<size_t> busy; // layers that no earlier call has compressed in the same way
    for (size_t i = 0; i < layers.size(); ++i) {
        Work work(*this, i, counts[i], ctx);
        if (asked[i].renormalize && layers[i].compressible() && !m_calibration &&
            !(result.tuning && result.tuning->calibrated()))
            refuseWithoutCalibration(layers[i], asked[i]);
        if (auto skipped = skippedIssue(m_source, i, asked))
            issues[i].push_back(std::move(*skipped));
        result.layers[i] = work.untouched();
        result.layers[i].settings = settings[i];
        const TunedLayer *trained = result.tuning ? result.tuning->layer(i) : nullptr;
        if (trained && settings[i].keep) {
            result.issues.push_back(
                {Issue::Severity::Note, layers[i].name,
                 Message::tr("{} is kept as it is, and its trained weights are left out.", layers[i].name)});
            result.layers[i].trained = LayerResult::Trained::LeftOut;
            continue;
        }
        if (!layers[i].compressible() || (settings[i].empty() && !trained))
            continue;
        std::optional<KnownResult> known;
        named(i, [&] {
            if (trained)
                known = work.tuned(settings[i], *trained, result.issues);
            if (!known)
                known = work.remembered(settings[i]);
        });
        if (known)
            keep(i, std::move(*known));
        else
            busy.push_back(i);
    }

    const double encoded = 1.0 - renormalizingShare(settings);
    JobContext rest = ctx.part(0.0, encoded);
    if (m_calibration && !busy.empty()) {
        const auto byGradients =
            std::ranges::find_if(busy, [&](size_t layer) { return goesByGradients(settings[layer]); });
        const double inputs = byGradients == busy.end() ? 0.5 : 0.2;
        m_calibration->prepare(busy, ctx.part(0.0, inputs * encoded));
        if (byGradients != busy.end())
            m_calibration->gradients(*byGradients, ctx.part(inputs * encoded, 0.5 * encoded));
        rest = ctx.part(0.5 * encoded, encoded);
    }
    ReadyLayers ready(listener, result, busy);
    const auto compressOne = [&](size_t layer, const JobContext &inner) {
        named(layer, [&] {
            Work work(*this, layer, counts[layer], inner);
            work.reportTo(inner);
            keep(layer, work.run(settings[layer]));
        });
    };
    LayerProgress progress(rest, layers, busy, settings, m_options.rates.get());
    const auto compressNext = [&](size_t layer) {
        compressOne(layer, progress.begin(layer));
        progress.end(layer);
        LayerResult done = result.layers[layer];
        done.settings = asked[layer];
        ready.add(layer, done);
    };
    const auto light = std::partition(busy.begin(), busy.end(), [&](size_t layer) {
        return m_calibration && layers[layer].cols > widestAtOnce;
    });
    for (auto heavy = busy.begin(); heavy != light; ++heavy) // one at a time, with all threads
        compressNext(*heavy);
    forEachLayer(layers, {light, busy.end()}, rest, compressNext);
    progress.finish();

    JobContext quiet = rest; // one layer once more is no progress of the whole
    quiet.onProgress = {};
    const auto compressAgain = [&](size_t layer, const JobContext &) { compressOne(layer, quiet); };
    correctWhereItHelps(result, asked, settings, compressAgain, rest);
    for (size_t i = 0; i < layers.size(); ++i) {
        result.layers[i].settings = asked[i];
        result.layers[i].pruneCount = counts[i];
    }
    followTies(result);
    renormalize(result, settings, ctx.part(encoded, 1.0));
    result.resolved = resolvedRecipe(result, asked);
    for (std::vector<Issue> &ofLayer : issues)
        std::ranges::move(ofLayer, std::back_inserter(result.issues));
    const bool trained = std::ranges::any_of(result.layers, [](const LayerResult &layer) {
        return layer.trained == LayerResult::Trained::Carried;
    });
    if (trained && result.tuning->calibrated()) { // before anything was trained
        result.calibration = Message::verbatim(result.tuning->calibrated()->description);
        result.calibrationHash = result.tuning->calibrated()->sha256;
    } else if (m_calibration && (std::ranges::any_of(settings, needsCalibration) || // as they came out
                                 std::ranges::any_of(asked, choosesChannelsByData))) {
        result.calibration = m_calibration->description();
        result.calibrationHash = m_calibration->hash();
        if (Message note = productsNote(); !note.empty())
            result.issues.push_back({Issue::Severity::Note, {}, std::move(note)});
    }
    return result;
}

bool needsInputs(const Model &source, const Recipe &recipe)
{
    std::vector<std::string> names;
    for (const Layer &layer : source.layers())
        names.push_back(layer.name);
    const std::vector<LayerSettings> settings = recipe.resolve(names);
    for (size_t i = 0; i < settings.size(); ++i)
        if (source.layers()[i].compressible() && needsCalibration(settings[i]))
            return true;
    return false;
}

} // namespace lathe
