#include "ui/graph/graphscene.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::GraphScene)
};

constexpr double layerWidth = 176, blockWidth = 208, widestPlain = 208;
constexpr double padding = 10;
constexpr double detailScale = 1.1; // more fits in a line of the smaller type than the meter says
constexpr int longestName = 200;    // characters; more says nothing more
constexpr int shownOperators = 12;

} // namespace

TextMeter::TextMeter(const QFont &font)
{
    const QFontMetricsF metrics(font);
    for (int c = 0; c < 128; ++c)
        m_ascii[static_cast<size_t>(c)] = static_cast<float>(metrics.horizontalAdvance(QChar(c)));
    m_other = static_cast<float>(metrics.height());
    m_height = metrics.height();
}

double TextMeter::width(QStringView text) const
{
    double sum = 0;
    for (const QChar c : text)
        sum += c.unicode() < 128                      ? m_ascii[c.unicode()]
               : c == QChar(0xB7) || c == QChar(0xD7) ? m_ascii['x']
                                                      : m_other;
    return sum;
}

QString TextMeter::elided(const QString &text, double width) const
{
    if (this->width(text) <= width)
        return text;
    qsizetype keep = text.size() - 1;
    const auto cut = [&] { return text.left((keep + 1) / 2) + QChar(0x2026) + text.right(keep / 2); };
    while (keep > 1 && this->width(cut()) > width)
        --keep;
    return cut();
}

QString shownName(const std::string &name)
{
    QString text = QString::fromUtf8(
        name.data(), std::min<qsizetype>(static_cast<qsizetype>(name.size()), 4 * longestName));
    if (text.size() > longestName)
        text = text.left(longestName - 1) + QChar(0x2026);
    for (QChar &c : text)
        if (!c.isPrint() && !c.isSurrogate())
            c = QLatin1Char(' ');
    return text;
}

QString dimensions(const Shape &shape)
{
    QStringList parts;
    for (const int64_t d : shape)
        parts << (d < 0 ? QStringLiteral("?") : QString::number(d));
    return parts.join(QChar(0xD7));
}

QString blockKindName(GraphBlock::Kind kind)
{
    switch (kind) {
    case GraphBlock::Kind::Plain:
        return Words::tr("Block");
    case GraphBlock::Kind::Residual:
        return Words::tr("Residual block");
    case GraphBlock::Kind::InvertedResidual:
        return Words::tr("Inverted residual");
    case GraphBlock::Kind::Depthwise:
        return Words::tr("Depthwise block");
    case GraphBlock::Kind::Attention:
        return Words::tr("Attention block");
    case GraphBlock::Kind::Branches:
        return Words::tr("Branch block");
    }
    return {};
}

namespace {

class SceneMaker {
public:
    SceneMaker(const std::shared_ptr<const GraphDocument> &document, std::vector<bool> expanded,
               const TextMeter &meter)
        : m_graph(document->graph), m_blocks(document->blocks), m_names(document->layerNames), m_meter(meter),
          m_scene(std::make_shared<GraphScene>())
    {
        m_scene->document = document;
        m_scene->expanded =
            expanded.size() == m_blocks.size() ? std::move(expanded) : firstExpansion(m_graph, m_blocks);
    }

