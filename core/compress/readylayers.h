#pragma once
// Which layers are ready while others are still being compressed. Inside core/compress only.
#include "core/compress/compressor.h"

#include <mutex>

namespace lathe {

/// Tells a listener of them. May be used from several threads.
class ReadyLayers {
public:
    /// @param begun what is known before any layer is encoded @param busy the layers that are
    ReadyLayers(const ReadyListener &listener, const CompressedModel &begun, const std::vector<size_t> &busy);
    void add(size_t layer, const LayerResult &result);

private:
    const ReadyListener &m_listener;
    std::mutex m_mutex;                      ///< of what follows
    std::optional<PartlyCompressed> m_known; ///< empty: nobody is told
    std::chrono::steady_clock::time_point m_last;
    bool m_telling = false;
};

} // namespace lathe
