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

    std::mutex mutex;
    std::unique_ptr<const Folding> foldingOfOrigin; ///< null: not asked for yet
    std::list<Stage> stages;                        ///< most recent first
};

} // namespace lathe