    std::shared_ptr<const GraphScene> run(const JobContext &ctx)
    {
        DrawnGraph drawn = drawnGraph(m_graph, m_blocks, m_scene->expanded);
        std::vector<LayoutItem> sizes;
        for (const DrawnItem &source : drawn.items) {
            m_scene->items.push_back(source.block >= 0 ? blockItem(source) : nodeItem(source));
            sizes.push_back({m_scene->items.back().rect.width(), m_scene->items.back().rect.height()});
        }
        std::vector<LayoutEdge> lines;
        for (const DrawnEdge &edge : drawn.edges)
            lines.push_back({edge.from, edge.to});
        ctx.throwIfCancelled();
        const GraphLayout layout = layoutGraph(sizes, lines, ctx);
        for (size_t i = 0; i < m_scene->items.size(); ++i)
            m_scene->items[i].rect.moveCenter({layout.centres[i].x, layout.centres[i].y});
        addEdges(drawn, layout);
        m_scene->itemOfNode = std::move(drawn.itemOfNode);
        m_scene->size = {layout.width, layout.height};
        m_scene->plain = layout.plain;
        m_scene->buildIndex();
        return m_scene;
    }

private:
    SceneItem nodeItem(const DrawnItem &source) const
    {
        const GraphNode &node = m_graph.nodes[static_cast<size_t>(source.node)];
        SceneItem item;
        item.source = source;
        item.terminal = node.kind != GraphNode::Kind::Operator;
        for (const size_t layer : node.layers)
            item.layers << static_cast<int>(layer);
        item.title = shownName(item.terminal ? node.name : node.op);
        if (item.isLayer()) {
            item.detail = layerName(node, (layerWidth - 2 * padding) * detailScale);
            item.rect.setSize({layerWidth, twoLines()});
            item.title = m_meter.elided(item.title, layerWidth * 0.55);
            return item;
        }
        if (item.terminal && node.hasShape && !node.outputShape.empty())
            item.title += QStringLiteral("  ") + dimensions(node.outputShape);
        item.title = m_meter.elided(item.title, widestPlain - 2 * padding);
        const double wish = m_meter.width(item.title) + 2 * padding;
        // Few different widths: columns of operators look calm, and equal parts are laid out once.
        item.rect.setSize({std::clamp(std::ceil(wish / 24) * 24, 72.0, widestPlain), oneLine()});
        return item;
    }

    /// As the table calls the layer; of a node that holds several, its own.
    QString layerName(const GraphNode &node, double width) const
    {
        QStringList forms{shownName(node.name)};
        if (const auto layer = static_cast<qsizetype>(node.layers.front());
            node.layers.size() == 1 && layer < m_names.size()) {
            forms.clear();
            for (const QString &form : m_names[layer])
                forms << shownName(form.toStdString());
        }
        for (const QString &form : std::as_const(forms))
            if (m_meter.width(form) <= width)
                return form;
        return m_meter.elided(forms.last(), width);
    }

    SceneItem blockItem(const DrawnItem &source) const
    {
        const GraphBlock &block = m_blocks[static_cast<size_t>(source.block)];
        SceneItem item;
        item.source = source;
        item.block = true;
        item.repeats = block.repeats;
        for (int i = source.first; i < source.last; ++i)
            for (const size_t layer : m_graph.nodes[static_cast<size_t>(i)].layers)
                item.layers << static_cast<int>(layer);
        item.title = block.name.empty() ? blockKindName(block.kind) : shownName(block.name);
        item.title = m_meter.elided(item.title, blockWidth - 2 * padding - 56);
        const int end = source.first + (source.last - source.first) / block.repeats;
        QStringList operators;
        for (int i = source.first; i < end && operators.size() < shownOperators; ++i)
            if (const GraphNode &node = m_graph.nodes[static_cast<size_t>(i)]; !node.op.empty())
                operators << shownName(node.op);
        item.detail = operators.join(QStringLiteral(" · "));
        item.rect.setSize({blockWidth, twoLines() + 4});
        return item;
    }
    double oneLine() const { return std::round(m_meter.height()) + 8; }
    double twoLines() const { return std::round(2 * m_meter.height()) + 10; }

    void addEdges(const DrawnGraph &drawn, const GraphLayout &layout)
    {
        m_scene->incoming.resize(m_scene->items.size());
        m_scene->outgoing.resize(m_scene->items.size());
        for (size_t e = 0; e < drawn.edges.size(); ++e) {
            SceneEdge edge;
            edge.source = drawn.edges[e];
            edge.detour = layout.routes[e].detour;
            const auto &points = layout.routes[e].points;
            const auto at = [&](size_t i) { return QPointF(points[i].x, points[i].y); };
            edge.path.moveTo(at(0));
            for (size_t i = 1; i + 2 < points.size(); i += 3)
                edge.path.cubicTo(at(i), at(i + 1), at(i + 2));
            edge.bounds = edge.path.controlPointRect().adjusted(-4, -4, 4, 4);
            m_scene->outgoing[static_cast<size_t>(edge.source.from)].push_back(static_cast<int>(e));
            m_scene->incoming[static_cast<size_t>(edge.source.to)].push_back(static_cast<int>(e));
            m_scene->edges.push_back(std::move(edge));
        }
    }

