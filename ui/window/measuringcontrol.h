#pragma once
#include <QObject>

class QAction;

namespace lathe::ui {

class NowStrip;
class Workbench;

/// Pausing and going on, by the strip and by the menu, and how both show what is going on.
class MeasuringControl : public QObject {
    Q_OBJECT
public:
    /// @param strip becomes the parent
    MeasuringControl(Workbench &workbench, NowStrip *strip, QAction *pause);

private:
    void refresh();

    Workbench &m_workbench;
    NowStrip *m_strip;
    QAction *m_pause;
};

} // namespace lathe::ui
