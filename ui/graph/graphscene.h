#pragma once
// A model graph ready for painting: sizes, texts, curves and an index by place. Made off the GUI thread, then
// only read.
#include "core/graph/drawngraph.h"
#include "core/graph/layout.h"
#include "core/graph/nodefacts.h"

#include <QFont>
#include <QPainterPath>
#include <QRectF>
#include <QStringList>
#include <QVector>

#include <array>
#include <memory>

namespace lathe::ui {

/// How wide text is, measured once in the GUI thread so that workers need no font.
class TextMeter {
public:
    explicit TextMeter(const QFont &font = {});
    double width(QStringView text) const;
    double height() const { return m_height; }
    /// The middle is left out when it is wider.
    QString elided(const QString &text, double width) const;

private:
    std::array<float, 128> m_ascii{};
    float m_other = 0; ///< as wide as the widest scripts
    double m_height = 0;
};

/// What does not change while blocks are opened and closed.
struct GraphDocument {
    ModelGraph graph;
    std::vector<GraphBlock> blocks;
    QVector<QStringList> layerNames;          ///< nameForms() of the model's layers, as the table has them
    std::shared_ptr<const NodeReader> reader; ///< of the same model
};

struct SceneItem {
    QRectF rect;
    DrawnItem source;
    QString title;  ///< operator, kind of block, or name of an input
    QString detail; ///< name or operators; empty: one line
    int repeats = 1;
    QVector<int> layers; ///< that can be compressed or not; of a block all inside
    bool block = false;
    bool terminal = false; ///< an input or output of the model

    bool isLayer() const { return !layers.isEmpty(); }
};

struct SceneEdge {
    DrawnEdge source;
    QPainterPath path;
    QRectF bounds;
    bool detour = false;
};

class GraphScene {
public:
    std::shared_ptr<const GraphDocument> document;
    std::vector<bool> expanded; ///< by block
    std::vector<SceneItem> items;
    std::vector<SceneEdge> edges;
    std::vector<std::vector<int>> incoming, outgoing; ///< edges by item
    std::vector<int> itemOfNode;
    QSizeF size;
    bool plain = false; ///< see GraphLayout

    int itemOfLayer(int layer) const; ///< -1: it is not in the main graph
    int itemAt(QPointF point) const;  ///< -1: none
    /// In the order of the graph, each once.
    std::vector<int> itemsIn(const QRectF &area) const;
    std::vector<int> edgesIn(const QRectF &area) const;
    /// Blocks that must be expanded to see the node by itself, from outside in.
    std::vector<int> blocksAround(int node) const;

    void buildIndex();

private:
    static constexpr double bandHeight = 240;
    int bandOf(double y) const;
    std::vector<std::vector<int>> m_itemBands, m_edgeBands;
    std::vector<int> m_longEdges; ///< through many bands
};

/// @param expanded empty: as firstExpansion() has it. @throws Cancelled
std::shared_ptr<const GraphScene> makeGraphScene(const std::shared_ptr<const GraphDocument> &document,
                                                 std::vector<bool> expanded, const TextMeter &meter,
                                                 const JobContext &ctx);

QString dimensions(const Shape &shape);       ///< "1×3×224×224"
QString blockKindName(GraphBlock::Kind kind); ///< "Residual block"
QString shownName(const std::string &name);   ///< of sensible length, without control characters

} // namespace lathe::ui
