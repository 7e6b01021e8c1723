#include "core/recover/recovery.h"

#include "core/base/error.h"
#include "core/compress/maskedmodel.h"
#include "core/data/samplechoice.h"
#include "core/oracle/outputoracle.h"
#include "core/recover/layersweep.h"
#include "core/recover/normalizationstep.h"
#include "core/recover/tunedmodel.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>

namespace lathe {
namespace {

constexpr std::array names{std::pair(RecoveryStep::Bias, std::string_view("bias")),
                           std::pair(RecoveryStep::Refit, std::string_view("refit")),
                           std::pair(RecoveryStep::Encoding, std::string_view("encoding")),
                           std::pair(RecoveryStep::Normalizations, std::string_view("normalizations")),
                           std::pair(RecoveryStep::Calibration, std::string_view("calibration"))};

constexpr uint64_t anySeed = 1;

/// What was trained before would be lost; and gradients are not for here to compute.
bool calibratesAnew(const CompressedModel &model)
{
    std::vector<LayerSettings> settings;
    for (const LayerResult &layer : model.layers)
        settings.push_back(layer.settings);
    const bool trained = std::ranges::any_of(model.layers, [](const LayerResult &layer) {
        return layer.trained == LayerResult::Trained::Carried;
    });
    return !trained && needsInputs(model.origin, model.recipe) && !firstByGradients(model.source, settings);
}

/// As many as tell what a layer's share costs: each of hundreds of trials runs on all of them.
SampleSet judgingShares(const SampleSet &heldOut, const JobContext &ctx)
{
    constexpr size_t enough = 48;
    const size_t held = heldOut.size();
    return held > enough ? spread(heldOut, enough) : heldOut.withViews((enough - 1) / held, anySeed, ctx);
}

CompressedModel calibratedAnew(const CompressedModel &start, const SplitSamples &split, const JobContext &ctx)
{
    CalibrationOptions options;
    options.judging = std::make_shared<const SampleSet>(judgingShares(split.heldOut, ctx));
    options.cacheFolder.clear(); // of samples that will not be seen again
    Compressor compressor(start.origin, calibrate(start.origin, split.fitted, options, ctx.part(0.0, 0.1)));
    return compressor.compress(start.recipe, ctx.part(0.1, 1.0));
}

/// As wide as the original it can be fitted to what that gives layer by layer: where it only lacks channels
/// and ignoring them is the same.
bool isWidenable(const CompressedModel &model)
{
    return model.narrowing && !model.tuning && isMaskable(*model.narrowing) &&
           std::ranges::none_of(model.source.layers(), &Layer::absent) &&
           std::ranges::all_of(model.layers,
                               [](const LayerResult &layer) { return layer.code.changesNothing(); });
}

/// Where it only lacks blocks, each layer that is left is fitted to what it gave among all.
bool onlyLacksBlocks(const CompressedModel &model)
{
    return !model.narrowing && !model.tuning && std::ranges::any_of(model.source.layers(), &Layer::absent) &&
           std::ranges::all_of(model.layers, [](const LayerResult &layer) {
               return layer.code.changesNothing() && !layer.settings.fold;
           });
}

/// Each layer's own weight, in a code that can be fitted.
CompressedModel withPlainCodes(CompressedModel model)
{
    const std::vector<Layer> &layers = model.source.layers();
    for (size_t i = 0; i < layers.size(); ++i)
        if (layers[i].compressible() && !layers[i].absent && !layers[i].tiedTo)
            model.layers[i].code.weight = std::make_shared<const Encoding>(
                MatrixEncoding{layers[i].rows, layers[i].cols, {}, DenseValues{model.source.weight(i)}});
    return model;
}

/// Without those that nothing has become of.
CompressedModel withoutPlainCodes(CompressedModel model, const CompressedModel &begun)
{
    for (size_t i = 0; i < model.layers.size(); ++i) {
        LayerCode &code = model.layers[i].code;
        if (code.weight == begun.layers[i].code.weight && code.biasShift.size() == 0)
            code = {};
    }
    return model;
}

/// Of a model that lacks channels or blocks. @param fits whether its layers can be held against the
/// original's
bool canRecover(RecoveryStep step, bool fits)
{
    using enum RecoveryStep;
    return fits ? step == Refit || step == Bias || step == Normalizations : step == Normalizations;
}

} // namespace

size_t usualViews(const SampleSet &samples, int64_t bytes)
{
    constexpr int64_t photo = 64; // pixels from which on an image is more than a sign
    constexpr size_t some = 4;
    if (samples.tensors().size() != 1 || samples.tensors().front().shape.size() != 4)
        return 0;
    const Shape &shape = samples.tensors().front().shape;
    const bool planar = shape[1] == 3;
    if (!planar && shape[3] != 3)
        return 0;
    const int64_t shorter = planar ? std::min(shape[2], shape[3]) : std::min(shape[1], shape[2]);
    if (shorter < photo)
        return 0;
    const auto each = static_cast<int64_t>(samples.tensors().front().bytes.size());
    return std::min(some, static_cast<size_t>(std::max<int64_t>(0, bytes / std::max<int64_t>(1, each) - 1)));
}

std::string_view nameOf(RecoveryStep step)
{
    return std::ranges::find(names, step, [](const auto &entry) { return entry.first; })->second;
}

std::optional<RecoveryStep> recoveryStep(std::string_view name)
{
    const auto found = std::ranges::find(names, name, [](const auto &entry) { return entry.second; });
    return found == names.end() ? std::nullopt : std::optional(found->first);
}

bool includes(const RecoveryOutcome &outcome, RecoveryStep step)
{
    return outcome.kept && outcome.step <= RecoveryStep::Encoding && step < outcome.step;
}

std::vector<RecoveryStep> RecoveryOptions::defaultSteps()
{
    // The one that brings most first; the others are for where it brings nothing.
    return {RecoveryStep::Calibration, RecoveryStep::Encoding, RecoveryStep::Refit, RecoveryStep::Bias,
            RecoveryStep::Normalizations};
}

Recovered recoverWithoutGradients(Compressor &compressor, const CompressedModel &start, SplitSamples split,
                                  const RecoveryOptions &options, const JobContext &ctx)
{
    const Tuning::Source source(
        fmt::format("recovered without gradients on {}", split.fitted.description().text()),
        std::set{split.fitted.dataName()});
    const size_t fitted = split.fitted.size();
    const size_t views = options.augment.value_or(usualViews(split.fitted, options.viewBytes));
    if (views > 0)
        split.fitted = split.fitted.withViews(views, options.seed, ctx);
    const bool narrower = isNarrower(start);
    const bool canWiden = narrower && isWidenable(start);
    const bool isShorter = narrower && onlyLacksBlocks(start);
    const CompressedModel begun = canWiden ? widened(start) : isShorter ? withPlainCodes(start) : start;
    const std::optional<WholeModel> whole =
        isShorter ? std::optional(WholeModel{start.origin, compressor.blocks(ctx)}) : std::nullopt;
    Exporter exporter(begun.source);
    const auto oracle = OutputOracle::of(start.origin, split.heldOut, ctx);
    const auto divergence = [&](const CompressedModel &model) {
        const auto loss = oracle->loss(model, ctx);
        if (!loss)
            throw Error(ErrorCode::Unsupported,
                        Message::tr("The model's outputs do not belong to samples, so that nothing says "
                                    "whether anything is of use."));
        return *loss;
    };
    Recovered result{begun, start.tuning, {}, 0.0, 0.0, false, fitted, split.heldOut.size(), {}};
    const Oracle::Loss before = divergence(begun);
    result.divergenceBefore = result.divergenceAfter = before.divergence;
    result.ofClasses = before.ofClasses;
    const bool fits = canWiden || isShorter;
    if (narrower && !fits)
        result.issues.push_back(
            {Issue::Severity::Note,
             {},
             Message::tr("The model lacks channels or blocks in a way that its layers cannot be held against "
                         "the original's one by one: only its normalizations are measured again here.")});
    LayerSweep sweep(split, options, exporter, whole ? &*whole : nullptr, result.issues);
    Tuning::Constants constants = start.constants();
    std::vector<RecoveryStep> steps = options.steps;
    if (narrower) // takes a second and brings most of it, where fitting layers takes minutes
        std::stable_partition(steps.begin(), steps.end(),
                              [](RecoveryStep step) { return step == RecoveryStep::Normalizations; });
    for (size_t i = 0; i < steps.size(); ++i) {
        const auto began = std::chrono::steady_clock::now();
        const double all = static_cast<double>(steps.size());
        const JobContext own = ctx.part(static_cast<double>(i) / all, static_cast<double>(i + 1) / all);
        RecoveryOutcome outcome{steps[i], false, 0, result.divergenceAfter, 0.0};
        if (std::ranges::any_of(result.steps,
                                [&](const auto &other) { return includes(other, outcome.step); }))
            continue;
        if (outcome.step == RecoveryStep::Calibration && !calibratesAnew(result.model))
            continue;
        if (narrower && !canRecover(outcome.step, fits))
            continue;
        CompressedModel trial = result.model;
        Tuning::Constants changed = constants;
        switch (outcome.step) {
        case RecoveryStep::Calibration:
            trial = calibratedAnew(start, split, own);
            changed = trial.constants(); // normalizations that the recipe measures again
            outcome.layers = std::ranges::count_if(
                trial.layers, [](const LayerResult &layer) { return layer.code.weight != nullptr; });
            break;
        case RecoveryStep::Normalizations:
            outcome.layers = renormalized(trial, split.fitted, changed, own);
            break;
        default:
            outcome.layers = sweep.run(outcome.step, trial, own);
        }
        trial.tuning = tuningOf(trial, begun, changed, source);
        if (outcome.layers > 0)
            outcome.divergence = divergence(trial).divergence;
        outcome.kept = outcome.divergence < result.divergenceAfter;
        if (outcome.kept) {
            result.model = std::move(trial);
            result.divergenceAfter = outcome.divergence;
            constants = std::move(changed);
        }
        outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        result.steps.push_back(outcome);
    }
    const bool changed = std::ranges::any_of(result.steps, &RecoveryOutcome::kept);
    if (canWiden)
        result.tuning = changed ? narrowedTuning(result.model, start, constants, source) : nullptr;
    else
        result.tuning = tuningOf(isShorter ? withoutPlainCodes(result.model, begun) : result.model, start,
                                 constants, source);
    if (fits && !changed)
        result.model = start;
    if (result.tuning)
        result.model = compressor.compress(start.recipe, result.tuning, ctx);
    return result;
}

} // namespace lathe
