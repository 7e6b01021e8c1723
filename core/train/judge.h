#pragma once
// How good a network is on samples that it does not learn from.
#include "core/train/batchloader.h"
#include "core/train/plan.h"
#include "core/train/trainingmemory.h"

namespace lathe::train {

struct Judgement {
    int64_t samples = 0;
    std::optional<double> accuracy;  ///< share of right classes; with labels
    std::optional<double> agreement; ///< share of classes that are the teacher's; where one is asked
    double loss = 0; ///< what the plan makes small, without the temperature; mean over the samples

    /// Whether it is the better one for such a loss: by accuracy where labels count, then by loss.
    bool isBetterThan(const Judgement &other, const Losses &losses) const;
};

class Judge {
public:
    /// @param teacher null: none; used by nobody else while it judges @param output that scores the classes
    /// @param memory bytes of inputs that are kept from one time to the next
    Judge(const TrainingData &data, Teacher *teacher, std::string output,
          int64_t memory = MemoryShares().validation);

    bool hasSamples() const { return !m_data.validation().empty(); }
    /// @throws Error, Cancelled
    Judgement judge(Network &network, const Loss &loss, int64_t resolution, const JobContext &ctx);

private:
    struct Sums {
        int64_t samples = 0, labelled = 0, right = 0, asked = 0, agreed = 0;
        double loss = 0;
    };
    BatchLoader::Work workFor(const Loss &loss, int64_t resolution) const;
    void add(Sums &sums, Network &network, const Loss &loss, const Batch &batch) const;

    const TrainingData &m_data;
    Teacher *m_teacher;
    std::string m_output;
    int64_t m_memory;
    std::vector<Batch> m_kept; ///< where all of them take little memory
    std::optional<std::pair<bool, int64_t>> m_keptFor;
};

} // namespace lathe::train
