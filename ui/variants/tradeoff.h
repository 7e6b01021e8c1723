#pragma once
#include "core/base/message.h"
// What the trade-off chart shows: how good each variant is at the size of its file.
#include "ui/variants/variantmodel.h"

namespace lathe::ui {

struct TradeoffPoint {
    enum Kind { Baseline, Kept, Current };
    /// Firm: measured as closely as was asked for. Open: a guess, or not finished. Old: of the recipe before.
    enum Certainty { Firm, Open, Old };
    Kind kind = Kept;
    Certainty certainty = Firm;
    int row = -1; ///< of the variant; -1: the recipe of the moment
    QString name = {};
    Figures figures = {};
    /// Points of top-1 against the baseline on the same samples (so that variants measured on different ones
    /// lie where they belong), percent that agree with it, or decibel; with the interval that stands
    /// everywhere else.
    Interval quality = {};
    Message data = {}; ///< what it was measured on where that is not what the baseline was measured on
    bool onOtherSamples = false; ///< than the baseline's figures: also on a part of the same ones
    double bytes() const { return static_cast<double>(figures.bytes); }
    bool isGuessed() const { return figures.guess && !Figures::isCurrent(figures.quality); }
};

struct Tradeoff {
    Quality quality = Quality::Top1;
    std::optional<double> baseline; ///< its quality; empty: it has none of its own (Sqnr)
    QVector<TradeoffPoint> points;  ///< the baseline, the variants, the current one; empty without data
};

/// @param variants the baseline first. Points without a known size or quality are left out.
Tradeoff tradeoff(const QVector<Variant> &variants, const Figures &current);

QStringList describe(const TradeoffPoint &point, Quality quality);
QString toCsv(const Tradeoff &tradeoff);

} // namespace lathe::ui
