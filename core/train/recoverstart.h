#pragma once
// How far a recovery has come before it trains the whole network, as a file. Inside core/train only.
#include "core/recover/recovery.h"
#include "core/train/trainer.h"

namespace lathe::train {

struct Reached {
    enum class Next {
        Refit,  ///< what goes without gradients, behind `tried`
        Ramp,   ///< behind `stages`
        Blocks, ///< each by itself
        Whole   ///< the whole network
    };
    Next next = Next::Refit;
    std::shared_ptr<const Tuning> tuning = {}; ///< of the model; Ramp: what RampTask::learned takes
    std::vector<RecoveryOutcome> tried = {};   ///< of these steps it is known whether they were kept
    int64_t stages = 0;                        ///< of the ramp, that are done
    double seconds = 0;                        ///< that all of it took
};

/// What lies beside a checkpoint, of one run: of one model, recipe, data and ramp.
class StartFile {
public:
    /// @param checkpoint empty: nothing is kept
    /// @param ramp the plan's; null: it has none
    StartFile(std::filesystem::path checkpoint, const CompressedModel &start, const TrainingData &data,
              const Plan *ramp);

    /// Removes what an earlier run left: the checkpoint and all beside it. @throws Error FileUnwritable
    void removeOthers() const;
    /// Empty: there is none. @throws Error as loadTuning(); InvalidArgument: it is of another run
    std::optional<Reached> read(const JobContext &ctx) const;
    /// Minutes of work are worth more than their copy: what cannot be written is a note, told once.
    void keep(const Reached &reached, std::vector<Message> &notes) const;
    void keepPlan(const Plan &plan, std::vector<Message> &notes) const;

private:
    std::string figures(const Reached &reached) const;

    std::filesystem::path m_checkpoint;
    std::string m_source; ///< SHA-256 of the model
    std::string m_recipe;
    std::string m_run, m_ramp; ///< what it is told from others by
};

} // namespace lathe::train
