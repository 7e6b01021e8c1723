#include "core/compress/plan.h"

#include "core/analysis/weightstats.h"
#include "core/compress/globalprune.h"
#include "core/recipe/meaning.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace lathe {
namespace {

/// A constant of more than two dimensions is several matrices; the last step of its layout stacks them.
bool isStackOfMatrices(const Layer &layer)
{
    if (layer.layout.steps.empty())
        return false;
    const LayoutStep &last = layer.layout.steps.back();
    return last.kind == LayoutStep::Kind::Reshape && last.from.size() > 2 &&
           elementCount(Shape(last.from.begin(), last.from.end() - 2)) > 1;
}

Message obstacleOf(const Layer &layer, RankForm form)
{
    return form == RankForm::Channel ? factorizationObstacle(layer) : imageKernelObstacle(layer);
}

class Planner {
public:
    Planner(const Layer &layer, const LayerSettings &settings) : m_layer(layer)
    {
        exactRule(layer.name, settings); // refuses values outside their ranges, in the words of the recipe
        m_planned.plan.settings = normalized(settings);
        m_planned.plan.settings.fold.reset();        // the model was rewritten so before
        m_planned.plan.settings.renormalize.reset(); // is done when all layers are
    }

    PlannedLayer run(const std::function<std::vector<double>()> &energy)
    {
        LayerSettings &settings = m_planned.plan.settings;
        if (settings.rank)
            planRank(energy);
        if (settings.separable)
            if (const Message obstacle = imageKernelObstacle(m_layer); !obstacle.empty()) {
                warn(Message::tr("{} is not made separable: {}.", m_layer.name, obstacle));
                settings.separable.reset();
            }
        if (settings.prune && !isTakenApart(settings))
            planPattern();
        if (settings.prune && settings.prune->ratio == 0.0)
            settings.prune.reset();
        if (settings.prune && settings.prune->scope == PruneScope::Global && !sharesThreshold(settings))
            note(Message::tr("{} is pruned by its own threshold: a common one is for single weights in "
                             "layers that are not taken apart.",
                             m_layer.name));
        return std::move(m_planned);
    }

private:
    void note(const Message &message)
    {
        m_planned.issues.push_back({Issue::Severity::Note, m_layer.name, message});
    }
    void warn(const Message &message)
    {
        m_planned.issues.push_back({Issue::Severity::Warning, m_layer.name, message});
    }

    void planRank(const std::function<std::vector<double>()> &energy)
    {
        std::optional<RankSettings> &settings = m_planned.plan.settings.rank;
        if (const Message obstacle = obstacleOf(m_layer, settings->form); !obstacle.empty()) {
            warn(Message::tr("{} is not factorized: {}.", m_layer.name, obstacle));
            settings.reset();
            return;
        }
        const RankLimits limits = rankLimits(m_layer, settings->form);
        const Index rank = requestedRank(*settings, m_layer, energy);
        if (rank >= limits.full) {
            warn(Message::tr("Rank {} is not below the full rank {} of {}; the layer is not factorized.",
                             rank, limits.full, m_layer.name));
            settings.reset();
            return;
        }
        if (rank > limits.breakEven && settings->residualBits == 0)
            note(Message::tr(
                "Rank {} saves no weights in {}: its factors are smaller than one weight up to rank {}.",
                rank, m_layer.name, limits.breakEven));
        m_planned.plan.rank = rank;
        settings->unit = RankSettings::Unit::Rank; // however it was said, the numbers are the same
        settings->value = static_cast<double>(rank);
    }

    void planPattern()
    {
        const PrunePattern &pattern = m_planned.plan.settings.prune->pattern;
        if (fitsRows(pattern, m_layer))
            return;
        warn(Message::tr(
            "{} is not pruned: {}:{} needs rows of a multiple of {} weights, and its rows have {}.",
            m_layer.name, pattern.first, pattern.second, pattern.second, m_layer.cols));
        m_planned.plan.settings.prune.reset();
    }

    const Layer &m_layer;
    PlannedLayer m_planned;
};

} // namespace

std::string Plan::key() const
{
    std::string text = pruneCount ? fmt::format("{} ", *pruneCount) : "";
    for (const Change &change : exactRule("x", settings).changes)
        if (change.key != "channels" && change.key != "drop") // that is done before, and was not always there
            text += change.key + '=' + change.value + ',';
    return text;
}

