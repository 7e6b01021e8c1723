#include "ui/window/dockarea.h"

#include "ui/window/panelgrip.h"

#include <QAction>
#include <QDockWidget>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>
#include <algorithm>

namespace lathe::ui {
namespace {

// Raised when panels come or go in a way that makes old arrangements useless.
constexpr int stateVersion = 5;

const QList<std::pair<Perspective, QString>> keys{{Perspective::Inspect, QStringLiteral("inspect")},
                                                  {Perspective::Tune, QStringLiteral("tune")},
                                                  {Perspective::Compare, QStringLiteral("compare")}};

// They name the panels in stored arrangements; in the order of DockArea::Panel.
const QStringList panelNames{QStringLiteral("layers"),   QStringLiteral("weights"),
                             QStringLiteral("spectrum"), QStringLiteral("settings"),
                             QStringLiteral("variants"), QStringLiteral("jobs"),
                             QStringLiteral("graph"),    QStringLiteral("tradeoff"),
                             QStringLiteral("history"),  QStringLiteral("comparison")};

// Below these the panels of a perspective do not all find room side by side, and share it in tabs.
constexpr int narrow = 1150;
constexpr int low = 560;
constexpr Qt::DockWidgetArea spareArea =
    Qt::RightDockWidgetArea; ///< of panels that are not in the arrangement

QString keyOf(Perspective perspective)
{
    return keys.at(static_cast<int>(perspective)).second;
}

} // namespace

QString perspectiveName(Perspective perspective)
{
    switch (perspective) {
    case Perspective::Inspect:
        return DockArea::tr("Inspect");
    case Perspective::Tune:
        return DockArea::tr("Tune");
    case Perspective::Compare:
        return DockArea::tr("Compare");
    }
    return {};
}

DockArea::DockArea(QWidget *parent) : QMainWindow(parent)
{
    setWindowFlags(Qt::Widget);
    setObjectName(QStringLiteral("dockArea"));
    setDockNestingEnabled(true);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setDocumentMode(true);
    setContextMenuPolicy(Qt::PreventContextMenu); // the View menu has the list
}

void DockArea::addPanel(Panel panel, const QString &title, QWidget *widget)
{
    auto *dock = new QDockWidget(title, this);
    dock->setObjectName(panelNames.at(panel));
    dock->setWidget(widget);
    dock->setTitleBarWidget(new PanelGrip(dock));
    addDockWidget(Qt::LeftDockWidgetArea, dock);
    dock->hide(); // until it has a place: all of them above each other would make the window grow
    connect(dock->toggleViewAction(), &QAction::toggled, this, [this, panel](bool on) {
        if (on)
            giveSparePlace(panel); // before it is shown
    });
    connect(dock->toggleViewAction(), &QAction::triggered, this, [this, panel](bool on) {
        if (on)
            bringForward(panel);
    });
    m_docks.insert(panel, dock);
}

/// Beside what has the width for it, unless it was given a place: a column of its own would be as narrow as
/// it can be, and make a small window grow.
void DockArea::giveSparePlace(Panel panel)
{
    QList<Panel> hosts;
    if (panel == History)
        hosts = {Settings, Spectrum};
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

void DockArea::bringForward(Panel panel)
{
    giveSparePlace(panel);
    m_docks[panel]->show();
    m_docks[panel]->raise();
}

QList<QAction *> DockArea::panelActions() const
{
    QList<QAction *> actions;
    for (int panel = 0; panel < PanelCount; ++panel)
        if (QDockWidget *dock = m_docks.value(static_cast<Panel>(panel)))
            actions << dock->toggleViewAction();
    return actions;
}

void DockArea::setPerspective(Perspective perspective)
{
    if (m_arranged && perspective == m_perspective)
        return;
    if (m_arranged)
        m_arrangements.insert(m_perspective, arrangement());
    m_perspective = perspective;
    setUpdatesEnabled(false); // arranged in this turn, painted in the next: both in one would be a halt
    applyPerspective();
    QTimer::singleShot(0, this, [this] { setUpdatesEnabled(true); });
}

void DockArea::applyPerspective()
{
    m_arranged = true;
    if (!arrange(m_arrangements.value(m_perspective)))
        reset();
    emit perspectiveChanged(m_perspective);
}

void DockArea::reset()
{
    m_arranged = true;
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

DockArea::Arrangement DockArea::arrangement() const
{
    Arrangement now{saveState(stateVersion), size(), {}};
    for (const QDockWidget *dock : m_docks)
        if (!dock->isFloating() && !dock->visibleRegion().isEmpty()) // behind a tab it has an old size
            now.panels.insert(dock->objectName(), dock->size());
    return now;
}

QJsonObject DockArea::toJson(const Arrangement &arrangement)
{
    QJsonObject panels;
    for (const auto &[name, size] : arrangement.panels.asKeyValueRange())
        panels.insert(name, QJsonArray{size.width(), size.height()});
    return {{"state", QString::fromLatin1(arrangement.state.toBase64())},
            {"area", QJsonArray{arrangement.area.width(), arrangement.area.height()}},
            {"panels", panels}};
}

/// Also of what earlier versions wrote: the state alone.
DockArea::Arrangement DockArea::fromJson(const QJsonValue &value)
{
    const auto sizeIn = [](const QJsonValue &pair) { return QSize(pair[0].toInt(), pair[1].toInt()); };
    Arrangement arrangement;
    const QString state = value.isString() ? value.toString() : value["state"].toString();
    arrangement.state = QByteArray::fromBase64(state.toLatin1());
    arrangement.area = sizeIn(value["area"]);
    const QJsonObject panels = value["panels"].toObject();
    for (auto panel = panels.begin(); panel != panels.end(); ++panel)
        arrangement.panels.insert(panel.key(), sizeIn(panel.value()));
    return arrangement;
}

bool DockArea::arrange(const Arrangement &arrangement)
{
    if (arrangement.state.isEmpty())
        return false;
    // Those that go go first: beside those that come they would need more width than a small window has, and
    // the window grows as soon as one is shown.
    for (QDockWidget *dock : std::as_const(m_docks))
        if (!dock->isFloating() && !arrangement.panels.contains(dock->objectName()))
            dock->hide();
    if (!restoreState(arrangement.state, stateVersion))
        return false;
    if (arrangement.area.width() > 0 && arrangement.area.height() > 0 && arrangement.area != size())
        fitPanels(arrangement);
    return true;
}

/// Every panel gets the share it had of the area: Qt would keep the pixels of some and squeeze the others.
void DockArea::fitPanels(const Arrangement &arrangement)
{
    QList<QDockWidget *> docks;
    QList<int> widths, heights;
    for (QDockWidget *dock : std::as_const(m_docks)) {
        const QSize had = arrangement.panels.value(dock->objectName());
        if (had.isEmpty() || dock->isHidden() || dock->isFloating())
            continue;
        docks << dock;
        widths << std::max(1, had.width() * width() / arrangement.area.width());
        heights << std::max(1, had.height() * height() / arrangement.area.height());
    }
    resizeDocks(docks, widths, Qt::Horizontal);
    resizeDocks(docks, heights, Qt::Vertical);
}

QByteArray DockArea::save()
{
    if (m_arranged)
        m_arrangements.insert(m_perspective, arrangement());
    QJsonObject object{{"perspective", keyOf(m_perspective)}};
    for (const auto &[perspective, key] : keys)
        if (m_arrangements.contains(perspective))
            object.insert(key, toJson(m_arrangements[perspective]));
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

bool DockArea::restore(const QByteArray &text)
{
    const QJsonObject object = QJsonDocument::fromJson(text).object();
    const auto named =
        std::ranges::find(keys, object["perspective"].toString(), &std::pair<Perspective, QString>::second);
    if (named == keys.end())
        return false;
    for (const auto &[perspective, key] : keys)
        if (const Arrangement arrangement = fromJson(object[key]); !arrangement.state.isEmpty())
            m_arrangements.insert(perspective, arrangement);
    m_perspective = named->first;
    applyPerspective();
    return true;
}

} // namespace lathe::ui
