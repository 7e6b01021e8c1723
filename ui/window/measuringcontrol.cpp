#include "ui/window/measuringcontrol.h"

#include "ui/session/workbench.h"
#include "ui/window/nowstrip.h"

#include <QAction>

namespace lathe::ui {

MeasuringControl::MeasuringControl(Workbench &workbench, NowStrip *strip, QAction *pause)
    : QObject(strip), m_workbench(workbench), m_strip(strip), m_pause(pause)
{
    PreviewController *previews = &workbench.previews();
    connect(strip, &NowStrip::measuringToggled, previews, &PreviewController::toggleMeasuring);
    connect(pause, &QAction::triggered, previews, &PreviewController::toggleMeasuring);
    connect(pause, &QAction::triggered, this, &MeasuringControl::refresh); // the check is not the user's
    for (const auto changed : {&Workbench::figuresChanged, &Workbench::busyChanged, &Workbench::dataChanged,
                               &Workbench::settled, &Workbench::modelChanged})
        connect(&workbench, changed, this, &MeasuringControl::refresh);
    refresh();
}

void MeasuringControl::refresh()
{
    const Measuring state = m_workbench.previews().measuring();
    m_strip->setMeasuring(state);
    m_pause->setChecked(state == Measuring::Paused);
    m_pause->setEnabled(state != Measuring::Nothing && state != Measuring::Complete);
}

} // namespace lathe::ui
