#pragma once
// Gradient statistics of one model that are computed when they are first asked for. Inside core/calibrate
// only.
#include "core/calibrate/cachefolder.h"
#include "core/calibrate/gradientsource.h"
#include "core/compress/bytecache.h"

#include <string>

namespace lathe {

/// May be used from several threads. Layers are those that own their weight.
class GradientStore {
public:
    /// @param source null: there are none
    /// @param key names model and samples
    GradientStore(std::shared_ptr<const GradientSource> source, std::string key,
                  std::shared_ptr<CacheBudget> budget);

    using Statistics = std::shared_ptr<const GradientStatistics>;
    /// Null where the layer has none. @throws as GradientSource::of()
    Statistics of(const Model &model, size_t layer, const SampleSet &samples, const CacheFolder &folder,
                  const JobContext &ctx);
    Message obstacle(const Model &model, size_t layer);

private:
    Statistics remembered(const Layer &layer, size_t index, const CacheFolder &folder);
    void remember(size_t layer, Statistics statistics, const CacheFolder &folder);
    std::string keyOf(size_t layer) const;
    bool reaches(const Model &model, size_t layer);

    const std::shared_ptr<const GradientSource> m_source;
    const std::string m_key;
    std::mutex m_computing; ///< one pass over the samples at a time
    std::once_flag m_reachOnce;
    std::vector<bool> m_reached;
    ByteCache<size_t, Statistics> m_held;   ///< what the folder has too
    std::map<size_t, Statistics> m_unfiled; ///< what it has not
    std::mutex m_mutex;                     ///< over m_unfiled
};

} // namespace lathe
