#include "ui/session/presetstore.h"

#include "ui/base/messages.h"
#include "ui/base/settingstext.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QStandardPaths>
#include <algorithm>
#include <utility>

namespace lathe::ui {
namespace {

const QString ending = QStringLiteral(".recipe.json");

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::PresetStore)
};

[[noreturn]] void refuse(ErrorCode code, const QString &sentence)
{
    throw Error(code, Message::verbatim(sentence.toStdString()));
}

/// A file that no preset has yet, by a name that every file system takes: names that differ may come to the
/// same there. The recipe inside has the name as it was given.
QString fileFor(const QString &name)
{
    static const QRegularExpression unfit(QStringLiteral("[\\\\/:*?\"<>|\\x00-\\x1f]|^\\.|\\.$"));
    QString plain = name.trimmed();
    plain.replace(unfit, QStringLiteral("_"));
    const QString path = QDir(PresetStore::folder()).filePath(plain.left(80));
    QString file = path + ending;
    for (int number = 2; QFile::exists(file); ++number)
        file = path + QLatin1Char(' ') + QString::number(number) + ending; // a name may hold %1
    return file;
}

/// What a file of a recipe without a name is called.
QString nameOf(const QString &file)
{
    const QString name = QFileInfo(file).fileName();
    return name.endsWith(ending) ? name.chopped(ending.size()) : QFileInfo(file).completeBaseName();
}

QString hintOf(const std::vector<Rule> &rules)
{
    if (rules.size() == 1)
        return settingsText(Recipe{{}, {{"*", rules.front().changes}}}.resolve({"layer"}).front());
    return Words::tr("A recipe of %1 rules").arg(rules.size());
}

Preset read(const QString &file)
{
    const Recipe recipe = loadRecipe(file.toStdString());
    QString name = QString::fromStdString(recipe.name);
    if (name.isEmpty())
        name = nameOf(file);
    if (recipe.rules.empty())
        refuse(ErrorCode::InvalidArgument, Words::tr("it has no rules"));
    return {name, hintOf(recipe.rules), recipe.rules, file};
}

} // namespace

QString PresetStore::folder()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) + QStringLiteral("/presets");
}

PresetStore::Listed PresetStore::list()
{
    Listed listed;
    const QDir place(folder());
    for (const QString &name : place.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
        const auto outcome = runGuarded([&] { return read(place.filePath(name)); });
        if (const auto *preset = std::get_if<Preset>(&outcome))
            listed.presets << *preset;
        else if (const auto *error = std::get_if<Error>(&outcome))
            listed.unreadable << Unreadable{
                place.filePath(name),
                Words::tr("The preset %1 is left out: %2")
                    .arg(name, messageText(error->message()).remove(place.path() + '/'))};
    }
    std::ranges::sort(listed.presets, [](const Preset &a, const Preset &b) {
        return QString::localeAwareCompare(a.name, b.name) < 0;
    });
    return listed;
}

void PresetStore::save(const QString &name, const std::vector<Rule> &rules)
{
    const QString plain = name.trimmed();
    if (plain.isEmpty())
        refuse(ErrorCode::InvalidArgument, Words::tr("A preset needs a name."));
    QString file = fileFor(plain);
    for (const Preset &known : list().presets)
        if (known.name == plain)
            file = known.file;
    if (!QDir().mkpath(folder()))
        refuse(ErrorCode::FileUnwritable, Words::tr("The folder %1 cannot be made.").arg(folder()));
    saveRecipe({plain.toStdString(), rules}, file.toStdString());
}

void PresetStore::rename(const QVector<QPair<Preset, QString>> &presets)
{
    QStringList files, names; // as they will be
    for (const auto &[preset, name] : presets) {
        files << preset.file;
        names << name.trimmed();
    }
    for (const Preset &known : list().presets)
        if (!files.contains(known.file))
            names << known.name;
    for (const QString &name : std::as_const(names)) {
        if (name.isEmpty())
            refuse(ErrorCode::InvalidArgument, Words::tr("A preset needs a name."));
        if (names.count(name) > 1)
            refuse(ErrorCode::InvalidArgument, Words::tr("There is a preset called %1 already.").arg(name));
    }
    for (const auto &[preset, name] : presets) // the files keep their places
        saveRecipe({name.trimmed().toStdString(), preset.rules}, preset.file.toStdString());
}

void PresetStore::remove(const QString &file)
{
    if (!QFile::remove(file))
        refuse(ErrorCode::FileUnwritable, Words::tr("The file %1 cannot be deleted.").arg(file));
}

} // namespace lathe::ui
