#include "ui/base/settingstext.h"

#include "ui/base/messages.h"

namespace lathe::ui {

QString settingsText(const LayerSettings &settings)
{
    return messageText(summary(settings));
}

} // namespace lathe::ui
