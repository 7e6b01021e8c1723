#include "ui/base/messages.h"

#include <QCoreApplication>

namespace lathe::ui {

Message::Translate messageTranslation()
{
    return [](const std::string &pattern) {
        // lupdate files a text under the one or the other, as it finds the class declared before it or not.
        for (const char *const context : {"lathe::Message", "Message"})
            if (const QString said = QCoreApplication::translate(context, pattern.c_str());
                said != QLatin1String(pattern.c_str()))
                return said.toStdString();
        return pattern;
    };
}

QString messageText(const Message &message)
{
    return QString::fromStdString(message.in(messageTranslation()));
}

} // namespace lathe::ui
