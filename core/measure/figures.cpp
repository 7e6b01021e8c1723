#include "core/measure/figures.h"

#include "core/measure/jsonvalues.h"

#include <cmath>

namespace lathe {
namespace {

using Json = nlohmann::ordered_json;

void put(Json &object, const char *key, const std::optional<Interval> &value)
{
    if (value)
        object[key] = {value->value, value->low, value->high};
}

std::optional<Interval> interval(const Json &object, const char *key)
{
    const auto found = object.find(key);
    if (found == object.end() || !found->is_array() || found->size() != 3)
        return {};
    for (const Json &part : *found)
        if (!part.is_number())
            return {};
    return Interval{(*found)[0].get<double>(), (*found)[1].get<double>(), (*found)[2].get<double>()};
}

void copySizes(Figures &to, const Figures &from)
{
    to.sizes = from.sizes;
    to.bytes = from.bytes;
    to.originalBytes = from.originalBytes;
    to.macs = from.macs;
    to.originalMacs = from.originalMacs;
    to.moreMacs = from.moreMacs;
}

void copyQuality(Figures &to, const Figures &from)
{
    to.quality = from.quality;
    to.top1 = from.top1;
    to.top5 = from.top5;
    to.top1Difference = from.top1Difference;
    to.agreement = from.agreement;
    to.fullSet = from.fullSet;
    to.sqnr = from.sqnr;
    to.meanKl = from.meanKl;
    to.samplesDone = from.samplesDone;
    to.samplesTotal = from.samplesTotal;
    to.basis = from.basis;
}

void copyRunning(Figures &to, const Figures &from)
{
    to.running = from.running;
    to.latency = from.latency;
    to.baselineLatency = from.baselineLatency;
    to.latencyRange = from.latencyRange;
    to.baselineLatencyRange = from.baselineLatencyRange;
    to.memory = from.memory;
    to.baselineMemory = from.baselineMemory;
}

void outdateOne(Figures::Standing &standing)
{
    if (standing != Figures::Unknown)
        standing = Figures::Outdated;
}

/// Whether a part that stands as `newer` takes the place of one that stands as `known`.
bool replaces(Figures::Standing newer, Figures::Standing known)
{
    return Figures::isCurrent(newer) || (newer == Figures::Outdated && !Figures::isCurrent(known));
}

/// Whether `newer` was measured on no more of the same samples.
bool knowsAsMuch(const Figures &known, const Figures &newer)
{
    if (!Figures::isCurrent(known.quality) || known.basis != newer.basis)
        return false;
    return known.samplesDone > newer.samplesDone ||
           (known.samplesDone == newer.samplesDone && known.quality >= newer.quality);
}

} // namespace

std::optional<double> Figures::ratio() const
{
    if (bytes <= 0 || originalBytes <= 0)
        return {};
    return static_cast<double>(originalBytes) / static_cast<double>(bytes);
}

std::optional<bool> Figures::latencyDiffers() const
{
    if (!latencyRange || !baselineLatencyRange)
        return {};
    return distinguishable(*latencyRange, *baselineLatencyRange);
}

void Figures::outdate()
{
    outdateOne(sizes);
    outdateOne(quality);
    outdateOne(running);
    guess.reset();
    failed = false;
    note = {};
}

void Figures::take(const Figures &newer)
{
    if (replaces(newer.sizes, sizes))
        copySizes(*this, newer);
    const bool otherData = basis != newer.basis && isCurrent(newer.quality);
    if (replaces(newer.quality, quality) && !knowsAsMuch(*this, newer))
        copyQuality(*this, newer);
    // Two clocks never agree: what was timed of this model stays.
    if (newer.running != Unknown && (!isCurrent(running) || (otherData && isCurrent(newer.running))))
        copyRunning(*this, newer);
    if (isCurrent(quality))
        guess.reset();
}

Figures Figures::currentOnly() const
{
    Figures current;
    if (isCurrent(sizes))
        copySizes(current, *this);
    if (isCurrent(quality))
        copyQuality(current, *this);
    if (isCurrent(running))
        copyRunning(current, *this);
    return current;
}

Figures baselineFigures(const Model &model, const Baseline *baseline)
{
    Figures figures;
    figures.sizes = Figures::Settled;
    figures.bytes = figures.originalBytes = model.fileBytes();
    figures.macs = figures.originalMacs = model.macs();
    figures.moreMacs = model.hasMoreMacs();
    if (!baseline)
        return figures;
    figures.quality = Figures::Settled;
    figures.top1 = baseline->metrics.top1;
    figures.top5 = baseline->metrics.top5;
    figures.samplesDone = figures.samplesTotal = baseline->metrics.samples;
    if (baseline->latency.value > 0.0) {
        figures.running = Figures::Settled;
        figures.latency = figures.baselineLatency = baseline->latency.value;
        figures.latencyRange = figures.baselineLatencyRange = baseline->latency;
    }
    return figures;
}

void setQuality(Figures &figures, const Metrics &metrics, const Comparison &comparison, bool untouched)
{
    figures.quality = Figures::Settled;
    figures.top1 = metrics.top1;
    figures.top5 = metrics.top5;
    figures.top1Difference = comparison.top1Difference;
    figures.agreement = comparison.agreement;
    if (untouched && figures.top1Difference)
        figures.top1Difference = Interval();
    if (untouched && figures.agreement)
        figures.agreement = Interval{1.0, 1.0, 1.0};
    figures.sqnr = comparison.sqnrDecibel;
    figures.meanKl = comparison.meanKl;
    figures.fullSet.reset();
    figures.samplesDone = figures.samplesTotal = comparison.samples;
}

void setQuality(Figures &figures, const PreviewState &state, bool untouched)
{
    setQuality(figures, state.metrics, state.comparison, untouched);
    figures.quality = state.settled ? Figures::Settled : Figures::Measuring;
    figures.fullSet = state.fullSet;
    figures.samplesDone = state.samplesDone;
    figures.samplesTotal = state.samplesTotal;
    figures.note = state.note;
}

std::string toJson(const Figures &all)
{
    const Figures figures = all.currentOnly();
    Json object = Json::object();
    put(object, "top1", figures.top1);
    put(object, "top5", figures.top5);
    put(object, "top1_difference", figures.top1Difference);
    if (figures.agreement) { // beside the share that version 0.1.0 reads and writes
        object["agreement"] = figures.agreement->value;
        put(object, "agreement_interval", figures.agreement);
    }
    if (figures.bytes > 0)
        object["size_bytes"] = figures.bytes;
    if (figures.originalBytes > 0)
        object["original_bytes"] = figures.originalBytes;
    put(object, "macs", figures.macs);
    put(object, "original_macs", figures.originalMacs);
    if (figures.moreMacs)
        object["macs_at_least"] = true;
    put(object, "latency_seconds", figures.latency);
    put(object, "baseline_latency_seconds", figures.baselineLatency);
    put(object, "latency_interval", figures.latencyRange);
    put(object, "baseline_latency_interval", figures.baselineLatencyRange);
    put(object, "memory_bytes", figures.memory);
    put(object, "baseline_memory_bytes", figures.baselineMemory);
    put(object, "full_set_difference", figures.fullSet);
    if (figures.sqnr && std::isfinite(*figures.sqnr)) // JSON knows no infinity
        object["sqnr_decibel"] = *figures.sqnr;
    put(object, "mean_kl", figures.meanKl);
    if (figures.samplesTotal > 0) {
        object["samples_done"] = figures.samplesDone;
        object["samples_total"] = figures.samplesTotal;
    }
    if (figures.quality == Figures::Measuring)
        object["unfinished"] = true;
    if (!figures.basis.empty())
        object["basis"] = figures.basis;
    return object.dump();
}

Figures figuresFromJson(std::string_view json)
{
    Figures f;
    const Json object = Json::parse(json, nullptr, false);
    if (!object.is_object())
        return f;
    f.top1 = interval(object, "top1");
    f.top5 = interval(object, "top5");
    f.top1Difference = interval(object, "top1_difference");
    f.bytes = number<int64_t>(object, "size_bytes").value_or(0);
    f.originalBytes = number<int64_t>(object, "original_bytes").value_or(0);
    f.macs = number<int64_t>(object, "macs");
    f.originalMacs = number<int64_t>(object, "original_macs");
    const auto more = object.find("macs_at_least");
    f.moreMacs = more != object.end() && more->is_boolean() && more->get<bool>();
    f.latency = number<double>(object, "latency_seconds");
    f.baselineLatency = number<double>(object, "baseline_latency_seconds");
    f.latencyRange = interval(object, "latency_interval");
    f.baselineLatencyRange = interval(object, "baseline_latency_interval");
    f.memory = number<int64_t>(object, "memory_bytes");
    f.baselineMemory = number<int64_t>(object, "baseline_memory_bytes");
    f.fullSet = interval(object, "full_set_difference");
    f.sqnr = number<double>(object, "sqnr_decibel");
    f.meanKl = number<double>(object, "mean_kl");
    f.samplesDone = number<int64_t>(object, "samples_done").value_or(0);
    f.samplesTotal = number<int64_t>(object, "samples_total").value_or(0);
    f.agreement = interval(object, "agreement_interval");
    const std::optional<double> share = number<double>(object, "agreement");
    if (share && !f.agreement && f.samplesDone > 0) // 0.1.0 wrote no interval
        f.agreement = proportion(std::llround(*share * static_cast<double>(f.samplesDone)), f.samplesDone);
    f.basis = text(object, "basis");
    f.sizes = f.bytes > 0 ? Figures::Settled : Figures::Unknown;
    const auto unfinished = object.find("unfinished");
    const bool open = unfinished != object.end() && unfinished->is_boolean() && unfinished->get<bool>();
    const bool measured = f.samplesTotal > 0 || f.top1 || f.agreement || f.sqnr;
    f.quality = !measured ? Figures::Unknown : open ? Figures::Measuring : Figures::Settled;
    f.running = f.latency || f.memory ? Figures::Settled : Figures::Unknown;
    return f;
}

} // namespace lathe
