#pragma once
#include <QObject>

class QAction;

namespace lathe::ui {

class DockArea;
class InfoBar;
class RecoverDesk;
class Workbench;

/// Leads to the recover panel: by its command, and where compressing has cost accuracy.
class RecoverCommands : public QObject {
    Q_OBJECT
public:
    RecoverCommands(Workbench &workbench, RecoverDesk &desk, QAction &action, DockArea &panels,
                    InfoBar &info);

    static constexpr double worthSaying = 0.01; ///< top-1 that is lost for certain, or answers that changed

private:
    bool hasLost() const; ///< and it was not recovered yet
    void open();
    void offer();

    Workbench &m_workbench;
    RecoverDesk &m_desk;
    DockArea &m_panels;
    InfoBar &m_info;
    bool m_said = false; ///< of this model
};

} // namespace lathe::ui
