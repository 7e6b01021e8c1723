#include "core/channels/channelscores.h"

#include "core/channels/channelentries.h"
#include "core/channels/readersenergy.h"
#include "core/channels/secondorder.h"
#include "core/channels/weightscores.h"
#include "core/model/macs.h"
#include "core/onnx/graphindex.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace lathe {
namespace {

using Scores = std::vector<double>;

double meanOf(const Scores &scores)
{
    return scores.empty()
               ? 0.0
               : std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
}

/// To the mean; zeros stay.
Scores scaledTo(double mean, Scores scores)
{
    if (const double before = meanOf(scores); before > 0.0)
        for (double &score : scores)
            score *= mean / before;
    return scores;
}

/// The values that nodes read of a group's channels to sum over them.
std::vector<std::pair<ValueAxis, const ChannelUse *>> readValues(const Model &model,
                                                                 const ChannelGroup &group)
{
    const Model::Content &content = model.content();
    std::map<int, int> weightInputs; // by node
    for (const LayerSite &site : content.sites)
        if (site.graph == 0)
            weightInputs[site.node] = site.input;
    std::map<std::pair<std::string, size_t>, const ChannelUse *> found;
    for (int i = 0; i < content.proto.graph().node_size(); ++i) {
        const onnx::NodeProto &node = content.proto.graph().node(i);
        if (std::ranges::find(group.readers, nodeLabel(node)) == group.readers.end())
            continue;
        for (int input = 0; input < node.input_size(); ++input)
            for (const ChannelUse &use : group.uses)
                if (use.tensor == node.input(input) && !use.stored && !use.summed &&
                    (!weightInputs.contains(i) || weightInputs[i] != input))
                    found[{use.tensor, use.axis}] = &use;
    }
    std::vector<std::pair<ValueAxis, const ChannelUse *>> values;
    for (const auto &[key, use] : found)
        values.push_back({{key.first, key.second}, use});
    return values;
}

class Scorer {
public:
    Scorer(const Model &model, const ChannelGroups &groups, const ChannelSources &sources,
           const JobContext &ctx)
        : m_model(model), m_groups(groups), m_sources(sources), m_ctx(ctx)
    {
    }

    ChannelScores run(const std::vector<std::optional<ChannelCriterion>> &wanted)
    {
        m_result.byGroup.resize(m_groups.groups.size());
        gatherInputs(wanted);
        gatherActivations(wanted);
        std::map<ChannelCriterion, std::vector<size_t>> standIns;
        for (size_t g = 0; g < std::min(wanted.size(), m_groups.groups.size()); ++g) {
            if (!wanted[g])
                continue;
            m_ctx.checkpoint(static_cast<double>(g) / static_cast<double>(wanted.size()),
                             Message::tr("scoring channels"));
            auto scores = of(g, *wanted[g]);
            if (auto *known = std::get_if<Scores>(&scores)) {
                m_result.byGroup[g] = std::move(*known);
                continue;
            }
            const std::string &name = m_groups.groups[g].name;
            m_result.notes.push_back(
                {Issue::Severity::Note, name,
                 Message::tr("The channels of `{}` are chosen by the L2 norm instead of "
                             "{}: {}.",
                             name, criterionOf(*wanted[g]).label(), std::get<Message>(scores))});
            standIns[*wanted[g]].push_back(g);
        }
        for (const auto &[criterion, groups] : standIns)
            standIn(criterion, groups, wanted);
        return std::move(m_result);
    }

private:
    /// All at once takes fewer runs of the model.
    void gatherInputs(const std::vector<std::optional<ChannelCriterion>> &wanted)
    {
        std::vector<size_t> layers;
        for (size_t g = 0; g < std::min(wanted.size(), m_groups.groups.size()); ++g) {
            const bool byInputs = wanted[g] == ChannelCriterion::Energy ||
                                  wanted[g] == ChannelCriterion::SecondOrder ||
                                  (wanted[g] == ChannelCriterion::Mean && !m_sources.activations);
            if (!byInputs)
                continue;
            const std::vector<size_t> read = readingLayers(m_model, m_groups.groups[g]);
            layers.insert(layers.end(), read.begin(), read.end());
        }
        if (m_sources.calibration && !layers.empty())
            m_sources.calibration->prepare(layers, m_ctx.part(0.0, 0.5));
    }

    void gatherActivations(const std::vector<std::optional<ChannelCriterion>> &wanted)
    {
        if (!m_sources.activations)
            return;
        std::map<std::pair<std::string, size_t>, size_t> places;
        std::vector<ValueAxis> axes;
        for (size_t g = 0; g < std::min(wanted.size(), m_groups.groups.size()); ++g)
            if (wanted[g] == ChannelCriterion::Mean || wanted[g] == ChannelCriterion::NonZero)
                for (const auto &[axis, use] : readValues(m_model, m_groups.groups[g]))
                    if (places.try_emplace({axis.value, axis.axis}, axes.size()).second)
                        axes.push_back(axis);
        if (axes.empty())
            return;
        const std::vector<AxisStatistics> known = m_sources.activations(axes, m_ctx.part(0.0, 0.5));
        for (size_t i = 0; i < axes.size(); ++i)
            m_activations[{axes[i].value, axes[i].axis}] = known.at(i);
    }

