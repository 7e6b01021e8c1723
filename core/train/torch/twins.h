#pragma once
// Networks written against libtorch as one writes them by hand, to measure the graph's against.
// Inside core/train/torch only.
#include "core/model/proto.h"
#include "core/train/engine.h"

namespace lathe::train {

/// Of a model that networkOf() has made and nobody has trained; null: of another one.
std::unique_ptr<Twin> twinOf(const Model &model);

} // namespace lathe::train
