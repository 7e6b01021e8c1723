#include "ui/compare/variantcomparison.h"

#include "ui/base/format.h"
#include "ui/base/settingstext.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::VariantComparison)
};

std::vector<int> topClasses(const Matrix &outputs)
{
    std::vector<int> tops;
    for (Index row = 0; row < outputs.rows(); ++row) {
        Index top = 0;
        outputs.row(row).maxCoeff(&top);
        tops.push_back(static_cast<int>(top));
    }
    return tops;
}

class SampleStudy {
public:
    SampleStudy(VariantComparison &result, const LoadedData &data, std::vector<size_t> places)
        : m_result(result), m_data(data), m_places(std::move(places))
    {
        if (m_places.empty())
            for (size_t place = 0; place < data.samples->size(); ++place)
                m_places.push_back(place);
        result.measured = true;
        result.hasLabels = data.samples->hasLabels();
        result.samples = static_cast<int64_t>(m_places.size());
    }
    void add(Exporter &exporter, const VariantWeights &variant, const JobContext &ctx)
    {
        const Session session(
            variant.file ? variant.file->model
                         : exporter.build(*variant.compressed, Storage::Dense, ctx.part(0.0, 0.2)).model);
        RunOptions options;
        options.samples = m_places;
        m_outputs.push_back(runSamples(session, *m_data.samples, options, ctx.part(0.2, 1.0)).values);
        m_tops.push_back(topClasses(m_outputs.back()));
    }
    void finish(const JobContext &ctx)
    {
        const std::vector<int> labels = labelsOfPlaces();
        const OutputKind kind = m_data.baseline->metrics.kind;
        m_result.lastAgainstFirst = compareOutputs(m_outputs.front(), m_outputs.back(), labels, kind);
        if (kind == OutputKind::NotClasses)
            return;
        collectFlipped(labels);
        if (!labels.empty()) {
            collectClasses(labels);
            collectConfusions(labels);
        }
        loadImages(ctx);
    }

private:
    std::vector<int> labelsOfPlaces() const
    {
        std::vector<int> labels;
        if (m_result.hasLabels)
            for (const size_t place : m_places)
                labels.push_back(m_data.samples->labels()[place]);
        return labels;
    }
    std::vector<int> topsOf(size_t sample) const
    {
        std::vector<int> tops;
        for (const std::vector<int> &variant : m_tops)
            tops.push_back(variant[sample]);
        return tops;
    }
    void collectFlipped(const std::vector<int> &labels)
    {
        for (size_t i = 0; i < m_places.size(); ++i) {
            const std::vector<int> tops = topsOf(i);
            if (std::ranges::adjacent_find(tops, std::not_equal_to()) != tops.end())
                m_result.flipped.push_back({m_places[i], labels.empty() ? -1 : labels[i], tops, {}, {}});
        }
    }
    void collectClasses(const std::vector<int> &labels)
    {
        std::map<int, ClassAccuracy> classes;
        for (size_t i = 0; i < labels.size(); ++i) {
            ClassAccuracy &entry = classes[labels[i]];
            entry.label = labels[i];
            entry.right.resize(m_tops.size());
            ++entry.samples;
            for (size_t v = 0; v < m_tops.size(); ++v)
                entry.right[v] += m_tops[v][i] == labels[i];
        }
        for (auto &[label, entry] : classes)
            m_result.classes.push_back(std::move(entry));
    }
    void collectConfusions(const std::vector<int> &labels)
    {
        std::map<std::pair<int, int>, std::vector<int64_t>> counts;
        for (size_t v = 0; v < m_tops.size(); ++v)
            for (size_t i = 0; i < labels.size(); ++i)
                if (m_tops[v][i] != labels[i]) {
                    auto &count = counts[{labels[i], m_tops[v][i]}];
                    count.resize(m_tops.size());
                    ++count[v];
                }
        const auto spread = [](const Confusion &c) {
            const auto [low, high] = std::ranges::minmax_element(c.samples);
            return *high - *low;
        };
        for (auto &[pair, count] : counts)
            if (Confusion confusion{pair.first, pair.second, std::move(count)}; spread(confusion) > 0)
                m_result.confusions.push_back(std::move(confusion));
        std::ranges::stable_sort(m_result.confusions, std::ranges::greater(), spread);
    }
    void loadImages(const JobContext &ctx)
    {
        const Dataset dataset = Dataset::open(m_data.choice.reference.toStdString(), ctx);
        m_result.classNames = dataset.classes();
        for (size_t i = 0; i < m_result.flipped.size(); ++i) {
            ctx.throwIfCancelled();
            FlippedSample &sample = m_result.flipped[i];
            const size_t index = m_data.samples->datasetIndices()[sample.place];
            sample.name = QString::fromStdString(dataset.sampleName(index));
            if (dataset.holdsImages() && i < flippedImages)
                sample.image = dataset.image(index);
        }
    }

    VariantComparison &m_result;
    const LoadedData &m_data;
    std::vector<size_t> m_places;
    std::vector<Matrix> m_outputs;
    std::vector<std::vector<int>> m_tops; ///< by variant, by sample
};

