#pragma once
// What the recipe of the moment does to the nodes of the graph.
#include "ui/session/previewrunner.h"

#include <QRectF>
#include <QString>

class QPainter;

namespace lathe::ui {

enum class LayerChange {
    None,
    Replaced, ///< the node stays, with other weights
    Split,    ///< several nodes do its work
    Gone      ///< it went with its block
};

/// By layer; empty: nothing is known yet. A layer that shares the weight of another changes with it.
std::vector<LayerChange> layerChanges(const Model &model, const PreviewUpdate &preview);
QString changeName(LayerChange change); ///< "weights replaced"
/// One square, two beside each other, or a cross: told apart without their colour.
void paintChange(QPainter &painter, const QRectF &badge, LayerChange change);

} // namespace lathe::ui
