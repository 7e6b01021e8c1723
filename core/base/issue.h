#pragma once
#include "core/base/message.h"

#include <string>

namespace lathe {

/// Something found in a model or done to it that a person should know; data, not an exception.
struct Issue {
    enum class Severity { Note, Warning };
    Severity severity = Severity::Note;
    std::string layer; ///< layer to jump to; empty: the whole model
    Message message;   ///< one sentence
};

} // namespace lathe
