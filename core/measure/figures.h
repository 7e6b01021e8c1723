#pragma once
// What is known of one model beside the untouched one. Every view, variant, project, session and report takes
// its figures from this value, so that a figure is the same wherever it stands.
#include "core/measure/preview.h"

namespace lathe {

struct Figures {
    /// How figures stand to the model they are shown for.
    enum Standing {
        Unknown,
        Outdated,  ///< of another recipe, or of other data: what was known before
        Measuring, ///< of this one, on fewer samples than it takes
        Settled    ///< of this one, as closely as was asked for
    };
    /// A difference that is not measured yet.
    struct Guess {
        double difference = 0.0;   ///< fraction
        double typicalError = 0.0; ///< of earlier guesses, fraction
        int points = 0, checked = 0;
    };

    Standing sizes = Unknown;                  ///< of what is counted in the file:
    int64_t bytes = 0, originalBytes = 0;      ///< 0: not known
    std::optional<int64_t> macs, originalMacs; ///< for one sample
    bool moreMacs = false;                     ///< besides those, some cannot be counted

    Standing quality = Unknown;             ///< of what is measured on samples:
    std::optional<Interval> top1, top5;     ///< fractions
    std::optional<Interval> top1Difference; ///< fraction, paired, as new samples would show
    std::optional<Interval> agreement;      ///< fraction
    std::optional<Interval> fullSet;        ///< as PreviewState::fullSet
    std::optional<double> sqnr;             ///< decibel; may be infinite
    std::optional<double> meanKl;           ///< nats
    int64_t samplesDone = 0, samplesTotal = 0;
    /// What it was measured on, and calibrated on, as a fingerprint: figures of one recipe with the same one
    /// are the same figures. Empty: not known.
    std::string basis;

    Standing running = Unknown;                                 ///< of what a running sample takes:
    std::optional<double> latency, baselineLatency;             ///< seconds, measured in turns
    std::optional<Interval> latencyRange, baselineLatencyRange; ///< of these, 95 %
    std::optional<int64_t> memory, baselineMemory; ///< bytes of weights and of values between nodes, at most

    std::optional<Guess> guess; ///< of top1Difference, as long as quality is not of this recipe
    bool failed = false;        ///< it could not be measured; the note says why
    Message note;               ///< one sentence: why a figure is missing, what failed

    static bool isCurrent(Standing standing) { return standing >= Measuring; }
    /// Whether the model runs faster or slower than the baseline beyond what both vary by; empty: not known.
    std::optional<bool> latencyDiffers() const;
    /// Original size over this size; empty: not known.
    std::optional<double> ratio() const;
    /// The model is about to be another one: what was known is of the one before.
    void outdate();
    /// Takes over what `newer` knows better of the same model: what is of this model before what is of
    /// another, more samples before fewer.
    void take(const Figures &newer);
    /// Without what is outdated, without guess and note.
    Figures currentOnly() const;
};

/// Of the untouched model. @param baseline null: not measured
Figures baselineFigures(const Model &model, const Baseline *baseline);
/// @param untouched whether the model is the source itself: then the difference is known, not estimated
void setQuality(Figures &figures, const Metrics &metrics, const Comparison &comparison,
                bool untouched = false);
/// The same of a measurement that may go on.
void setQuality(Figures &figures, const PreviewState &state, bool untouched = false);

/// One JSON object: what projects and sessions hold. What is outdated, a guess or a note is not in it.
std::string toJson(const Figures &figures);
/// What cannot be read stays unknown. Never throws.
Figures figuresFromJson(std::string_view json);

} // namespace lathe
