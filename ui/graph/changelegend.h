#pragma once
#include "ui/graph/layerchange.h"
#include "ui/graph/marklegend.h"

namespace lathe::ui {

/// The marks of changed nodes with what they mean and how many layers have them.
class ChangeLegend : public MarkLegend {
    Q_OBJECT
public:
    explicit ChangeLegend(QWidget *parent = nullptr);
    void setChanges(const std::vector<LayerChange> &changes);
};

} // namespace lathe::ui
