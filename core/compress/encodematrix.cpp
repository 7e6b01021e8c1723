#include "core/compress/encodelayer.h"
#include "core/methods/masksearch.h"
#include "core/methods/prunecriteria.h"

#include <algorithm>
#include <cmath>

namespace lathe {
namespace {

constexpr Index widestSearch = 2304; ///< inputs; above, looking for a better mask takes too long

class MatrixEncoder {
public:
    MatrixEncoder(const Matrix &weight, const MatrixSettings &settings, const MatrixInputs *inputs,
                  const JobContext &ctx)
        : m_weight(weight), m_settings(settings), m_inputs(inputs), m_ctx(ctx)
    {
    }

    EncodedMatrix run()
    {
        MatrixEncoding result = encoding();
        return {std::move(result), m_fellBack, m_lacksGradients};
    }

private:
    MatrixEncoding encoding()
    {
        if (m_settings.methods.prune)
            prune(*m_settings.methods.prune);
        if (std::ranges::all_of(m_kept, [](uint8_t kept) { return kept != 0; }))
            m_kept.clear(); // the ratio rounds to no element at all
        if (m_settings.methods.quantize)
            return quantize(weight(), *m_settings.methods.quantize, std::move(m_kept),
                            inversesFor(m_settings.methods.quantize->rounding == Rounding::Gptq), m_ctx);
        if (m_settings.methods.cluster)
            return cluster(weight(), *m_settings.methods.cluster, std::move(m_kept), importance(), m_ctx);
        Matrix values = masked(weight(), m_kept);
        return {m_weight.rows(), m_weight.cols(), std::move(m_kept), DenseValues{std::move(values)}};
    }

    const Matrix &weight() const { return m_changed ? *m_changed : m_weight; }

    bool hasHessians()
    {
        if (m_inputs && m_inputs->hasHessians())
            return true;
        m_fellBack = true;
        return false;
    }

    std::span<const InverseHessian> inversesFor(bool wanted)
    {
        return wanted && hasHessians() ? m_inputs->inverses(m_settings.correctsBias, m_ctx)
                                       : std::span<const InverseHessian>();
    }

    void prune(const PruneSettings &settings)
    {
        if (settings.pattern.kind == PrunePattern::Kind::NofM &&
            m_weight.cols() % settings.pattern.second != 0) {
            m_fellBack = true; // a factor with such a rank
            return;
        }
        const PruneCriterion &criterion = criterionOf(settings.method);
        if (criterion.refits && hasHessians())
            return pruneGroups(settings);
        m_fellBack |= criterion.byInputs && !m_inputs;
        m_lacksGradients = criterion.byGradients && !m_settings.gradients;
        const bool rowByRow = criterion.rowByRow && m_inputs;
        m_kept = pruneByScores(
            pruneScores(settings.method, {m_weight, m_inputs, m_settings.name, m_settings.gradients}),
            {settings.ratio, m_settings.pruneCount, settings.pattern, rowByRow});
    }

    template <class F>
    void scaleColumns(Matrix &scores, const F &factorsOf)
    {
        const Index rows = scores.rows() / m_inputs->groups();
        for (Index g = 0; g < m_inputs->groups(); ++g)
            scores.middleRows(g * rows, rows) *= factorsOf(g).asDiagonal();
    }

