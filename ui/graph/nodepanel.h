#pragma once
#include "ui/graph/nodetext.h"
#include "ui/jobs/jobrunner.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QTabWidget;
class QTextBrowser;
class QToolButton;

namespace lathe::ui {

class ConstantTable;

/// All that the file says of one node, beside the graph: operator, attributes, inputs and outputs, the values
/// of its constants, and what the recipe of the moment makes of it. Values are read and the nodes of the
/// recipe built in the background.
class NodePanel : public QWidget {
    Q_OBJECT
public:
    explicit NodePanel(QWidget *parent = nullptr);

    void setDocument(const Model &model, const std::shared_ptr<const GraphDocument> &document);
    void clear();
    /// @param shown whether it is to say what the recipe does
    void setResults(const PreviewUpdate &preview, bool shown);
    void showNode(int node);
    int node() const { return m_node; } ///< -1: none
    QString text() const;               ///< plain
    /// Reads a constant of the graph into the table.
    void showValues(const QString &name);
    bool isReading() const { return m_values.isRunning() || m_builder.isRunning() || m_rest.isActive(); }
    QString valuesText() const; ///< what is said above the table; empty: the node reads no constant
    void takeFocus();           ///< the page that is shown
    ConstantTable *table() const { return m_table; }
    QTextBrowser *browser() const { return m_browser; }

signals:
    void nodeWanted(int node); ///< a link to another node was followed
    void closed();

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void follow(const QUrl &link);
    NodeText refresh(); ///< @returns what is shown
    void buildSoon();
    void buildVariant();
    std::optional<NodeNow> now() const;

    std::optional<Model> m_model;
    std::shared_ptr<const GraphDocument> m_document;
    PreviewUpdate m_preview;
    bool m_showsRecipe = true;
    std::shared_ptr<const Model> m_built; ///< the file that the recipe would give
    std::shared_ptr<const CompressedModel> m_builtFrom;
    int m_node = -1;
    QString m_constant; ///< whose values are shown
    QTextBrowser *m_browser;
    QLabel *m_summary;
    ConstantTable *m_table;
    QTabWidget *m_tabs;
    JobRunner m_values, m_builder;
    QTimer m_rest; ///< the file is built once the recipe has come to rest
};

} // namespace lathe::ui
