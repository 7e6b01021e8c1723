#pragma once
// The cuts made last. Inside core/preview only.
#include "core/preview/activationcache.h"

#include <atomic>
#include <list>
#include <set>

namespace lathe {

/// The constants that move, by their names in the dense graph, whether they belong to a layer or to none.
struct MovingConstants {
    std::set<std::string> names;
    NamedTensors values;                 ///< of those
    std::vector<size_t> layers;          ///< that some of them are of, with those tied to them, rising
    std::vector<std::string> structures; ///< as layers
    Message obstacle;                    ///< why they cannot be fed; empty: they can
};
/// Those of the layers, and the replaced ones of no layer that are read behind them.
MovingConstants movingConstants(Exporter &exporter, const CompressedModel &compressed,
                                const std::vector<size_t> &layers);
/// Those of all layers that are compressed, and all that are replaced.
MovingConstants allConstants(Exporter &exporter, const CompressedModel &compressed);

/// What is found out about a cut when it is made ready. Times are those of one thread.
struct CutCosts {
    double fedExcess = 0.0;   ///< seconds that a sample takes longer with fed constants than with baked ones
    double bakeSeconds = 0.0; ///< that a baked session takes to make
    double timeShare = 1.0;   ///< of the part behind the cut
    bool worthKeeping() const { return timeShare <= 1.0 - leastSaved; } ///< where MACs do not tell
};

struct Cut {
    uint64_t id; ///< of what the cache keeps for it; cuts that differ behind the cut alone share it
    MovingConstants moving; ///< without the values
    CompressedModel fixed;  ///< all other constants are as in here
    std::shared_ptr<const Suffix> suffix = {};
    Message obstacle = {}; ///< why there is no suffix
    CutCosts costs = {};
    std::shared_ptr<const Suffix> whole = {}; ///< for samples that the cache has no room for
};

/// May be used from several threads; a cut in use stays alive.
class CutPool {
public:
    CutPool(std::shared_ptr<Exporter> exporter, int64_t cacheBytes)
        : m_exporter(std::move(exporter)), m_cache(cacheBytes)
    {
    }
    /// The cut for these constants; made when there is none. @throws Cancelled
    std::shared_ptr<const Cut> cutFor(const CompressedModel &compressed, const MovingConstants &moving,
                                      const JobContext &ctx);
    std::shared_ptr<const Cut> find(const CompressedModel &compressed, const MovingConstants &moving);
    /// The same cut with more known of it takes its place.
    void replace(const std::shared_ptr<const Cut> &cut, CutCosts costs, std::shared_ptr<const Suffix> whole);
    ActivationCache &cache() { return m_cache; }
    Exporter &exporter() { return *m_exporter; }

private:
    std::shared_ptr<Cut> make(uint64_t id, const CompressedModel &compressed, const MovingConstants &moving,
                              const JobContext &ctx) const;

    /// What is known of a cut that differs behind itself alone: what enters it, and about what it costs.
    void takeOver(Cut &made) const;
    void dropOldest();

    std::shared_ptr<Exporter> m_exporter;
    ActivationCache m_cache;
    std::mutex m_mutex;
    std::list<std::shared_ptr<const Cut>> m_cuts; ///< most recently used first
    std::atomic<uint64_t> m_lastId = 0;
};

/// Whether two compressed forms have the same constants but for those that move.
bool equalBut(const CompressedModel &a, const CompressedModel &b, const MovingConstants &moving);

} // namespace lathe
