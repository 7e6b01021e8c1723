#pragma once
#include <QObject>
#include <QVector>

namespace lathe::ui {

class GraphPanel;
class LayerPanel;
class LayerTableModel;
class Workbench;

/// The table and the graph of the layers: they follow the workbench by themselves, select the same layers,
/// and what is selected is in focus. Whoever lays them out owns them.
class LayerViews : public QObject {
    Q_OBJECT
public:
    explicit LayerViews(Workbench &workbench);

    LayerPanel *panel() const { return m_panel; }
    GraphPanel *graph() const { return m_graph; }
    /// The layer that a person looks at first; none in a model without layers.
    void selectFirst();

signals:
    void selectionChanged();          ///< the workbench and both views know it
    void refused(const QString &why); ///< what the graph was asked to colour by

private:
    void connectProbe();
    void onModelChanged();
    void onSelectionChanged(const QVector<int> &layers);
    void refreshResults();
    void refreshOutdated();
    void refreshKept();

    Workbench &m_workbench;
    LayerPanel *m_panel;
    GraphPanel *m_graph;
    LayerTableModel *m_table;
};

} // namespace lathe::ui
