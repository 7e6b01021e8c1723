#include "ui/session/projectconversion.h"

#include "ui/session/openmodel.h"
#include "ui/session/recipeeditor.h"

#include <QFileInfo>
#include <QUuid>

namespace lathe::ui {
namespace {

ProjectFile toProject(const VariantFile &file)
{
    return {{file.path.toStdString(), file.sha256.toStdString(), static_cast<uint64_t>(file.bytes)},
            file.zeros,
            file.byName,
            file.byShape};
}

VariantFile fromProject(const ProjectFile &file)
{
    VariantFile f;
    f.path = QString::fromStdString(file.file.path.string());
    f.sha256 = QString::fromStdString(file.file.sha256);
    f.bytes = static_cast<qint64>(file.file.bytes);
    f.zeros = file.sparsity;
    f.byName = static_cast<int>(file.matchedByName);
    f.byShape = static_cast<int>(file.matchedByShape);
    return f;
}

ProjectVariant toProject(const Variant &variant)
{
    ProjectVariant v;
    v.id = variant.id.toStdString();
    v.name = variant.name.toStdString();
    v.note = variant.note.toStdString();
    v.parent = variant.parent.toStdString();
    v.recipe = variant.recipe;
    v.tuning = projectTuning(variant.tuning);
    if (variant.file)
        v.file = toProject(*variant.file);
    v.measured = variant.figures;
    v.when = variant.when.toString(Qt::ISODateWithMs).toStdString();
    v.data = variant.data;
    return v;
}

Variant fromProject(const ProjectVariant &variant, const TuningsByHash &tunings)
{
    Variant v;
    v.id = variant.id.empty() ? QUuid::createUuid().toString(QUuid::WithoutBraces)
                              : QString::fromStdString(variant.id);
    v.name = QString::fromStdString(variant.name);
    v.note = QString::fromStdString(variant.note);
    v.parent = QString::fromStdString(variant.parent);
    v.recipe = variant.recipe;
    v.tuning = valuesOf(variant.tuning, tunings);
    if (variant.file)
        v.file = fromProject(*variant.file);
    if (v.tuning || !variant.tuning) // else they are of what is not there any more
        v.figures = variant.measured;
    v.when = QDateTime::fromString(QString::fromStdString(variant.when), Qt::ISODateWithMs);
    v.data = variant.data;
    return v;
}

} // namespace

Project toProject(const OpenModel &open, const RecipeEditor &editor, const VariantModel &variants)
{
    Project project;
    project.model.path = open.path.toStdString();
    project.model.bytes = static_cast<uint64_t>(QFileInfo(open.path).size());
    if (open.data)
        project.data = toCore(open.data->choice);
    project.recipe = editor.recipe();
    project.tuning = projectTuning(editor.tuning());
    project.recipePath = editor.recipePath().toStdString();
    project.derivedFrom = editor.origin().toStdString();
    for (const Variant &variant : variants.variants().mid(1)) // without the baseline
        if (!variant.file || !variant.file->sha256.isEmpty()) // and without files that were never read
            project.variants.push_back(toProject(variant));
    return project;
}

QVector<Variant> variantsOf(const Project &project, const TuningsByHash &tunings)
{
    QVector<Variant> variants;
    for (const ProjectVariant &variant : project.variants)
        variants << fromProject(variant, tunings);
    return variants;
}

} // namespace lathe::ui
