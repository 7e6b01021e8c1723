#pragma once
#include <QVector>
#include <QWidget>

class QAction;
class QLabel;
class QLineEdit;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;

namespace lathe::ui {

class ColumnFit;
class LayerTableModel;

/// The layer table with its filter box.
class LayerPanel : public QWidget {
    Q_OBJECT
public:
    explicit LayerPanel(QWidget *parent = nullptr);

    void setModel(LayerTableModel *model);
    /// Layer indices (not table rows), ascending.
    const QVector<int> &selectedLayers() const { return m_selected; } ///< in ascending order
    /// Selects exactly these and scrolls to the first; a filter that hides one of them is cleared.
    void selectLayers(const QVector<int> &layers);
    /// Commands for the selected layers, for the table's context menu.
    void setLayerActions(const QList<QAction *> &actions) { m_actions = actions; }

signals:
    void selectionChanged(const QVector<int> &layers);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QVector<int> readSelection() const;
    class Filter;

    void buildTable();
    void buildFilter();
    void copySelection() const;
    void selectSameOperator();
    void showContextMenu(const QPoint &position);
    void onModelReset();
    void onFilterEdited(const QString &text);
    void refreshCounts();
    void announceSelection();

    LayerTableModel *m_model = nullptr;
    Filter *m_proxy = nullptr;
    QTableView *m_view = nullptr;
    ColumnFit *m_columns = nullptr;
    QLineEdit *m_filter = nullptr;
    QLabel *m_count = nullptr;
    QLabel *m_emptyText = nullptr;
    QStackedWidget *m_stack = nullptr;
    QVector<int> m_selected; ///< as announced last
    QList<QAction *> m_actions;
};

} // namespace lathe::ui
