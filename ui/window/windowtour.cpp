#include "ui/window/windowtour.h"

#include "ui/charts/spectrumchart.h"
#include "ui/help/tour.h"
#include "ui/inspector/inspector.h"
#include "ui/inspector/methodgroup.h"
#include "ui/layers/layerpanel.h"
#include "ui/session/workbench.h"
#include "ui/widgets/verticalscroll.h"
#include "ui/window/dockarea.h"
#include "ui/window/emptystate.h"
#include "ui/window/fileopener.h"
#include "ui/window/mainactions.h"
#include "ui/window/nowstrip.h"

#include <QDockWidget>
#include <QToolBar>
#include <algorithm>

namespace lathe::ui {
namespace {

enum TourStep { PickLayer, MoveControl, SeeFigures, Export };

} // namespace

WindowTour::WindowTour(QMainWindow *window, Workbench &workbench, MainActions &actions, FileOpener &files,
                       const TourStops &stops)
    : m_workbench(workbench), m_files(files), m_stops(stops)
{
    const auto control = [this]() -> QWidget * {
        MethodGroup *group = m_stops.inspector->method(QStringLiteral("quantize"));
        return group->isVisible() ? static_cast<QWidget *>(group) : m_stops.inspector;
    };
    const QVector<Tour::Step> steps{
        {tr("Choose a layer"),
         tr("Each row is a layer of the network; the bar is its size. Click one: the charts and the settings "
            "follow."),
         [this] { return m_stops.layers; },
         {},
         [this] { m_stops.panels->bringForward(DockArea::Layers); }},
        {tr("Change it"),
         tr("Drag the number of bits of <b>Quantize</b>. Watch the strip below while you drag: accuracy is "
            "measured, the size is that of the file you would get."),
         control,
         {m_stops.figures},
         [this, control] {
             m_stops.panels->bringForward(DockArea::Settings);
             scrollTo(control());
         }},
        {tr("See what it did"),
         tr("Above the untouched model, below yours: how much accuracy it lost, how sure that is, and how "
            "much "
            "smaller the file is. Go on dragging as long as you like; <b>Undo</b> takes steps back."),
         [this] { return m_stops.figures; },
         {m_stops.inspector},
         {}},
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
    connect(actions.exportModel, &QAction::triggered, this, [this] {
        if (m_tour->step() >= SeeFigures)
            m_tour->end();
    });
    // A control was moved and let go, and what it did to the figures is there to be seen. Who takes it again
    // before that is not interrupted.
    const auto released = [this] {
        if (m_tour->step() == MoveControl)
            connect(
                &m_workbench, &Workbench::settled, this,
                [this] {
                    if (!isControlHeld())
                        m_tour->done(MoveControl);
                },
                Qt::SingleShotConnection);
    };
    for (const ValueControl *value : m_stops.inspector->findChildren<ValueControl *>())
        connect(value, &ValueControl::edited, this, [released](double, bool dragging) {
            if (!dragging)
                released();
        });
    connect(m_stops.spectrum, &SpectrumChart::rankReleased, this, released);
}

bool WindowTour::isControlHeld() const
{
    return std::ranges::any_of(m_stops.inspector->findChildren<ValueControl *>(),
                               [](const ValueControl *value) { return value->isHeld(); });
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
