#include "core/rewrite/mergechannels.h"

#include "core/base/error.h"
#include "core/model/proto.h"
#include "core/onnx/constants.h"
#include "core/onnx/graphview.h"
#include "core/rewrite/alikeclusters.h"
#include "core/rewrite/editedconstants.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>

namespace lathe {
namespace {

using Members = std::vector<size_t>; ///< channels

/// Which nodes read the constants that channels have places on.
class Readers {
public:
    explicit Readers(const Model &model) : m_content(model.content()), m_view(*m_content.view)
    {
        for (const int n : m_view.order(0)) {
            const auto &reads = m_view.reads({0, n});
            if (std::ranges::all_of(reads, [&](const auto &read) { return isConstant(read); }))
                m_constant.insert(n);
        }
        for (size_t i = 0; i < m_content.layers.size(); ++i)
            if (m_content.sites[i].graph == 0)
                m_layers.emplace(m_content.layers[i].weightName, i);
    }

    const onnx::NodeProto &node(int n) const { return m_content.proto.graph().node(n); }

    /// The nodes at the end of where the constant goes: layers that have it as their weight, and what reads
    /// it as it is; nothing where it is computed with other constants before.
    std::optional<std::set<int>> of(const ChannelUse &use) const
    {
        std::set<int> nodes;
        const auto [first, last] = m_layers.equal_range(use.tensor);
        for (auto layer = first; layer != last; ++layer)
            if (m_content.layers[layer->second].untouchable.empty())
                nodes.insert(m_content.sites[layer->second].node);
        const bool isWeight = !nodes.empty();
        if (use.readerIndex >= 0)
            return std::set{use.readerIndex};
        for (const GraphView::Use &read : m_view.readers(0, use.tensor)) {
            if (!m_constant.contains(read.node.node))
                nodes.insert(read.node.node);
            else if (!isWeight)
                return {};
        }
        return nodes;
    }

    /// Whether nothing but this node gets the weight.
    bool isAlone(const std::string &tensor, int node) const
    {
        return m_layers.count(tensor) == 1 && m_content.sites[m_layers.find(tensor)->second].node == node &&
               m_view.onlyReader(0, tensor).has_value();
    }

    /// The node whose output, which nothing else reads, the normalization works on; -1: none.
    int normalizedBy(const onnx::NodeProto &normalization) const
    {
        const auto maker = m_view.producer(0, normalization.input(0));
        return maker && m_view.onlyReader(0, normalization.input(0)) ? maker->node : -1;
    }

private:
    bool isConstant(const GraphView::Read &read) const
    {
        return read.maker &&
               (read.maker->kind == Definition::Kind::Node ? m_constant.contains(read.maker->index)
                                                           : read.maker->kind != Definition::Kind::Input);
    }

    const Model::Content &m_content;
    const GraphView &m_view;
    std::set<int> m_constant;                    ///< nodes that compute with constants alone
    std::multimap<std::string, size_t> m_layers; ///< by weight
};

Message obstacleOf(const Model &model, const Readers &readers, const ChannelGroup &group)
{
    if (!group.mixed.empty())
        return group.mixed;
    for (const ChannelUse &use : group.uses) {
        if (!use.stored)
            continue;
        const auto definition = model.content().index->find(0, use.tensor);
        const auto info = constantInfo(*model.content().index, *definition);
        if (!info || !isFloat(info->type))
            return Message::tr("{} holds codes, which have no mean", use.tensor);
        const auto nodes = readers.of(use);
        if (!nodes)
            return Message::tr("{} is one of several constants that a weight is computed from", use.tensor);
        for (const int n : *nodes)
            if (use.summed &&
                std::ranges::find(group.readers, nodeLabel(readers.node(n))) == group.readers.end())
                return Message::tr("{} makes them of the same numbers that others read them by",
                                   nodeLabel(readers.node(n)));
    }
    return {};
}

/// A constant being changed, as numbers.
struct Constant {
    Tensor stored;
    std::vector<double> values;
};

class Constants {
public:
    explicit Constants(const Model &model) : m_model(model) {}

