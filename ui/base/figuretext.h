#pragma once
// Figures as every view shows them: the same words, the same ink, wherever they stand. No widgets.
#include "core/measure/figures.h"

#include <QString>

namespace lathe::ui {

enum class Figure { Accuracy, Difference, Agreement, Size, Ratio, Macs, Memory, Latency };
inline constexpr int figureCount = static_cast<int>(Figure::Latency) + 1;

/// Full: of the recipe. Muted: of the recipe before, or not there. Guess: not measured yet.
enum class FigureInk { Full, Muted, Good, Loss, Guess };

struct FigureText {
    QString text; ///< "−0.5 ± 0.4"; an en dash: not known
    QString note; ///< smaller beside it: "(214/500)"
    QString toolTip;
    FigureInk ink = FigureInk::Full;
    QString whole() const; ///< "−0.5 ± 0.4 (214/500)"
};

/// @param isBaseline the model that the others are held against: it differs from nothing
FigureText figureText(Figure figure, const Figures &figures, bool isBaseline = false);
/// What the figure stands to the recipe like.
Figures::Standing standingOf(Figure figure, const Figures &figures);
/// Difference in points of top-1, whichever is known: measured, else guessed.
std::optional<Interval> shownDifference(const Figures &figures);
/// Latency over the baseline's, "0.83×"; notDistinguishable() where both vary by more. Empty: not known.
FigureText latencyRatio(const Figures &figures);
QString notDistinguishable();                   ///< of a latency whose interval overlaps the baseline's
QString samplesNote(qint64 done, qint64 total); ///< "(214/500)"; empty without samples

} // namespace lathe::ui
