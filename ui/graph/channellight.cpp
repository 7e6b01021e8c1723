#include "ui/graph/channellight.h"

#include "ui/base/messages.h"
#include "ui/style/theme.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::ChannelLight)
};

/// All that a sentence names.
void collectNames(const Message &message, std::unordered_set<std::string> &names)
{
    for (const Message::Argument &argument : message.arguments()) {
        names.insert(argument.text);
        collectNames(argument.message, names);
    }
}

class Lighter {
public:
    Lighter(const ModelGraph &graph, const ChannelGroup &group) : m_graph(graph), m_group(group)
    {
        m_light.roles.assign(graph.nodes.size(), NoRole);
        m_light.edges.assign(graph.edges.size(), false);
    }

    ChannelLight run(const std::vector<int> &makers, const std::vector<int> &readers)
    {
        addLayers(makers, MakesChannels);
        addLayers(readers, ReadsChannels);
        addValues();
        for (const ChannelLock &lock : m_group.locks)
            addLock(lock);
        return std::move(m_light);
    }

private:
    unsigned &roles(int node) { return m_light.roles[static_cast<size_t>(node)]; }

    void addLayers(const std::vector<int> &layers, ChannelRole role)
    {
        for (const int layer : layers)
            if (const int node = m_graph.nodeOfLayer[static_cast<size_t>(layer)]; node >= 0)
                roles(node) |= role;
    }

    /// What has channels on both sides, or only gets them and sums over none, passes them on.
    void addValues()
    {
        std::unordered_set<std::string_view> values;
        for (const ChannelUse &use : m_group.uses)
            if (!use.stored)
                values.insert(use.tensor);
        for (size_t e = 0; e < m_graph.edges.size(); ++e) {
            const GraphEdge &edge = m_graph.edges[e];
            if (!values.contains(edge.tensor))
                continue;
            m_light.edges[e] = true;
            for (const int node : {edge.from, edge.to})
                if ((roles(node) & (MakesChannels | ReadsChannels)) == NoRole)
                    roles(node) |= PassesChannels;
        }
    }

    /// At the nodes that its reason names; where these are elsewhere, at those that make the channels.
    void addLock(const ChannelLock &lock)
    {
        std::unordered_set<std::string> names;
        collectNames(lock.reason, names);
        std::vector<int> held;
        for (size_t i = 0; i < m_graph.nodes.size(); ++i)
            if (m_light.roles[i] != NoRole && names.contains(m_graph.nodes[i].name))
                held.push_back(static_cast<int>(i));
        if (held.empty())
            for (size_t i = 0; i < m_graph.nodes.size(); ++i)
                if (m_light.roles[i] & MakesChannels)
                    held.push_back(static_cast<int>(i));
        for (const int node : held) {
            roles(node) |= HoldsChannels;
            QString &reason = m_light.reasons[node];
            const QString text =
                Words::tr("%n have to stay: %1", nullptr, static_cast<int>(lock.channels.size()))
                    .arg(messageText(lock.reason));
            reason = reason.isEmpty() ? text : reason + QLatin1Char('\n') + text;
        }
    }

    const ModelGraph &m_graph;
    const ChannelGroup &m_group;
    ChannelLight m_light;
};

QString sentence(const ChannelGroup &group, const QString &layer, int others, int readers)
{
    const auto channels = static_cast<int>(group.channels);
    QString text = others > 0
                       ? Words::tr("%1 channels of %2 go together with %n other layer(s)", nullptr, others)
                             .arg(channels)
                             .arg(layer)
                       : Words::tr("%n channel(s) of %1", nullptr, channels).arg(layer);
    if (readers > 0)
        text += Words::tr("; read by %n", nullptr, readers);
    const auto staying = channels - static_cast<int>(group.prunable());
    if (staying == 0 || group.locks.empty())
        return text;
    const QString reason = messageText(group.locks.front().reason);
    return text + (staying == channels ? Words::tr("; all have to stay: %1").arg(reason)
                                       : Words::tr("; %n have to stay: %1", nullptr, staying).arg(reason));
}

} // namespace

ChannelLight channelLight(const ModelGraph &graph, const ChannelMap &channels, const Model &model, int layer)
{
    const int index = channels.indexOf(layer);
    if (index < 0)
        return {};
    const auto g = static_cast<size_t>(index);
    ChannelLight light =
        Lighter(graph, channels.groups->groups[g]).run(channels.makers[g], channels.readers[g]);
    light.text = sentence(
        channels.groups->groups[g], QString::fromStdString(model.layers()[static_cast<size_t>(layer)].name),
        static_cast<int>(channels.makers[g].size()) - 1, static_cast<int>(channels.readers[g].size()));
    return light;
}

QString roleName(ChannelRole role)
{
    switch (role) {
    case MakesChannels:
        return Words::tr("makes the channels");
    case ReadsChannels:
        return Words::tr("reads them");
    case PassesChannels:
        return Words::tr("passes them on");
    case HoldsChannels:
        return Words::tr("they have to stay");
    case NoRole:
        break;
    }
    return {};
}

void paintRoles(QPainter &painter, const QRectF &box, unsigned roles, double pixel)
{
    const QColor ink = colors().third;
    const double bar = std::max(4.0, 3.0 * pixel);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(ink, std::max(1.6, 1.4 * pixel)));
    painter.drawRoundedRect(box, 4, 4);
    painter.setPen(Qt::NoPen);
    if (roles & MakesChannels)
        painter.fillRect(QRectF(box.left(), box.bottom() - bar, box.width(), bar), ink);
    if (roles & ReadsChannels)
        painter.fillRect(QRectF(box.left(), box.top(), box.width(), bar), ink);
    if (!(roles & HoldsChannels))
        return;
    const double side = std::min(16.0, box.height());
    const QRectF badge(box.left() - side / 2, box.top() - side / 2, side, side);
    painter.setPen(QPen(ink, 1.0));
    painter.setBrush(colors().surface);
    painter.drawEllipse(badge);
    icon(QStringLiteral("lock")).paint(&painter, badge.adjusted(3, 3, -3, -3).toRect());
}

} // namespace lathe::ui
