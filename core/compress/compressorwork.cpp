#include "core/compress/compressorwork.h"

#include "core/analysis/weightstats.h"
#include "core/compress/encodelayer.h"
#include "core/compress/globalprune.h"
#include "core/methods/convfactors.h"
#include "core/methods/prunecriteria.h"
#include "core/recipe/meaning.h"

#include <limits>

namespace lathe {
namespace {

struct BytesOfValues {
    size_t operator()(const DenseValues &dense) const
    {
        return static_cast<size_t>(dense.values.size()) * sizeof(float);
    }
    size_t operator()(const UniformCodes &codes) const
    {
        return codes.codes.size() + (codes.scales.values.size() + codes.zeroPoints.size()) * sizeof(float);
    }
    size_t operator()(const CodebookCodes &codes) const
    {
        return codes.codes.size() + (codes.scales.values.size() + codes.tables.size()) * sizeof(float);
    }
};

size_t bytesOf(const Encoding &encoding)
{
    size_t bytes = 0;
    for (const MatrixEncoding *matrix : matricesOf(encoding))
        bytes += matrix->kept.size() + std::visit(BytesOfValues{}, matrix->values);
    return bytes;
}

double relativeErrorOf(const Matrix &weight, const Matrix &decoded)
{
    const double norm = weight.cast<double>().norm();
    return norm > 0.0 ? (weight.cast<double>() - decoded.cast<double>()).norm() / norm : 0.0;
}

void refuseNonFinite(const Matrix &weight, const std::string &layerName)
{
    const Index nan = weight.array().isNaN().count();
    const Index infinite = weight.array().isInf().count();
    if (nan + infinite == 0)
        return;
    const Message what = infinite == 0 ? Message::tr("NaN")
                         : nan == 0    ? Message::tr("infinity")
                                       : Message::tr("NaN or infinity");
    const Index places = nan + infinite;
    throw Error(
        ErrorCode::NumericFailure,
        places == 1
            ? Message::tr(
                  "`{}` holds {} at 1 place; it cannot be compressed. Keep it as it is, or repair the "
                  "model.",
                  layerName, what)
            : Message::tr("`{}` holds {} at {} places; it cannot be compressed. Keep it as it is, or repair "
                          "the model.",
                          layerName, what, places));
}

/// What was trained in a plain layer has no key.
bool isOfPlan(const TunedLayer &trained, const Plan &plan, const LayerSettings &settings)
{
    return trained.planKey.empty() ? settings.empty() : samePlanButBias(plan.key(), trained.planKey);
}

} // namespace

void refuseWithoutCalibration(const Layer &layer, const LayerSettings &settings)
{
    if (goesByGradients(settings))
        throw Error(
            ErrorCode::InvalidArgument,
            Message::tr("`{}` ({}) goes by gradients and needs data: name a data set (--data, half of "
                        "which calibrates, or --calibrate), or choose a setting that needs none.",
                        layer.name, summary(settings)));
    throw Error(
        ErrorCode::InvalidArgument,
        Message::tr("`{}` ({}) goes by the layer's inputs and needs data: name a data set (--data, half of "
                    "which calibrates, or --calibrate), or choose a setting that needs none.",
                    layer.name, summary(settings)));
}

Compressor::Work::Work(const Compressor &owner, size_t layer, std::optional<int64_t> pruneCount,
                       const JobContext &ctx)
    : m_model(owner.m_source), m_layer(m_model.layers()[layer]), m_index(layer), m_cache(*owner.m_cache),
      m_calibration(owner.m_calibration.get()), m_pruneCount(pruneCount), m_ctx(ctx)
{
    m_ctx.onProgress = {}; // the steps of one layer are no progress of the whole
}

KnownResult Compressor::Work::run(const LayerSettings &settings)
{
    return finished(settings, planned(settings), [this](const Plan &plan) { return encoded(plan); });
}

std::optional<KnownResult> Compressor::Work::remembered(const LayerSettings &settings)
{
    const bool byEnergy = settings.rank && settings.rank->unit == RankSettings::Unit::Energy;
    if (byEnergy && !m_cache.energies.find({m_index, settings.rank->form == RankForm::Spatial}))
        return {};
    const PlannedLayer plan = planned(settings);
    const auto known = m_cache.encodings.find({m_index, plan.plan.key()});
    if (!plan.plan.empty() && !known)
        return {};
    return finished(settings, plan, [&](const Plan &) { return *known; });
}

Matrix Compressor::Work::pruneScores(const LayerSettings &settings)
{
    planned(settings); // refuses what needs calibration where there is none
    const PruneMethod method = settings.prune->method;
    if (criterionOf(method).byGradients) {
        const auto known = gradients();
        if (!known)
            return Matrix::Constant(m_layer.rows, m_layer.cols, std::numeric_limits<float>::max());
        return lathe::pruneScores(method, {weight(), nullptr, m_layer.name, known.get()});
    }
    if (!criterionOf(method).byInputs)
        return lathe::pruneScores(method, {weight(), nullptr, m_layer.name});
    const auto known = inputs();
    if (!known || !known->hasHessians())
        return Matrix::Constant(m_layer.rows, m_layer.cols, std::numeric_limits<float>::max());
    return outputScores(weight(), *known);
}

LayerResult Compressor::Work::untouched() const
{
    LayerResult result;
    result.theoreticalBits = m_layer.weightBytes * 8;
    return result;
}

PlannedLayer Compressor::Work::planned(const LayerSettings &settings, bool trained)
{
    const bool spatial = settings.rank && settings.rank->form == RankForm::Spatial;
    PlannedLayer result = planLayer(m_layer, settings, [this, spatial] { return energy(spatial); });
    if (result.plan.settings.prune && !isTakenApart(result.plan.settings))
        result.plan.pruneCount = m_pruneCount;
    if (needsCalibration(result.plan.settings) && !m_calibration && !trained)
        refuseWithoutCalibration(m_layer, settings);
    return result;
}

bool Compressor::Work::isTunedWith(const LayerSettings &settings, const TunedLayer &trained)
{
    return isOfPlan(trained, planned(settings, true).plan, settings);
}

template <class F>
KnownResult Compressor::Work::finished(const LayerSettings &settings, const PlannedLayer &plan,
                                       const F &encode)
{
    KnownResult known{untouched(), {}};
    if (!plan.plan.empty())
        known = encode(plan.plan);
    known.issues.insert(known.issues.begin(), plan.issues.begin(), plan.issues.end());
    known.result.settings = settings;
    known.result.planKey = plan.plan.key();
    return known;
}

std::optional<KnownResult> Compressor::Work::tuned(const LayerSettings &settings, const TunedLayer &trained,
                                                   std::vector<Issue> &stale)
{
    const PlannedLayer plan = planned(settings, true);
    if (!isOfPlan(trained, plan.plan, settings)) {
        stale.push_back({Issue::Severity::Note, m_layer.name,
                         Message::tr("{} was trained with other settings, and its trained weights are left "
                                     "out.",
                                     m_layer.name)});
        return {};
    }
    KnownResult known{untouched(), plan.issues};
    LayerResult &result = known.result;
    result.settings = settings;
    result.planKey = trained.planKey;
    result.code = trained.code;
    result.trained = LayerResult::Trained::Carried;
    if (trained.code.weight) {
        const Matrix stored = decode(*trained.code.weight);
        result.relativeError = relativeErrorOf(weight(), stored);
        result.rank = plan.plan.rank;
        measure(result, stored, inputs().get(), trained.code.biasShift.size() > 0);
    }
    return known;
}

const Matrix &Compressor::Work::weight()
{
    if (!m_weight) {
        m_weight = m_model.weight(m_index);
        refuseNonFinite(*m_weight, m_layer.name);
    }
    return *m_weight;
}

std::shared_ptr<const SvdFactors> Compressor::Work::factors(bool spatial)
{
    const Cache::FactorKey key{m_index, spatial};
    if (const auto known = m_cache.factors.find(key))
        return *known;
    const auto computed = std::make_shared<const SvdFactors>(
        svd(spatial ? spatialUnfolding(weight(), kernelOf(m_layer)) : weight(), m_ctx));
    const Index numbers = computed->u.size() + computed->values.size() + computed->v.size();
    m_cache.factors.insert(key, computed, static_cast<size_t>(numbers) * sizeof(float));
    return computed;
}

std::vector<double> Compressor::Work::energy(bool spatial)
{
    const Cache::FactorKey key{m_index, spatial};
    if (const auto known = m_cache.energies.find(key))
        return *known;
    std::vector<double> computed = factors(spatial)->energy();
    m_cache.energies.insert(key, computed);
    return computed;
}

std::shared_ptr<const MatrixInputs> Compressor::Work::inputs()
{
    if (!m_calibration)
        return nullptr;
    if (const auto known = m_cache.inputs.find(m_index))
        return *known;
    const auto statistics = m_calibration->of(m_index, m_ctx);
    if (!statistics)
        return nullptr;
    auto made = std::make_shared<const MatrixInputs>(statistics, m_layer.groups);
    m_cache.inputs.insert(m_index, made, made->bytes());
    return made;
}

std::shared_ptr<const GradientStatistics> Compressor::Work::gradients()
{
    if (!m_calibration)
        return nullptr;
    auto known = m_calibration->gradients(m_index, m_ctx);
    m_cache.gradientsKnown = true;
    return known;
}

KnownResult Compressor::Work::encoded(const Plan &plan)
{
    const Cache::PlanKey key{m_index, plan.key()};
    if (const auto known = m_cache.encodings.find(key))
        return *known;
    const bool byGradients = goesByGradients(plan.settings) && !isTakenApart(plan.settings) && m_calibration;
    const LayerSources sources{weight(),
                               m_layer,
                               [this] { return factors(false); },
                               [this] { return factors(true); },
                               inputs(),
                               m_calibration ? m_calibration->obstacle(m_index) : Message(),
                               byGradients ? gradients() : nullptr,
                               byGradients ? m_calibration->gradientObstacle(m_index) : Message()};
    JobContext telling = m_ctx;
    telling.onProgress = m_report;
    EncodedLayer encodedLayer = encodeLayer(sources, plan, telling);
    m_ctx.throwIfCancelled();
    KnownResult known{untouched(), {}};
    for (const Message &note : encodedLayer.notes)
        known.issues.push_back(
            {Issue::Severity::Note, m_layer.name, Message::tr("{}: {}.", m_layer.name, note)});
    if (changesAnything(plan, encodedLayer.encoding))
        describe(known, plan, std::move(encodedLayer.encoding), sources.inputs.get());
    const size_t bytes = known.result.code.weight ? bytesOf(*known.result.code.weight) : sizeof(KnownResult);
    m_cache.encodings.insert(key, known, bytes);
    return known;
}

const Normalizations &Compressor::Work::normalizations()
{
    std::call_once(m_cache.normalizationsOnce, [this] { m_cache.normalizations.emplace(m_model); });
    return *m_cache.normalizations;
}

std::optional<MatrixEncoding> Compressor::Work::withSumsKept(const Plan &plan, const Encoding &encoding)
{
    const auto *matrix = std::get_if<MatrixEncoding>(&encoding);
    const auto &prune = plan.settings.prune; // other methods change what is left
    const bool unchanged = !prune || !criterionOf(prune->method).byInputs;
    if (!matrix || !unchanged || plan.settings.quantize->rounding != Rounding::Nearest)
        return {};
    MatrixEncoding kept = *matrix;
    const ScaleKind scales = plan.settings.quantize->scale;
    return keepSums(weight(), kept, scales) ? std::optional(std::move(kept)) : std::nullopt;
}

void Compressor::Work::correctByConstants(KnownResult &known, const Plan &plan, Encoding &encoding,
                                          Matrix &stored)
{
    const auto &quantize = plan.settings.quantize;
    const bool automatic = quantize && quantize->biasCorrection == BiasCorrection::Auto;
    if (correctsBias(plan.settings) ||
        !(automatic || (quantize && quantize->biasCorrection == BiasCorrection::Constants)))
        return;
    if (automatic && known.result.relativeError > mostCorrected)
        return;
    const auto mean = normalizations().inputMean(m_index, weight());
    if (!mean && !normalizations().followsFolded(m_index)) {
        if (!automatic)
            known.issues.push_back(
                {Issue::Severity::Note, m_layer.name,
                 Message::tr("{}: its bias is not corrected: no normalization says what its inputs are.",
                             m_layer.name)});
        return;
    }
    if (auto kept = withSumsKept(plan, encoding)) {
        Matrix values = decode(*kept);
        const double error = relativeErrorOf(weight(), values);
        if (automatic && error > mostCorrected) // nothing at all, so that "constants" repeats what is kept
            return;
        encoding = std::move(*kept);
        stored = std::move(values);
        known.result.relativeError = error;
        known.result.biasCorrection = BiasCorrection::Constants;
    }
    if (mean) {
        known.result.code.biasShift = productOfMeans(weight() - stored, *mean, m_layer.groups);
        known.result.biasCorrection = BiasCorrection::Constants;
    }
}

void Compressor::Work::describe(KnownResult &known, const Plan &plan, Encoding encoding,
                                const MatrixInputs *inputs)
{
    LayerResult &result = known.result;
    Matrix stored = decode(encoding);
    result.relativeError = relativeErrorOf(weight(), stored);
    result.rank = plan.rank;
    const bool shifted = inputs && correctsBias(plan.settings);
    if (shifted) {
        result.code.biasShift = inputs->meanDifference(weight(), stored);
        if (plan.settings.quantize && plan.settings.quantize->biasCorrection == BiasCorrection::Data)
            result.biasCorrection = BiasCorrection::Data;
    }
    correctByConstants(known, plan, encoding, stored);
    result.code.weight = std::make_shared<const Encoding>(std::move(encoding));
    measure(result, stored, inputs, shifted);
}

void Compressor::Work::measure(LayerResult &result, const Matrix &stored, const MatrixInputs *inputs,
                               bool shifted)
{
    const Encoding &encoding = *result.code.weight;
    result.sparsity = storedSparsity(encoding);
    result.theoreticalBits = theoreticalBits(encoding, elementBits(m_layer.weightType));
    if (!inputs || !inputs->hasHessians())
        return;
    result.outputError = inputs->relativeOutputError(weight(), stored, shifted);
    result.normalizedError = inputs->normalizedOutputError(weight(), stored, result.code.biasShift);
}

bool Compressor::Work::changesAnything(const Plan &plan, const Encoding &encoding)
{
    LayerSettings others = plan.settings;
    others.prune.reset();
    return !others.empty() || !std::get<MatrixEncoding>(encoding).kept.empty();
}

} // namespace lathe
