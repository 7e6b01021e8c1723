#include "ui/window/dockarea.h"

#include "ui/window/panelgrip.h"

#include <QAction>
#include <QDockWidget>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>
#include <algorithm>

namespace lathe::ui {
namespace {

// Raised when panels come or go in a way that makes old arrangements useless.
constexpr int stateVersion = 4;

const QList<std::pair<Perspective, QString>> keys{{Perspective::Inspect, QStringLiteral("inspect")},
                                                  {Perspective::Tune, QStringLiteral("tune")},
                                                  {Perspective::Compare, QStringLiteral("compare")}};

// They name the panels in stored arrangements; in the order of DockArea::Panel.
const QStringList panelNames{
    QStringLiteral("layers"),   QStringLiteral("weights"),  QStringLiteral("spectrum"),
    QStringLiteral("settings"), QStringLiteral("variants"), QStringLiteral("jobs"),
    QStringLiteral("graph"),    QStringLiteral("tradeoff"), QStringLiteral("history")};

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
    m_docks.insert(panel, dock);
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
        m_states.insert(m_perspective, saveState(stateVersion));
    m_perspective = perspective;
    setUpdatesEnabled(false); // arranged in this turn, painted in the next: both in one would be a halt
    applyPerspective();
    QTimer::singleShot(0, this, [this] { setUpdatesEnabled(true); });
}

void DockArea::applyPerspective()
{
    m_arranged = true;
    const QByteArray state = m_states.value(m_perspective);
    if (state.isEmpty() || !restoreState(state, stateVersion))
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
            addDockWidget(Qt::RightDockWidgetArea, dock);
            dock->hide();
        }
}

void DockArea::showPanels(std::initializer_list<Panel> panels)
{
    for (const Panel panel : panels)
        m_docks[panel]->show();
}

/// Where the weight is and what it looks like; nothing that changes it.
void DockArea::arrangeInspect()
{
    const int wide = std::max(width(), 1000), high = std::max(height(), 500);
    addDockWidget(Qt::LeftDockWidgetArea, m_docks[Layers]);
    splitDockWidget(m_docks[Layers], m_docks[Graph], Qt::Horizontal);
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
    const int wide = std::max(width(), 1000), high = std::max(height(), 500);
    const int settings = std::clamp(m_docks[Settings]->widget()->sizeHint().width(), 280, wide * 30 / 100);
    const int left = wide - settings;
    const int layers = std::max(360, wide * 32 / 100);
    const int variants = std::max(m_docks[Variants]->minimumSizeHint().width(), left * 64 / 100);
    const int whole = std::clamp(high * 32 / 100, 180, 300);
    addDockWidget(Qt::LeftDockWidgetArea, m_docks[Layers]);
    splitDockWidget(m_docks[Layers], m_docks[Settings], Qt::Horizontal);
    splitDockWidget(m_docks[Layers], m_docks[Variants], Qt::Vertical);
    splitDockWidget(m_docks[Variants], m_docks[Tradeoff], Qt::Horizontal);
    splitDockWidget(m_docks[Layers], m_docks[Weights], Qt::Horizontal);
    splitDockWidget(m_docks[Weights], m_docks[Spectrum], Qt::Vertical);
    tabifyDockWidget(m_docks[Layers], m_docks[Graph]);
    showPanels({Layers, Weights, Spectrum, Tradeoff, Settings, Variants, Graph});
    m_docks[Layers]->raise();
    // The inner ones in the room of the outer ones: more would make these grow.
    resizeDocks({m_docks[Settings]}, {settings}, Qt::Horizontal);
    resizeDocks({m_docks[Layers], m_docks[Variants]}, {high - whole, whole}, Qt::Vertical);
    resizeDocks({m_docks[Layers], m_docks[Weights]}, {layers, left - layers}, Qt::Horizontal);
    resizeDocks({m_docks[Variants], m_docks[Tradeoff]}, {variants, left - variants}, Qt::Horizontal);
    resizeDocks({m_docks[Weights], m_docks[Spectrum]}, {(high - whole) / 2, (high - whole) / 2},
                Qt::Vertical);
}

/// The variants first, and what they make of the layer in focus.
void DockArea::arrangeCompare()
{
    const int wide = std::max(width(), 1000), high = std::max(height(), 500);
    addDockWidget(Qt::LeftDockWidgetArea, m_docks[Variants]);
    splitDockWidget(m_docks[Variants], m_docks[Layers], Qt::Vertical);
    splitDockWidget(m_docks[Layers], m_docks[Weights], Qt::Horizontal);
    splitDockWidget(m_docks[Weights], m_docks[Spectrum], Qt::Horizontal);
    splitDockWidget(m_docks[Variants], m_docks[Tradeoff], Qt::Horizontal);
    showPanels({Variants, Tradeoff, Layers, Weights, Spectrum});
    resizeDocks({m_docks[Variants], m_docks[Tradeoff]}, {wide * 60 / 100, wide * 40 / 100}, Qt::Horizontal);
    resizeDocks({m_docks[Variants], m_docks[Layers]}, {high * 45 / 100, high * 55 / 100}, Qt::Vertical);
    resizeDocks({m_docks[Layers], m_docks[Weights], m_docks[Spectrum]},
                {wide * 40 / 100, wide * 30 / 100, wide * 30 / 100}, Qt::Horizontal);
}

QByteArray DockArea::save()
{
    if (m_arranged)
        m_states.insert(m_perspective, saveState(stateVersion));
    QJsonObject object{{"perspective", keyOf(m_perspective)}};
    for (const auto &[perspective, key] : keys)
        if (m_states.contains(perspective))
            object.insert(key, QString::fromLatin1(m_states[perspective].toBase64()));
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
        if (const QByteArray state = QByteArray::fromBase64(object[key].toString().toLatin1());
            !state.isEmpty())
            m_states.insert(perspective, state);
    m_perspective = named->first;
    applyPerspective();
    return true;
}

} // namespace lathe::ui
