#include "ui/graph/graphpanel.h"

#include "ui/base/messages.h"
#include "ui/base/settings.h"
#include "ui/base/shortnames.h"
#include "ui/graph/changelegend.h"
#include "ui/graph/channellegend.h"
#include "ui/graph/graphlegend.h"
#include "ui/graph/nodepanel.h"
#include "ui/style/theme.h"
#include "ui/widgets/costdelegate.h"
#include "ui/widgets/panelparts.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace lathe::ui {
namespace {

const QString quantityKey = QStringLiteral("graph/colour");

/// What a job hands back: the graph as it was read, and as it is drawn.
struct Drawn {
    std::shared_ptr<const GraphDocument> document;
    std::shared_ptr<const GraphScene> scene;
};

std::shared_ptr<const GraphDocument> readGraph(const Model &model, const JobContext &ctx)
{
    auto document = std::make_shared<GraphDocument>();
    document->graph = makeModelGraph(model, ctx.part(0.0, 0.3));
    document->blocks = findBlocks(document->graph, ctx);
    document->reader = std::make_shared<const NodeReader>(model);
    QStringList names;
    for (const Layer &layer : model.layers())
        names << QString::fromStdString(layer.name);
    document->layerNames = nameForms(names);
    return document;
}

} // namespace

GraphPanel::GraphPanel(QWidget *parent)
    : QWidget(parent), m_quantityId(Settings().text(quantityKey)), m_view(new GraphView(this)),
      m_node(new NodePanel(this)), m_splitter(new QSplitter(this)), m_legend(new GraphLegend(this)),
      m_changes(new ChangeLegend(this)), m_roles(new ChannelLegend(this)), m_colour(new QComboBox(this)),
      m_shown(new QComboBox(this)), m_search(new QLineEdit(this)), m_count(makeMuted({}, this)),
      m_message(makeEmptyState(tr("Open an ONNX model to see its graph."), this)),
      m_note(makeMuted({}, this)), m_lit(makeMuted({}, this)), m_stack(new QStackedWidget(this))
{
    if (m_quantityId.isEmpty())
        m_quantityId = QStringLiteral("bytes");
    m_message->setBackgroundRole(QPalette::Base);
    m_message->setAutoFillBackground(true);
    m_stack->addWidget(m_message);
    m_splitter->addWidget(m_view);
    m_splitter->addWidget(m_node);
    m_stack->addWidget(m_splitter);
    m_note->setFont(scaledFont(titleScale));
    m_note->setWordWrap(true);
    m_note->hide();
    m_lit->setFont(scaledFont(titleScale));
    m_lit->setWordWrap(true);
    m_lit->hide();
    m_roles->hide();
    buildHeader();
    buildNodePanel();

    connect(m_view, &GraphView::layersPicked, this, [this](const QVector<int> &layers) {
        m_selected = layers;
        refreshChannels();
        emit layersSelected(layers);
    });
    connect(m_view, &GraphView::blockToggled, this, &GraphPanel::toggle);
    connect(m_view, &GraphView::menuRequested, this, &GraphPanel::showMenu);
    setTabOrder(m_search, m_colour);
    setTabOrder(m_colour, m_view);
    showMessage(m_message->text());
}

QToolButton *GraphPanel::button(const QString &iconName, const QString &tip)
{
    auto *made = new QToolButton(this);
    made->setIcon(icon(iconName));
    made->setAutoRaise(true);
    made->setToolTip(tip);
    made->setAccessibleName(tip);
    return made;
}

void GraphPanel::buildHeader()
{
    m_search->setPlaceholderText(tr("Find"));
    m_search->setClearButtonEnabled(true);
    m_search->setAccessibleName(tr("Find in the graph"));
    m_search->setToolTip(tr("Part of a name or operator (%1); Enter goes to the next, Shift+Enter back")
                             .arg(QKeySequence(QKeySequence::Find).toString(QKeySequence::NativeText)));
    m_search->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_search->installEventFilter(this);
    connect(m_search, &QLineEdit::textChanged, this, &GraphPanel::refreshSearch);
    m_count->setFont(scaledFont(titleScale));
    m_previous = button(QStringLiteral("up"), tr("Previous (Shift+F3)"));
    m_next = button(QStringLiteral("down"), tr("Next (F3)"));
    m_fit = button(QStringLiteral("fit"), tr("Show all of it (F)"));
    m_fold = button(QStringLiteral("fold"), tr("Open or close all blocks"));
    connect(m_previous, &QToolButton::clicked, this, [this] { findNext(false); });
    connect(m_next, &QToolButton::clicked, this, [this] { findNext(true); });
    connect(m_fit, &QToolButton::clicked, m_view, &GraphView::fit);
    connect(m_fold, &QToolButton::clicked, this, [this] {
        const GraphScene *scene = m_view->scene();
        const bool allOpen = scene && std::find(scene->expanded.begin(), scene->expanded.end(), false) ==
                                          scene->expanded.end();
        allOpen ? collapseAll() : expandAll();
    });
    m_colour->setAccessibleName(tr("Colour by"));
    m_colour->setToolTip(tr("What the layers are coloured by"));
    m_colour->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_colour->view()->setItemDelegate(new CostDelegate(m_colour));
    connect(m_colour, &QComboBox::activated, this,
            [this](int row) { colourBy(m_colour->itemData(row).toString()); });

    auto *header = new QHBoxLayout;
    header->setSpacing(8);
    header->addWidget(makeTitle(tr("GRAPH"), this));
    header->addStretch(1);
    m_search->setMaximumWidth(letterWidth(fontMetrics()) * 40);
    header->addWidget(m_search, 3);
    header->addWidget(m_count);
    for (QToolButton *tool : {m_previous, m_next, m_fit, m_fold})
        header->addWidget(tool);
    auto *footer = new QHBoxLayout;
    footer->setSpacing(8);
    footer->addWidget(m_colour);
    footer->addWidget(m_legend);
    footer->addStretch(1);
    auto *lit = new QHBoxLayout;
    lit->setSpacing(8);
    lit->addWidget(m_lit, 1);
    lit->addWidget(m_roles, 0, Qt::AlignTop);
    auto *marks = new QHBoxLayout;
    marks->setSpacing(8);
    marks->addWidget(m_shown);
    marks->addWidget(m_changes);
    marks->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(8);
    layout->addLayout(header);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_note);
    layout->addLayout(lit);
    layout->addLayout(footer);
    layout->addLayout(marks);
}