    Constant &of(const ChannelUse &use)
    {
        const auto [at, isNew] = m_constants.try_emplace({use.tensor, use.readerIndex});
        if (isNew) {
            const Model::Content &content = m_model.content();
            at->second.stored = readConstant(*content.index, *content.index->find(0, use.tensor),
                                             content.externalFiles, content.label);
            const std::vector<float> values = toFloats(at->second.stored);
            at->second.values.assign(values.begin(), values.end());
        }
        return at->second;
    }

    Model finish()
    {
        onnx::ModelProto proto = m_model.content().proto;
        EditedConstants edited(m_model, proto);
        for (auto &[key, constant] : m_constants) {
            const auto &[name, reader] = key;
            const std::vector<float> values(constant.values.begin(), constant.values.end());
            const Tensor tensor = fromFloats(constant.stored.type, constant.stored.shape, values);
            if (tensor.bytes == constant.stored.bytes)
                continue;
            if (reader < 0) {
                edited.replace(name, tensor);
                continue;
            }
            onnx::NodeProto &node = *proto.mutable_graph()->mutable_node(reader);
            const std::string own =
                edited.add(*proto.mutable_graph(), fmt::format("{} of {}", name, nodeLabel(node)), tensor);
            edited.mayBeUnread(name);
            for (std::string &input : *node.mutable_input())
                if (input == name)
                    input = own;
        }
        edited.dropUnread();
        return modelFromProto(std::move(proto), m_model);
    }

private:
    const Model &m_model;
    std::map<std::pair<std::string, int>, Constant> m_constants;
};

/// Calls visit(place, element) for what belongs to a place of the axis.
class Slices {
public:
    Slices(const Shape &shape, size_t axis) : m_length(static_cast<size_t>(shape[axis]))
    {
        for (size_t d = 0; d < shape.size(); ++d)
            (d < axis ? m_outer : d > axis ? m_inner : m_ignored) *= static_cast<size_t>(shape[d]);
    }
    size_t size() const { return m_outer * m_inner; } ///< elements of a place
    size_t element(int32_t place, size_t i) const
    {
        return (i / m_inner * m_length + static_cast<size_t>(place)) * m_inner + i % m_inner;
    }

private:
    size_t m_length, m_outer = 1, m_inner = 1, m_ignored = 1;
};

/// A normalization over the channels of a group: y = factor x + shift at each place.
struct Normalization {
    const ChannelUse *scale = nullptr, *bias = nullptr, *mean = nullptr, *variance = nullptr;
    double epsilon = 1e-5;
    const ChannelUse *rows = nullptr, *rowBias = nullptr; ///< of the layer right before it; null: none
    std::vector<double> factor = {}, shift = {};          ///< by place
};

/// One group at work.
class Merger {
public:
    Merger(const Readers &readers, const ChannelGroup &group, Constants &constants)
        : m_readers(readers), m_group(group), m_constants(constants)
    {
        for (size_t c = 0; c < group.channels; ++c)
            if (!group.locked[c])
                m_free.push_back(c);
        findKinds();
        findNormalizations();
    }

    /// Channels that have to stay.
    size_t least() const
    {
        return m_group.channels - m_free.size() + static_cast<size_t>(std::ranges::count(m_isFirst, true));
    }

