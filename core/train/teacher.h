#pragma once
// A model whose outputs another one learns to give.
#include "core/measure/batches.h"
#include "core/train/engine.h"
#include "core/train/trainingmemory.h"

#include <optional>

namespace lathe::train {

/// By class of a teacher the class that it stands for of those that learn from it; -1: none of them. Of
/// several that stand for the same the probabilities are added.
using ClassMatch = std::vector<int64_t>;

/// Runs in ONNX Runtime. What it gave for a view of a sample that is shown again is remembered.
class Teacher {
public:
    /// @param features values inside the model that are given too
    /// @param memory bytes of remembered outputs
    /// @throws Error Unsupported, InvalidArgument (no such value)
    Teacher(const Model &model, const std::vector<std::string> &features = {}, int threads = 1,
            int64_t memory = MemoryShares().teacher);

    /// Its classes are others than the student's, or in another order. What it remembers is forgotten.
    /// @param classes that the student tells apart
    void setMatch(ClassMatch match, int64_t classes);
    const ClassMatch &match() const { return m_match; } ///< empty: its classes are the student's

    /// Features are given as means over all places, [samples, channels]. What it remembers is forgotten.
    void averageFeatures();

    struct Answer {
        Tensor scores;                ///< before a softmax at the end: [samples, classes], ...; with a match
                                      ///< those of the student's classes, 0 where it does not know one
        std::vector<Tensor> features; ///< as they were asked for
    };
    using Inputs = std::map<std::string, Tensor>;
    /// @param inputs of the student: the teacher's by name, or the only one; another shape of as many values
    /// is taken
    /// @param samples whose inputs these are
    /// @param view what is the same for the same inputs; none: they are never seen again
    /// @throws Error InvalidArgument: other inputs, or more or fewer classes than the match has. @throws
    /// Cancelled
    Answer answer(const Inputs &inputs, std::span<const size_t> samples, std::optional<uint64_t> view,
                  const JobContext &ctx = {});
    const std::string &hash() const { return m_hash; } ///< of the model and the match

private:
    /// Of one view: rows of all that is given, one value after the other.
    struct Known {
        std::vector<Shape> shapes;                 ///< of one sample's
        std::map<size_t, std::vector<float>> rows; ///< by sample
    };

    const Tensor &inputFor(const ValueInfo &own, const Inputs &inputs) const;
    std::vector<Tensor> run(const Inputs &inputs, const JobContext &ctx) const;
    void forget();
    Tensor matched(const Tensor &scores) const;
    Answer joined(std::span<const size_t> samples, const Known &known) const;
    void remember(const std::vector<Tensor> &outputs, std::span<const size_t> samples, Known &known);

    Message m_name;
    std::string m_hash;
    Session m_session;
    std::vector<size_t> m_wanted; ///< outputs of the session
    std::map<uint64_t, Known> m_known;
    bool m_averages = false;
    ClassMatch m_match;
    int64_t m_classes = 0; ///< of the student
    int64_t m_memory;
};

} // namespace lathe::train
