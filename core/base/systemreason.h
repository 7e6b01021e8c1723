#pragma once
#include <string>

namespace lathe {

/// Why the system refused, as the end of a sentence without its stop: "No such file or directory".
std::string systemReason(int error);

} // namespace lathe