    Members merge(size_t kept)
    {
        const size_t count = kept - (m_group.channels - m_free.size());
        Members removed;
        std::vector<Members> clusters;
        for (const Members &members : alikeClusters(products(), m_kinds, count)) {
            if (members.size() < 2)
                continue;
            clusters.emplace_back();
            for (const size_t i : members)
                clusters.back().push_back(m_free[i]);
            removed.insert(removed.end(), clusters.back().begin() + 1, clusters.back().end());
        }
        for (const Members &cluster : clusters) {
            for (Normalization &normalization : m_normalizations)
                average(normalization, cluster);
            for (const ChannelUse &use : m_group.uses)
                if (use.stored && !m_averaged.contains(&use))
                    use.summed ? addUp(use, cluster) : average(use, cluster, nullptr);
        }
        std::ranges::sort(removed);
        return removed;
    }

private:
    Slices slices(const ChannelUse &use) { return {m_constants.of(use).stored.shape, use.axis}; }
    double &value(const ChannelUse &use, int32_t place) // of a list
    {
        return m_constants.of(use).values[slices(use).element(place, 0)];
    }

    /// Channels are of one kind that have as many places each wherever the group has some.
    void findKinds()
    {
        std::map<std::vector<size_t>, size_t> kinds;
        for (const size_t c : m_free) {
            std::vector<size_t> counts;
            for (const ChannelUse &use : m_group.uses)
                counts.push_back(use.of(c).size());
            const auto [at, isNew] = kinds.try_emplace(std::move(counts), kinds.size());
            m_kinds.push_back(at->second);
            m_isFirst.push_back(isNew);
        }
    }

    const ChannelUse *useOf(const std::string &tensor, int node, std::optional<size_t> axis = {}) const
    {
        for (const ChannelUse &use : m_group.uses)
            if (use.stored && !use.summed && use.tensor == tensor &&
                (use.readerIndex < 0 || use.readerIndex == node) && (!axis || use.axis == *axis))
                return &use;
        return nullptr;
    }

    bool isSame(const ChannelUse &a, const ChannelUse &b) const
    {
        return std::ranges::all_of(m_free, [&](size_t c) { return std::ranges::equal(a.of(c), b.of(c)); });
    }

    void findNormalizations()
    {
        std::set<int> seen;
        for (const ChannelUse &use : m_group.uses)
            if (const auto nodes = use.stored ? m_readers.of(use) : std::nullopt)
                for (const int n : *nodes)
                    if (m_readers.node(n).op_type() == "BatchNormalization" && seen.insert(n).second)
                        addNormalization(n);
    }

    void addNormalization(int n)
    {
        const onnx::NodeProto &node = m_readers.node(n);
        std::array<const ChannelUse *, 4> uses{};
        for (size_t i = 0; i < uses.size(); ++i) {
            uses[i] = useOf(node.input(static_cast<int>(i) + 1), n);
            if (!uses[i] || m_averaged.contains(uses[i]) || !isSame(*uses[i], *uses[0]))
                return; // its constants are averaged like others
        }
        Normalization found{uses[0], uses[1], uses[2], uses[3]};
        if (const auto *epsilon = findAttribute(node, "epsilon"))
            found.epsilon = epsilon->f();
        for (int32_t place = 0; place < static_cast<int32_t>(uses[0]->length); ++place) {
            const double deviation = std::sqrt(value(*uses[3], place) + found.epsilon);
            found.factor.push_back(value(*uses[0], place) / deviation);
            found.shift.push_back(value(*uses[1], place) - value(*uses[2], place) * found.factor.back());
        }
        addRows(found, m_readers.normalizedBy(node));
        m_averaged.insert(uses.begin(), uses.end());
        for (const ChannelUse *use : {found.rows, found.rowBias})
            if (use)
                m_averaged.insert(use);
        m_normalizations.push_back(std::move(found));
    }

    /// The layer right before, if it has a row for each place of the normalization and nothing else has.
    void addRows(Normalization &normalization, int layer) const
    {
        for (const ChannelUse &use : m_group.uses)
            if (layer >= 0 && use.stored && !use.summed && use.readerIndex < 0 &&
                !m_averaged.contains(&use) && m_readers.isAlone(use.tensor, layer) &&
                isSame(use, *normalization.scale))
                normalization.rows = &use;
        if (!normalization.rows || m_readers.node(layer).input_size() < 3)
            return;
        const ChannelUse *bias = useOf(m_readers.node(layer).input(2), layer);
        if (bias && isSame(*bias, *normalization.scale) && !findAttribute(m_readers.node(layer), "beta"))
            normalization.rowBias = bias;
        else
            normalization.rows = nullptr;
    }

