#include "core/model/proto.h"
#include "core/onnx/constants.h"
#include "core/onnx/graphview.h"
#include "core/rewrite/grouping.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace lathe {
namespace {

class Weigher {
public:
    explicit Weigher(Grouping &grouping)
        : m_grouping(grouping), m_axes(grouping.graph.axes), m_content(grouping.model.content())
    {
    }

    void run()
    {
        for (size_t g = 0; g < groups().size(); ++g) {
            groups()[g].bytes.assign(groups()[g].channels, 0);
            groups()[g].macs.assign(groups()[g].channels, 0);
            addBytes(g);
        }
        for (size_t i = 0; i < m_content.layers.size(); ++i)
            if (const LayerSite &site = m_content.sites[i]; site.graph == 0 && m_content.layers[i].macs)
                addMacs(axesOf(input(site.node, site.input)), *m_content.layers[i].macs);
        for (const OtherProduct &product : m_content.products)
            if (product.site.graph == 0 && product.macs)
                addMacs(axesOfProduct(product.site.node), *product.macs);
    }

private:
    std::vector<ChannelGroup> &groups() { return m_grouping.result.groups; }
    int input(int node, int input) const
    {
        const std::vector<int> &in = m_grouping.graph.in[static_cast<size_t>(node)];
        return input >= 0 && input < std::ssize(in) ? in[static_cast<size_t>(input)] : -1;
    }

    std::vector<AxisId> axesOf(int tensor) const
    {
        std::vector<AxisId> axes;
        for (size_t d = 0; tensor >= 0 && d < m_axes.tensor(tensor).shape.size(); ++d)
            axes.push_back(m_axes.tensor(tensor).firstAxis + static_cast<AxisId>(d));
        return axes;
    }

    /// All that a product of two computed values goes along: what it gives, and what it sums over.
    std::vector<AxisId> axesOfProduct(int node) const
    {
        const std::vector<int> &out = m_grouping.graph.out[static_cast<size_t>(node)];
        std::vector<AxisId> axes = axesOf(out.empty() ? -1 : out[0]);
        const std::vector<AxisId> left = axesOf(input(node, 0));
        if (!left.empty())
            axes.push_back(left.back());
        return axes;
    }

    /// What part goes with a channel: along the axes, one by one.
    double share(size_t g, const std::vector<AxisId> &axes, size_t channel) const
    {
        double left = 1.0;
        for (const AxisId axis : axes)
            if (const ChannelUse *use = m_grouping.useOf(g, axis))
                left *= 1.0 - static_cast<double>(use->of(channel).size()) / static_cast<double>(use->length);
        return 1.0 - left;
    }

    void addBytes(size_t g)
    {
        std::set<int> tensors;
        for (const AxisId axis : m_grouping.useAxes[g])
            if (m_axes.tensor(m_axes.tensorOf(axis)).stored)
                tensors.insert(m_axes.tensorOf(axis));
        for (const int tensor : tensors) {
            const double bytes = bytesOf(m_axes.tensor(tensor));
            const std::vector<AxisId> axes = axesOf(tensor);
            for (size_t c = 0; c < groups()[g].channels; ++c)
                groups()[g].bytes[c] += std::llround(bytes * share(g, axes, c));
        }
    }

    /// Of one that several nodes read, its part for each of them.
    double bytesOf(const AxisTensor &tensor) const
    {
        const auto definition = m_content.index->find(0, tensor.name);
        const auto info = definition ? constantInfo(*m_content.index, *definition) : std::nullopt;
        if (!info)
            return 0.0;
        const double bits = static_cast<double>(elementCount(info->shape)) * elementBits(info->type);
        const size_t readers = tensor.reader < 0 ? 1 : m_content.view->readers(0, tensor.name).size();
        return bits / 8.0 / static_cast<double>(std::max<size_t>(readers, 1));
    }

    void addMacs(const std::vector<AxisId> &axes, int64_t macs)
    {
        std::set<size_t> touched;
        for (const AxisId axis : axes)
            touched.insert(m_grouping.groupsOfAxis[static_cast<size_t>(axis)].begin(),
                           m_grouping.groupsOfAxis[static_cast<size_t>(axis)].end());
        for (const size_t g : touched)
            for (size_t c = 0; c < groups()[g].channels; ++c)
                groups()[g].macs[c] += std::llround(static_cast<double>(macs) * share(g, axes, c));
    }

    Grouping &m_grouping;
    const ChannelAxes &m_axes;
    const Model::Content &m_content;
};

} // namespace

void weighChannels(Grouping &grouping)
{
    Weigher(grouping).run();
}

void countRows(Grouping &grouping)
{
    ChannelGroups &result = grouping.result;
    const ChannelAxes &axes = grouping.graph.axes;
    for (size_t g = 0; g < grouping.rootsOf.size(); ++g) {
        std::vector<int64_t> rows(result.groups[g].channels, 0);
        for (const ChannelFacts::Root &root : grouping.rootsOf[g]) {
            const ChannelUse &use = *grouping.useOf(g, root.axis);
            for (size_t c = 0; c < rows.size(); ++c)
                rows[c] += std::ssize(use.of(c));
        }
        for (size_t c = 0; c < rows.size(); ++c) {
            result.rows += rows[c];
            result.freeRows += axes.isRootInterface(grouping.elements[g][c]) ? 0 : rows[c];
            result.prunableRows += result.groups[g].locked[c] ? 0 : rows[c];
        }
    }
    const Model::Content &content = grouping.model.content();
    for (size_t i = 0; i < content.layers.size(); ++i) {
        const Layer &layer = content.layers[i];
        const LayerSite &site = content.sites[i];
        const bool isInner = site.graph != 0;
        const auto obstacle = grouping.graph.unfollowed.find(site.node);
        const bool isLeftOut = isInner || obstacle != grouping.graph.unfollowed.end();
        if (!isLeftOut || layer.tiedTo || layer.rows < 1)
            continue;
        ChannelGroup group;
        group.name = layer.name;
        group.makers = {layer.name};
        group.channels = static_cast<size_t>(layer.rows);
        group.rows = layer.rows;
        group.locked.assign(group.channels, true);
        group.bytes.assign(group.channels, 0);
        group.macs.assign(group.channels, 0);
        std::vector<size_t> all(group.channels);
        for (size_t c = 0; c < all.size(); ++c)
            all[c] = c;
        const Message reason =
            isInner ? Message::tr("it stands in a graph inside of a node") : obstacle->second;
        group.locks.push_back({std::move(all), reason, false});
        result.rows += layer.rows;
        result.freeRows += layer.rows;
        result.groups.push_back(std::move(group));
    }
}

} // namespace lathe
