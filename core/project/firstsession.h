#pragma once
// What 0.1.0 kept of the work on a model that no project kept. Later versions keep a project there.
#include "core/project/project.h"

namespace lathe {

/// The same work as a project. What cannot be read is said and left out, as from a project file.
/// @param source the file's name, for sentences
/// @throws Error MalformedData when it is no session of 0.1.0
ReadProject projectFromFirstSession(std::string_view json, const std::string &source);

} // namespace lathe
