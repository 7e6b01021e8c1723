#pragma once
#include "core/compress/tuning.h"

#include <memory>

namespace lathe::ui {

/// Whether both lay the same trained values over a recipe; null: none.
inline bool sameValues(const std::shared_ptr<const Tuning> &a, const std::shared_ptr<const Tuning> &b)
{
    return a == b || (a && b && a->sha256() == b->sha256());
}

} // namespace lathe::ui
