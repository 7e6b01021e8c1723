#include "ui/compare/variantstudy.h"

#include "ui/base/format.h"
#include "ui/base/settingstext.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::VariantComparison)
};

/// What is left of the layer.
void addWidth(ComparedLayer &compared, const Layer &whole, const Layer &left)
{
    if (left.absent) {
        compared.gone = true;
        compared.error.reset();
        compared.text = Words::tr("gone with its block");
    } else if (left.rows != whole.rows || left.cols != whole.cols) {
        compared.rows = left.rows;
        compared.cols = left.cols;
        compared.text = Words::tr("%1, %2 × %3 left").arg(compared.text).arg(left.rows).arg(left.cols);
    }
}

VariantStudy studyRecipe(Compressor &compressor, Exporter &exporter, const VariantSource &variant,
                         const JobContext &ctx)
{
    VariantStudy study;
    study.weights.compressed = compressor.compress(variant.recipe, variant.tuning, ctx.part(0.0, 0.7));
    const std::vector<LayerStorage> storage =
        exporter.costs(*study.weights.compressed, ctx.part(0.7, 1.0)).layers;
    const std::vector<Layer> &whole = compressor.source().layers();
    for (size_t i = 0; i < storage.size(); ++i) {
        const LayerResult &layer = study.weights.compressed->layers[i];
        ComparedLayer compared{.known = true,
                               .ofFile = false,
                               .settings = layer.settings,
                               .text = settingsText(layer.settings),
                               .bytes = storage[i].bytes,
                               .error = layer.relativeError};
        addWidth(compared, whole[i], study.weights.compressed->source.layers()[i]);
        study.layers.push_back(compared);
    }
    return study;
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
    const int64_t numbers = readable.bytesOf(match->parts);
    result.bytes = readable.fileBytesOf(match->parts);
    result.text = storedText(isSplit ? mine.parameters : its.parameters, numbers, weight);
    if (isSplit)
        result.text = Words::tr("%1, in %2 factors").arg(result.text, QString::number(match->parts.size()));
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
    if (*result.error == 0.0 && its.weightType == mine.weightType && numbers == mine.weightBytes)
        result.text = settingsText({});
    return result;
}

VariantStudy studyFile(const Model &source, const VariantFile &file, const JobContext &ctx)
{
    VariantStudy study;
    study.weights.file = matchFile(source, file.path, file.sha256, ctx);
    for (size_t i = 0; i < source.layers().size(); ++i) {
        ctx.throwIfCancelled();
        study.layers.push_back(layerOfFile(study.weights, source, i));
    }
    return study;
}

} // namespace

bool ComparedLayer::isLike(const ComparedLayer &other) const
{
    const auto isUntouched = [](const ComparedLayer &layer) {
        return layer.known && !layer.ofFile && !layer.gone && layer.rows == 0 &&
               (layer.settings.keep || layer.settings.empty());
    };
    if (isUntouched(*this) && isUntouched(other))
        return true; // kept or not asked for
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
    if (compressed->source.layers()[layer].absent)
        return {};
    return source.layers()[layer].untouchable.empty() ? std::optional(compressed->source.weight(layer))
                                                      : std::nullopt;
}

VariantStudy studyVariant(Compressor &compressor, Exporter &exporter, const VariantSource &variant,
                          const JobContext &ctx)
{
    return variant.file ? studyFile(compressor.source(), *variant.file, ctx)
                        : studyRecipe(compressor, exporter, variant, ctx);
}

SampleAnswers answersOf(Matrix values, OutputKind kind)
{
    SampleAnswers answers;
    answers.values = std::move(values);
    if (kind == OutputKind::NotClasses)
        return answers;
    for (Index row = 0; row < answers.values.rows(); ++row) {
        Index top = 0;
        answers.values.row(row).maxCoeff(&top);
        answers.tops.push_back(static_cast<int>(top));
        answers.probabilities.push_back(
            static_cast<float>(probabilitiesOf(answers.values, row, kind)[static_cast<size_t>(top)]));
    }
    return answers;
}

std::vector<double> probabilitiesOf(const Matrix &values, Index row, OutputKind kind)
{
    std::vector<double> shares(values.row(row).begin(), values.row(row).end());
    if (kind == OutputKind::Probabilities)
        return shares;
    const double largest = kind == OutputKind::Logits ? *std::ranges::max_element(shares) : 0.0;
    for (double &share : shares)
        share = std::exp(share - largest);
    if (kind == OutputKind::LogProbabilities)
        return shares;
    const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    for (double &share : shares)
        share /= sum;
    return shares;
}

std::vector<ClassShare> likeliestClasses(const VariantStudy &study, size_t sample, size_t count,
                                         OutputKind kind)
{
    for (const std::shared_ptr<const SampleAnswers> &portion : study.portions) {
        const auto rows = static_cast<size_t>(portion->values.rows());
        if (sample >= rows) {
            sample -= rows;
            continue;
        }
        const std::vector<double> shares = probabilitiesOf(portion->values, static_cast<Index>(sample), kind);
        std::vector<ClassShare> classes;
        for (size_t i = 0; i < shares.size(); ++i)
            classes.push_back({static_cast<int>(i), shares[i]});
        const auto likelier = [](const ClassShare &a, const ClassShare &b) {
            // What is no number comes last: it has no place in any other order.
            return std::isnan(b.share) ? !std::isnan(a.share) : a.share > b.share;
        };
        std::ranges::stable_sort(classes, likelier);
        classes.resize(std::min(count, classes.size()));
        return classes;
    }
    return {};
}

} // namespace lathe::ui
