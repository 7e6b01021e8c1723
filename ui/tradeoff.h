#pragma once
// What the trade-off chart shows: how good each variant is at the size of its file.
#include "ui/variantmodel.h"

namespace lathe::ui {

struct TradeoffPoint {
    enum Kind { Baseline, Kept, Current };
    /// Firm: measured as closely as was asked for. Open: a guess, or not finished. Old: of the recipe before.
    enum Certainty { Firm, Open, Old };
    Kind kind = Kept;
    Certainty certainty = Firm;
    int row = -1; ///< of the variant; -1: the recipe of the moment
    QString name = {};
    double bytes = 0.0;
    double ratio = 1.0;
    /// Percent, or decibel. Top-1 is the baseline's with the paired difference added to it, so that variants
    /// measured on different samples lie where they belong; the interval is that of the difference.
    Interval quality = {};
    qint64 samples = 0, samplesTotal = 0;
    bool guessed = false;
    QString data = {}; ///< what it was measured on where that is not what the baseline was measured on
};

struct Tradeoff {
    Quality quality = Quality::Top1;
    std::optional<double> baseline; ///< its quality; empty: it has none of its own (Sqnr)
    QVector<TradeoffPoint> points;  ///< the baseline, the variants, the current one; empty without data
};

/// @param variants the baseline first. Points without a known size or quality are left out.
Tradeoff tradeoff(const QVector<Variant> &variants, const NowStrip::Figures &current);

QString qualityText(Quality quality, double value); ///< "82.9 %", "31.5 dB"
QStringList describe(const TradeoffPoint &point, Quality quality, std::optional<double> baseline);
QString toCsv(const Tradeoff &tradeoff);

} // namespace lathe::ui
