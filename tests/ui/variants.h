#pragma once
// Variants that were never measured, for tests of what shows them.
#include "ui/variants/variantmodel.h"

namespace lathe::test {

inline ui::Variant variant(const QString &name, qint64 bytes)
{
    ui::Variant v;
    v.id = name;
    v.name = name;
    v.figures.sizes = v.figures.quality = Figures::Settled;
    v.figures.bytes = bytes;
    v.figures.originalBytes = 14'000'000;
    v.figures.top1 = Interval{0.829, 0.79, 0.86};
    v.when = QDateTime(QDate(2026, 11, 21), QTime(10, 2));
    if (name != "baseline")
        v.recipe.rules = {Rule{"*", {Change{"bits", "8"}}}};
    return v;
}

inline ui::Variant fromElsewhere(const QString &name, qint64 bytes)
{
    ui::Variant v = variant(name, bytes);
    v.recipe = {};
    v.file = ui::VariantFile{};
    v.file->path = "/models/" + name + ".onnx";
    v.file->byName = 5;
    v.file->byShape = 1;
    v.file->state = ui::VariantFile::Here;
    return v;
}

} // namespace lathe::test
