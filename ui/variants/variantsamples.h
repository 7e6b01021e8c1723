#pragma once
// By which samples the figures of variants go: accuracies of different samples stand beside each other when a
// variant was measured on the half of the data that was not calibrated on, or on a part only.
#include "ui/variants/variantmodel.h"

namespace lathe::ui {

/// Whether what is known of its quality goes by other samples than the baseline's.
bool isOnOtherSamples(const Variant &variant, const Variant &baseline);
/// @param variants the baseline first
bool areOnDifferentSamples(const QVector<Variant> &variants);
/// A figure of one of the variants as it stands beside those of the others. Accuracies that go by different
/// samples say by how many ("60.8 % of 270"), and a difference says from what: the baseline on the same
/// samples ("+1.6 ± 2.3 from 59.2 %").
FigureText figureAmong(const QVector<Variant> &variants, int row, Figure figure);
/// A share with how many samples it is of.
FigureText withSamples(FigureText share, const Figures &figures);
/// A difference with what it is from.
FigureText withOrigin(FigureText difference, const Figures &figures);

} // namespace lathe::ui
