#include "ui/session/sessionstore.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QStandardPaths>

namespace lathe::ui {
namespace {

constexpr int version = 1;

QJsonObject toObject(const VariantFile &file)
{
    QJsonObject object{{"path", file.path},
                       {"sha256", file.sha256},
                       {"size_bytes", file.bytes},
                       {"layers_by_name", file.byName},
                       {"layers_by_shape", file.byShape}};
    if (file.zeros)
        object.insert("sparsity", *file.zeros);
    return object;
}

VariantFile readFile(const QJsonObject &object)
{
    VariantFile file;
    file.path = object["path"].toString();
    file.sha256 = object["sha256"].toString();
    file.bytes = object["size_bytes"].toInteger();
    file.byName = object["layers_by_name"].toInt();
    file.byShape = object["layers_by_shape"].toInt();
    if (object["sparsity"].isDouble())
        file.zeros = object["sparsity"].toDouble();
    return file;
}

QJsonObject toObject(const Variant &variant)
{
    QJsonObject object{
        {"id", variant.id},
        {"name", variant.name},
        {"note", variant.note},
        {"parent", variant.parent},
        {"recipe", QString::fromStdString(lathe::toJson(variant.recipe))},
        {"figures",
         QJsonDocument::fromJson(QByteArray::fromStdString(lathe::toJson(variant.figures))).object()},
        {"when", variant.when.toString(Qt::ISODateWithMs)},
        {"data", variant.data},
    };
    if (variant.file)
        object.insert("file", toObject(*variant.file));
    return object;
}

std::optional<Recipe> readRecipe(const QJsonValue &value)
{
    const auto outcome =
        runGuarded([&] { return recipeFromJson(value.toString().toStdString(), "session"); });
    if (const auto *recipe = std::get_if<Recipe>(&outcome))
        return *recipe;
    return {};
}

std::optional<Variant> readVariant(const QJsonObject &object, bool sameModel)
{
    const auto recipe = readRecipe(object["recipe"]);
    if (!recipe)
        return {};
    Variant variant;
    variant.id = object["id"].toString();
    variant.name = object["name"].toString();
    variant.note = object["note"].toString();
    variant.parent = object["parent"].toString();
    if (object["file"].isObject())
        variant.file = readFile(object["file"].toObject());
    variant.recipe = *recipe;
    if (sameModel)
        variant.figures = figuresFromJson(QJsonDocument(object["figures"].toObject()).toJson().toStdString());
    variant.when = QDateTime::fromString(object["when"].toString(), Qt::ISODateWithMs);
    variant.data = object["data"].toString();
    return variant;
}

/// Tells a model file that was written anew from the one the figures belong to.
QString fingerprint(const QString &model)
{
    const QFileInfo file(model);
    return QStringLiteral("%1 %2").arg(file.size()).arg(file.lastModified().toMSecsSinceEpoch());
}

} // namespace

QString SessionStore::pathFor(const QString &model)
{
    const QByteArray key =
        QCryptographicHash::hash(QFileInfo(model).absoluteFilePath().toUtf8(), QCryptographicHash::Sha1);
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/sessions/") +
           QString::fromLatin1(key.toHex()) + QStringLiteral(".json");
}

bool SessionStore::save(const QString &model, const StoredSession &session)
{
    const QString path = pathFor(model);
    if (session.recipe.rules.empty() && session.variants.isEmpty() && session.recipePath.isEmpty())
        return !QFile::exists(path) || QFile::remove(path);
    QJsonArray variants;
    for (const Variant &variant : session.variants)
        variants.append(toObject(variant));
    const QJsonObject object{
        {"lathe_session", version},
        {"model", QFileInfo(model).absoluteFilePath()},
        {"fingerprint", fingerprint(model)},
        {"when", QDateTime::currentDateTime().toString(Qt::ISODateWithMs)},
        {"recipe", QString::fromStdString(lathe::toJson(session.recipe))},
        {"recipe_path", session.recipePath},
        {"derived_from", session.origin},
        {"variants", variants},
    };
    if (!QDir().mkpath(QFileInfo(path).path()))
        return false;
    QSaveFile file(path);
    const QByteArray content = QJsonDocument(object).toJson();
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size() && file.commit();
}

std::optional<StoredSession> SessionStore::load(const QString &model)
{
    QFile file(pathFor(model));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QJsonObject object = QJsonDocument::fromJson(file.readAll()).object();
    const auto recipe = readRecipe(object["recipe"]);
    if (object["lathe_session"].toInt() != version || !recipe)
        return {};
    StoredSession session;
    session.recipe = *recipe;
    session.recipePath = object["recipe_path"].toString();
    session.origin = object["derived_from"].toString();
    session.when = QDateTime::fromString(object["when"].toString(), Qt::ISODateWithMs);
    const bool sameModel = object["fingerprint"].toString() == fingerprint(model);
    for (const QJsonValue &value : object["variants"].toArray())
        if (auto variant = readVariant(value.toObject(), sameModel))
            session.variants.push_back(std::move(*variant));
    return session;
}

} // namespace lathe::ui
