#pragma once
// Which nodes and edges the channels go through that a layer makes.
#include "core/graph/modelgraph.h"
#include "ui/session/channelmap.h"

#include <QHash>
#include <QRectF>
#include <QString>

class QPainter;

namespace lathe::ui {

/// What a node has to do with the channels; of a block all that is in it. May be several.
enum ChannelRole : unsigned {
    NoRole = 0,
    MakesChannels = 1,
    ReadsChannels = 2, ///< sums over them
    PassesChannels = 4,
    HoldsChannels = 8 ///< some of them have to stay because of it, or are made by it and have to stay
};

struct ChannelLight {
    std::vector<unsigned> roles; ///< ChannelRole by node of the graph; empty: nothing is lit
    std::vector<bool> edges;     ///< by edge of the graph
    QHash<int, QString> reasons; ///< by node that holds some: why they have to stay
    QString text;                ///< "16 channels of conv2 go together with 3 layers; read by 2"
    bool empty() const { return roles.empty(); }
};

/// Of the group that the layer makes; empty where it makes none that can be followed.
ChannelLight channelLight(const ModelGraph &graph, const ChannelMap &channels, const Model &model, int layer);

QString roleName(ChannelRole role); ///< "makes them"
/// A bar where the channels come out, or go in, a frame where they pass: told apart without their colour.
void paintRoles(QPainter &painter, const QRectF &box, unsigned roles, double pixel);

} // namespace lathe::ui
