#pragma once
// Recovers what a recipe makes of the open model. No widgets.
#include "core/train/recover.h"
#include "core/workflow/evaluationdata.h"

#include <QString>
#include <functional>

namespace lathe::ui {

/// How a person wants it done.
struct RecoveryChoice {
    bool trains = false;  ///< with gradients
    QString data;         ///< reference of what is learned from; empty: none
    QString preset;       ///< of a plan; empty: `plan`
    QString plan;         ///< JSON; empty: one for the time there is, from a measured step
    double seconds = 600; ///< of training, at most
    quint64 seed = 1;
    bool operator==(const RecoveryChoice &) const = default;
};

/// What is recovered, as it was when it was asked for.
struct RecoveryInput {
    std::shared_ptr<Compressor> compressor; ///< of the open model
    Recipe recipe;
    std::shared_ptr<const Tuning> tuning; ///< that is laid over it already; null: none
    /// Empty: what lies beside the model, else a guess, as for any data.
    std::optional<Preprocessing> preprocessing;
    RecoveryChoice choice;
    QString measured = {};                 ///< reference of what figures are measured on; empty: nothing
    QString calibrated = {};               ///< of what the compressor goes by; empty: nothing
    std::filesystem::path checkpoint = {}; ///< of training; empty: none is written
    bool resumes = false;                  ///< from there
    /// Lets the work wait at its next step; it outlives the work.
    train::TrainingPause *pause = nullptr;
};

/// What there is to tell while a network is trained.
struct RecoveryNews {
    double fraction = 0;    ///< of the plan
    double epoch = 0;       ///< done
    double loss = 0;        ///< of the newest batch
    double secondsLeft = 0; ///< of the plan, or of the time there is
    std::optional<train::EpochRecord> record = {};
    Message note = {};
    std::shared_ptr<const train::Plan> plan = {}; ///< as training begins
    std::shared_ptr<const Tuning> best = {};      ///< so far
    std::optional<double> original = {};          ///< right answers of the original on the samples that judge
};

struct RecoveryResult {
    std::shared_ptr<const Tuning> tuning; ///< null: nothing was of use
    std::vector<RecoveryOutcome> steps;   ///< without gradients
    struct Stage {
        QString name;
        train::RecoveryStage stage;
    };
    std::vector<Stage> stages; ///< with gradients
    double before = 0, after = 0;
    bool ofClasses = false; ///< these are in nats
    size_t fitted = 0, heldOut = 0;
    std::vector<Message> notes;
    double seconds = 0;
    bool stoppedEarly = false; ///< the best until then was kept
};

inline constexpr size_t mostFitted = 512; ///< samples that are looked at without gradients

/// Unless it goes on with an earlier training, nothing is left of that one from the beginning.
/// @throws Error as recoverWithoutGradients(), recoverByTraining(), Dataset::open(). @throws Cancelled before
/// there is anything to keep
RecoveryResult recoverRecipe(const RecoveryInput &input,
                             const std::function<void(RecoveryNews)> &deliver = {},
                             const JobContext &ctx = {});

/// How a training was begun that did not come to its end; empty: that is not known.
std::optional<RecoveryChoice> choiceBeside(const std::filesystem::path &checkpoint);

/// The plan that the choice names; empty: one is made by measuring. @throws Error InvalidArgument
std::optional<train::Plan> planOf(const RecoveryChoice &choice);

} // namespace lathe::ui
