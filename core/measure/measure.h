#pragma once
// Running a model over samples, and what comes out: accuracy, loss, agreement, with paired intervals.
#include "core/data/samples.h"
#include "core/runtime/session.h"

#include <functional>
#include <optional>

namespace lathe {

/// First output of a model over samples, flattened to [samples, width].
struct Outputs {
    Matrix values;               ///< [samples, width]
    double secondsRunning = 0.0; ///< wall time inside the runtime
};

/// How the first output reads as classes: rows that sum to one, rows whose exponentials do, else logits; one
/// value is no class.
enum class OutputKind { Logits, Probabilities, LogProbabilities, NotClasses };
OutputKind outputKind(const Matrix &values);

struct RunOptions {
    size_t first = 0, count = 0; ///< samples to run; count 0: to the end
    size_t batch = 0; ///< 0: the model's own fixed batch, else a good one; 1 when Session::mixesBatch()
    std::vector<size_t> samples; ///< run these, in this order, instead of first and count
};
/// Only the first output is fetched. A free batch dimension that does not work (a shape fixed inside the
/// graph) falls back to batches of 1. Batches are spread over ctx.threadCount() threads, each running
/// single-threaded; a model with a fixed batch is padded at the end.
/// @throws Error, Cancelled
Outputs runSamples(const Session &session, const SampleSet &samples, const RunOptions &options = {},
                   const JobContext &ctx = {});

/// Rank of the true class: 0 when no class scores higher and no equal one has a lower index. A row with NaN,
/// or a label beyond the width, gets the last rank, width: wrong at any k.
std::vector<int> ranksOfTruth(const Matrix &values, std::span<const int> labels);

/// A figure with its 95 % interval.
struct Interval {
    double value = 0.0, low = 0.0, high = 0.0;
    double halfWidth() const { return (high - low) / 2.0; }
};
/// Difference of two proportions on the same samples: Agresti & Min 2005 (a half added to each cell, so zero
/// flips still have width).
/// @param wins samples right only in the second, losses right only in the first.
Interval pairedDifference(double wins, double losses, int64_t count);
/// One proportion: Wilson 1927.
Interval proportion(int64_t hits, int64_t count);
/// Median of what was timed, with the 95 % interval by ranks (a sign test): nothing is assumed of how times
/// spread. Below six values it is all of them. @throws Error InvalidArgument (no values)
Interval medianInterval(std::vector<double> values);
/// Whether two figures that were measured apart can be told from each other.
bool distinguishable(const Interval &a, const Interval &b);

struct Metrics {
    int64_t samples = 0;
    OutputKind kind = OutputKind::NotClasses;
    std::optional<Interval> top1, top5, loss; ///< need labels; fractions, nats. No loss when a row holds NaN
                                              ///< or infinity; top5 for 6 classes or more
};
/// @param kind how to read the values; empty: as they look. A variant is read as its baseline is.
Metrics metricsOf(const Matrix &values, std::span<const int> labels, std::optional<OutputKind> kind = {});

/// A variant against the baseline on the same samples.
struct Comparison {
    int64_t samples = 0;
    std::optional<Interval> top1Difference; ///< variant - baseline, fraction, paired; needs labels
    std::optional<Interval> lossDifference;
    std::optional<Interval> agreement; ///< share of samples with the same top-1; classes only
    std::optional<double> meanKl;      ///< KL(baseline || variant) in nats; classes only, finite outputs only
    double sqnrDecibel =
        0.0; ///< 10 log10(|baseline|^2 / |difference|^2); +inf when equal, -inf when not finite
    double maxRelativeDifference = 0.0; ///< max |a - b| / max |b|; +inf when not finite
    std::vector<size_t> changed;        ///< samples whose top-1 differs
};
/// @param kind how to read both; empty: as the baseline looks.
/// @throws Error InvalidArgument (different shapes, labels that do not match the rows)
Comparison compareOutputs(const Matrix &baseline, const Matrix &variant, std::span<const int> labels,
                          std::optional<OutputKind> kind = {});

/// Median seconds of one batch-1 run for each model, as medianInterval(), interleaved, so that ratios hold on
/// a noisy machine. A model with a fixed larger batch runs at that batch; its time is divided by it.
std::vector<Interval> interleavedLatency(std::span<const Session *const> sessions, const SampleSet &samples,
                                         int repeats, const JobContext &ctx = {});

} // namespace lathe
