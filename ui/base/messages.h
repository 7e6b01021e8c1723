#pragma once
#include "core/base/message.h"

#include <QString>

namespace lathe::ui {

/// What core says, in the language of the window. Names, paths and what others said stay as they are.
QString messageText(const Message &message);

/// The same for core's own writing, such as a report.
Message::Translate messageTranslation();

} // namespace lathe::ui
