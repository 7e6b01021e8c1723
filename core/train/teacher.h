#pragma once
// A model whose outputs another one learns to give.
#include "core/measure/batches.h"
#include "core/train/engine.h"

#include <optional>

namespace lathe::train {

/// Runs in ONNX Runtime. What it gave for a view of a sample that is shown again is remembered.
class Teacher {
public:
    /// @param features values inside the model that are given too
    /// @param memory bytes of remembered outputs
    /// @throws Error Unsupported, InvalidArgument (no such value)
    Teacher(const Model &model, const std::vector<std::string> &features = {}, int threads = 1,
            int64_t memory = int64_t(1) << 30);

    struct Answer {
        Tensor scores;                ///< before a softmax at the end: [samples, classes], ...
        std::vector<Tensor> features; ///< as they were asked for
    };
    using Inputs = std::map<std::string, Tensor>;
    /// @param inputs of the student: the teacher's by name, or the only one; another shape of as many values
    /// is taken
    /// @param samples whose inputs these are
    /// @param view what is the same for the same inputs; none: they are never seen again
    /// @throws Error InvalidArgument: other inputs. @throws Cancelled
    Answer answer(const Inputs &inputs, std::span<const size_t> samples, std::optional<uint64_t> view,
                  const JobContext &ctx = {});
    const std::string &hash() const { return m_hash; } ///< of the model

private:
    /// Of one view: rows of all that is given, one value after the other.
    struct Known {
        std::map<size_t, std::vector<float>> rows; ///< by sample
    };

    const Tensor &inputFor(const ValueInfo &own, const Inputs &inputs) const;
    std::vector<Tensor> run(const Inputs &inputs, const JobContext &ctx) const;
    Answer joined(std::span<const size_t> samples, const Known &known) const;
    void remember(const std::vector<Tensor> &outputs, std::span<const size_t> samples, Known &known);

    Message m_name;
    std::string m_hash;
    Session m_session;
    std::vector<size_t> m_wanted; ///< outputs of the session
    std::vector<Shape> m_shapes;  ///< of one sample's, once it has run
    std::map<uint64_t, Known> m_known;
    int64_t m_memory;
};

} // namespace lathe::train
