#pragma once
// From what the core measured to what the window shows.
#include "ui/nowstrip.h"
#include "ui/previewrunner.h"
#include "ui/variantmodel.h"

namespace lathe::ui {

NowStrip::Figures baselineFigures(const Model &model, const Baseline *baseline);
/// @param update of any recipe; the caller says in `state` how current it is.
NowStrip::Figures currentFigures(const Model &model, const PreviewUpdate &update,
                                 NowStrip::Figures::State state);

QByteArray toJson(const NowStrip::Figures &figures);
NowStrip::Figures figuresFromJson(const QByteArray &json); ///< what cannot be read stays empty

} // namespace lathe::ui
