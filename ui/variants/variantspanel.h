#pragma once
#include <QVector>
#include <QWidget>

class QAction;
class QHBoxLayout;
class QKeySequence;
class QLabel;
class QStackedWidget;
class QTreeView;

namespace lathe::ui {

class ColumnFit;
class VariantModel;
class VariantNotes;
class VariantWorkRows;
class VariantOrder;
class VariantTree;

/// The variants in the order they were made, or as they were made from each other, and what can be done with
/// them. It asks; the owner of the model does.
class VariantsPanel : public QWidget {
    Q_OBJECT
public:
    explicit VariantsPanel(QWidget *parent = nullptr);

    void setModel(VariantModel *model);
    QVector<int> selectedVariants() const; ///< model rows, ascending
    void selectVariants(const QVector<int> &rows);
    /// Whether there is something to save, and to add files to: a model is open.
    void setSaveEnabled(bool enabled);
    /// Where files to add are looked for until some were added from elsewhere.
    void setModelFolder(const QString &folder) { m_modelFolder = folder; }

signals:
    void selectionChanged(const QVector<int> &rows);
    void saveRequested();
    void applyRequested(int row);
    void compareRequested(const QVector<int> &rows); ///< to be set beside the baseline
    void duplicateRequested(int row);
    void deleteRequested(const QVector<int> &rows);  ///< never holds row 0
    void filesRequested(const QStringList &paths);   ///< ONNX files to be added as variants
    void fileCancelled(const QString &id);           ///< one that is being added
    void fileRetried(const QString &id);             ///< one that could not be added
    void measureRequested(const QVector<int> &rows); ///< again; files from elsewhere only

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void buildActions(QHBoxLayout *bar);
    QAction *addAction(QHBoxLayout *bar, const QString &iconName, const QString &text, const QString &toolTip,
                       const QKeySequence &shortcut, bool showText, void (VariantsPanel::*slot)());
    void applySelected();
    void compareSelected();
    void duplicateSelected();
    void renameSelected();
    void deleteSelected();
    void copySelection();
    void measureSelected();
    void chooseFile();
    void buildView();
    QModelIndex viewIndex(int variant) const;
    QVector<int> selectedFiles() const;
    void refresh();
    void refreshApply(bool one);
    void refreshNotes();
    void showNotes(bool on);
    void showTree(bool on);
    void rankColumns();
    void showContextMenu(const QPoint &position);

    QString m_modelFolder;
    VariantModel *m_model = nullptr;
    VariantTree *m_tree = nullptr;
    VariantOrder *m_order = nullptr;
    QTreeView *m_view = nullptr;
    ColumnFit *m_columns = nullptr;
    QStackedWidget *m_stack = nullptr;
    VariantNotes *m_notes = nullptr;
    VariantWorkRows *m_work = nullptr;
    QAction *m_save = nullptr, *m_apply = nullptr, *m_compare = nullptr, *m_duplicate = nullptr,
            *m_rename = nullptr, *m_delete = nullptr, *m_copy = nullptr, *m_addFile = nullptr,
            *m_measure = nullptr, *m_showNotes = nullptr, *m_showTree = nullptr;
};

} // namespace lathe::ui
