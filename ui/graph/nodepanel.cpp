#include "ui/graph/nodepanel.h"

#include "core/exporting/constantvalues.h"
#include "core/exporting/graph.h"
#include "ui/base/messages.h"
#include "ui/graph/constanttable.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QKeyEvent>
#include <QScrollBar>
#include <QTabWidget>
#include <QTextBrowser>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

namespace lathe::ui {
namespace {

enum Tab { Node, Values };

constexpr size_t firstValues = 4096;

/// Of all layers in it.
LayerChange changeOf(const GraphNode &node, const std::vector<LayerChange> &changes)
{
    LayerChange change = LayerChange::None;
    for (const size_t layer : node.layers)
        change = std::max(change, changes[layer]);
    return change;
}

} // namespace

NodePanel::NodePanel(QWidget *parent)
    : QWidget(parent), m_browser(new QTextBrowser(this)), m_summary(makeMuted({}, this)),
      m_table(new ConstantTable(this)), m_tabs(new QTabWidget(this))
{
    m_builder.setThreads(1); // the other cores measure
    m_rest.setSingleShot(true);
    m_rest.setInterval(400);
    connect(&m_rest, &QTimer::timeout, this, &NodePanel::buildVariant);
    m_browser->setOpenLinks(false);
    m_browser->setFrameShape(QFrame::NoFrame);
    m_browser->setAccessibleName(tr("The node"));
    connect(m_browser, &QTextBrowser::anchorClicked, this, &NodePanel::follow);
    wrapFreely(m_summary);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);

    auto *close = new QToolButton(this);
    close->setIcon(icon(QStringLiteral("cancel")));
    close->setAutoRaise(true);
    close->setToolTip(tr("Close (Esc)"));
    close->setAccessibleName(tr("Close the node"));
    connect(close, &QToolButton::clicked, this, &NodePanel::closed);

    auto *values = new QWidget(this);
    auto *below = new QVBoxLayout(values);
    below->setContentsMargins(0, 4, 0, 0);
    below->addWidget(m_summary);
    below->addWidget(m_table, 1);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_browser, tr("NODE"));
    m_tabs->addTab(values, tr("VALUES"));
    m_tabs->setTabToolTip(Values, tr("The constants that the node reads, number by number"));
    m_tabs->setCornerWidget(close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);
    m_browser->setMinimumHeight(fontMetrics().height() * 3);
    m_table->setMinimumHeight(fontMetrics().height() * 3);
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, this, &NodePanel::refresh);
}

void NodePanel::setDocument(const Model &model, const std::shared_ptr<const GraphDocument> &document)
{
    if (document == m_document)
        return;
    clear();
    m_model = model;
    m_document = document;
}

void NodePanel::clear()
{
    m_values.abandon();
    m_builder.abandon();
    m_rest.stop();
    m_document.reset();
    m_built.reset();
    m_builtFrom.reset();
    m_node = -1;
    m_constant.clear();
    m_browser->clear();
    m_tabs->setTabEnabled(Values, false);
}

void NodePanel::setResults(const PreviewUpdate &preview, bool shown)
{
    if (preview.compressed != m_preview.compressed) { // what is being built is of the recipe before
        m_rest.stop();
        m_builder.abandon();
    }
    m_preview = preview;
    m_showsRecipe = shown;
    if (m_node >= 0 && isVisible())
        refresh();
}

void NodePanel::showNode(int node)
{
    if (!m_document || node < 0)
        return;
    m_node = node;
    m_constant.clear();
    m_values.abandon();
    const QString constant = refresh().firstConstant;
    m_browser->verticalScrollBar()->setValue(0);
    m_tabs->setTabEnabled(Values, !constant.isEmpty());
    if (!constant.isEmpty())
        showValues(constant);
}

