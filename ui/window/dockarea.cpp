#include "ui/window/dockarea.h"

#include "ui/window/panelgrip.h"

#include <QAction>
#include <QDockWidget>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QScopedValueRollback>
#include <QTimer>
#include <algorithm>

namespace lathe::ui {
namespace {

// Raised when panels come or go in a way that makes old arrangements useless.
constexpr int stateVersion = 6;

const QList<std::pair<Perspective, QString>> keys{{Perspective::Inspect, QStringLiteral("inspect")},
                                                  {Perspective::Tune, QStringLiteral("tune")},
                                                  {Perspective::Compare, QStringLiteral("compare")}};

// They name the panels in stored arrangements; in the order of DockArea::Panel.
const QStringList panelNames{
    QStringLiteral("layers"),     QStringLiteral("weights"),  QStringLiteral("spectrum"),
    QStringLiteral("settings"),   QStringLiteral("variants"), QStringLiteral("jobs"),
    QStringLiteral("graph"),      QStringLiteral("tradeoff"), QStringLiteral("history"),
    QStringLiteral("comparison"), QStringLiteral("recover")};

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
    connect(dock, &QDockWidget::topLevelChanged, this, [this] {
        if (!m_arranging)
            m_shape.reset();
    });
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
    const Arrangement kept = m_arrangements.value(m_perspective);
    if (arrange(kept))
        m_shape = kept.shape;
    else
        reset();
    if (isVisible()) // else the size is not yet the one to come
        followShape();
    emit perspectiveChanged(m_perspective);
}

DockArea::Arrangement DockArea::arrangement() const
{
    Arrangement now{.state = saveState(stateVersion), .area = size(), .shape = m_shape};
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
    QJsonObject object{{"state", QString::fromLatin1(arrangement.state.toBase64())},
                       {"area", QJsonArray{arrangement.area.width(), arrangement.area.height()}},
                       {"panels", panels}};
    if (arrangement.shape)
        object.insert("shape", QJsonArray{arrangement.shape->narrow, arrangement.shape->low});
    return object;
}

/// Also of what earlier versions wrote: the state alone, or without a shape: as if a person had moved panels.
DockArea::Arrangement DockArea::fromJson(const QJsonValue &value)
{
    const auto sizeIn = [](const QJsonValue &pair) { return QSize(pair[0].toInt(), pair[1].toInt()); };
    Arrangement arrangement;
    const QString state = value.isString() ? value.toString() : value["state"].toString();
    arrangement.state = QByteArray::fromBase64(state.toLatin1());
    arrangement.area = sizeIn(value["area"]);
    if (const QJsonValue shape = value["shape"]; shape.isArray())
        arrangement.shape = Shape{.narrow = shape[0].toBool(), .low = shape[1].toBool()};
    const QJsonObject panels = value["panels"].toObject();
    for (auto panel = panels.begin(); panel != panels.end(); ++panel)
        arrangement.panels.insert(panel.key(), sizeIn(panel.value()));
    return arrangement;
}

bool DockArea::arrange(const Arrangement &arrangement)
{
    if (arrangement.state.isEmpty())
        return false;
    const QScopedValueRollback arranging(m_arranging, true);
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
