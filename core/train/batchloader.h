#pragma once
// Batches that are made ahead while a network learns from the one before.
#include "core/base/job.h"
#include "core/train/teacher.h"
#include "core/train/trainingdata.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace lathe::train {

class BatchLoader {
public:
    struct Work {
        std::vector<size_t> samples; ///< in this order
        size_t batch = 1;
        View view;
        bool labels = false;
        bool whole = false;         ///< a smaller one at the end goes along
        Teacher *teacher = nullptr; ///< whose answers go along; null: none. Used by nobody else meanwhile
    };
    /// What is left over at the end and fills no batch is left out, unless there is no other or `whole`.
    /// @param data must outlive it
    BatchLoader(const TrainingData &data, Work work, const JobContext &ctx);
    ~BatchLoader();
    BatchLoader(const BatchLoader &) = delete;
    BatchLoader &operator=(const BatchLoader &) = delete;

    /// Empty after the last one. @throws what making it threw
    std::optional<Batch> next();
    double secondsWaited() const { return m_waited; } ///< by next()

private:
    void make(const std::stop_token &stop);

    const TrainingData &m_data;
    const Work m_work;
    JobContext m_ctx;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<Batch> m_ready;
    bool m_ended = false;
    std::exception_ptr m_failure;
    double m_waited = 0;
    std::jthread m_maker; ///< last: it uses all of the above
};

/// One batch without a thread.
Batch batchOf(const TrainingData &data, std::span<const size_t> samples, const BatchLoader::Work &work,
              const JobContext &ctx = {});

} // namespace lathe::train