KernelShape kernelOf(const Layer &layer)
{
    if (layer.kernel.size() != 2)
        return {layer.rows, layer.cols, 1, 1};
    return {layer.rows, layer.cols / elementCount(layer.kernel), layer.kernel[0], layer.kernel[1]};
}

Message imageKernelObstacle(const Layer &layer)
{
    if (layer.kind != LayerKind::Conv || layer.kernel.size() != 2)
        return Message::tr("it is no convolution over two dimensions");
    if (layer.groups > 1)
        return Message::tr("it is a grouped convolution");
    return elementCount(layer.kernel) == 1 ? Message::tr("its kernel is 1 x 1") : Message();
}

Message factorizationObstacle(const Layer &layer)
{
    switch (layer.kind) {
    case LayerKind::Gemm:
    case LayerKind::Embedding:
        return {};
    case LayerKind::MatMul:
        return isStackOfMatrices(layer) ? Message::tr("its constant holds several matrices") : Message();
    case LayerKind::Conv:
        return rankLimits(layer, RankForm::Channel).full < 2 && layer.groups > 1
                   ? Message::tr("it is a depthwise convolution")
                   : Message();
    case LayerKind::ConvTranspose:
        return layer.groups > 1 ? Message::tr("it is a grouped transposed convolution") : Message();
    case LayerKind::Lstm:
    case LayerKind::Gru:
        return Message::tr("a recurrent layer takes its weight as one matrix");
    }
    return {};
}

Index inputRank(const Layer &layer, Index rank)
{
    const KernelShape kernel = kernelOf(layer);
    const double share = static_cast<double>(rank) / static_cast<double>(kernel.out);
    return std::clamp<Index>(static_cast<Index>(std::llround(share * static_cast<double>(kernel.in))), 1,
                             kernel.in);
}

bool fitsRows(const PrunePattern &pattern, const Layer &layer)
{
    return pattern.kind != PrunePattern::Kind::NofM || layer.cols % pattern.second == 0;
}

Index factorWeights(const Layer &layer, RankForm form, Index rank)
{
    const KernelShape kernel = kernelOf(layer);
    switch (form) {
    case RankForm::Channel:
        return rank * (layer.rows + (layer.kind == LayerKind::Conv ? layer.groups : 1) * layer.cols);
    case RankForm::Spatial:
        return rank * (kernel.in * kernel.height + kernel.out * kernel.width);
    case RankForm::Tucker2: {
        const Index in = inputRank(layer, rank);
        return in * kernel.in + rank * in * kernel.area() + kernel.out * rank;
    }
    }
    return 0;
}

RankLimits rankLimits(const Layer &layer, RankForm form)
{
    const Index size = layer.rows * layer.cols;
    if (size == 0)
        return {};
    const KernelShape kernel = kernelOf(layer);
    switch (form) {
    case RankForm::Channel: {
        const Index groups = layer.kind == LayerKind::Conv ? layer.groups : 1;
        return {std::min(layer.rows / groups, layer.cols), (size - 1) / (layer.rows + groups * layer.cols)};
    }
    case RankForm::Spatial: {
        const Index down = kernel.in * kernel.height;
        const Index across = kernel.out * kernel.width;
        return {std::min(down, across), (size - 1) / (down + across)};
    }
    case RankForm::Tucker2: {
        const Index full = std::min(layer.rows, layer.cols);
        Index breakEven = 0;
        for (Index rank = 1; rank <= full; ++rank)
            if (factorWeights(layer, form, rank) < size)
                breakEven = rank;
        return {full, breakEven};
    }
    }
    return {};
}

Index requestedRank(const RankSettings &settings, const Layer &layer,
                    const std::function<std::vector<double>()> &energy)
{
    switch (settings.unit) {
    case RankSettings::Unit::Rank:
        return static_cast<Index>(settings.value);
    case RankSettings::Unit::ShareOfBreakEven: {
        const double rank = settings.value * static_cast<double>(rankLimits(layer, settings.form).breakEven);
        return std::max<Index>(
            1, static_cast<Index>(std::min(std::floor(rank + 1e-9), 1e9))); // 0.29 * 100 is 28.999...
    }
    case RankSettings::Unit::Energy:
        return rankForEnergy(energy(), settings.value);
    }
    return 1;
}

PlannedLayer planLayer(const Layer &layer, const LayerSettings &settings,
                       const std::function<std::vector<double>()> &energy)
{
    return Planner(layer, settings).run(energy);
}

} // namespace lathe