void addRecipe(VariantComparison &result, Compressor &compressor, Exporter &exporter, const Recipe &recipe,
               const JobContext &ctx)
{
    VariantWeights weights;
    weights.compressed = compressor.compress(recipe, ctx.part(0.0, 0.7));
    const std::vector<LayerStorage> storage = exporter.costs(*weights.compressed, ctx.part(0.7, 1.0)).layers;
    std::vector<ComparedLayer> layers;
    for (size_t i = 0; i < storage.size(); ++i) {
        const LayerResult &layer = weights.compressed->layers[i];
        layers.push_back({.known = true,
                          .ofFile = false,
                          .settings = layer.settings,
                          .text = settingsText(layer.settings),
                          .bytes = storage[i].bytes,
                          .error = layer.relativeError});
    }
    result.weights.push_back(std::move(weights));
    result.layers.push_back(std::move(layers));
}

/// "8.1 bits a weight, 30 % zeros"
QString storedText(int64_t parameters, int64_t bytes, const std::optional<Matrix> &weight)
{
    QString text =
        Words::tr("%1 bits a weight")
            .arg(number(
                static_cast<double>(bytes) * 8.0 / static_cast<double>(std::max<int64_t>(1, parameters)), 1));
    if (!weight || weight->size() == 0)
        return text;
    const double zeros =
        static_cast<double>((weight->array() == 0.0F).count()) / static_cast<double>(weight->size());
    return zeros < 0.005 ? text : Words::tr("%1, %2 zeros").arg(text, percent(zeros, 0));
}

ComparedLayer layerOfFile(const VariantWeights &variant, const Model &source, size_t layer)
{
    ComparedLayer result;
    result.ofFile = true;
    const auto &match = variant.file->matching.matches[layer];
    if (!match) {
        result.known = false;
        result.text = Words::tr("not found in it");
        return result;
    }
    const ReadableModel &readable = variant.file->readable;
    const Layer &mine = source.layers()[layer], &its = readable.model.layers()[match->parts.back()];
    const std::optional<Matrix> weight = variant.of(source, layer);
    const bool isSplit = match->parts.size() > 1;
    result.bytes = readable.bytesOf(match->parts);
    result.text = storedText(isSplit ? mine.parameters : its.parameters, result.bytes, weight);
    if (isSplit)
        result.text = Words::tr("%1, in %2 factors").arg(result.text).arg(match->parts.size());
    if (match->by == LayerMatching::By::Shape) {
        QStringList names;
        for (const size_t part : match->parts)
            names << QString::fromStdString(readable.model.layers()[part].name);
        result.text = Words::tr("%1 (as %2)").arg(result.text, names.join(QStringLiteral(" + ")));
    }
    if (!weight || !mine.untouchable.empty() || weight->rows() != mine.rows || weight->cols() != mine.cols)
        return result;
    const Matrix original = source.weight(layer);
    const double norm = original.norm();
    result.error = norm > 0.0F ? static_cast<double>((*weight - original).norm() / norm) : 0.0;
    if (*result.error == 0.0 && its.weightType == mine.weightType && result.bytes == mine.weightBytes)
        result.text = settingsText({});
    return result;
}

void addFile(VariantComparison &result, const Model &source, const VariantFile &file, const JobContext &ctx)
{
    VariantWeights weights;
    weights.file = matchFile(source, file.path, file.sha256, ctx.part(0.0, 0.7));
    std::vector<ComparedLayer> layers;
    for (size_t i = 0; i < source.layers().size(); ++i) {
        ctx.throwIfCancelled();
        layers.push_back(layerOfFile(weights, source, i));
    }
    result.weights.push_back(std::move(weights));
    result.layers.push_back(std::move(layers));
}

} // namespace

QString VariantComparison::className(int label) const
{
    const auto index = static_cast<size_t>(label);
    return index < classNames.size() ? QString::fromStdString(classNames[index]) : QString::number(label);
}

bool ComparedLayer::isLike(const ComparedLayer &other) const
{
    return known == other.known && settings == other.settings && text == other.text &&
           (bytes == other.bytes || ofFile != other.ofFile);
}

std::optional<Matrix> VariantWeights::of(const Model &source, size_t layer) const
{
    if (file) {
        const auto &match = file->matching.matches[layer];
        return match && file->readable.isReadable(match->parts)
                   ? std::optional(file->readable.weight(match->parts))
                   : std::nullopt;
    }
    const std::shared_ptr<const Encoding> &encoding = compressed->layers[layer].code.weight;
    if (encoding)
        return decode(*encoding);
    return source.layers()[layer].untouchable.empty() ? std::optional(compressed->source.weight(layer))
                                                      : std::nullopt;
}

VariantComparison compareVariants(Compressor &compressor, Exporter &exporter,
                                  const std::vector<VariantSource> &variants, const LoadedData *data,
                                  const JobContext &ctx)
{
    VariantComparison result;
    const auto count = static_cast<double>(variants.size());
    const auto partOf = [&](double from, double length, size_t v) {
        const double step = length / count;
        return ctx.part(from + step * static_cast<double>(v), from + step * static_cast<double>(v + 1));
    };
    for (size_t v = 0; v < variants.size(); ++v) {
        if (variants[v].file)
            addFile(result, compressor.source(), *variants[v].file, partOf(0.0, 0.3, v));
        else
            addRecipe(result, compressor, exporter, variants[v].recipe, partOf(0.0, 0.3, v));
    }
    if (!data)
        return result;
    const bool calibrated = std::ranges::any_of(result.weights, [](const VariantWeights &weights) {
        return weights.compressed && !weights.compressed->calibration.empty();
    });
    SampleStudy study(result, *data, calibrated ? data->heldOut->samples : std::vector<size_t>());
    for (size_t v = 0; v < variants.size(); ++v)
        study.add(exporter, result.weights[v], partOf(0.3, 0.65, v));
    study.finish(ctx.part(0.95, 1.0));
    return result;
}

} // namespace lathe::ui
