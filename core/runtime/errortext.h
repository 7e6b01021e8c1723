#pragma once
#include "core/base/message.h"

#include <string_view>

namespace lathe {

/// What ONNX Runtime says, as one sentence for a person: the first line, without the places in its source
/// code.
Message runtimeSentence(std::string_view what);

} // namespace lathe
