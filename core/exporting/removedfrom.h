#pragma once
// What an exported file says it lacks of the model that it was made from.
#include "core/compress/compressor.h"

namespace lathe {

/// {"channels": [{"group": "conv1", "index": 0, "of": 64, "removed": [3, 17]}]}: groups as `lathe groups`
/// lists them for the origin with what the recipe folds folded.
std::string originJson(const Narrowing &narrowing);

/// Channels by group that the file lacks; empty: it says nothing of any.
/// @throws Error MalformedModel: what it says cannot be read
RemovedChannels removedFrom(const Model &file);

} // namespace lathe
