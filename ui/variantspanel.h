#pragma once
#include <QVector>
#include <QWidget>

class QAction;
class QHBoxLayout;
class QKeySequence;
class QLabel;
class QStackedWidget;
class QTableView;

namespace lathe::ui {

class VariantModel;

/// The variants table and what can be done with its rows. It asks; the owner of the model does.
class VariantsPanel : public QWidget {
    Q_OBJECT
public:
    explicit VariantsPanel(QWidget *parent = nullptr);

    void setModel(VariantModel *model);
    QVector<int> selectedVariants() const; ///< model rows, ascending
    void selectVariants(const QVector<int> &rows);
    /// Whether there is something to save: a model is open.
    void setSaveEnabled(bool enabled);

signals:
    void selectionChanged(const QVector<int> &rows);
    void saveRequested();
    void applyRequested(int row);
    void compareRequested(const QVector<int> &rows); ///< two to four
    void duplicateRequested(int row);
    void deleteRequested(const QVector<int> &rows); ///< never holds row 0

private:
    class Order;

    void buildActions(QHBoxLayout *bar);
    QAction *addAction(QHBoxLayout *bar, const QString &iconName, const QString &text, const QString &toolTip,
                       const QKeySequence &shortcut, bool showText, void (VariantsPanel::*slot)());
    void applySelected();
    void compareSelected();
    void duplicateSelected();
    void renameSelected();
    void deleteSelected();
    void copySelection();
    void refresh();
    void fitColumns();
    void showContextMenu(const QPoint &position);

    VariantModel *m_model = nullptr;
    Order *m_order = nullptr;
    QTableView *m_view = nullptr;
    QStackedWidget *m_stack = nullptr;
    QAction *m_save = nullptr, *m_apply = nullptr, *m_compare = nullptr, *m_duplicate = nullptr,
            *m_rename = nullptr, *m_delete = nullptr, *m_copy = nullptr;
};

} // namespace lathe::ui
