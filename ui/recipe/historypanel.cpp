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

/// A step is read whole, over as many lines as it takes. The one of the moment is bold, what was undone
/// paler.
class StepDelegate : public QStyledItemDelegate {
public:
    StepDelegate(const QUndoStack *stack, QObject *parent) : QStyledItemDelegate(parent), m_stack(stack) {}

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        // As wide as the panel, however long the text; measured bold, so that no row grows when it is.
        QFont font = option.font;
        font.setBold(true);
        const int room =
            std::max(40, static_cast<const QAbstractItemView *>(option.widget)->viewport()->width() -
                             2 * beside - iconRoom);
        const QRect lines =
            QFontMetrics(font).boundingRect({0, 0, room, 10000}, Qt::TextWordWrap, breakable(index));
        return {1, lines.height() + 8};
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
        option->features |= QStyleOptionViewItem::WrapText;
        option->text = breakable(index);
        option->font.setBold(index.row() == m_stack->index());
        if (index.row() > m_stack->index()) // the first row stands for the state before all steps
            option->palette.setColor(QPalette::Text, colors().muted);
    }

private:
    static constexpr int beside = 6;    ///< of the text, and some for the style
    static constexpr int iconRoom = 22; ///< of the row where the recipe was saved

    /// Names of layers may break where their parts meet.
    static QString breakable(const QModelIndex &index)
    {
        QString text = index.data().toString();
        for (const QChar joint : QStringLiteral("/._"))
            text.replace(joint, QString(joint) + QChar(0x200b));
        return text;
    }

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
    view->setWordWrap(true);
    view->setResizeMode(QListView::Adjust); // another width, other lines
    view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setMinimumWidth(letterWidth(fontMetrics()) * 26);
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
