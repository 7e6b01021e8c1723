#pragma once
// A model cut for some layers, ready to run with any constants for them. Inside core/preview only.
#include "core/data/samples.h"
#include "core/exporting/graph.h"
#include "core/runtime/session.h"

#include <map>
#include <mutex>

namespace lathe {

/// Before a cut that spares less than this, everything is run again: that takes no memory.
constexpr double leastSaved = 0.05;

/// What crosses the cut for some samples.
using CutValues = std::vector<Tensor>;

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

class Suffix {
public:
    /// @param dense the model with its layers as they are now @param changing constants that are fed
    /// @param everything there is no prefix: all runs at each move
    /// @throws Error Unsupported (with a reason why it cannot be cut)
    Suffix(const Model &dense, const NamedTensors &changing, bool everything = false);

    bool hasPrefix() const { return m_before.has_value(); }
    const std::vector<std::string> &valueNames() const { return m_valueNames; } ///< that cross the cut
    bool readsInputs() const { return m_readsInputs; }                          ///< behind the cut
    /// Of the nodes behind the cut; empty where not all MACs are known, so that nobody can tell beforehand
    /// whether the cut is worth what it keeps.
    std::optional<double> macShare() const { return m_share; }
    CutValues runBefore(std::span<const TensorView> inputs, const JobContext &ctx,
                        RunMemory memory = RunMemory::Kept) const;
    /// The model's first output. @param inputs all of the model's @param values empty without a prefix
    /// @param baked of this suffix, with these constants; null: they are fed
    Tensor runBehind(std::span<const TensorView> inputs, const CutValues &values,
                     const std::map<std::string, TensorView> &constants, const Session *baked,
                     const JobContext &ctx) const;
    /// A session of the same part with the constants inside: takes a while to make, and runs faster where the
    /// runtime arranges a constant weight to its liking.
    Session bake(const NamedTensors &constants) const;
    const std::string &outputName() const { return m_outputName; }

private:
    std::vector<std::string> m_inputNames; ///< of the whole model
    std::vector<std::string> m_valueNames;
    std::vector<ValueInfo> m_values;
    std::optional<Model> m_behindModel;
    std::optional<Session> m_before, m_behind;
    std::string m_outputName;
    bool m_readsInputs = true;
    std::optional<double> m_share;
};

int64_t bytesOf(const CutValues &values);

} // namespace lathe
