#pragma once
// A model cut for some layers, ready to run with any constants for them. Inside core/preview only.
#include "core/data/samples.h"
#include "core/exporting/graph.h"
#include "core/runtime/session.h"

#include <map>
#include <mutex>
#include <set>

namespace lathe {

/// Before a cut that spares less than this, everything is run again: that takes no memory.
constexpr double leastSaved = 0.05;

/// What crosses the cut for some samples.
using CutValues = std::vector<Tensor>;

/// Where the nodes that the constants enter come apart from what is behind them, these alone take them, and
/// only these are made anew for a baked session: the rest has all it needs from the beginning.
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
    /// A session of the nodes that take the constants with these inside: takes a while to make, and runs
    /// faster where the runtime arranges a constant weight to its liking.
    Session bake(const NamedTensors &constants) const;

private:
    void open(Model behind, const std::set<std::string> &changing, bool mayComeApart);
    std::vector<TensorView> feedsOf(const Session &session, std::span<const TensorView> inputs,
                                    const CutValues &values, std::span<const TensorView> between,
                                    const std::map<std::string, TensorView> &constants) const;

    std::vector<std::string> m_inputNames; ///< of the whole model
    std::vector<std::string> m_valueNames;
    std::vector<ValueInfo> m_values;
    std::optional<Model> m_movingModel; ///< behind the cut, as far as the constants are to be fed
    std::optional<Session> m_before, m_moving;
    std::optional<Session> m_rest;           ///< behind m_moving; none: that is all
    std::vector<std::string> m_betweenNames; ///< what m_moving gives to m_rest
    bool m_readsInputs = true;
    std::optional<double> m_share;
};

int64_t bytesOf(const CutValues &values);

} // namespace lathe
