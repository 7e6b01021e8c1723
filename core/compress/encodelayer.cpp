#include "core/compress/encodelayer.h"

#include "core/methods/convfactors.h"
#include "core/recipe/keys.h"
#include "core/recipe/meaning.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe {
namespace {

class LayerEncoder {
public:
    LayerEncoder(const LayerSources &sources, const Plan &plan, const JobContext &ctx)
        : m_sources(sources), m_plan(plan), m_settings(plan.settings), m_ctx(ctx)
    {
    }

    EncodedLayer run()
    {
        EncodedLayer result{encoding(), {}};
        if (m_fellBack && m_sources.inputs)
            result.notes.push_back(
                Message::tr("where the inputs of a factor are not known, it is pruned by magnitude and "
                            "rounded to nearest"));
        else if (m_fellBack)
            result.notes.push_back(
                Message::tr("it is compressed by its weights alone: {}", m_sources.inputsObstacle));
        if (m_lacksGradients)
            result.notes.push_back(
                isTakenApart(m_settings)
                    ? Message::tr(
                          "its factors are pruned by magnitude: gradients are known of the whole weight")
                    : Message::tr("it is pruned by magnitude: {}", m_sources.gradientObstacle));
        if (const double damping = m_sources.inputs ? m_sources.inputs->largestDamping() : 0.0;
            damping > 0.099) // as for fewer columns than inputs
            result.notes.push_back(Message::tr(
                "its input covariance is singular and was damped by {:.3g} of its mean", damping));
        return result;
    }

private:
    Encoding encoding()
    {
        if (m_settings.separable)
            return separated();
        if (!m_settings.rank)
            return whole();
        switch (m_settings.rank->form) {
        case RankForm::Channel:
            break;
        case RankForm::Spatial: {
            const SpatialFactors f =
                spatialFactors(*m_sources.spatialFactors(), kernelOf(m_sources.layer), m_plan.rank);
            return split(FactorForm::Spatial, {f.vertical, f.horizontal});
        }
        case RankForm::Tucker2: {
            const TuckerFactors f = factorizeTucker2(m_sources.weight, kernelOf(m_sources.layer), m_plan.rank,
                                                     inputRank(m_sources.layer, m_plan.rank), m_ctx);
            return split(FactorForm::Tucker2, {f.input, f.core, f.output});
        }
        }
        return product();
    }

    MatrixEncoding whole()
    {
        MatrixSettings settings = matrixSettings();
        settings.gradients = m_sources.gradients.get();
        return encoded(m_sources.weight, settings, m_sources.inputs.get());
    }

    MatrixEncoding encoded(const Matrix &weight, const MatrixSettings &settings, const MatrixInputs *inputs)
    {
        MatrixSettings named = settings;
        named.name =
            m_matrices == 0 ? m_sources.layer.name : fmt::format("{} {}", m_sources.layer.name, m_matrices);
        ++m_matrices;
        EncodedMatrix result = encodeMatrix(weight, named, inputs, m_ctx);
        m_fellBack |= result.fellBack;
        m_lacksGradients |= result.lacksGradients;
        return std::move(result.encoding);
    }

    MatrixSettings matrixSettings() const
    {
        MatrixSettings settings{m_settings, m_plan.pruneCount, correctsBias(m_settings)};
        settings.methods.rank.reset(); // of one matrix, whatever it is a part of
        settings.methods.separable.reset();
        return settings;
    }

    MatrixSettings factorSettings() const
    {
        MatrixSettings settings = matrixSettings();
        settings.pruneCount.reset();
        if (m_settings.rank && m_settings.rank->bits > 0) {
            settings.methods.quantize = inBits(m_settings.rank->bits);
            recipe::resetRivals(settings.methods, recipe::Method::Quantize);
        }
        return settings;
    }

    QuantizeSettings inBits(int bits) const
    {
        QuantizeSettings quantize = m_settings.quantize.value_or(QuantizeSettings());
        quantize.format = NumberFormat::Uniform;
        quantize.bits = bits;
        return quantize;
    }

