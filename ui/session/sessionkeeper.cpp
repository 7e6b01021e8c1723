#include "ui/session/sessionkeeper.h"

#include "ui/base/messages.h"
#include "ui/session/openmodel.h"
#include "ui/session/projectconversion.h"
#include "ui/session/recipeeditor.h"

#include "core/base/fileio.h"
#include "core/project/firstsession.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <filesystem>
#include <system_error>

namespace lathe::ui {
namespace {

constexpr int autosaveDelay = 1000; // ms after the last change

/// @param suffix ".lathe"; ".json" is what 0.1.0 wrote
QString placeOf(const QString &model, const QString &suffix)
{
    const QByteArray key =
        QCryptographicHash::hash(QFileInfo(model).absoluteFilePath().toUtf8(), QCryptographicHash::Sha1);
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/sessions/") +
           QString::fromLatin1(key.toHex()) + suffix;
}

QString firstPathFor(const QString &model)
{
    return placeOf(model, QStringLiteral(".json"));
}

ReadProject readSession(const QString &path)
{
    const std::string name = path.toStdString();
    return path.endsWith(QLatin1String(".json")) ? projectFromFirstSession(readFile(name), name)
                                                 : loadProject(name);
}

bool removed(const QString &path)
{
    return !QFile::exists(path) || QFile::remove(path);
}

/// Gives what could not be read another name, which what was put aside before loses. @returns the name;
/// empty: it keeps its own
QString putAside(const QString &path)
{
    const QString aside = path + QStringLiteral(".unreadable");
    std::error_code error;
    std::filesystem::rename(path.toStdString(), aside.toStdString(), error); // unlike Qt's, replaces
    return error ? QString() : aside;
}

bool written(const QString &path, const Project &work)
{
    QDir().mkpath(QFileInfo(path).path());
    const auto outcome = runGuarded([&] { saveProject(work, path.toStdString()); });
    return std::holds_alternative<std::monostate>(outcome);
}

} // namespace

SessionKeeper::SessionKeeper(const OpenModel &open, const RecipeEditor &editor, const VariantModel &variants,
                             QObject *parent)
    : QObject(parent), m_open(open), m_editor(editor), m_variants(variants)
{
    m_autosave.setSingleShot(true);
    m_autosave.setInterval(autosaveDelay);
    connect(&m_autosave, &QTimer::timeout, this, &SessionKeeper::save);
    const auto saveSoon = [this] { m_autosave.start(); };
    connect(&editor, &RecipeEditor::touched, this, saveSoon);
    connect(&variants, &QAbstractItemModel::dataChanged, this, saveSoon);
    connect(&variants, &QAbstractItemModel::rowsInserted, this, saveSoon);
    connect(&variants, &QAbstractItemModel::rowsRemoved, this, saveSoon);
}

QString SessionKeeper::pathFor(const QString &model)
{
    return placeOf(model, QStringLiteral(".lathe"));
}

std::optional<Project> SessionKeeper::peek(const QString &model)
{
    const QString path = pathFor(model);
    if (!QFile::exists(path))
        return {};
    auto outcome = runGuarded([&] { return readSession(path); });
    auto *read = std::get_if<ReadProject>(&outcome);
    return read ? std::optional(std::move(read->project)) : std::nullopt;
}

void SessionKeeper::begin()
{
    const QFileInfo model(m_open.path);
    m_model = {m_open.path.toStdString(),
               {},
               static_cast<uint64_t>(model.size()),
               model.lastModified().toMSecsSinceEpoch()};
    m_unread.clear();
}

std::optional<SessionKeeper::Session> SessionKeeper::read()
{
    QFileInfo file(pathFor(m_open.path));
    if (!file.exists())
        file.setFile(firstPathFor(m_open.path));
    if (!file.exists())
        return {};
    auto outcome = runGuarded([&] { return readSession(file.filePath()); });
    if (const auto *error = std::get_if<Error>(&outcome)) {
        refuse(file.filePath(), error->message());
        return {};
    }
    auto &[work, losses] = std::get<ReadProject>(outcome);
    if (!losses.empty())
        emit notice(messageText(losses.front()));
    if (work.model.bytes != m_model.bytes || work.model.changed != m_model.changed)
        for (ProjectVariant &variant : work.variants)
            variant.measured = {};
    return Session{std::move(work), file.lastModified()};
}

/// A newer version, or a person, may still make something of it: no save goes over it.
void SessionKeeper::refuse(const QString &path, const Message &reason)
{
    const QString aside = putAside(path);
    if (aside.isEmpty())
        m_unread = path;
    emit notice(aside.isEmpty() ? tr("%1 The session of before stays at %2, and this one is not kept.")
                                      .arg(messageText(reason), QDir::toNativeSeparators(path))
                                : tr("%1 The session of before is kept at %2.")
                                      .arg(messageText(reason), QDir::toNativeSeparators(aside)));
}

void SessionKeeper::save()
{
    m_autosave.stop();
    if (!m_open.isOpen() || !m_open.project.isEmpty() || QFile::exists(m_unread))
        return;
    const QString path = pathFor(m_open.path);
    Project work = toProject(m_open, m_editor, m_variants);
    work.model = m_model;
    work.data.reset();
    const bool isEmpty = work.recipe.rules.empty() && work.variants.empty() && work.recipePath.empty();
    const bool kept = isEmpty ? removed(path) : written(path, work);
    if (!kept || !removed(firstPathFor(m_open.path))) // that of 0.1.0 is continued here
        emit notice(tr("The session could not be saved to %1. Save the recipe to keep it.")
                        .arg(QDir::toNativeSeparators(path)));
}

} // namespace lathe::ui
