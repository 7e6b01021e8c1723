#include "core/recover/layersweep.h"

#include "core/base/error.h"
#include "core/compress/encodewith.h"
#include "core/recover/layerfit.h"

#include <algorithm>
#include <array>

namespace lathe {
namespace {

/// Of the mean square of the inputs: which of them is best shows on held-out samples.
constexpr std::array ridges{0.001, 0.01, 0.1, 1.0};
constexpr double leastDamping = 0.01; ///< of what is encoded anew

bool scalesMove(const LayerSettings &settings)
{
    return !settings.quantize || settings.quantize->scale == ScaleKind::Any;
}

/// With roundings that are made up for by the columns to come, where the recipe leaves that open.
LayerSettings sweeping(LayerSettings settings)
{
    if (settings.quantize) {
        settings.quantize->biasCorrection = BiasCorrection::Data;
        if (settings.quantize->scale == ScaleKind::Any)
            settings.quantize->rounding = Rounding::Gptq;
    }
    return settings;
}

/// The best so far of what a layer could carry.
class Choice {
public:
    Choice(const MatchedMoments &heldOut, Index groups, const Matrix &weight, const Vector &shift)
        : m_heldOut(heldOut), m_groups(groups), m_error(outputError(heldOut, weight, shift, groups))
    {
    }
    /// @returns whether it is the best so far
    bool consider(FittedLayer candidate)
    {
        const double error = outputError(m_heldOut, decode(candidate.encoding), candidate.shift, m_groups);
        if (!(error < m_error))
            return false;
        m_error = error;
        m_best = std::move(candidate);
        return true;
    }
    std::optional<FittedLayer> best() && { return std::move(m_best); }

private:
    const MatchedMoments &m_heldOut;
    Index m_groups;
    double m_error;
    std::optional<FittedLayer> m_best;
};

bool take(Choice choice, LayerResult &result)
{
    auto best = std::move(choice).best();
    if (!best)
        return false;
    result.code = {std::make_shared<const Encoding>(std::move(best->encoding)), std::move(best->shift)};
    return true;
}

/// Each layer one layer, so that it is found again in the graph.
LayerCode plainly(const LayerCode &code)
{
    if (!code.weight)
        return code;
    Matrix decoded = decode(*code.weight);
    const Index rows = decoded.rows(), cols = decoded.cols();
    return {std::make_shared<const Encoding>(MatrixEncoding{rows, cols, {}, DenseValues{std::move(decoded)}}),
            code.biasShift};
}

} // namespace

Index LayerSweep::run(RecoveryStep step, CompressedModel &model, const JobContext &ctx)
{
    const std::vector<Layer> &layers = model.source.layers();
    CompressedModel plain = model;
    for (LayerResult &layer : plain.layers)
        layer.code = plainly(layer.code);
    const Model &source = m_whole != nullptr ? m_whole->model : model.source;
    MatchedInputs fitted(source, m_samples.fitted, m_options.columns, ctx);
    MatchedInputs heldOut(source, m_samples.heldOut, m_options.columns, ctx);
    Index changed = 0;
    for (size_t i = 0; i < layers.size(); ++i) {
        const auto done = static_cast<double>(i) / static_cast<double>(layers.size());
        ctx.checkpoint(done, Message::tr("fitting layer {} of {}", i + 1, layers.size()));
        if (m_options.isEnough && m_options.isEnough())
            break;
        if (!model.layers[i].code.weight) // layers that share a weight have one each
            continue;
        if (const Message obstacle = fitted.obstacle(i); !obstacle.empty()) {
            if (std::ranges::none_of(m_issues,
                                     [&](const Issue &issue) { return issue.layer == layers[i].name; }))
                m_issues.push_back({Issue::Severity::Note, layers[i].name,
                                    Message::tr("{} is left as it is: {}.", layers[i].name, obstacle)});
            continue;
        }
        Model graph = m_exporter.build(plain, Storage::Dense, ctx).model;
        if (m_whole != nullptr)
            graph = withStandIns(graph, *m_whole->blocks);
        const MatchedMoments own = fitted.of(i, graph, ctx), other = heldOut.of(i, graph, ctx);
        if (!improve(step, model, i, own, other, ctx))
            continue;
        plain.layers[i].code = plainly(model.layers[i].code);
        ++changed;
    }
    return changed;
}

bool LayerSweep::improve(RecoveryStep step, CompressedModel &model, size_t index,
                         const MatchedMoments &fitted, const MatchedMoments &heldOut,
                         const JobContext &ctx) const
{
    LayerResult &result = model.layers[index];
    const Layer &layer = model.source.layers()[index];
    const Encoding &encoding = *result.code.weight;
    const Matrix stored = decode(encoding);
    const bool moves = scalesMove(result.settings);
    Choice choice(heldOut, layer.groups, stored, result.code.biasShift);
    choice.consider({encoding, meanShift(fitted, stored, layer.groups)});
    if (step == RecoveryStep::Bias)
        return take(std::move(choice), result);
    double ridge = ridges.back();
    for (const double tried : ridges)
        if (choice.consider(refitted(encoding, fitted, layer.groups, tried, moves, ctx)))
            ridge = tried;
    if (step == RecoveryStep::Encoding) {
        InputStatistics inputs = fitted.withSecondMoments();
        inputs.damping = std::max(leastDamping, ridge);
        const Matrix best = bestWeight(model.source.weight(index), fitted, layer.groups, inputs.damping, ctx);
        const Encoding anew = encodedWith(layer, sweeping(result.settings), result.pruneCount, best,
                                          std::make_shared<const InputStatistics>(std::move(inputs)), ctx);
        choice.consider({anew, meanShift(fitted, decode(anew), layer.groups)});
        choice.consider(refitted(anew, fitted, layer.groups, ridge, moves, ctx));
    }
    return take(std::move(choice), result);
}

} // namespace lathe
