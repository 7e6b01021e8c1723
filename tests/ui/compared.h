#pragma once
// What the tests of comparisons share.
#include "tests/ui/sample.h"
#include "ui/compare/variantcomparison.h"

#include <QTemporaryDir>

namespace lathe::test {

/// @param rule empty: the untouched model
inline ui::Variant variant(const char *name, const char *rule)
{
    ui::Variant v;
    v.name = name;
    if (*rule)
        v.recipe.rules.push_back(parseRule(rule));
    return v;
}

/// A file as someone else might have made it.
inline QString exportTo(ui::Workbench &workbench, const QTemporaryDir &folder, const QString &name,
                        const char *rule, Storage storage)
{
    const QString path = folder.filePath(name);
    const CompressedModel compressed = workbench.compressor()->compress(variant("", rule).recipe);
    workbench.exporter()->build(compressed, storage).model.save(path.toStdString());
    return path;
}

inline ui::VariantFile fileAt(const QString &path)
{
    ui::VariantFile file;
    file.path = path;
    file.sha256 = QString::fromStdString(Model::load(path.toStdString()).sha256());
    return file;
}

inline ui::VariantComparison compare(ui::Workbench &workbench, const std::vector<ui::VariantSource> &sources)
{
    ui::ComparisonTask task;
    task.variants = sources;
    task.data = workbench.data();
    return *compareVariants(*workbench.compressor(), *workbench.exporter(), task, {});
}

} // namespace lathe::test
