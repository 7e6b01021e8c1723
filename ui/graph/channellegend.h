#pragma once
#include "ui/graph/marklegend.h"

namespace lathe::ui {

/// How the graph marks nodes that channels go through.
class ChannelLegend : public MarkLegend {
    Q_OBJECT
public:
    explicit ChannelLegend(QWidget *parent = nullptr);
    void setRoles(unsigned roles); ///< of ChannelRole: those that are to be seen
};

} // namespace lathe::ui
