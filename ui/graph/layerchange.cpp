#include "ui/graph/layerchange.h"

#include "ui/style/theme.h"

#include <QCoreApplication>
#include <QPainter>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::LayerChange)
};

} // namespace

std::vector<LayerChange> layerChanges(const Model &model, const PreviewUpdate &preview)
{
    const std::vector<Layer> &layers = model.layers();
    if (!preview.compressed || preview.compressed->layers.size() != layers.size())
        return {};
    std::vector<LayerChange> changes(layers.size(), LayerChange::None);
    for (size_t i = 0; i < layers.size(); ++i) {
        const Layer &left = preview.compressed->source.layers()[i];
        if (left.absent) {
            changes[i] = LayerChange::Gone;
            continue;
        }
        if (left.rows != layers[i].rows || left.cols != layers[i].cols)
            changes[i] = LayerChange::Replaced;
        const LayerCode &code = preview.compressed->layers[layers[i].tiedTo.value_or(i)].code;
        if (code.changesNothing())
            continue;
        const bool stored = preview.storage && preview.storage->size() == layers.size();
        changes[i] =
            stored && (*preview.storage)[i].values.size() > 1 ? LayerChange::Split : LayerChange::Replaced;
    }
    return changes;
}

QString changeName(LayerChange change)
{
    switch (change) {
    case LayerChange::None:
        return Words::tr("unchanged");
    case LayerChange::Replaced:
        return Words::tr("weights replaced");
    case LayerChange::Split:
        return Words::tr("split into several nodes");
    case LayerChange::Gone:
        break;
    }
    return Words::tr("gone with its block");
}

void paintChange(QPainter &painter, const QRectF &badge, LayerChange change)
{
    if (change == LayerChange::None)
        return;
    painter.setPen(QPen(colors().muted, 1.0));
    painter.setBrush(colors().surface);
    painter.drawRoundedRect(badge, 3, 3);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors().current);
    const double side = badge.height() * 0.42;
    QRectF square({}, QSizeF(side, side));
    square.moveCenter(badge.center());
    if (change == LayerChange::Replaced) {
        painter.drawRect(square);
        return;
    }
    if (change == LayerChange::Gone) {
        painter.setPen(QPen(colors().current, 1.6));
        painter.drawLine(square.topLeft(), square.bottomRight());
        painter.drawLine(square.bottomLeft(), square.topRight());
        return;
    }
    painter.drawRect(square.translated(-side * 0.75, 0));
    painter.drawRect(square.translated(side * 0.75, 0));
}

} // namespace lathe::ui
