#pragma once
#include <QObject>

class QMainWindow;

namespace lathe::ui {

class DockArea;
class FileOpener;
class Inspector;
class LayerPanel;
class MainActions;
class NowStrip;
class SpectrumChart;
class Tour;
class Workbench;

/// What the tour points at.
struct TourStops {
    DockArea *panels;
    LayerPanel *layers;
    Inspector *inspector;
    SpectrumChart *spectrum;
    NowStrip *figures;
};

/// Shows newcomers around the window: choose a layer, change it, see what it did, export.
class WindowTour : public QObject {
    Q_OBJECT
public:
    WindowTour(QMainWindow *window, Workbench &workbench, MainActions &actions, FileOpener &files,
               const TourStops &stops);

    /// On the open model, or on the sample where none is open.
    void take();

private:
    void followUser(MainActions &actions);
    bool isControlHeld() const;

    Workbench &m_workbench;
    FileOpener &m_files;
    TourStops m_stops;
    Tour *m_tour;
};

} // namespace lathe::ui