    FactorEncoding shaped(FactorForm form) const
    {
        FactorEncoding result;
        result.form = form;
        result.kernel = kernelOf(m_sources.layer);
        result.groups = m_sources.layer.kind == LayerKind::Conv ? m_sources.layer.groups : 1;
        return result;
    }

    FactorEncoding split(FactorForm form, const std::vector<Matrix> &factors)
    {
        FactorEncoding result = shaped(form);
        for (const Matrix &factor : factors)
            result.factors.push_back(encoded(factor, factorSettings(), nullptr));
        addResidual(result);
        return result;
    }

    Encoding separated()
    {
        const bool known = m_sources.inputs && m_sources.inputs->hasHessians();
        const bool fitted = m_settings.separable->onActivations && known;
        m_fellBack |= m_settings.separable->onActivations && !known;
        const Matrix hessian = fitted ? m_sources.inputs->hessian(0, correctsBias(m_settings)) : Matrix();
        const SeparableFactors f =
            separate(m_sources.weight, kernelOf(m_sources.layer), fitted ? &hessian : nullptr, m_ctx);
        return split(FactorForm::Separable, {f.depthwise, f.pointwise});
    }

    Encoding product()
    {
        FactorEncoding result = shaped(FactorForm::Product);
        const auto [left, right] = productFactors(result.groups);
        result.factors.push_back(encoded(right, factorSettings(), m_sources.inputs.get()));
        const bool known = m_sources.inputs && m_sources.inputs->hasHessians();
        const bool wanted = needsCalibration(factorSettings().methods);
        const auto between =
            known && wanted ? m_sources.inputs->after(decode(result.factors.front())) : nullptr;
        result.factors.push_back(encoded(left, factorSettings(), between.get()));
        addResidual(result);
        return result;
    }

    std::pair<Matrix, Matrix> productFactors(Index groups)
    {
        const bool onActivations = m_settings.rank->method == RankMethod::ActivationSvd;
        const bool known = m_sources.inputs && m_sources.inputs->hasHessians();
        m_fellBack |= onActivations && !known;
        if (groups == 1 && !(onActivations && known))
            return m_sources.factors()->truncated(m_plan.rank);
        const Index rows = m_sources.weight.rows() / groups;
        Matrix left(m_sources.weight.rows(), m_plan.rank);
        Matrix right(groups * m_plan.rank, m_sources.weight.cols());
        for (Index g = 0; g < groups; ++g) {
            const Matrix part = m_sources.weight.middleRows(g * rows, rows);
            const auto [l, r] =
                onActivations && known
                    ? factorizeOnActivations(part, m_sources.inputs->hessian(g, correctsBias(m_settings)),
                                             m_plan.rank, m_ctx)
                    : svd(part, m_ctx).truncated(m_plan.rank);
            left.middleRows(g * rows, rows) = l;
            right.middleRows(g * m_plan.rank, m_plan.rank) = r;
        }
        return {left, right};
    }

    void addResidual(FactorEncoding &encoding)
    {
        if (!m_settings.rank || m_settings.rank->residualBits == 0)
            return;
        const Matrix rest = m_sources.weight - decode(encoding);
        encoding.residual =
            encoded(rest, {{.quantize = inBits(m_settings.rank->residualBits)}, {}, correctsBias(m_settings)},
                    m_sources.inputs.get());
    }

    const LayerSources &m_sources;
    const Plan &m_plan;
    const LayerSettings &m_settings;
    const JobContext &m_ctx;
    bool m_fellBack = false;
    bool m_lacksGradients = false;
    int m_matrices = 0; ///< encoded so far
};

} // namespace

EncodedLayer encodeLayer(const LayerSources &sources, const Plan &plan, const JobContext &ctx)
{
    return LayerEncoder(sources, plan, ctx).run();
}

} // namespace lathe
