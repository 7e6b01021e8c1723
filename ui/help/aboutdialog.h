#pragma once
#include <QList>

class QAction;
class QWidget;

namespace lathe::ui {

/// Name, version, licence, and the versions of the parts that measure.
void showAbout(QWidget *parent);
/// Every action that has a shortcut, and the keys of the views.
void showKeyboardHelp(QWidget *parent, const QList<QAction *> &actions);

} // namespace lathe::ui
