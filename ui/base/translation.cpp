#include "ui/base/translation.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QTranslator>

#include <memory>
#include <vector>

// Outside any namespace, as the macro asks.
static void initTranslations()
{
    Q_INIT_RESOURCE(translations);
}

namespace lathe::ui {
namespace {

const QString english = QStringLiteral("en");
const QString chinese = QStringLiteral("zh_CN");

QLocale localeOf(const QString &language)
{
    const QLocale system = QLocale::system();
    if (language.isEmpty())
        return system;
    // The region is the user's where it is one of the language: dates differ between en_GB and en_US.
    const QLocale wanted(language);
    return system.language() == wanted.language() && system.script() == wanted.script() ? system : wanted;
}

using Translators = std::vector<std::unique_ptr<QTranslator>>;

/// Those in use: another language takes them out again.
Translators &installed()
{
    static Translators translators;
    return translators;
}

QString &spoken()
{
    static QString language = english;
    return language;
}

void install(const QString &file, const QString &folder)
{
    auto translator = std::make_unique<QTranslator>();
    if (translator->load(file, folder) && QCoreApplication::installTranslator(translator.get()))
        installed().push_back(std::move(translator));
}

} // namespace

QStringList languages()
{
    return {english, chinese};
}

QString nameOfLanguage(const QString &language)
{
    return language == chinese ? QStringLiteral("简体中文") : QStringLiteral("English");
}

QString languageFor(const QStringList &uiLanguages)
{
    for (const QString &name : uiLanguages) {
        const QLocale locale(name);
        if (locale.language() == QLocale::Chinese && locale.script() == QLocale::SimplifiedHanScript)
            return chinese;
        if (locale.language() == QLocale::English)
            return english;
    }
    return english;
}

void applyLanguage(const QString &language)
{
    initTranslations();
    installed().clear();
    const QLocale locale = localeOf(language);
    QLocale::setDefault(locale);
    spoken() = language.isEmpty() ? languageFor(locale.uiLanguages()) : language;
    // Qt's own words: standard buttons, file dialogs. English ones are built in.
    if (spoken() != english)
        install(QStringLiteral("qtbase_") + spoken(), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    install(QStringLiteral("lathe_") + spoken(), QStringLiteral(":/translations"));
}

QString spokenLanguage()
{
    return spoken();
}

} // namespace lathe::ui
