#pragma once
// The models that a recipe can turn its origin into before anything is encoded. Inside core/compress only.
#include "core/compress/compressor.h"
#include "core/rewrite/fold.h"

#include <list>
#include <mutex>

namespace lathe {

struct Compressor::Rewrites {
    using Stage = std::pair<std::vector<size_t>, std::shared_ptr<Compressor>>; ///< by the layers folded

    const Folding &folding(const Model &origin);

    std::once_flag once;
    std::unique_ptr<const Folding> foldingOfOrigin; ///< null: not asked for yet
    std::mutex mutex;                               ///< over the stages, never while one is made
    std::list<Stage> stages;                        ///< most recent first
    /// Null: not among those kept.
    std::shared_ptr<Compressor> known(const std::vector<size_t> &folded);
};

} // namespace lathe
