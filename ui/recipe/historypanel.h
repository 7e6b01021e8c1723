#pragma once
#include <QWidget>

class QStackedWidget;
class QUndoStack;

namespace lathe::ui {

/// Every change of the recipe, the newest below. A click goes back, or forward, to it.
class HistoryPanel : public QWidget {
    Q_OBJECT
public:
    explicit HistoryPanel(QUndoStack *stack, QWidget *parent = nullptr);
    ~HistoryPanel() override;

signals:
    /// Around what may undo or redo many steps at once.
    void jumpBegan();
    void jumpEnded();

private:
    class View;
    void refresh();

    QUndoStack *m_steps;
    QStackedWidget *m_pages;
};

} // namespace lathe::ui