/// The sentence is one line before the marks beside it have their words: these are in the tool tip, too.
void GraphPanel::fitMarks()
{
    const QMargins margins = layout()->contentsMargins();
    const int room = width() - margins.left() - margins.right() - 8;
    const bool both =
        m_lit->fontMetrics().horizontalAdvance(m_lit->text()) + m_roles->sizeHint().width() <= room;
    m_roles->setMaximumWidth(both ? QWIDGETSIZE_MAX : m_roles->minimumSizeHint().width());
}

QString GraphPanel::message() const
{
    return m_stack->currentIndex() == 0 ? m_message->text() : QString();
}

void GraphPanel::showMessage(const QString &text)
{
    m_message->setText(text);
    m_stack->setCurrentIndex(text.isEmpty() ? 1 : 0);
    refreshTools();
}

/// What acts on the graph alone goes where a node stands in its place.
void GraphPanel::refreshTools()
{
    const bool open = message().isEmpty(), seen = !m_view->isHidden();
    for (QWidget *part : std::initializer_list<QWidget *>{m_search, m_previous, m_next, m_colour})
        part->setEnabled(open);
    for (QWidget *part : {m_fit, m_fold}) {
        part->setEnabled(open);
        part->setVisible(seen);
    }
    m_colour->setVisible(seen);
    m_legend->hide(); // until there are figures for it
    refreshColours();
}

void GraphPanel::setModel(const Model &model)
{
    m_model = model;
    m_document.reset();
    m_channels.reset();
    m_selected.clear();
    m_hits.clear();
    m_view->setScene(nullptr);
    refreshChannels();
    m_node->clear();
    m_node->hide();
    m_view->show();
    m_note->hide();
    setResults({});
    showMessage(tr("Laying out the graph…"));
    layOut({}, -1);
}

/// @param node that stays in its place on the screen; -1: none
void GraphPanel::layOut(std::vector<bool> expanded, int node)
{
    const auto job = [model = *m_model, document = m_document, expanded = std::move(expanded),
                      meter = TextMeter(scaledFont(1.0, QFont::DemiBold))](const JobContext &ctx) {
        Drawn drawn{document ? document : readGraph(model, ctx), nullptr};
        drawn.scene = makeGraphScene(drawn.document, expanded, meter, ctx.part(0.3, 1.0));
        return drawn;
    };
    m_runner.start(job, [this, node](const Outcome<Drawn> &outcome) {
        if (const auto *drawn = std::get_if<Drawn>(&outcome)) {
            m_document = drawn->document;
            m_node->setDocument(*m_model, m_document);
            showScene(drawn->scene, node, m_hitAt >= 0);
        } else if (const auto *error = std::get_if<Error>(&outcome)) {
            showMessage(tr("The graph cannot be drawn: %1").arg(messageText(error->message())));
        }
    });
}

void GraphPanel::showScene(const std::shared_ptr<const GraphScene> &scene, int node, bool toMiddle)
{
    const auto before = m_view->sharedScene();
    QPointF anchor;
    int keep = -1;
    if (before && node >= 0) {
        anchor =
            before->items[static_cast<size_t>(before->itemOfNode[static_cast<size_t>(node)])].rect.center();
        keep = scene->itemOfNode[static_cast<size_t>(node)];
    }
    if (scene->items.empty()) {
        showMessage(tr("This model has an empty graph."));
        return;
    }
    showMessage({});
    m_view->setScene(scene, keep, anchor);
    m_view->setSelectedLayers(m_selected);
    refreshChannels();
    m_note->setText(tr("This part of the graph is too large for a careful layout: it stands in plain rows."));
    m_note->setVisible(scene->plain);
    refreshColours();
    refreshSearch();
    if (keep < 0 && !m_selected.isEmpty())
        selectLayers(m_selected);
    if (toMiddle && keep >= 0) {
        m_view->reveal(keep);
        m_view->setCurrentItem(keep, false);
    }
}

