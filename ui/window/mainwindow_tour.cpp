// The part of MainWindow that shows newcomers around.
#include "ui/charts/spectrumchart.h"
#include "ui/help/tour.h"
#include "ui/inspector/inspector.h"
#include "ui/inspector/methodgroup.h"
#include "ui/layers/layerpanel.h"
#include "ui/window/emptystate.h"
#include "ui/window/mainwindow.h"
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

void MainWindow::connectTour()
{
    const auto control = [this]() -> QWidget * {
        MethodGroup *group = quantizeGroup(*m_inspector);
        return group && group->isVisible() ? static_cast<QWidget *>(group) : m_inspector;
    };
    const QVector<Tour::Step> steps{
        {tr("Choose a layer"),
         tr("Each row is a layer of the network; the bar is its size. Click one: the charts and the settings "
            "follow."),
         [this] { return m_layerPanel; },
         {},
         [this] { bringForward(m_panels->dock(DockArea::Layers)); }},
        {tr("Change it"),
         tr("Tick <b>Quantize</b> and drag the number of bits. Watch the strip below: accuracy is measured "
            "while you drag, the size is that of the file you would get."),
         control,
         {m_now},
         [this, control] {
             bringForward(m_panels->dock(DockArea::Settings));
             scrollTo(control());
         }},
        {tr("Export"),
         tr("Writes the smaller model to an ONNX file that any runtime opens, and checks that it is the one "
            "you saw here."),
         [this] {
             return findChild<QToolBar *>(QStringLiteral("toolBar"))->widgetForAction(m_actions->exportModel);
         },
         {},
         {}}};
    m_tour = new Tour(this, steps, this);

    connect(m_actions->tour, &QAction::triggered, this, &MainWindow::takeTour);
    connect(m_empty, &EmptyState::tourRequested, this, &MainWindow::takeTour);
    m_actions->tour->setEnabled(!samplePath().isEmpty());
    connect(m_workbench, &Workbench::modelChanged, m_actions->tour,
            [this] { m_actions->tour->setEnabled(true); });

    connect(m_layerPanel, &LayerPanel::selectionChanged, m_tour, [this] { m_tour->done(PickLayer); });
    connect(m_actions->exportModel, &QAction::triggered, m_tour, [this] { m_tour->done(Export); });
    // A control is moved, and what it did to the figures is there to be seen.
    const auto moved = [this] {
        if (m_tour->step() == MoveControl)
            connect(
                m_workbench, &Workbench::settled, m_tour, [this] { m_tour->done(MoveControl); },
                Qt::SingleShotConnection);
    };
    for (const ValueControl *value : m_inspector->findChildren<ValueControl *>())
        connect(value, &ValueControl::edited, m_tour, moved);
    connect(m_spectrum, &SpectrumChart::rankReleased, m_tour, moved);
}

void MainWindow::takeTour()
{
    const auto begin = [this] {
        m_panels->setPerspective(Perspective::Tune);
        m_tour->start();
    };
    if (m_workbench->hasModel()) {
        begin();
        return;
    }
    // When the window has taken the model in.
    const auto onceOpen = [this, begin] {
        if (m_workbench->hasModel())
            QTimer::singleShot(0, this, begin);
    };
    connect(m_workbench, &Workbench::openingEnded, this, onceOpen, Qt::SingleShotConnection);
    openSample();
}

} // namespace lathe::ui
