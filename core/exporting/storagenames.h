#pragma once
#include "core/exporting/graph.h"

#include <map>
#include <string>

namespace lathe {

/// The words of the command line for the forms of a file: "compact", "dense", "qdq8" and so on.
const std::map<std::string, Storage> &storageNames();
const std::string &nameOf(Storage storage);

} // namespace lathe
