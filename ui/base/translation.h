#pragma once
// The language that the program speaks and writes numbers in.
#include <QLocale>
#include <QStringList>

namespace lathe::ui {

/// What the window is written in, as the setting names it: "en", "zh_CN".
QStringList languages();

/// Its name as its speakers write it.
QString nameOfLanguage(const QString &language);

/// The one of languages() that suits somebody who reads these (names as in QLocale::uiLanguages(), the
/// best first); English when none does.
QString languageFor(const QStringList &uiLanguages);

/// Makes the program speak this language; empty: that of the system. Texts made earlier stay as they are, so
/// this comes before the first window.
void applyLanguage(const QString &language);

/// The one of languages() that the program speaks; English before applyLanguage().
QString spokenLanguage();

} // namespace lathe::ui
