#pragma once
// How a network is trained, from beginning to end: what a file says, nothing of a model or of data.
#include "core/train/augmentation.h"
#include "core/train/engine.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lathe::train {

/// How the rate changes over a step of a plan.
struct Schedule {
    enum class Kind {
        Constant,
        Cosine,     ///< down to `last` of the rate (Loshchilov & Hutter 2017, arXiv:1608.03983, no restarts)
        Step,       ///< times `factor` after each `every` epochs
        Exponential ///< times `factor` after each epoch
    };
    Kind kind = Kind::Cosine;
    double warmup = 0; ///< epochs in which the rate rises from nothing, before all else
    double last = 0;   ///< Cosine: share of the rate at the end
    double factor = 0.1;
    double every = 10; ///< epochs
    bool operator==(const Schedule &) const = default;
};

/// Weights are removed little by little, by magnitude: Zhu & Gupta 2017, arXiv:1710.01878. The share that is
/// gone after a part t of the way is to + (from - to) (1 - t)^3.
struct PruneRamp {
    enum class Scope {
        Layer, ///< of each layer's weights
        Global ///< of all layers' together
    };
    double from = 0, to = 0.9; ///< shares that are zero
    double epochs = 5;         ///< until `to` is reached
    int64_t every = 100;       ///< steps between two masks
    Scope scope = Scope::Global;
    /// Removed weights go on to move and come back where they pass those that are there by this share; 0:
    /// what is gone is gone. Guo et al. 2016, arXiv:1608.04493.
    double regrow = 0;
    bool operator==(const PruneRamp &) const = default;
};

/// What may change.
struct Changes {
    bool weights = true, biases = true;
    bool normalizations = true; ///< their scales and shifts
    bool statistics = true;     ///< running means and variances; the batch's are gone by while training
    bool operator==(const Changes &) const = default;
};

/// What is made small: as Loss.
struct Losses {
    double labels = 1, distillation = 0, temperature = 4, features = 0;
    bool needsTeacher() const { return distillation > 0 || features > 0; }
    bool operator==(const Losses &) const = default;
};

enum class PrecisionChoice { Float32, BFloat16, Auto }; ///< Auto: what a short measurement shows to be faster

struct PlanStep {
    double epochs = 20; ///< not a whole number: the last one ends early
    int64_t steps = 0;  ///< so many batches instead; 0: as `epochs` says
    int64_t batch = 64;
    Optimizer optimizer{Optimizer::Kind::Adam, 0.9, 0.9, 0.999, 0, 0};
    double rate = 0.001;
    Schedule schedule;
    Losses losses;
    PrecisionChoice precision = PrecisionChoice::Float32;
    bool dropout = true; ///< whether the graph's dropout drops
    Augmentation augment;
    int64_t resolution = 0; ///< pixels of the shorter side that is fed; 0: as the model takes it
    std::optional<PruneRamp> prune;
    Changes changes;
    int biasBits = 0;     ///< biases take values that so many bits tell (Network::setBiasBits); 0: any
    int64_t patience = 0; ///< epochs without a better one after which the step ends; 0: never
    bool operator==(const PlanStep &) const = default;
};

struct Plan {
    static constexpr int schemaVersion = 1;
    std::string name;
    uint64_t seed = 1;
    double validation =
        0.1; ///< share of the training data that only judges; 0: nothing judges, the last is kept
    std::vector<PlanStep> steps;
    bool operator==(const Plan &) const = default;
};

/// {"lathe_plan": 1, "name": ..., "seed": 1, "validation": 0.1, "steps": [{...}]}: docs/training.md lists the
/// keys. All of them are written; those that are left out are read as their defaults.
std::string toJson(const Plan &plan);
/// @param source begins the sentence @throws Error InvalidArgument naming step and key: unknown keys, keys
/// given twice, wrong types, values out of range, keys that contradict each other
Plan planFromJson(std::string_view json, const std::string &source = "plan");
Plan loadPlan(const std::filesystem::path &path); ///< @throws Error FileUnreadable, InvalidArgument

/// So long instead of what the step says. A ramp takes the same share of it as before; of a step that is told
/// in batches, whose share only the data say, as many epochs, or all.
void setEpochs(PlanStep &step, double epochs);

std::vector<std::string> planPresets();
/// @throws Error InvalidArgument listing the names
Plan planPreset(std::string_view name);

/// The rate at a place of a step. @param epoch done so far, parts counted @param epochs of the step
double rateAt(const PlanStep &step, double epoch, double epochs);
/// The share that is gone.
double shareAt(const PruneRamp &ramp, double epoch);

} // namespace lathe::train
