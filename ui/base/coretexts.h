#pragma once
#include <QString>
#include <string>

namespace lathe::ui {

/// What core calls a thing or says of it ("codes 8 bit"), in the language of the window. Core speaks English
/// and knows no Qt: this is the one place where its words are translated. Errors and names stay as they are.
QString coreText(const std::string &text);

/// Whether coreText() knows it.
bool isCoreText(const QString &text);

} // namespace lathe::ui