    Possible<Scores> of(size_t g, ChannelCriterion criterion)
    {
        const ChannelGroup &group = m_groups.groups[g];
        switch (criterion) {
        case ChannelCriterion::L2:
            return scaledTo(1.0, l2Scores(m_model, group));
        case ChannelCriterion::L1:
            return scaledTo(1.0, l1Scores(m_model, group));
        case ChannelCriterion::Normalization:
            return normalizationScores(m_model, group);
        case ChannelCriterion::GeometricMedian:
            return scaledTo(1.0, medianScores(m_model, group));
        case ChannelCriterion::Mean:
            return byMean(group);
        case ChannelCriterion::NonZero:
            return byActivations(group, &AxisStatistics::nonZero);
        case ChannelCriterion::Energy:
            return m_sources.calibration
                       ? readersEnergy(m_model, group, *m_sources.calibration, m_ctx.part(0.5, 0.5))
                       : noData();
        case ChannelCriterion::SecondOrder:
            return m_sources.calibration
                       ? Possible<Scores>(secondOrderScores(m_model, m_groups, g, *m_sources.calibration,
                                                            m_ctx.part(0.5, 0.5)))
                       : noData();
        case ChannelCriterion::Random:
            return randomScores(group);
        case ChannelCriterion::Taylor:
        case ChannelCriterion::Fisher:
            break;
        }
        return byGradients(group, criterion == ChannelCriterion::Fisher);
    }

    static Possible<Scores> noData() { return Message::tr("there are no calibration data"); }

    Possible<Scores> byMean(const ChannelGroup &group)
    {
        Possible<Scores> means = noData();
        if (m_sources.activations)
            means = byActivations(group, &AxisStatistics::magnitude);
        else if (m_sources.calibration)
            means = readMeans(m_model, group, *m_sources.calibration, m_ctx.part(0.5, 0.5));
        if (auto *known = std::get_if<Scores>(&means))
            return scaledTo(1.0, std::move(*known));
        return means;
    }

    /// On average over the places that a channel has, and over the values that hold it.
    Possible<Scores> byActivations(const ChannelGroup &group, Vector AxisStatistics::*what) const
    {
        if (!m_sources.activations)
            return noData();
        Scores sums(group.channels, 0.0), counts(group.channels, 0.0);
        for (const auto &[axis, use] : readValues(m_model, group)) {
            const auto known = m_activations.find({axis.value, axis.axis});
            if (known == m_activations.end() || (known->second.*what).size() != use->length)
                continue;
            for (size_t c = 0; c < group.channels; ++c)
                for (const int32_t place : use->of(c)) {
                    sums[c] += static_cast<double>((known->second.*what)[place]);
                    counts[c] += 1.0;
                }
        }
        if (std::ranges::find(counts, 0.0) != counts.end())
            return Message::tr("what layers read of them cannot be measured");
        for (size_t c = 0; c < sums.size(); ++c)
            sums[c] /= counts[c];
        return sums;
    }

    Possible<Scores> byGradients(const ChannelGroup &group, bool fisher) const
    {
        if (!m_sources.calibration)
            return noData();
        Scores means(group.channels, 0.0), squares(group.channels, 0.0);
        Message obstacle = Message::tr("no layer makes them whose weights can be read");
        bool found = false;
        for (const LayerEntries &made : madeEntries(m_model, group)) {
            const auto known = m_sources.calibration->gradients(made.layer, m_ctx.part(0.5, 0.5));
            if (!known) {
                obstacle = Message::tr("{} has no gradients, for {}", m_model.layers()[made.layer].name,
                                       m_sources.calibration->gradientObstacle(made.layer));
                continue;
            }
            found = true;
            for (Index r = 0; r < made.channels.rows(); ++r)
                for (Index c = 0; c < made.channels.cols(); ++c)
                    if (const int32_t channel = made.channels(r, c); channel >= 0) {
                        const double mean = known->mean(r, c), square = known->meanSquare(r, c);
                        means[static_cast<size_t>(channel)] += mean;
                        squares[static_cast<size_t>(channel)] +=
                            fisher ? square / 2.0 : std::max(square - mean * mean, 0.0);
                    }
        }
        if (!found)
            return obstacle;
        for (size_t c = 0; c < squares.size() && !fisher; ++c)
            squares[c] += means[c] * means[c];
        return squares;
    }

    void standIn(ChannelCriterion criterion, const std::vector<size_t> &groups,
                 const std::vector<std::optional<ChannelCriterion>> &wanted)
    {
        double sum = 0.0, count = 0.0;
        for (size_t g = 0; g < m_result.byGroup.size(); ++g)
            if (g < wanted.size() && wanted[g] == criterion)
                for (const double score : m_result.byGroup[g]) {
                    sum += score;
                    count += 1.0;
                }
        for (const size_t g : groups)
            m_result.byGroup[g] =
                scaledTo(sum > 0.0 ? sum / count : 1.0, l2Scores(m_model, m_groups.groups[g]));
    }

    const Model &m_model;
    const ChannelGroups &m_groups;
    const ChannelSources &m_sources;
    const JobContext &m_ctx;
    std::map<std::pair<std::string, size_t>, AxisStatistics> m_activations;
    ChannelScores m_result;
};

} // namespace

ChannelScores channelScores(const Model &model, const ChannelGroups &groups,
                            const std::vector<std::optional<ChannelCriterion>> &wanted,
                            const ChannelSources &sources, const JobContext &ctx)
{
    return Scorer(model, groups, sources, ctx).run(wanted);
}

} // namespace lathe
