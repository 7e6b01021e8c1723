#pragma once
// The models that a recipe can turn its origin into before anything is encoded. Inside core/compress only.
#include "core/compress/compressor.h"
#include "core/compress/modeltime.h"
#include "core/rewrite/blocks.h"
#include "core/rewrite/fold.h"

#include <algorithm>
#include <list>
#include <map>
#include <mutex>

namespace lathe {

/// What channels are removed from: the origin, or what it was folded to, without the blocks that go.
struct WideModel {
    WideModel(const Model &wide, const Model &origin, std::shared_ptr<const ChannelGroups> ofIt)
        : model(wide), groups(std::move(ofIt)), time(origin)
    {
    }

    Model model;
    std::shared_ptr<const ChannelGroups> groups;
    ModelTime time; ///< against the origin's

    /// By group, where a criterion is wanted; what was known before is not worked out again. What stands in
    /// for a criterion is noted. @throws as channelScores()
    std::vector<std::vector<double>> scores(const std::vector<std::optional<ChannelCriterion>> &wanted,
                                            const Calibration *calibration, std::vector<Issue> &notes,
                                            const JobContext &ctx);

private:
    struct Scored {
        std::vector<double> scores;
        std::vector<Issue> notes;
    };
    std::mutex m_mutex;
    std::map<std::pair<size_t, ChannelCriterion>, Scored> m_scored; ///< by group
};

struct Compressor::Rewrites {
    template <class Key, class Value>
    struct Recent {
        std::list<std::pair<Key, Value>> kept; ///< most recent first
        const Value *find(const Key &key)
        {
            const auto found = std::ranges::find(kept, key, &std::pair<Key, Value>::first);
            if (found == kept.end())
                return nullptr;
            kept.splice(kept.begin(), kept, found);
            return &kept.front().second;
        }
        void keep(const Key &key, Value value)
        {
            constexpr size_t most = 2; // each holds a whole model
            kept.emplace_front(key, std::move(value));
            if (kept.size() > most)
                kept.pop_back();
        }
    };

    const Folding &folding(const Model &origin);
    /// @param dropped layers whose block goes
    std::shared_ptr<WideModel> wide(const Model &origin, const std::vector<size_t> &folded,
                                    const std::vector<size_t> &dropped, const JobContext &ctx);
    std::shared_ptr<const Blocks> blocks(const Model &origin, const JobContext &ctx);

    std::once_flag once;
    std::unique_ptr<const Folding> foldingOfOrigin; ///< null: not asked for yet
    std::mutex mutex;                               ///< over the following, never while one of them is made
    Recent<RewritePlan, std::shared_ptr<Compressor>> stages;
    Recent<std::pair<std::vector<size_t>, std::vector<size_t>>, std::shared_ptr<WideModel>> wides;
    std::shared_ptr<const Blocks> blocksOfOrigin; ///< null: not asked for yet
};

} // namespace lathe
