#pragma once
// Whether a table shows what it should at its width.
#include <QAbstractItemView>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QScrollBar>
#include <QtTest>

namespace lathe::test {

/// @param sections by priority @returns what is wrong; empty: all are there that fit, the first ones first,
/// and nothing has to be scrolled for
inline QString columnFault(const QAbstractItemView &view, const QHeaderView &header,
                           const QVector<int> &sections, qsizetype essential)
{
    if (view.horizontalScrollBar()->maximum() > 0 || header.length() > view.viewport()->width())
        return QStringLiteral("%1 pixels of columns in %2")
            .arg(header.length())
            .arg(view.viewport()->width());
    qsizetype shown = 0;
    while (shown < sections.size() && !header.isSectionHidden(sections[shown]))
        ++shown;
    for (qsizetype i = shown; i < sections.size(); ++i)
        if (!header.isSectionHidden(sections[i]))
            return QStringLiteral("column %1 is there before column %2")
                .arg(sections[i])
                .arg(sections[shown]);
    for (qsizetype i = 1; i < shown; ++i)
        if (header.visualIndex(sections[i - 1]) > header.visualIndex(sections[i]))
            return QStringLiteral("column %1 stands before column %2").arg(sections[i]).arg(sections[i - 1]);
    return shown < essential ? QStringLiteral("only %1 columns are shown in %2 pixels, of %3 a letter")
                                   .arg(shown)
                                   .arg(view.viewport()->width())
                                   .arg(view.fontMetrics().averageCharWidth())
                             : QString();
}

/// Opens the context menu of a widget by keyboard and gives it to `use`.
template <typename Use>
void inContextMenu(QWidget *widget, Use use)
{
    bool opened = false;
    QTimer::singleShot(0, widget, [&] {
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        opened = menu != nullptr;
        if (!menu)
            return;
        use(menu);
        menu->close();
    });
    QContextMenuEvent event(QContextMenuEvent::Keyboard, widget->rect().center(),
                            widget->mapToGlobal(widget->rect().center()));
    QCoreApplication::sendEvent(widget, &event);
    QVERIFY(opened);
}

/// Where that menu has a submenu of columns: ticks the one that is called so, or takes its tick away.
inline void toggleColumn(QWidget *widget, const QString &name)
{
    inContextMenu(widget, [&](QMenu *menu) {
        QList<QAction *> actions = menu->actions();
        for (const QAction *action : menu->actions())
            if (action->menu())
                actions << action->menu()->actions();
        for (QAction *action : std::as_const(actions))
            if (action->text() == name)
                return action->trigger();
        QFAIL(qPrintable("no column is called " + name));
    });
}

} // namespace lathe::test
