#include "ui/recipe/historypanel.h"

#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QUndoStack>
#include <QUndoView>
#include <QVBoxLayout>

namespace lathe::ui {
namespace {

/// Long texts give way in the middle and are whole in the tool tip; what was undone is paler.
class StepDelegate : public QStyledItemDelegate {
public:
    StepDelegate(const QUndoStack *stack, QObject *parent) : QStyledItemDelegate(parent), m_stack(stack) {}

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {1, option.fontMetrics.height() + 8}; // as wide as the panel, however long the text
    }
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override
    {
        view->setToolTip(index.data().toString());
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        option->textElideMode = Qt::ElideMiddle;
        if (index.row() > m_stack->index()) // the first row stands for the state before all steps
            option->palette.setColor(QPalette::Text, colors().muted);
    }

private:
    const QUndoStack *m_stack;
};

} // namespace

/// Tells before and after that it moves the stack: a QUndoView does it without a word, one step after the
/// other.
class HistoryPanel::View : public QUndoView {
public:
    View(QUndoStack *stack, HistoryPanel *panel) : QUndoView(stack, panel), m_panel(panel) {}

protected:
    bool viewportEvent(QEvent *event) override
    {
        emit m_panel->jumpBegan();
        const bool handled = QUndoView::viewportEvent(event);
        emit m_panel->jumpEnded();
        return handled;
    }
    void keyPressEvent(QKeyEvent *event) override
    {
        emit m_panel->jumpBegan();
        QUndoView::keyPressEvent(event);
        emit m_panel->jumpEnded();
    }

private:
    HistoryPanel *m_panel;
};

HistoryPanel::HistoryPanel(QUndoStack *stack, QWidget *parent)
    : QWidget(parent), m_steps(stack), m_pages(new QStackedWidget(this))
{
    auto *view = new View(stack, this);
    view->setEmptyLabel(tr("As opened"));
    view->setCleanIcon(icon(QStringLiteral("save")));
    view->setAccessibleName(tr("History of the recipe"));
    view->setFrameShape(QFrame::NoFrame);
    view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->setItemDelegate(new StepDelegate(stack, view));
    m_pages->addWidget(view);
    m_pages->addWidget(makeEmptyState(tr("Nothing was changed yet. Each change of the recipe will be listed "
                                         "here; a click goes back to it."),
                                      this));

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addWidget(makeTitle(tr("HISTORY"), this));
    column->addWidget(m_pages, 1);
    connect(stack, &QUndoStack::indexChanged, this, &HistoryPanel::refresh);
    refresh();
}

HistoryPanel::~HistoryPanel()
{
    delete m_pages; // not by the QWidget that is left then: the view would still tell this of its events
}

void HistoryPanel::refresh()
{
    m_pages->setCurrentIndex(m_steps->count() > 0 ? 0 : 1);
}

} // namespace lathe::ui
