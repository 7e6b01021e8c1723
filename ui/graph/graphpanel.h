#pragma once
#include "ui/graph/graphview.h"
#include "ui/jobs/jobrunner.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace lathe::ui {

class ChangeLegend;
class ChannelLegend;
class GraphLegend;
class NodePanel;

/// The model graph with its search box, its colours and its empty states. Reading the graph and laying it out
/// happen in the background.
class GraphPanel : public QWidget {
    Q_OBJECT
public:
    explicit GraphPanel(QWidget *parent = nullptr);

    void setModel(const Model &model);
    /// The figures of the recipe of the moment. Another recipe, the same model: no new layout.
    void setResults(const PreviewUpdate &preview);
    /// Layers whose figures are of the recipe before; empty: none.
    void setOutdated(const std::vector<bool> &layers);
    void setKept(const std::vector<bool> &layers); ///< as they are, whatever the recipe says otherwise
    /// Whose channels are lit while one layer is selected; null: not known yet.
    void setChannels(const std::shared_ptr<const ChannelMap> &channels);
    QString channelText() const; ///< what is lit; empty: nothing is
    /// What probeWanted() asked for. @param values by layer
    void setProbe(const QString &id, const std::vector<double> &values);
    void forgetProbes();
    /// What measuring a quantity takes ("about 40 s on this machine"), asked when the list is filled; empty:
    /// nothing that need be said.
    void setProbeCost(std::function<QString(const QString &id)> cost);
    void selectLayers(const QVector<int> &layers); ///< no signal; the first is scrolled to

    GraphView *view() const { return m_view; }
    NodePanel *nodePanel() const { return m_node; } ///< hidden until a node is opened
    /// Opens a node of the graph beside it, and the blocks around it. @param focus the keys go there
    void showNode(int node, bool focus);
    void hideNode();
    /// Whether the marks say what the recipe changes, or the graph is the original's alone.
    void showRecipe(bool shown);
    bool isLaidOut() const { return m_view->scene() && !m_runner.isRunning(); }
    QString message() const; ///< of the empty, busy or failed state; empty: the graph is shown
    void colourBy(const QString &id);
    void expandAll();
    void collapseAll();
    void find(const QString &text);
    void findNext(bool forward);
    void saveTo(const QString &path); ///< in the background; SVG by its suffix, else PNG
    int hitCount() const { return static_cast<int>(m_hits.size()); }

signals:
    void layersSelected(const QVector<int> &layers);
    void probeWanted(const QString &quantity); ///< that it was chosen and is measured on request
    void imageSaved(const QString &path);      ///< empty: it could not be written

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildHeader();
    void fitMarks();
    void buildNodePanel();
    void refreshChanges();
    void refreshChannels();
    void splitByShape();
    QToolButton *button(const QString &iconName, const QString &tip);
    void layOut(std::vector<bool> expanded, int node);
    void showScene(const std::shared_ptr<const GraphScene> &scene, int node, bool toMiddle);
    void showMessage(const QString &text);
    void refreshTools();
    void toggle(int item);
    void refreshQuantities();
    void refreshColours();
    void refreshSearch();
    void goTo(int node);
    void showMenu(int item, const QPoint &position);
    void saveImage();

    std::optional<Model> m_model;
    PreviewUpdate m_preview;
    std::vector<bool> m_outdated; ///< by layer
    QHash<QString, std::vector<double>> m_probes;
    std::function<QString(const QString &id)> m_probeCost; ///< null: nothing is said of it
    QVector<GraphQuantity> m_quantities;
    QString m_quantityId;
    std::shared_ptr<const GraphDocument> m_document;
    std::shared_ptr<const ChannelMap> m_channels; ///< of the model; null: not known yet
    QVector<int> m_selected;
    std::vector<int> m_hits; ///< nodes
    int m_hitAt = -1;

    GraphView *m_view;
    NodePanel *m_node;
    QSplitter *m_splitter;
    GraphLegend *m_legend;
    ChangeLegend *m_changes;
    ChannelLegend *m_roles;
    QComboBox *m_colour, *m_shown;
    QLineEdit *m_search;
    QLabel *m_count, *m_message, *m_note, *m_lit;
    QToolButton *m_previous, *m_next, *m_fit, *m_fold;
    QStackedWidget *m_stack;
    JobRunner m_runner, m_saver;
};

} // namespace lathe::ui
