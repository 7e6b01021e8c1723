#pragma once
#include "core/base/error.h"
#include "core/model/model.h"

namespace lathe {

/// The same error with the names of file and layer in front, as far as the sentence does not hold them: what
/// looks at numbers does not know whose they are.
Error ofLayer(const Error &error, const Model &model, size_t layer);

} // namespace lathe
