#pragma once
#include "core/base/message.h"

namespace lathe {

/// Why the system refused, as the end of a sentence without its stop: "No such file or directory".
Message systemReason(int error);

} // namespace lathe