void GraphPanel::toggle(int item)
{
    const auto scene = m_view->sharedScene();
    if (!scene || m_runner.isRunning())
        return;
    const SceneItem &what = scene->items[static_cast<size_t>(item)];
    std::vector<bool> expanded = scene->expanded;
    const int node = what.source.first;
    m_hitAt = -1;
    if (what.block) {
        expanded[static_cast<size_t>(what.source.block)] = true;
    } else {
        const std::vector<int> around = scene->blocksAround(node);
        if (around.empty())
            return;
        expanded[static_cast<size_t>(around.back())] = false;
    }
    layOut(std::move(expanded), node);
}

void GraphPanel::expandAll()
{
    if (m_document)
        layOut(std::vector<bool>(m_document->blocks.size(), true), -1);
}

void GraphPanel::collapseAll()
{
    if (m_document)
        layOut(std::vector<bool>(m_document->blocks.size(), false), -1);
}

void GraphPanel::setResults(const PreviewUpdate &preview)
{
    m_preview = preview;
    refreshQuantities();
    refreshChanges();
}

void GraphPanel::setOutdated(const std::vector<bool> &layers)
{
    if (std::exchange(m_outdated, layers) != layers)
        refreshColours();
}

void GraphPanel::setKept(const std::vector<bool> &layers)
{
    m_view->setKept(layers);
}

void GraphPanel::setProbe(const QString &id, const std::vector<double> &values)
{
    m_probes.insert(id, values);
    refreshQuantities();
}

void GraphPanel::setProbeCost(std::function<QString(const QString &id)> cost)
{
    m_probeCost = std::move(cost);
    refreshColours();
}

void GraphPanel::forgetProbes()
{
    m_probes.clear();
    refreshQuantities();
}

void GraphPanel::refreshQuantities()
{
    if (!m_model)
        return;
    m_quantities = graphQuantities(*m_model, m_preview, m_probes);
    refreshColours();
}

void GraphPanel::colourBy(const QString &id)
{
    m_quantityId = id;
    refreshColours();
    const auto chosen = std::ranges::find(m_quantities, id, &GraphQuantity::id);
    if (chosen == m_quantities.end() || !chosen->onRequest)
        Settings().setText(quantityKey, id); // what takes a while is not begun by itself the next time
    else if (!chosen->isKnown())
        emit probeWanted(id);
}

void GraphPanel::refreshColours()
{
    const QSignalBlocker quiet(m_colour);
    if (m_colour->count() != m_quantities.size()) {
        m_colour->clear();
        for (const GraphQuantity &quantity : m_quantities)
            m_colour->addItem(quantity.name, quantity.id);
    }
    const GraphQuantity *chosen = nullptr;
    auto *entries = qobject_cast<QStandardItemModel *>(m_colour->model());
    for (int i = 0; i < m_quantities.size(); ++i) {
        const GraphQuantity &quantity = m_quantities[i];
        entries->item(i)->setEnabled(quantity.isKnown() || quantity.onRequest);
        const bool asked = quantity.onRequest && !quantity.isKnown() && m_probeCost;
        const QString cost = asked ? m_probeCost(quantity.id) : QString();
        entries->item(i)->setData(cost, CostDelegate::CostRole);
        entries->item(i)->setToolTip(cost.isEmpty() ? quantity.why : tr("%1 (%2)").arg(quantity.why, cost));
        if (quantity.id == m_quantityId)
            chosen = &quantity;
    }
    m_colour->view()->setMinimumWidth(m_colour->view()->sizeHintForColumn(0) + letterWidth(fontMetrics()));
    if (!chosen && !m_quantities.isEmpty())
        chosen = &m_quantities.front();
    if (!chosen)
        return;
    m_colour->setCurrentIndex(static_cast<int>(chosen - m_quantities.constData()));
    const GraphScale scale = m_view->scene() ? scaleOf(*chosen, *m_view->scene()) : GraphScale();
    m_legend->setVisible(scale.known && message().isEmpty() && !m_view->isHidden());
    if (scale.known)
        m_legend->setScale(*chosen, scale,
                           chosen->ofRecipe && std::ranges::find(m_outdated, true) != m_outdated.end());
    m_view->setQuantity(chosen, scale, chosen->ofRecipe ? m_outdated : std::vector<bool>());
}

void GraphPanel::selectLayers(const QVector<int> &layers)
{
    m_selected = layers;
    m_view->setSelectedLayers(layers);
    refreshChannels();
    const GraphScene *scene = m_view->scene();
    if (!scene || layers.isEmpty() || m_view->hasFocus())
        return;
    const int item = scene->itemOfLayer(layers.first());
    if (item < 0)
        return;
    m_view->setCurrentItem(item, false);
    m_view->reveal(item);
}

} // namespace lathe::ui
