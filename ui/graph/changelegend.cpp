#include "ui/graph/changelegend.h"

#include <QLocale>

#include <algorithm>

namespace lathe::ui {

ChangeLegend::ChangeLegend(QWidget *parent) : MarkLegend(tr("Marks of the graph"), parent) {}

void ChangeLegend::setChanges(const std::vector<LayerChange> &changes)
{
    QVector<Entry> entries;
    for (const LayerChange change : {LayerChange::Replaced, LayerChange::Split, LayerChange::Gone})
        if (const auto count = std::ranges::count(changes, change))
            entries << Entry{
                [change](QPainter &painter, const QRectF &place) { paintChange(painter, place, change); },
                QStringLiteral("%1 (%2)").arg(changeName(change), QLocale().toString(qlonglong(count)))};
    setEntries(std::move(entries), tr("Nodes without a mark are as in the original."));
}

} // namespace lathe::ui
