#include "ui/session/selectionstats.h"

#include "core/analysis/kernelsize.h"
#include "core/exporting/readableweights.h"

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr Index weightsTogether = 500'000; ///< handed over at once
constexpr int together = 40;               // ms in which what arrives is shown at once

std::span<const float> valuesOf(const Matrix &matrix)
{
    return {matrix.data(), static_cast<size_t>(matrix.size())};
}

std::pair<double, double> rangeOf(const Matrix &weight)
{
    double low = 0.0, high = 0.0;
    bool any = false;
    for (const float value : valuesOf(weight)) {
        if (!std::isfinite(value))
            continue;
        low = any ? std::min(low, double(value)) : double(value);
        high = any ? std::max(high, double(value)) : double(value);
        any = true;
    }
    return {low, high};
}

/// What a share is of: as many rows, columns and so on count as there are.
struct Counts {
    double element, row, column, kernel, channel;
};

Counts countsOf(const Layer &layer)
{
    const auto rows = double(layer.rows), cols = double(layer.cols), kernel = double(kernelSizeOf(layer));
    return {rows * cols, rows, cols, rows * cols / kernel, cols / kernel};
}

void addTo(Sparsity &sum, const Sparsity &one, const Counts &of)
{
    sum.element += one.element * of.element;
    sum.row += one.row * of.row;
    sum.column += one.column * of.column;
    sum.kernel += one.kernel * of.kernel;
    sum.channel += one.channel * of.channel;
    sum.nearElement += one.nearElement * of.element;
    sum.nearRow += one.nearRow * of.row;
    sum.nearColumn += one.nearColumn * of.column;
    sum.nearKernel += one.nearKernel * of.kernel;
    sum.nearChannel += one.nearChannel * of.channel;
}

} // namespace

SelectionStats::SelectionStats(QObject *parent) : QObject(parent)
{
    m_runner.setThreads(1); // the other cores measure
    m_due.setSingleShot(true);
    m_due.setInterval(together);
    connect(&m_due, &QTimer::timeout, this, &SelectionStats::changed);
}

void SelectionStats::setModel(const Model &model)
{
    m_runner.abandon();
    m_model = model;
    m_layers.clear();
    m_compressed.reset();
    m_rewritten.clear();
    m_known.clear();
}

void SelectionStats::setLayers(const QVector<int> &layers)
{
    const QVector<int> wanted = layers.size() > 1 ? layers : QVector<int>();
    if (wanted == m_layers)
        return;
    m_layers = wanted;
    m_runner.abandon();
    m_again = false;
    refresh();
    emit changed();
}

void SelectionStats::setCompressed(const CompressedModel &compressed,
                                   const std::vector<RewrittenWeight> &rewritten)
{
    m_compressed = compressed;
    m_rewritten = rewritten;
    for (auto known = m_known.begin(); known != m_known.end();) { // widths that are not there any more
        const bool isOther = known.key().second.narrowed != 0 && known.key() != keyOf(known.key().first);
        known = isOther ? m_known.erase(known) : std::next(known);
    }
    refresh();
    if (!m_layers.isEmpty() && !m_due.isActive())
        m_due.start(); // some may be untouched again
}

void SelectionStats::setDetailed(bool on)
{
    m_detailed = on;
    refresh();
}

SelectionStats::Key SelectionStats::keyOf(int layer) const
{
    const auto i = static_cast<size_t>(layer);
    return {layer, i < m_rewritten.size() ? m_rewritten[i] : RewrittenWeight()};
}

const SelectionStats::Known *SelectionStats::knownOf(int layer) const
{
    const auto found = m_known.constFind(keyOf(layer));
    return found == m_known.constEnd() ? nullptr : &*found;
}

std::shared_ptr<const Encoding> SelectionStats::encodingOf(int layer) const
{
    const auto i = static_cast<size_t>(layer);
    return m_compressed && i < m_compressed->layers.size() ? m_compressed->layers[i].code.weight : nullptr;
}

