#include "ui/window/panelwalk.h"

#include "ui/inspector/inspector.h"
#include "ui/inspector/methodgroup.h"
#include "ui/widgets/verticalscroll.h"
#include "ui/window/dockarea.h"
#include "ui/window/mainactions.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QDockWidget>
#include <QLineEdit>
#include <algorithm>

namespace lathe::ui {
namespace {

constexpr int tabsHeight = 48; ///< at most

bool takesFocus(const QWidget *widget)
{
    return widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) &&
           !widget->visibleRegion().isEmpty();
}

/// Where the keys are of most use: a table rather than the buttons above it, and never a field for text if
/// there is something else, for letters are commands.
QWidget *entranceOf(QDockWidget *dock)
{
    QList<QWidget *> all;
    for (QWidget *widget = dock->nextInFocusChain(); widget && widget != dock;
         widget = widget->nextInFocusChain())
        if (dock->isAncestorOf(widget) && takesFocus(widget))
            all << widget;
    for (QWidget *widget : all)
        if (qobject_cast<QAbstractItemView *>(widget))
            return widget;
    for (QWidget *widget : all)
        if (!qobject_cast<QLineEdit *>(widget))
            return widget;
    return all.value(0);
}

} // namespace

PanelWalk::PanelWalk(const MainActions &actions, DockArea &panels, Inspector &inspector, QObject *parent)
    : QObject(parent), m_panels(panels), m_inspector(inspector)
{
    connect(actions.nextPanel, &QAction::triggered, this, [this] { step(1); });
    connect(actions.previousPanel, &QAction::triggered, this, [this] { step(-1); });
    for (const QAction *action : actions.methods)
        connect(action, &QAction::triggered, this,
                [this, id = action->data().toString()] { goToMethod(id); });
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget *, QWidget *now) { remember(now); });
}

/// Not those that others cover. By rows, each from left to right.
QList<QDockWidget *> PanelWalk::inSight() const
{
    QList<QDockWidget *> docks;
    for (QDockWidget *dock : m_panels.findChildren<QDockWidget *>())
        if (dock->isVisible() && !dock->visibleRegion().isEmpty() && entranceOf(dock))
            docks << dock;
    const auto at = [](const QDockWidget *dock) { return dock->mapToGlobal(QPoint()); };
    std::ranges::sort(docks, {}, [&](const QDockWidget *dock) { return at(dock).y(); });
    // One row is what begins at about the same height: some have tabs above them.
    for (auto row = docks.begin(); row != docks.end();) {
        const auto end = std::find_if(row, docks.end(), [&](const QDockWidget *dock) {
            return at(dock).y() > at(*row).y() + tabsHeight;
        });
        std::ranges::sort(row, end, {}, [&](const QDockWidget *dock) { return at(dock).x(); });
        row = end;
    }
    return docks;
}

/// Upwards only: the focus also moves while a dialog of a panel is being destroyed, when what is below the
/// panels cannot be listed.
void PanelWalk::remember(QWidget *focused)
{
    for (QWidget *widget = focused; widget; widget = widget->parentWidget())
        if (auto *dock = qobject_cast<QDockWidget *>(widget)) {
            m_last[dock] = focused;
            return;
        } else if (widget->isWindow()) {
            return;
        }
}

void PanelWalk::step(int by)
{
    const QList<QDockWidget *> docks = inSight();
    if (docks.isEmpty())
        return;
    const QWidget *focused = QApplication::focusWidget();
    const auto here =
        std::ranges::find_if(docks, [&](const QDockWidget *dock) { return dock->isAncestorOf(focused); });
    const qsizetype from = here != docks.end() ? here - docks.begin() : by > 0 ? -1 : docks.size();
    QDockWidget *next = docks[(from + by + docks.size()) % docks.size()];
    QWidget *last = m_last.value(next);
    QWidget *widget = last && takesFocus(last) ? last : entranceOf(next);
    if (next->isFloating())
        next->activateWindow();
    widget->setFocus(Qt::TabFocusReason);
}

void PanelWalk::goToMethod(const QString &id)
{
    m_panels.bringForward(DockArea::Settings);
    MethodGroup *group = m_inspector.method(id);
    if (!group || !m_inspector.isVisible())
        return;
    QWidget *control = group->firstControl();
    control->setFocus(Qt::ShortcutFocusReason);
    scrollTo(group);
}

} // namespace lathe::ui
