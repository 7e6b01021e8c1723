#include "ui/window/windowtour.h"

#include "ui/charts/spectrumchart.h"
#include "ui/help/tour.h"
#include "ui/inspector/inspector.h"
#include "ui/inspector/methodgroup.h"
#include "ui/layers/layerpanel.h"
#include "ui/session/workbench.h"
#include "ui/window/dockarea.h"
#include "ui/window/emptystate.h"
#include "ui/window/fileopener.h"
#include "ui/window/mainactions.h"
#include "ui/window/nowstrip.h"

#include <QDockWidget>
#include <QScrollArea>
#include <QToolBar>

namespace lathe::ui {
namespace {

enum TourStep { PickLayer, MoveControl, Export };

void bringForward(QDockWidget *dock)
{
    dock->show();
    dock->raise();
}

/// Scrolled to where it is seen, in all that it lies in.
void scrollTo(QWidget *widget)
{
    for (QWidget *around = widget->parentWidget(); around; around = around->parentWidget())
        if (auto *scroll = qobject_cast<QScrollArea *>(around))
            scroll->ensureWidgetVisible(widget, 0, 8);
}

MethodGroup *quantizeGroup(const Inspector &inspector)
{
    for (MethodGroup *group : inspector.findChildren<MethodGroup *>())
        if (group->property("helpPage") == QStringLiteral("quantize"))
            return group;
    return nullptr;
}

} // namespace

WindowTour::WindowTour(QMainWindow *window, Workbench &workbench, MainActions &actions, FileOpener &files,
                       const TourStops &stops)
    : m_workbench(workbench), m_files(files), m_stops(stops)
{
    const auto control = [this]() -> QWidget * {
        MethodGroup *group = quantizeGroup(*m_stops.inspector);
        return group && group->isVisible() ? static_cast<QWidget *>(group) : m_stops.inspector;
    };
    const QVector<Tour::Step> steps{
        {tr("Choose a layer"),
         tr("Each row is a layer of the network; the bar is its size. Click one: the charts and the settings "
            "follow."),
         [this] { return m_stops.layers; },
         {},
         [this] { bringForward(m_stops.panels->dock(DockArea::Layers)); }},
        {tr("Change it"),
         tr("Tick <b>Quantize</b> and drag the number of bits. Watch the strip below: accuracy is measured "
            "while you drag, the size is that of the file you would get."),
         control,
         {m_stops.figures},
         [this, control] {
             bringForward(m_stops.panels->dock(DockArea::Settings));
             scrollTo(control());
         }},
        {tr("Export"),
         tr("Writes the smaller model to an ONNX file that any runtime opens, and checks that it is the one "
            "you saw here."),
         [window, action = actions.exportModel] {
             return window->findChild<QToolBar *>(QStringLiteral("toolBar"))->widgetForAction(action);
         },
         {},
         {}}};
    m_tour = new Tour(window, steps, window);

    connect(actions.tour, &QAction::triggered, this, &WindowTour::take);
    actions.tour->setEnabled(!samplePath().isEmpty());
    connect(&workbench, &Workbench::modelChanged, this,
            [action = actions.tour] { action->setEnabled(true); });
    followUser(actions);
}

void WindowTour::followUser(MainActions &actions)
{
    connect(m_stops.layers, &LayerPanel::selectionChanged, this, [this] { m_tour->done(PickLayer); });
    connect(actions.exportModel, &QAction::triggered, this, [this] { m_tour->done(Export); });
    // A control is moved, and what it did to the figures is there to be seen.
    const auto moved = [this] {
        if (m_tour->step() == MoveControl)
            connect(
                &m_workbench, &Workbench::settled, this, [this] { m_tour->done(MoveControl); },
                Qt::SingleShotConnection);
    };
    for (const ValueControl *value : m_stops.inspector->findChildren<ValueControl *>())
        connect(value, &ValueControl::edited, this, moved);
    connect(m_stops.spectrum, &SpectrumChart::rankReleased, this, moved);
}

void WindowTour::take()
{
    const auto begin = [this] {
        m_stops.panels->setPerspective(Perspective::Tune);
        m_tour->start();
    };
    if (m_workbench.hasModel()) {
        begin();
        return;
    }
    // When the window has taken the model in.
    const auto onceOpen = [this, begin] {
        if (m_workbench.hasModel())
            QTimer::singleShot(0, this, begin);
    };
    connect(&m_workbench, &Workbench::openingEnded, this, onceOpen, Qt::SingleShotConnection);
    m_files.openSample();
}

} // namespace lathe::ui
