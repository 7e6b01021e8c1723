// The part of GraphPanel that shows nodes and what the recipe makes of them.
#include "ui/graph/changelegend.h"
#include "ui/graph/channellegend.h"
#include "ui/graph/graphpanel.h"
#include "ui/graph/nodepanel.h"
#include "ui/widgets/panelparts.h"

#include <QApplication>
#include <QComboBox>
#include <QLayout>
#include <QSplitter>
#include <QTimer>

namespace lathe::ui {
namespace {

constexpr double nodeShare = 0.45; ///< of the room
constexpr int nodeLines = 14;      ///< of a node's page that are to be seen at once

} // namespace

void GraphPanel::buildNodePanel()
{
    m_splitter->setChildrenCollapsible(false);
    // A node that opens asks for no more room than the graph has, see splitByShape().
    m_splitter->setMinimumHeight(m_view->minimumSizeHint().height());
    m_node->hide();
    connect(m_view, &GraphView::nodeOpened, this, [this](int item, bool byKey) {
        showNode(m_view->scene()->items[static_cast<size_t>(item)].source.node, byKey);
    });
    connect(m_view, &GraphView::currentChanged, this, [this](int item) { // arrows walk on with it open
        if (item < 0 || m_node->isHidden())
            return;
        const SceneItem &what = m_view->scene()->items[static_cast<size_t>(item)];
        if (!what.block)
            m_node->showNode(what.source.node);
    });
    connect(m_node, &NodePanel::nodeWanted, this, &GraphPanel::goTo);
    connect(m_node, &NodePanel::closed, this, &GraphPanel::hideNode);

    m_shown->addItem(tr("Current"));
    m_shown->addItem(tr("Original"));
    m_shown->setAccessibleName(tr("Which model is shown"));
    m_shown->setToolTip(tr("The original, or what the recipe of the moment makes of its nodes"));
    connect(m_shown, &QComboBox::activated, this, [this](int row) { showRecipe(row == 0); });
    m_shown->hide();
    m_changes->hide();
}

void GraphPanel::showRecipe(bool shown)
{
    m_shown->setCurrentIndex(shown ? 0 : 1);
    refreshChanges();
}

void GraphPanel::refreshChanges()
{
    if (!m_model)
        return;
    const std::vector<LayerChange> changes = layerChanges(*m_model, m_preview);
    const bool any =
        std::ranges::any_of(changes, [](LayerChange change) { return change != LayerChange::None; });
    const bool shown = m_shown->currentIndex() == 0;
    m_shown->setVisible(any);
    m_changes->setVisible(any && shown);
    m_changes->setChanges(changes);
    m_view->setChanges(shown ? changes : std::vector<LayerChange>());
    m_node->setResults(m_preview, shown);
}

void GraphPanel::setChannels(const std::shared_ptr<const ChannelMap> &channels)
{
    m_channels = channels;
    refreshChannels();
}

QString GraphPanel::channelText() const
{
    return m_lit->isHidden() ? QString() : m_lit->text();
}

void GraphPanel::refreshChannels()
{
    ChannelLight light;
    if (m_channels && m_document && m_model && m_selected.size() == 1)
        light = channelLight(m_document->graph, *m_channels, *m_model, m_selected.first());
    unsigned roles = NoRole;
    for (const unsigned role : light.roles)
        roles |= role;
    m_roles->setRoles(roles);
    m_roles->setVisible(!light.empty());
    m_lit->setText(light.text);
    m_lit->setVisible(!light.empty());
    fitMarks();
    m_view->setChannels(light);
}

void GraphPanel::showNode(int node, bool focus)
{
    const GraphScene *scene = m_view->scene();
    if (!scene || !m_document || node < 0)
        return;
    if (m_node->isHidden()) {
        m_view->setKeepsCorner(true);
        m_node->show();
        splitByShape();
        // After a double click has had its time, for which the graph must not move.
        QTimer::singleShot(QApplication::doubleClickInterval(), m_view, [this] {
            m_view->setKeepsCorner(false);
            m_view->reveal(m_view->currentItem());
        });
    }
    m_node->showNode(node);
    if (focus || m_view->isHidden())
        m_node->takeFocus();
}

void GraphPanel::hideNode()
{
    m_view->setKeepsCorner(true);
    m_node->hide();
    m_view->show();
    refreshTools();
    QTimer::singleShot(0, m_view, [this] { m_view->setKeepsCorner(false); });
    m_view->setFocus(Qt::OtherFocusReason);
}

/// Beside the graph where there is width for both, else below it, and in its place where there is no height
/// for more than a few lines of it.
void GraphPanel::splitByShape()
{
    const bool wide = m_splitter->width() > letterWidth(fontMetrics()) * 90;
    const Qt::Orientation shape = wide ? Qt::Horizontal : Qt::Vertical;
    const int page = m_node->fontMetrics().lineSpacing() * nodeLines;
    const int height =
        m_splitter->height() - (m_view->isHidden() ? m_colour->sizeHint().height() + layout()->spacing() : 0);
    const bool both = wide || height >= m_view->minimumSizeHint().height() + page;
    if (both == m_view->isHidden()) {
        m_view->setVisible(both);
        refreshTools();
    }
    if (m_splitter->orientation() == shape && m_splitter->sizes().value(1) > 0)
        return;
    m_splitter->setOrientation(shape);
    const int all = wide ? m_splitter->width() : m_splitter->height();
    const int part = std::max(static_cast<int>(all * nodeShare), wide ? 0 : page);
    m_splitter->setSizes({all - part, part});
}

void GraphPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitMarks();
    if (!m_node->isHidden())
        splitByShape();
}

} // namespace lathe::ui
