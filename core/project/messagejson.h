#pragma once
// Messages in files: what is made of parts keeps them, so that it is read in the language of the window.
#include "core/base/message.h"

#include <string_view>

namespace lathe {

/// A text where the message is verbatim or empty, else {"text": pattern, "arguments": [texts and messages]}.
std::string toJson(const Message &message);
/// Also of a plain text, as version 0.1.0 wrote it. What cannot be read says nothing. Never throws.
Message messageFromJson(std::string_view json);

} // namespace lathe
