#include "core/recover/recovery.h"

#include "core/base/error.h"
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
                           std::pair(RecoveryStep::Normalizations, std::string_view("normalizations"))};

} // namespace

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
    return outcome.kept && outcome.step != RecoveryStep::Normalizations && step < outcome.step;
}

std::vector<RecoveryStep> RecoveryOptions::defaultSteps()
{
    // The one that brings most first; the others are for where it brings nothing.
    return {RecoveryStep::Encoding, RecoveryStep::Refit, RecoveryStep::Bias, RecoveryStep::Normalizations};
}

Recovered recoverWithoutGradients(Compressor &compressor, const CompressedModel &start, SplitSamples split,
                                  const RecoveryOptions &options, const JobContext &ctx)
{
    const std::string description =
        fmt::format("recovered without gradients on {}", split.fitted.description().text());
    if (options.augment > 0)
        split.fitted = split.fitted.withViews(options.augment, options.seed, ctx);
    Exporter exporter(start.source);
    const auto oracle = OutputOracle::of(start.source, split.heldOut, ctx);
    const auto divergence = [&](const CompressedModel &model) {
        const auto loss = oracle->loss(model, ctx);
        if (!loss)
            throw Error(ErrorCode::Unsupported,
                        Message::tr("The model's outputs do not belong to samples, so that nothing says "
                                    "whether anything is of use."));
        return *loss;
    };
    Recovered result{start, start.tuning, {}, 0.0, 0.0, false, split.fitted.size(), split.heldOut.size(), {}};
    const Oracle::Loss before = divergence(start);
    result.divergenceBefore = result.divergenceAfter = before.divergence;
    result.ofClasses = before.ofClasses;
    LayerSweep sweep(split, options, exporter, result.issues);
    Tuning::Constants constants = start.constants();
    for (size_t i = 0; i < options.steps.size(); ++i) {
        const auto began = std::chrono::steady_clock::now();
        const double all = static_cast<double>(options.steps.size());
        const JobContext own = ctx.part(static_cast<double>(i) / all, static_cast<double>(i + 1) / all);
        RecoveryOutcome outcome{options.steps[i], false, 0, result.divergenceAfter, 0.0};
        if (std::ranges::any_of(result.steps,
                                [&](const auto &other) { return includes(other, outcome.step); }))
            continue;
        CompressedModel trial = result.model;
        Tuning::Constants changed = constants;
        outcome.layers = outcome.step == RecoveryStep::Normalizations
                             ? renormalized(trial, split.fitted, changed, own)
                             : sweep.run(outcome.step, trial, own);
        trial.tuning = tuningOf(trial, start, changed, description);
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
    result.tuning = tuningOf(result.model, start, constants, description);
    if (result.tuning)
        result.model = compressor.compress(start.recipe, result.tuning, ctx);
    return result;
}

} // namespace lathe
