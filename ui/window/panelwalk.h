#pragma once
#include <QHash>
#include <QObject>
#include <QPointer>

class QDockWidget;
class QWidget;

namespace lathe::ui {

class DockArea;
class Inspector;
class MainActions;

/// Takes the focus by keys from panel to panel, in the order in which they are read, and to a method of the
/// inspector. A panel that is come back to has the focus where it was.
class PanelWalk : public QObject {
    Q_OBJECT
public:
    PanelWalk(const MainActions &actions, DockArea &panels, Inspector &inspector, QObject *parent);

private:
    QList<QDockWidget *> inSight() const;
    void step(int by);
    void goToMethod(const QString &id);
    void remember(QWidget *focused);

    DockArea &m_panels;
    Inspector &m_inspector;
    QHash<QDockWidget *, QPointer<QWidget>> m_last; ///< what had the focus in it
};

} // namespace lathe::ui
