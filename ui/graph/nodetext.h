#pragma once
// What a node of the graph is, as rich text with links.
#include "core/graph/nodefacts.h"
#include "ui/graph/graphscene.h"
#include "ui/graph/layerchange.h"

namespace lathe::ui {

/// Links are "node:INDEX" to nodes of the graph and "values:NAME" to constants.
inline const QString nodeLink = QStringLiteral("node:"), valuesLink = QStringLiteral("values:");

/// What the recipe of the moment makes of a node.
struct NodeNow {
    LayerChange change = LayerChange::None;
    QString form;                           ///< how its weight is stored
    qint64 bytes = 0;                       ///< stored
    std::optional<NodeReplacement> becomes; ///< empty: not known yet
};

struct NodeText {
    QString html;
    QString firstConstant; ///< the largest one that it reads, for whoever shows values; empty: none
};

/// @param now null: nothing is said of the recipe
NodeText nodeText(const Model &model, const GraphDocument &document, int node, const NodeNow *now);
/// "Reshape, 3 × Cast, Mul": equal ones in a row together.
QString operatorsText(const std::vector<std::string> &operators, const QString &separator);

} // namespace lathe::ui
