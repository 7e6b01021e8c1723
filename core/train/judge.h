#pragma once
// How good a network is on samples that it does not learn from.
#include "core/train/batchloader.h"
#include "core/train/plan.h"

namespace lathe::train {

struct Judgement {
    int64_t samples = 0;
    std::optional<double> accuracy; ///< share of right classes; with labels
    double loss = 0; ///< what the plan makes small, without the temperature; mean over the samples

    /// Whether it is the better one for such a loss: by accuracy where labels count, then by loss.
    bool isBetterThan(const Judgement &other, const Losses &losses) const;
};

class Judge {
public:
    /// @param teacher null: none; used by nobody else while it judges @param output that scores the classes
    Judge(const TrainingData &data, Teacher *teacher, std::string output);

    bool hasSamples() const { return !m_data.validation().empty(); }
    /// @throws Error, Cancelled
    Judgement judge(Network &network, const Loss &loss, int64_t resolution, const JobContext &ctx);

private:
    struct Sums {
        int64_t samples = 0, labelled = 0, right = 0;
        double loss = 0;
    };
    BatchLoader::Work workFor(const Loss &loss, int64_t resolution) const;
    void add(Sums &sums, Network &network, const Loss &loss, const Batch &batch) const;

    const TrainingData &m_data;
    Teacher *m_teacher;
    std::string m_output;
    std::vector<Batch> m_kept; ///< where all of them take little memory
    std::optional<std::pair<bool, int64_t>> m_keptFor;
};

} // namespace lathe::train
