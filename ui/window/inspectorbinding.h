#pragma once
#include "ui/session/layerfacts.h"

#include <QObject>
#include <QVector>

namespace lathe::ui {

class Inspector;
class LayerPanel;
class Workbench;

/// Keeps the inspector equal to the workbench for the selected layers, and puts what is edited there into
/// the recipe.
class InspectorBinding : public QObject {
    Q_OBJECT
public:
    InspectorBinding(Workbench &workbench, Inspector &inspector, LayerPanel &layers);

    /// Takes in what is selected now; of very many layers a little later.
    void showSelection();

private:
    QVector<LayerFacts> selectedFacts();
    void refresh();
    void refreshData();

    Workbench &m_workbench;
    Inspector &m_inspector;
    LayerPanel &m_layers;
    std::optional<KnownFacts> m_known; ///< of the open model
};

} // namespace lathe::ui