    /// Optimal Brain Surgeon, group by group; each loses what is due so far, so that rounding does not add
    /// up.
    void pruneGroups(const PruneSettings &settings)
    {
        const std::span<const InverseHessian> inverses = m_inputs->inverses(m_settings.correctsBias, m_ctx);
        const Index rows = m_weight.rows() / std::ssize(inverses);
        const Index size = rows * m_weight.cols();
        const double share = m_settings.pruneCount ? static_cast<double>(*m_settings.pruneCount) /
                                                         static_cast<double>(m_weight.size())
                                                   : settings.ratio;
        Matrix changed(m_weight.rows(), m_weight.cols());
        int64_t gone = 0;
        for (Index g = 0; g < std::ssize(inverses); ++g) {
            const int64_t due = std::llround(share * static_cast<double>((g + 1) * size));
            const auto count = std::clamp<int64_t>(due - gone, 0, size);
            const double ratio =
                std::min(static_cast<double>(count) / static_cast<double>(size), std::nextafter(1.0, 0.0));
            const double groups = static_cast<double>(inverses.size());
            const JobContext own =
                m_ctx.part(static_cast<double>(g) / groups, static_cast<double>(g + 1) / groups);
            PrunedWeights pruned =
                pruneGroup(m_weight.middleRows(g * rows, rows), inverses[static_cast<size_t>(g)], ratio,
                           settings.pattern, own.part(0.0, 0.1));
            Matrix hessian = m_inputs->hessian(g, m_settings.correctsBias);
            hessian.diagonal().array() +=
                static_cast<float>(inverses[static_cast<size_t>(g)].damping) * hessian.diagonal().mean();
            const Matrix part = m_weight.middleRows(g * rows, rows);
            refineKept(part, hessian, pruned, 10, own);
            if (part.cols() <= widestSearch)
                pruned = searchMask(part, hessian, std::move(pruned),
                                    maskRule(ratio, count, settings.pattern), own.part(0.1, 1.0));
            changed.middleRows(g * rows, rows) = pruned.values;
            m_kept.insert(m_kept.end(), pruned.kept.begin(), pruned.kept.end());
            gone = due;
        }
        m_changed = std::move(changed);
    }

    static MaskRule maskRule(double ratio, int64_t count, const PrunePattern &pattern)
    {
        const bool single = pattern.kind == PrunePattern::Kind::Single;
        return [rules = ScoreRules{ratio, single ? std::optional(count) : std::nullopt, pattern}](
                   const Matrix &scores) { return pruneByScores(scores, rules); };
    }

    PrunedWeights pruneGroup(const Matrix &weight, const InverseHessian &inverse, double ratio,
                             const PrunePattern &pattern, const JobContext &ctx)
    {
        switch (pattern.kind) {
        case PrunePattern::Kind::Single:
            break;
        case PrunePattern::Kind::NofM:
            return pruneBySurgeonNofM(weight, inverse, pattern.first, pattern.second, ctx);
        case PrunePattern::Kind::Block:
            return pruneBySurgeonBlocks(weight, inverse, ratio, pattern.first, pattern.second, ctx);
        }
        return pruneBySurgeon(weight, inverse, ratio, ctx);
    }

    Matrix importance()
    {
        const ClusterWeighting weighting = m_settings.methods.cluster->weighting;
        if (weighting == ClusterWeighting::None)
            return {};
        if (!m_inputs || (weighting == ClusterWeighting::Hessian && !hasHessians())) {
            m_fellBack = true;
            return {};
        }
        Matrix result = Matrix::Ones(m_weight.rows(), m_weight.cols());
        scaleColumns(result, [&](Index g) -> Vector {
            if (weighting == ClusterWeighting::Activation)
                return m_inputs->variance(g);
            const Matrix &upper =
                m_inputs->inverses(m_settings.correctsBias, m_ctx)[static_cast<size_t>(g)].upper;
            return upper.colwise().squaredNorm().cwiseInverse().transpose(); // H^-1 = U^T U
        });
        return result;
    }

    const Matrix &m_weight;
    std::optional<Matrix> m_changed; ///< where pruning makes the rest make up for what is gone
    const MatrixSettings &m_settings;
    const MatrixInputs *m_inputs;
    const JobContext &m_ctx;
    std::vector<uint8_t> m_kept;
    bool m_fellBack = false;
    bool m_lacksGradients = false;
};

} // namespace

EncodedMatrix encodeMatrix(const Matrix &weight, const MatrixSettings &settings, const MatrixInputs *inputs,
                           const JobContext &ctx)
{
    return MatrixEncoder(weight, settings, inputs, ctx).run();
}

} // namespace lathe
