#pragma once
#include "ui/window/dockarea.h"

#include <QObject>
#include <QVector>

namespace lathe::ui {

class CompareView;
class VariantsPanel;
class Workbench;

/// The workspace that sets variants beside each other: what is selected in the list of variants is compared.
/// Whoever lays it out owns the view.
class CompareDesk : public QObject {
    Q_OBJECT
public:
    CompareDesk(Workbench &workbench, VariantsPanel &list, DockArea &panels);

    CompareView *view() const { return m_view; }
    /// From the switch of workspaces; Compare once more leads back to where one came from.
    void choose(Perspective perspective);
    /// One step back: from a sample close up, from the workspace; elsewhere what is running stops.
    void escape();

private:
    void compare(const QVector<int> &rows);
    void onPerspective(Perspective perspective);

    Workbench &m_workbench;
    VariantsPanel &m_list;
    DockArea &m_panels;
    CompareView *m_view;
    Perspective m_before = Perspective::Tune;
};

} // namespace lathe::ui
