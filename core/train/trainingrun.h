#pragma once
// One run of a trainer. Inside core/train only.
#include "core/train/timelimit.h"

#include <chrono>

namespace lathe::train {

class TrainingRun {
public:
    TrainingRun(Network &network, const TrainingTask &task, const TrainingData &data,
                const TrainerOptions &options, std::string key, const JobContext &ctx);

    TrainingResult all();

private:
    struct Diverged {
        Message reason;
    };

    const PlanStep &step() const { return m_task.plan.steps[m_state.step]; }
    double position() const; ///< epochs of the step that are done
    double epochsOf(const PlanStep &step) const;
    double fraction() const;
    double seconds() const;
    Loss lossOf(const PlanStep &step) const;

    void start();
    void requireWholeRamps() const;
    void go();
    void backToBest();
    void prepareNetwork();
    void beginStep();
    void runEpoch();
    BatchLoader::Work workOfEpoch() const;
    void learn(Batch &batch);
    void learnOrHalve(Batch &batch);
    void halve(const Message &reason);
    void keepWithinMemory();
    void makeBatchesSmaller();
    void prune();
    double zeros() const;
    void watch(const LossValue &loss);
    void record();
    bool isEligible(double epoch) const;
    bool isBetter(const EpochRecord &record) const;
    Precision precisionFor(const PlanStep &step);
    double secondsOfSteps(Precision precision, const std::vector<Batch> &batches);
    void save(bool always);
    Message afterDivergence(const Message &reason);
    std::string grownLayer() const;
    void note(const Message &what);
    void tell(TrainingEvent event) const;
    TrainingResult result(TrainingResult::Stop stop, Message reason);

    using Clock = std::chrono::steady_clock;
    Network &m_network;
    const TrainingTask &m_task;
    const TrainingData &m_data;
    const TrainerOptions &m_options;
    const std::string m_key;
    const JobContext &m_ctx;
    Judge m_judge;
    std::vector<std::vector<uint8_t>> m_fixed; ///< masks that the weights came with
    TrainingState m_state;
    std::vector<Message> m_notes;
    double m_secondsBefore = 0; ///< of earlier runs
    const Stopwatch m_watch;
    Clock::time_point m_saved = Clock::now();
    bool m_resumed = false, m_halved = false;
    int64_t m_givenBack = -1; ///< updates that were done when free memory was given back
};

} // namespace lathe::train
