#pragma once
// What the cells of the list of variants say. No widgets.
#include "ui/variants/variantmodel.h"

namespace lathe::ui {

/// @param column VariantModel::Column
QString cellText(const VariantModel &variants, int row, int column);
QString cellFullText(const VariantModel &variants, int row, int column); ///< however long it is, for copies
QString cellToolTip(const VariantModel &variants, int row, int column);
QVariant cellSortValue(const VariantModel &variants, int row, int column); ///< a number, or a text for names
bool isCellMuted(const VariantModel &variants, int row, int column);

} // namespace lathe::ui