    const ModelGraph &m_graph;
    const std::vector<GraphBlock> &m_blocks;
    const QVector<QStringList> &m_names;
    const TextMeter &m_meter;
    std::shared_ptr<GraphScene> m_scene;
};

} // namespace

std::shared_ptr<const GraphScene> makeGraphScene(const std::shared_ptr<const GraphDocument> &document,
                                                 std::vector<bool> expanded, const TextMeter &meter,
                                                 const JobContext &ctx)
{
    return SceneMaker(document, std::move(expanded), meter).run(ctx);
}

int GraphScene::bandOf(double y) const
{
    return std::clamp(static_cast<int>(y / bandHeight), 0, static_cast<int>(m_itemBands.size()) - 1);
}

void GraphScene::buildIndex()
{
    constexpr int longEdge = 12; // bands
    const auto bands = static_cast<size_t>(std::max(size.height(), 0.0) / bandHeight) + 1;
    m_itemBands.assign(bands, {});
    m_edgeBands.assign(bands, {});
    for (size_t i = 0; i < items.size(); ++i)
        for (int b = bandOf(items[i].rect.top()); b <= bandOf(items[i].rect.bottom()); ++b)
            m_itemBands[static_cast<size_t>(b)].push_back(static_cast<int>(i));
    for (size_t e = 0; e < edges.size(); ++e) {
        const int from = bandOf(edges[e].bounds.top()), to = bandOf(edges[e].bounds.bottom());
        if (to - from > longEdge) {
            m_longEdges.push_back(static_cast<int>(e));
            continue;
        }
        for (int b = from; b <= to; ++b)
            m_edgeBands[static_cast<size_t>(b)].push_back(static_cast<int>(e));
    }
}

std::vector<int> GraphScene::itemsIn(const QRectF &area) const
{
    std::vector<int> found;
    if (items.empty())
        return found;
    for (int b = bandOf(area.top()); b <= bandOf(area.bottom()); ++b)
        for (const int item : m_itemBands[static_cast<size_t>(b)]) {
            const QRectF &rect = items[static_cast<size_t>(item)].rect;
            const bool firstBand = std::max(bandOf(rect.top()), bandOf(area.top())) == b;
            if (firstBand && rect.intersects(area))
                found.push_back(item);
        }
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<int> GraphScene::edgesIn(const QRectF &area) const
{
    std::vector<int> found;
    if (items.empty())
        return found;
    const auto take = [&](int edge) {
        if (edges[static_cast<size_t>(edge)].bounds.intersects(area))
            found.push_back(edge);
    };
    std::for_each(m_longEdges.begin(), m_longEdges.end(), take);
    for (int b = bandOf(area.top()); b <= bandOf(area.bottom()); ++b)
        for (const int edge : m_edgeBands[static_cast<size_t>(b)])
            if (std::max(bandOf(edges[static_cast<size_t>(edge)].bounds.top()), bandOf(area.top())) == b)
                take(edge); // in the first band that shows it
    return found;
}

int GraphScene::itemAt(QPointF point) const
{
    const std::vector<int> hits = itemsIn(QRectF(point, QSizeF(0.01, 0.01)));
    return hits.empty() ? -1 : hits.front();
}

int GraphScene::itemOfLayer(int layer) const
{
    const std::vector<int> &nodes = document->graph.nodeOfLayer;
    if (layer < 0 || static_cast<size_t>(layer) >= nodes.size() || nodes[static_cast<size_t>(layer)] < 0)
        return -1;
    return itemOfNode[static_cast<size_t>(nodes[static_cast<size_t>(layer)])];
}

std::vector<int> GraphScene::blocksAround(int node) const
{
    std::vector<int> around;
    for (size_t b = 0; b < document->blocks.size(); ++b)
        if (document->blocks[b].first <= node && node < document->blocks[b].last)
            around.push_back(static_cast<int>(b));
    return around;
}

} // namespace lathe::ui
