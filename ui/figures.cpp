#include "ui/figures.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

QJsonValue json(const std::optional<Interval> &interval)
{
    return interval ? QJsonValue(QJsonArray{interval->value, interval->low, interval->high}) : QJsonValue();
}

template <class T>
QJsonValue json(const std::optional<T> &value)
{
    return value ? QJsonValue(static_cast<double>(*value)) : QJsonValue();
}

std::optional<Interval> interval(const QJsonValue &value)
{
    const QJsonArray a = value.toArray();
    if (a.size() != 3)
        return {};
    return Interval{a[0].toDouble(), a[1].toDouble(), a[2].toDouble()};
}

/// The model that was measured is the source itself.
bool changesNothing(const PreviewUpdate &update)
{
    return update.compressed && std::ranges::none_of(update.compressed->layers, [](const LayerResult &layer) {
               return layer.encoding || layer.biasShift.size() > 0;
           });
}

template <class T = double>
std::optional<T> number(const QJsonValue &value)
{
    if (!value.isDouble())
        return {};
    return static_cast<T>(value.toDouble());
}

} // namespace

NowStrip::Figures baselineFigures(const Model &model, const Baseline *baseline)
{
    NowStrip::Figures figures;
    figures.bytes = figures.originalBytes = model.fileBytes();
    figures.macs = figures.originalMacs = model.macs();
    if (!baseline)
        return figures;
    figures.state = NowStrip::Figures::Settled;
    figures.top1 = baseline->metrics.top1;
    figures.samplesDone = figures.samplesTotal = baseline->metrics.samples;
    if (baseline->latencySeconds > 0.0)
        figures.latency = figures.baselineLatency = baseline->latencySeconds;
    return figures;
}

NowStrip::Figures currentFigures(const Model &model, const PreviewUpdate &update,
                                 NowStrip::Figures::State state)
{
    NowStrip::Figures figures;
    figures.state = state;
    figures.bytes = update.bytes;
    figures.originalBytes = model.fileBytes();
    figures.macs = update.macs;
    figures.originalMacs = model.macs();
    figures.latency = update.latency;
    figures.baselineLatency = update.baselineLatency;
    figures.memory = update.memory;
    figures.baselineMemory = update.baselineMemory;
    if (update.state) {
        const Comparison &comparison = update.state->comparison;
        figures.top1 = update.state->metrics.top1;
        figures.top1Difference = comparison.top1Difference;
        if (changesNothing(update) && comparison.top1Difference)
            figures.top1Difference = Interval(); // known, not estimated
        if (comparison.agreement)
            figures.agreement = comparison.agreement->value;
        figures.sqnr = comparison.sqnrDecibel;
        figures.meanKl = comparison.meanKl;
        figures.fullSet = update.state->fullSet;
        figures.samplesDone = update.state->samplesDone;
        figures.samplesTotal = update.state->samplesTotal;
    }
    return figures;
}

QByteArray toJson(const NowStrip::Figures &figures)
{
    QJsonObject object{
        {"top1", json(figures.top1)},
        {"top1_difference", json(figures.top1Difference)},
        {"agreement", json(figures.agreement)},
        {"size_bytes", figures.bytes},
        {"original_bytes", figures.originalBytes},
        {"macs", json(figures.macs)},
        {"original_macs", json(figures.originalMacs)},
        {"latency_seconds", json(figures.latency)},
        {"baseline_latency_seconds", json(figures.baselineLatency)},
        {"memory_bytes", json(figures.memory)},
        {"baseline_memory_bytes", json(figures.baselineMemory)},
        {"mean_kl", json(figures.meanKl)},
        {"samples_done", figures.samplesDone},
        {"samples_total", figures.samplesTotal},
    };
    if (figures.sqnr && std::isfinite(*figures.sqnr)) // JSON knows no infinity
        object.insert("sqnr_decibel", *figures.sqnr);
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

NowStrip::Figures figuresFromJson(const QByteArray &json)
{
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    NowStrip::Figures figures;
    figures.top1 = interval(object["top1"]);
    figures.top1Difference = interval(object["top1_difference"]);
    figures.agreement = number(object["agreement"]);
    figures.bytes = object["size_bytes"].toInteger();
    figures.originalBytes = object["original_bytes"].toInteger();
    figures.macs = number<qint64>(object["macs"]);
    figures.originalMacs = number<qint64>(object["original_macs"]);
    figures.latency = number(object["latency_seconds"]);
    figures.baselineLatency = number(object["baseline_latency_seconds"]);
    figures.memory = number<qint64>(object["memory_bytes"]);
    figures.baselineMemory = number<qint64>(object["baseline_memory_bytes"]);
    figures.meanKl = number(object["mean_kl"]);
    figures.sqnr = number(object["sqnr_decibel"]);
    figures.samplesDone = object["samples_done"].toInteger();
    figures.samplesTotal = object["samples_total"].toInteger();
    figures.state = figures.samplesTotal > 0 ? NowStrip::Figures::Settled : NowStrip::Figures::NoData;
    return figures;
}

} // namespace lathe::ui
