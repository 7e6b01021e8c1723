#include "ui/graph/channellegend.h"

#include "ui/graph/channellight.h"
#include "ui/style/theme.h"

#include <QPainter>

namespace lathe::ui {

ChannelLegend::ChannelLegend(QWidget *parent) : MarkLegend(tr("Marks of channels"), parent) {}

void ChannelLegend::setRoles(unsigned roles)
{
    QVector<Entry> entries;
    for (const ChannelRole role : {MakesChannels, PassesChannels, ReadsChannels, HoldsChannels})
        if (roles & role)
            entries << Entry{[role](QPainter &painter, const QRectF &place) {
                                 if (role == HoldsChannels)
                                     icon(QStringLiteral("lock")).paint(&painter, place.toRect());
                                 else
                                     paintRoles(painter, place, role, 1.0);
                             },
                             roleName(role)};
    setEntries(std::move(entries));
}

} // namespace lathe::ui