bool SelectionStats::lacks(const std::optional<Shape> &shape) const
{
    return !shape || (m_detailed && !shape->box);
}

std::vector<SelectionStats::Task> SelectionStats::missingRanges() const
{
    std::vector<Task> tasks;
    for (const int layer : m_layers) {
        const Key key = keyOf(layer);
        const Known *known = knownOf(layer);
        if (!known || (!known->failed && !known->range))
            tasks.push_back({key, key.second.isOriginal() ? *m_model : m_compressed->source, nullptr, true});
    }
    return tasks;
}

std::vector<SelectionStats::Task> SelectionStats::missingShapes() const
{
    std::vector<Task> tasks;
    for (const int layer : m_layers) {
        const Key key = keyOf(layer);
        const Known *known = knownOf(layer);
        if (!known || known->failed)
            continue;
        const auto encoding = encodingOf(layer);
        const bool before = lacks(known->before);
        const bool after = encoding && (known->afterOf != encoding || lacks(known->after));
        if (before || after)
            tasks.push_back({key, key.second.isOriginal() ? *m_model : m_compressed->source,
                             after ? encoding : nullptr, before});
    }
    return tasks;
}

/// The bins reach over all that is selected; other ones than before make what was counted useless.
void SelectionStats::fitRange()
{
    double low = 0.0, high = 0.0;
    bool any = false;
    for (const int layer : m_layers) {
        const Known *known = knownOf(layer);
        if (!known || !known->range)
            continue;
        low = any ? std::min(low, known->range->first) : known->range->first;
        high = any ? std::max(high, known->range->second) : known->range->second;
        any = true;
    }
    if (low == m_low && high == m_high)
        return;
    m_low = low;
    m_high = high;
    for (Known &known : m_known)
        known.before = known.after = {};
}

void SelectionStats::refresh()
{
    if (m_layers.isEmpty() || !m_model)
        return;
    if (m_runner.isRunning()) {
        m_again = true; // what it finds out is not lost so
        return;
    }
    m_again = false;
    if (auto tasks = missingRanges(); !tasks.empty()) {
        m_again = true; // then the shapes
        run(std::move(tasks), [](const Task &task, const JobContext &ctx) {
            Result result{.key = task.key};
            result.range = rangeOf(readableWeight(task.model, static_cast<size_t>(task.key.first), ctx));
            return result;
        });
        return;
    }
    fitRange();
    auto tasks = missingShapes();
    if (tasks.empty())
        return;
    const auto shapeOf = [low = m_low, high = m_high,
                          detailed = m_detailed](const Matrix &weight, Index kernel, const JobContext &ctx) {
        Shape shape;
        if (high > low)
            for (const int64_t count : histogram(valuesOf(weight), bins, low, high).counts)
                shape.counts.push_back(static_cast<uint32_t>(count));
        if (detailed) {
            shape.box = channelBoxes(weight.reshaped<Eigen::RowMajor>(1, weight.size()), ctx).front();
            shape.sparsity = lathe::sparsity(weight, kernel);
        }
        return shape;
    };
    run(std::move(tasks), [shapeOf](const Task &task, const JobContext &ctx) {
        const auto index = static_cast<size_t>(task.key.first);
        const Index kernel = kernelSizeOf(task.model.layers()[index]);
        Result result{.key = task.key};
        if (task.before)
            result.before = shapeOf(readableWeight(task.model, index, ctx), kernel, ctx);
        if (task.encoding) {
            result.after = shapeOf(decode(*task.encoding), kernel, ctx);
            result.afterOf = task.encoding;
        }
        return result;
    });
}

