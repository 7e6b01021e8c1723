#pragma once
// Values inside a graph one after the other, each computed from those before. Inside core/calibrate only.
#include "core/data/samples.h"
#include "core/model/model.h"
#include "core/runtime/session.h"

#include <list>
#include <map>
#include <memory>

namespace lathe {

/// Walks through a model from its inputs to its end. What it was asked for is kept as far as memory goes, so
/// that the next value takes only the nodes between; the model may be another one each time, as long as it
/// gives the same values for what was asked for before.
class ValueWalk {
public:
    /// @param samples must outlive the walk @param bytes of values that are kept
    ValueWalk(const SampleSet &samples, int64_t bytes) : m_samples(samples), m_room(bytes) {}

    /// Some samples: [first, first + count) of the set; `run` of them went through the model, the last one
    /// filling up what the model insists on.
    struct Chunk {
        size_t first = 0, count = 0, run = 0;
        std::shared_ptr<const Tensor> value;
    };
    /// Turns to a value. @throws Error Unsupported (nothing makes it, the model does not run). @throws
    /// Cancelled
    void begin(const Model &model, const std::string &value, const JobContext &ctx);
    /// The next samples, or null behind the last ones; stays until the next call. @throws Error as running a
    /// model does. @throws Cancelled
    const Chunk *next(const JobContext &ctx);

private:
    struct Known {
        std::string name;
        ValueInfo info;
        std::vector<std::shared_ptr<const Tensor>> chunks;
        int64_t bytes = 0;
    };
    std::shared_ptr<const Tensor> computed(const Chunk &chunk, size_t place, const JobContext &ctx) const;
    void end();

    const SampleSet &m_samples;
    int64_t m_room;
    std::list<Known> m_known; ///< most recent first

    // of the value that it has turned to
    std::string m_value;
    std::vector<ValueInfo> m_inputs;
    std::optional<Session> m_session; ///< empty: it is an input, or known
    bool m_isKnown = false;           ///< as the first of m_known
    Known m_fresh;                    ///< is collected as far as there is room
    std::vector<Chunk> m_chunks;
    size_t m_next = 0;
};

} // namespace lathe
