#pragma once
// One way to store a weight. Inside core/storage only.
#include "core/base/message.h"
#include "core/storage/fragment.h"

#include <functional>

namespace lathe {

struct Candidate {
    Message form;
    int64_t payload = 0; ///< bytes that grow with the weight
    std::function<Fragment()> build;
};

} // namespace lathe