std::optional<NodeNow> NodePanel::now() const
{
    if (!m_showsRecipe)
        return {};
    const std::vector<LayerChange> changes = layerChanges(*m_model, m_preview);
    const GraphNode &node = m_document->graph.nodes[static_cast<size_t>(m_node)];
    if (std::ranges::none_of(changes, [](LayerChange change) { return change != LayerChange::None; }))
        return {};
    NodeNow now;
    now.change = changeOf(node, changes);
    if (m_preview.storage && m_preview.storage->size() == changes.size())
        for (const size_t layer : node.layers) {
            now.form = messageText((*m_preview.storage)[layer].form);
            now.bytes += (*m_preview.storage)[layer].bytes;
        }
    if (m_built && m_builtFrom == m_preview.compressed)
        now.becomes = replacementOf(*m_model, *m_built, node);
    return now;
}

NodeText NodePanel::refresh()
{
    if (m_node < 0 || !m_document)
        return {};
    const std::optional<NodeNow> recipe = now();
    const int scrolled = m_browser->verticalScrollBar()->value();
    const NodeText text = nodeText(*m_model, *m_document, m_node, recipe ? &*recipe : nullptr);
    m_browser->setHtml(text.html);
    m_browser->verticalScrollBar()->setValue(scrolled);
    const bool isThere = recipe && recipe->change != LayerChange::None && recipe->change != LayerChange::Gone;
    if (isThere && !recipe->becomes)
        buildSoon();
    return text;
}

void NodePanel::buildSoon()
{
    if (!m_rest.isActive() && !m_builder.isRunning())
        m_rest.start();
}

/// The nodes of the exported file are known once it is built; that of the newest recipe only.
void NodePanel::buildVariant()
{
    const auto compressed = m_preview.compressed;
    if (!compressed || !isVisible())
        return;
    m_builder.start(
        [compressed](const JobContext &ctx) {
            return std::make_shared<const Model>(buildModel(*compressed, Storage::Compact, ctx).model);
        },
        [this, compressed](const Outcome<std::shared_ptr<const Model>> &outcome) {
            const auto *built = std::get_if<std::shared_ptr<const Model>>(&outcome);
            if (!built || compressed != m_preview.compressed)
                return;
            m_built = *built;
            m_builtFrom = compressed;
            refresh();
        });
}

void NodePanel::showValues(const QString &name)
{
    m_constant = name;
    m_table->setValues({});
    m_summary->setText(tr("Reading %1…").arg(shownName(name.toStdString())));
    m_values.start(
        [model = *m_model, constant = name.toStdString()](const JobContext &ctx) {
            return readConstantValues(model, constant, firstValues, ctx);
        },
        [this](const Outcome<ConstantValues> &outcome) {
            const QString shown = shownName(m_constant.toStdString());
            if (const auto *values = std::get_if<ConstantValues>(&outcome)) {
                m_summary->setText(shown + QStringLiteral("\n") + summaryText(*values));
                m_table->setValues(*values);
            } else if (const auto *error = std::get_if<Error>(&outcome)) {
                m_summary->setText(shown + QStringLiteral("\n") + messageText(error->message()));
            }
        });
}

void NodePanel::follow(const QUrl &link)
{
    const QString target = QUrl::fromPercentEncoding(link.toString(QUrl::FullyEncoded).toLatin1());
    if (target.startsWith(nodeLink))
        emit nodeWanted(target.mid(nodeLink.size()).toInt());
    if (!target.startsWith(valuesLink))
        return;
    showValues(target.mid(valuesLink.size()));
    m_tabs->setCurrentIndex(Values);
}

QString NodePanel::text() const
{
    return m_browser->toPlainText();
}

QString NodePanel::valuesText() const
{
    return m_tabs->isTabEnabled(Values) ? m_summary->text() : QString();
}

void NodePanel::takeFocus()
{
    if (m_tabs->currentIndex() == Values)
        m_table->setFocus(Qt::OtherFocusReason);
    else
        m_browser->setFocus(Qt::OtherFocusReason);
}

bool NodePanel::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride) { // Esc belongs to it here, not to what else it stops
        auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Escape) {
            key->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

void NodePanel::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        emit closed();
    else
        QWidget::keyPressEvent(event);
}

} // namespace lathe::ui