void SelectionStats::run(std::vector<Task> tasks,
                         const std::function<Result(const Task &, const JobContext &)> &work)
{
    m_runner.startStreaming<Results>(
        [tasks = std::move(tasks), work](const JobContext &ctx, const std::function<void(Results)> &deliver) {
            Results results;
            Index weights = 0;
            for (const Task &task : tasks) {
                ctx.throwIfCancelled();
                try {
                    results.push_back(work(task, ctx));
                } catch (const Cancelled &) {
                    throw;
                } catch (const std::exception &) {
                    results.push_back({.key = task.key, .failed = true}); // its numbers cannot be read
                }
                weights += task.model.layers()[static_cast<size_t>(task.key.first)].parameters;
                if (weights < weightsTogether)
                    continue;
                deliver(std::exchange(results, {}));
                weights = 0;
            }
            return results;
        },
        [this](const Results &results) { take(results); },
        [this](const Outcome<Results> &outcome) {
            if (const auto *results = std::get_if<Results>(&outcome))
                take(*results);
            if (m_again)
                refresh();
            if (!m_runner.isRunning() && !m_due.isActive())
                emit changed();
        });
}

void SelectionStats::take(const Results &results)
{
    for (const Result &result : results) {
        Known &known = m_known[result.key];
        known.failed = known.failed || result.failed;
        if (result.range)
            known.range = result.range;
        if (result.before)
            known.before = result.before;
        if (result.after) {
            known.after = result.after;
            known.afterOf = result.afterOf;
        }
    }
    if (!m_due.isActive())
        m_due.start();
}

int SelectionStats::failed() const
{
    return int(std::ranges::count_if(m_layers, [this](int layer) {
        const Known *known = knownOf(layer);
        return known && known->failed;
    }));
}

QVector<SelectionStats::LayerShapes> SelectionStats::shapes() const
{
    QVector<LayerShapes> all;
    for (const int layer : m_layers) {
        const Known *known = knownOf(layer);
        if (!known || !known->before)
            continue;
        LayerShapes shapes{.layer = layer, .before = *known->before, .after = {}};
        if (encodingOf(layer))
            shapes.after = known->after; // of the settings before, until that of these is there
        all << shapes;
    }
    return all;
}

Histogram SelectionStats::sum(bool after) const
{
    Histogram sum{.low = m_low, .high = m_high, .counts = {}};
    for (const int layer : m_layers) {
        const Known *known = knownOf(layer);
        if (!known || !known->before)
            continue;
        const bool changed = after && encodingOf(layer) && known->after;
        const std::vector<uint32_t> &counts = changed ? known->after->counts : known->before->counts;
        sum.counts.resize(std::max(sum.counts.size(), counts.size()));
        for (size_t i = 0; i < counts.size(); ++i)
            sum.counts[i] += counts[i];
    }
    return sum;
}

Histogram SelectionStats::original() const
{
    return sum(false);
}

Histogram SelectionStats::compressed() const
{
    const bool any = std::ranges::any_of(m_layers, [this](int layer) {
        const Known *known = knownOf(layer);
        return encodingOf(layer) && known && known->after;
    });
    return any ? sum(true) : Histogram();
}

std::optional<Sparsity> SelectionStats::sparsity(bool after) const
{
    Sparsity sum;
    Counts of{};
    bool any = false;
    for (const LayerShapes &one : shapes()) {
        const std::optional<Sparsity> &share = after && one.after ? one.after->sparsity : one.before.sparsity;
        if (!share)
            continue;
        any = any || !after || one.after;
        const bool isOriginal = keyOf(one.layer).second.isOriginal();
        const Model &model = isOriginal ? *m_model : m_compressed->source;
        const Counts counts = countsOf(model.layers()[static_cast<size_t>(one.layer)]);
        addTo(sum, *share, counts);
        of.element += counts.element;
        of.row += counts.row;
        of.column += counts.column;
        of.kernel += counts.kernel;
        of.channel += counts.channel;
    }
    if (!any || of.element <= 0.0)
        return {};
    Sparsity shares;
    addTo(shares, sum, {1.0 / of.element, 1.0 / of.row, 1.0 / of.column, 1.0 / of.kernel, 1.0 / of.channel});
    return shares;
}

bool SelectionStats::anyKernels() const
{
    return std::ranges::any_of(m_layers, [this](int layer) {
        return kernelSizeOf(m_model->layers()[static_cast<size_t>(layer)]) > 1;
    });
}

} // namespace lathe::ui
