#include "ui/window/recovercommands.h"

#include "ui/recover/recoverdesk.h"
#include "ui/session/workbench.h"
#include "ui/widgets/infobar.h"
#include "ui/window/dockarea.h"

#include <QAction>
#include <QDockWidget>

namespace lathe::ui {
namespace {

const QString topic = QStringLiteral("recover");

} // namespace

RecoverCommands::RecoverCommands(Workbench &workbench, RecoverDesk &desk, QAction &action, DockArea &panels,
                                 InfoBar &info)
    : QObject(&info), m_workbench(workbench), m_desk(desk), m_panels(panels), m_info(info)
{
    connect(&action, &QAction::triggered, this, &RecoverCommands::open);
    connect(&workbench, &Workbench::modelChanged, this, [this] { m_said = false; });
    connect(&workbench, &Workbench::figuresChanged, this, &RecoverCommands::offer);
}

void RecoverCommands::open()
{
    m_info.withdraw(topic);
    m_panels.bringForward(DockArea::Recover);
    m_desk.panel()->takeFocus();
}

bool RecoverCommands::hasLost() const
{
    const Figures &figures = m_workbench.previews().figures();
    if (m_workbench.editor().tuning() || figures.quality != Figures::Settled)
        return false;
    if (figures.top1Difference)
        return figures.top1Difference->high < -worthSaying;
    return figures.agreement && 1.0 - figures.agreement->high > worthSaying;
}

/// Once for each model: whoever goes on pruning knows it by then.
void RecoverCommands::offer()
{
    if (!hasLost()) {
        m_info.withdraw(topic);
        return;
    }
    if (m_said || m_desk.isRunning() || !m_panels.dock(DockArea::Recover)->visibleRegion().isEmpty())
        return;
    m_said = true;
    m_info.add({tr("Compressing has cost accuracy. Part of it can be won back without losing any of what was "
                   "saved."),
                NoticeKind::OfModel, tr("Recover what was lost…"), [this] { open(); }, topic});
}

} // namespace lathe::ui
