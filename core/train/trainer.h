#pragma once
// From a plan to trained values.
#include "core/train/checkpoint.h"
#include "core/train/parts.h"
#include "core/train/trainingmemory.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>

namespace lathe::train {

/// What is to be trained.
struct TrainingTask {
    Model model; ///< with the values that training begins with
    Parts parts; ///< of what kind each constant is
    /// What may change at most; the steps of the plan choose from it. Weights in the form they are to keep.
    Trainable trainable;
    Plan plan;
    Teacher *teacher = nullptr;        ///< for losses that need one
    std::vector<std::string> features; ///< values in the model that the teacher's stand for, in their order
    std::vector<int64_t> taught = {};  ///< classes that the teacher tells apart, rising; empty: all
    bool regrows = false;              ///< what masks of plain values hide goes on to move, unseen
};

/// Lets a run wait. From any thread.
class TrainingPause {
public:
    void set(bool paused);
    void wait(const std::stop_token &stop);
    /// Seconds that it has been set, the time that it is set now included. Nothing that is limited in time
    /// counts them: a pause costs no training.
    double waited() const;

private:
    using Clock = std::chrono::steady_clock;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_paused = false;
    Clock::time_point m_since; ///< while it is set
    double m_waited = 0;       ///< before that
};

struct TrainingEvent {
    enum class Kind {
        Update, ///< one batch has been learned from
        Epoch,  ///< `record` is new
        Note    ///< something that a person should know, in `note`
    };
    Kind kind = Kind::Update;
    size_t step = 0;              ///< of the plan
    double epoch = 0, epochs = 0; ///< done, and of this step
    int64_t updates = 0;          ///< of this step
    double rate = 0;
    LossValue loss; ///< of this batch
    const EpochRecord *record = nullptr;
    Message note;
    double fraction = 0; ///< of the whole plan
    double seconds = 0, secondsLeft = 0;
};

struct TrainerOptions {
    std::filesystem::path checkpoint; ///< empty: none is written
    bool resume = false;              ///< goes on from there, where it is there
    double checkpointSeconds = 30;    ///< between two at most, and one at each epoch's end
    std::function<void(const TrainingEvent &)> onEvent = {}; ///< on the thread that trains
    TrainingPause *pause = nullptr;
    int64_t keptInputs = MemoryShares().validation; ///< bytes of those that judge
    int64_t memory = 0; ///< bytes that the process may hold; where it holds more, batches get smaller. 0: any
};

struct TrainingResult {
    enum class Stop {
        Done, ///< as the plan says
        Cancelled,
        Diverged ///< the loss was no number any more, or far from what it had been
    };
    Stop stop = Stop::Done;
    Message reason; ///< of Diverged: step, and layer where that is known
    Plan plan;      ///< with all that was chosen by measuring
    std::vector<EpochRecord> epochs;
    EpochRecord best; ///< what the network holds now
    double seconds = 0;
    double secondsWaited = 0; ///< of them for data
    bool resumed = false;
    std::vector<Message> notes;
};

/// One run: epochs, judgement after each, the best kept. The same task, seed, threads and machine give the
/// same bytes, whether or not it was stopped in between.
class Trainer {
public:
    /// @throws Error as Engine::network(); InvalidArgument: the plan needs a teacher
    Trainer(Engine &engine, TrainingTask task, const TrainingData &data);
    ~Trainer();

    /// When it is cancelled, or the loss is no number, the best so far is kept, and no error thrown.
    /// @throws Error of the data (a checkpoint is written first), OutOfMemory (also beyond
    /// TrainerOptions::memory), NumericFailure before there is
    /// anything to keep, as readCheckpoint()
    TrainingResult run(const TrainerOptions &options = {}, const JobContext &ctx = {});

    const Network &network() const; ///< holds the best
    const TrainingTask &task() const;
    /// Model, plan, data, engine: what a checkpoint is held against.
    std::string key() const;

private:
    struct Content;
    std::unique_ptr<Content> m_content;
};

} // namespace lathe::train
