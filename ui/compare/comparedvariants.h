#pragma once
// What stands above the columns of a comparison.
#include "ui/variants/variantmodel.h"

class QTableWidget;

namespace lathe::ui {

QStringList namesOf(const QVector<Variant> &variants);
/// By variant; short where their names have much in common.
QStringList columnTitles(const QVector<Variant> &variants);
/// A figure that is not broken at its spaces.
QString keptTogether(const QString &figure);
/// Columns `first`, first + 1, ... of a table are those of the variants: sets titles and tooltips.
void setVariantTitles(QTableWidget *table, int first, const QVector<Variant> &variants);

} // namespace lathe::ui