    /// Products of what makes each free channel with what makes each other one.
    Eigen::MatrixXd products()
    {
        const auto count = static_cast<Eigen::Index>(m_free.size());
        Eigen::MatrixXd all = Eigen::MatrixXd::Zero(count, count);
        for (const ChannelUse &use : m_group.uses)
            if (use.stored && !use.summed && !m_averaged.contains(&use))
                addProducts(all, use, nullptr);
        for (const Normalization &normalization : m_normalizations) {
            if (normalization.rows)
                addProducts(all, *normalization.rows, &normalization.factor);
            addProducts(all, normalization);
        }
        return all;
    }

    /// Long rows go in by parts, to be exact in little memory.
    void addProducts(Eigen::MatrixXd &all, const ChannelUse &use, const std::vector<double> *factors)
    {
        constexpr size_t most = 1024; // elements at once
        const Slices parts = slices(use);
        const std::vector<double> &values = m_constants.of(use).values;
        size_t longest = 0;
        for (const size_t c : m_free)
            longest = std::max(longest, use.of(c).size());
        for (size_t k = 0; k < longest; ++k)
            for (size_t first = 0; first < parts.size(); first += most) {
                const size_t count = std::min(most, parts.size() - first);
                Eigen::MatrixXd rows = Eigen::MatrixXd::Zero(all.rows(), static_cast<Eigen::Index>(count));
                for (size_t r = 0; r < m_free.size(); ++r) {
                    if (k >= use.of(m_free[r]).size())
                        continue;
                    const int32_t place = use.of(m_free[r])[k];
                    const double factor = factors ? (*factors)[static_cast<size_t>(place)] : 1.0;
                    for (size_t i = 0; i < count; ++i)
                        rows(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(i)) =
                            factor * values[parts.element(place, first + i)];
                }
                all.noalias() += rows * rows.transpose();
            }
    }

    /// What a normalization adds; where no layer stands before it what it multiplies by, too.
    void addProducts(Eigen::MatrixXd &all, const Normalization &n)
    {
        const size_t longest = n.scale->of(m_free.front()).size();
        for (size_t k = 0; k < longest; ++k) {
            Eigen::MatrixXd rows = Eigen::MatrixXd::Zero(all.rows(), 2);
            for (size_t r = 0; r < m_free.size(); ++r) {
                if (k >= n.scale->of(m_free[r]).size())
                    continue;
                const int32_t place = n.scale->of(m_free[r])[k];
                const auto p = static_cast<size_t>(place);
                const double before = n.rowBias ? n.factor[p] * value(*n.rowBias, place) : 0.0;
                rows(static_cast<Eigen::Index>(r), 0) = n.shift[p] + before;
                rows(static_cast<Eigen::Index>(r), 1) = n.rows ? 0.0 : n.factor[p];
            }
            all.noalias() += rows * rows.transpose();
        }
    }

