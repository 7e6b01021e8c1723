// The part of DockArea that gives the panels their first places, by the room there is.
#include "ui/window/dockarea.h"

#include <QDockWidget>
#include <QPointer>
#include <QResizeEvent>
#include <QScopedValueRollback>
#include <QTimer>
#include <algorithm>

namespace lathe::ui {
namespace {

// Below these the panels of a perspective do not all find room side by side, and share it in tabs.
constexpr int narrow = 1150;
constexpr int low = 530;
constexpr int slack =
    24; ///< beyond them before tabs come apart again: a bar that comes or goes changes nothing
constexpr Qt::DockWidgetArea spareArea =
    Qt::RightDockWidgetArea; ///< of panels that are not in the arrangement

/// @param is it was so before
bool isBelow(int length, int limit, bool is)
{
    return length < (is ? limit + slack : limit);
}

} // namespace

/// Beside what has the width for it, unless it was given a place: a column of its own would be as narrow as
/// it can be, and make a small window grow.
void DockArea::giveSparePlace(Panel panel)
{
    QList<Panel> hosts;
    if (panel == History)
        hosts = {Settings, Spectrum};
    else if (panel == Recover)
        hosts = {Settings, Comparison, Weights};
    else if (panel == Jobs)
        hosts = {Variants, Tradeoff};
    if (!m_docks[panel]->isHidden() || dockWidgetArea(m_docks[panel]) != spareArea)
        return;
    for (const Panel host : hosts)
        if (!m_docks[host]->isHidden()) {
            tabifyDockWidget(m_docks[host], m_docks[panel]);
            return;
        }
    if (width() >= narrow)
        return;
    QDockWidget *widest = nullptr;
    for (QDockWidget *dock : std::as_const(m_docks))
        if (!dock->isHidden() && !dock->isFloating() && (!widest || dock->width() > widest->width()))
            widest = dock;
    if (widest)
        tabifyDockWidget(widest, m_docks[panel]);
}

void DockArea::reset()
{
    const QScopedValueRollback arranging(m_arranging, true);
    m_arranged = true;
    m_shape = shapeOf(size());
    for (QDockWidget *dock : std::as_const(m_docks)) {
        dock->setFloating(false);
        removeDockWidget(dock);
    }
    switch (m_perspective) {
    case Perspective::Inspect:
        arrangeInspect();
        break;
    case Perspective::Tune:
        arrangeTune();
        break;
    case Perspective::Compare:
        arrangeCompare();
        break;
    }
    // The others have a place too: an arrangement that does not know them would show them when it comes back.
    for (QDockWidget *dock : std::as_const(m_docks))
        if (dockWidgetArea(dock) == Qt::NoDockWidgetArea || dock->isHidden()) {
            dock->hide();
            addDockWidget(spareArea, dock);
            dock->hide();
        }
}

void DockArea::showPanels(std::initializer_list<Panel> panels)
{
    for (const Panel panel : panels)
        m_docks[panel]->show();
}

void DockArea::place(Panel panel, Panel beside, Qt::Orientation direction, bool asTab)
{
    if (asTab)
        tabifyDockWidget(m_docks[beside], m_docks[panel]);
    else
        splitDockWidget(m_docks[beside], m_docks[panel], direction);
}

/// Where the weight is and what it looks like; nothing that changes it.
void DockArea::arrangeInspect()
{
    const int wide = std::max(width(), 800), high = std::max(height(), 400);
    addDockWidget(Qt::LeftDockWidgetArea, m_docks[Layers]);
    splitDockWidget(m_docks[Layers], m_docks[Graph], Qt::Horizontal);
    if (wide < narrow) { // the charts below the table: three columns would be too narrow for what is in them
        splitDockWidget(m_docks[Layers], m_docks[Weights], Qt::Vertical);
        tabifyDockWidget(m_docks[Weights], m_docks[Spectrum]);
        showPanels({Layers, Graph, Weights, Spectrum});
        m_docks[Weights]->raise();
        resizeDocks({m_docks[Layers], m_docks[Graph]}, {wide * 42 / 100, wide * 58 / 100}, Qt::Horizontal);
        resizeDocks({m_docks[Layers], m_docks[Weights]}, {high / 2, high / 2}, Qt::Vertical);
        return;
    }
    splitDockWidget(m_docks[Graph], m_docks[Weights], Qt::Horizontal);
    splitDockWidget(m_docks[Weights], m_docks[Spectrum], Qt::Vertical);
    showPanels({Layers, Graph, Weights, Spectrum});
    resizeDocks({m_docks[Layers], m_docks[Graph], m_docks[Weights]},
                {wide * 32 / 100, wide * 33 / 100, wide * 35 / 100}, Qt::Horizontal);
    resizeDocks({m_docks[Weights], m_docks[Spectrum]}, {high / 2, high / 2}, Qt::Vertical);
}

/// Everything: choose a layer, see it, change it, keep what came of it. What changes it has the whole height;
/// beside that stands what belongs to the layer, and below this, in the height of a handful of variants, what
/// belongs to the whole model.
void DockArea::arrangeTune()
{
    const int wide = std::max(width(), 800), high = std::max(height(), 400);
    const int settings =
        std::max(m_docks[Settings]->minimumSizeHint().width(), std::min(wide * 29 / 100, 400));
    const int left = wide - settings;
    const int layers = wide < narrow ? left * 48 / 100 : std::max(360, wide * 32 / 100);
    const int variants = std::max(m_docks[Variants]->minimumSizeHint().width(), left * 64 / 100);
    const int whole = std::clamp(high * 32 / 100, 180, 300);
    addDockWidget(Qt::LeftDockWidgetArea, m_docks[Layers]);
    splitDockWidget(m_docks[Layers], m_docks[Settings], Qt::Horizontal);
    splitDockWidget(m_docks[Layers], m_docks[Variants], Qt::Vertical);
    place(Tradeoff, Variants, Qt::Horizontal, wide < narrow);
    splitDockWidget(m_docks[Layers], m_docks[Weights], Qt::Horizontal);
    place(Spectrum, Weights, Qt::Vertical, high < low);
    tabifyDockWidget(m_docks[Layers], m_docks[Graph]);
    showPanels({Layers, Weights, Spectrum, Tradeoff, Settings, Variants, Graph});
    for (const Panel panel : {Layers, Weights, Variants})
        m_docks[panel]->raise();
    // The inner ones in the room of the outer ones: more would make these grow.
    resizeDocks({m_docks[Settings]}, {settings}, Qt::Horizontal);
    resizeDocks({m_docks[Layers], m_docks[Variants]}, {high - whole, whole}, Qt::Vertical);
    resizeDocks({m_docks[Layers], m_docks[Weights]}, {layers, left - layers}, Qt::Horizontal);
    if (wide >= narrow)
        resizeDocks({m_docks[Variants], m_docks[Tradeoff]}, {variants, left - variants}, Qt::Horizontal);
    if (high >= low)
        resizeDocks({m_docks[Weights], m_docks[Spectrum]}, {(high - whole) / 2, (high - whole) / 2},
                    Qt::Vertical);
}

/// The variants to choose from, and beside them what becomes of the same samples.
void DockArea::arrangeCompare()
{
    const int wide = std::max(width(), 900), high = std::max(height(), 400);
    const int list = std::clamp(wide * 30 / 100, 280, 560);
    addDockWidget(Qt::LeftDockWidgetArea, m_docks[Variants]);
    splitDockWidget(m_docks[Variants], m_docks[Comparison], Qt::Horizontal);
    splitDockWidget(m_docks[Variants], m_docks[Tradeoff], Qt::Vertical);
    showPanels({Variants, Tradeoff, Comparison});
    resizeDocks({m_docks[Variants], m_docks[Tradeoff]}, {high * 55 / 100, high * 45 / 100}, Qt::Vertical);
    // Last: the other one would undo it.
    resizeDocks({m_docks[Variants], m_docks[Comparison]}, {list, wide - list}, Qt::Horizontal);
}

DockArea::Shape DockArea::shapeOf(QSize area) const
{
    const Shape before = m_shape.value_or(Shape());
    return {.narrow = m_perspective != Perspective::Compare && isBelow(area.width(), narrow, before.narrow),
            .low = m_perspective == Perspective::Tune && isBelow(area.height(), low, before.low)};
}

void DockArea::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    QTimer::singleShot(0, this, &DockArea::followShape); // not while Qt lays out
}

/// What a person chose stays: which panels are shown, and which of those that share a place is in front.
void DockArea::followShape()
{
    if (!m_arranged || !m_shape || !isVisible() || shapeOf(size()) == *m_shape)
        return;
    QList<QDockWidget *> front;
    QHash<Panel, bool> hidden;
    const QPointer<QWidget> focus = focusWidget(); // leaves with its panel for a moment
    for (const auto &[panel, dock] : m_docks.asKeyValueRange()) {
        hidden.insert(panel, dock->isHidden());
        if (!dock->visibleRegion().isEmpty())
            front << dock;
    }
    reset();
    for (const auto &[panel, was] : hidden.asKeyValueRange()) {
        if (m_docks[panel]->isHidden() == was)
            continue;
        if (!was)
            giveSparePlace(panel);
        m_docks[panel]->setHidden(was);
    }
    for (QDockWidget *dock : std::as_const(front)) {
        const QList<QDockWidget *> beside = tabifiedDockWidgets(dock);
        if (std::ranges::none_of(beside, [&](QDockWidget *other) { return front.contains(other); }))
            dock->raise();
    }
    if (focus && isActiveWindow() && focus->isVisible())
        focus->setFocus(Qt::OtherFocusReason);
}

} // namespace lathe::ui
