#include "ui/variantcomparison.h"

#include <algorithm>
#include <map>

namespace lathe::ui {
namespace {

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
    void add(Exporter &exporter, const CompressedModel &compressed, const JobContext &ctx)
    {
        const Session session(exporter.build(compressed, Storage::Dense, ctx.part(0.0, 0.2)).model);
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

} // namespace

QString VariantComparison::className(int label) const
{
    const auto index = static_cast<size_t>(label);
    return index < classNames.size() ? QString::fromStdString(classNames[index]) : QString::number(label);
}

VariantComparison compareVariants(Compressor &compressor, Exporter &exporter,
                                  const std::vector<Recipe> &recipes, const LoadedData *data,
                                  const JobContext &ctx)
{
    VariantComparison result;
    const double step = 0.3 / static_cast<double>(recipes.size());
    for (size_t v = 0; v < recipes.size(); ++v) {
        const JobContext part = ctx.part(step * static_cast<double>(v), step * static_cast<double>(v + 1));
        result.compressed.push_back(compressor.compress(recipes[v], part.part(0.0, 0.7)));
        result.storage.push_back(exporter.costs(result.compressed.back(), part.part(0.7, 1.0)).layers);
    }
    if (!data)
        return result;
    const bool calibrated = std::ranges::any_of(
        result.compressed, [](const CompressedModel &model) { return !model.calibration.empty(); });
    SampleStudy study(result, *data, calibrated ? data->heldOut->samples : std::vector<size_t>());
    const double share = 0.65 / static_cast<double>(recipes.size());
    for (size_t v = 0; v < recipes.size(); ++v)
        study.add(exporter, result.compressed[v],
                  ctx.part(0.3 + share * static_cast<double>(v), 0.3 + share * static_cast<double>(v + 1)));
    study.finish(ctx.part(0.95, 1.0));
    return result;
}

} // namespace lathe::ui