    /// The mean of the function as it is: rows and bias go in multiplied by the factor of each channel, and
    /// are divided by the factor that the normalization has then, their mean square's root.
    void average(const Normalization &n, const Members &cluster)
    {
        const size_t places = n.scale->of(cluster.front()).size();
        const auto count = static_cast<double>(cluster.size());
        for (size_t k = 0; k < places; ++k) {
            double sum = 0.0, squares = 0.0, shift = 0.0, bias = 0.0, mean = 0.0, variance = 0.0;
            for (const size_t c : cluster) {
                const int32_t place = n.scale->of(c)[k];
                const double factor = n.factor[static_cast<size_t>(place)];
                sum += factor;
                squares += factor * factor;
                shift += n.shift[static_cast<size_t>(place)] / count;
                bias += value(*n.bias, place) / count;
                mean += value(*n.mean, place) * (n.rows ? factor : 1.0) / count;
                variance += value(*n.variance, place) / count;
            }
            double factor = n.rows ? std::copysign(std::sqrt(squares / count), sum) : sum / count;
            const int32_t first = n.scale->of(cluster.front())[k];
            if (n.rows && factor != 0.0)
                mean /= factor;
            value(*n.scale, first) = factor * std::sqrt(variance + n.epsilon);
            value(*n.bias, first) = n.rows ? bias : shift + factor * mean;
            value(*n.mean, first) = mean;
            value(*n.variance, first) = variance;
            m_factors[{&n, k}] = factor;
        }
        for (const ChannelUse *use : {n.rows, n.rowBias})
            if (use)
                average(*use, cluster, &n);
    }

    void average(const ChannelUse &use, const Members &cluster, const Normalization *behind)
    {
        const Slices parts = slices(use);
        std::vector<double> &values = m_constants.of(use).values;
        for (size_t k = 0; k < use.of(cluster.front()).size(); ++k) {
            const double whole = behind ? m_factors.at({behind, k}) : 1.0;
            for (size_t i = 0; i < parts.size(); ++i) {
                double sum = 0.0;
                for (const size_t c : cluster) {
                    const int32_t place = use.of(c)[k];
                    const double factor =
                        whole != 0.0 && behind ? behind->factor[static_cast<size_t>(place)] / whole : 1.0;
                    sum += factor * values[parts.element(place, i)];
                }
                values[parts.element(use.of(cluster.front())[k], i)] =
                    sum / static_cast<double>(cluster.size());
            }
        }
    }

    void addUp(const ChannelUse &use, const Members &cluster)
    {
        const Slices parts = slices(use);
        std::vector<double> &values = m_constants.of(use).values;
        for (size_t k = 0; k < use.of(cluster.front()).size(); ++k)
            for (size_t i = 0; i < parts.size(); ++i)
                for (size_t m = 1; m < cluster.size(); ++m) {
                    double &column = values[parts.element(use.of(cluster[m])[k], i)];
                    values[parts.element(use.of(cluster.front())[k], i)] += column;
                    column = 0.0;
                }
    }

    const Readers &m_readers;
    const ChannelGroup &m_group;
    Constants &m_constants;
    Members m_free;
    std::vector<size_t> m_kinds; ///< as m_free
    std::vector<bool> m_isFirst; ///< of its kind
    std::vector<Normalization> m_normalizations;
    std::set<const ChannelUse *> m_averaged;                              ///< with a normalization
    std::map<std::pair<const Normalization *, size_t>, double> m_factors; ///< that the cluster at work gets
};

} // namespace

Message mergeObstacle(const Model &model, const ChannelGroup &group)
{
    return obstacleOf(model, Readers(model), group);
}

Merging mergedChannels(const Model &model, const ChannelGroups &groups, const std::vector<size_t> &kept,
                       const JobContext &ctx)
{
    const Readers readers(model);
    Constants constants(model);
    std::vector<Members> removed(groups.groups.size());
    for (size_t g = 0; g < std::min(kept.size(), groups.groups.size()); ++g) {
        const ChannelGroup &group = groups.groups[g];
        if (kept[g] >= group.channels)
            continue;
        ctx.throwIfCancelled();
        if (const Message obstacle = obstacleOf(model, readers, group); !obstacle.empty())
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("Channels of {} cannot be merged: {}.", group.name, obstacle));
        Merger merger(readers, group, constants);
        if (kept[g] < merger.least())
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("At least {} channels of {} have to stay, not {}.", merger.least(),
                                    group.name, kept[g]));
        removed[g] = merger.merge(kept[g]);
    }
    return {constants.finish(), std::move(removed)};
}

} // namespace lathe
