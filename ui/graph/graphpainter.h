#pragma once
// Paints a GraphScene: on screen with as much detail as can be read, into files with all of it.
#include "ui/graph/graphquantity.h"
#include "ui/graph/graphscene.h"
#include "ui/graph/layerchange.h"

class QPainter;

namespace lathe::ui {

/// What changes without a new layout, by item.
struct GraphMarks {
    std::vector<float> share;   ///< 0..1 on the ramp; NaN: no figure
    std::vector<QString> text;  ///< the figure
    std::vector<bool> outdated; ///< the figure is of the recipe before
    std::vector<bool> kept;     ///< all of its layers stay as they are
    std::vector<bool> selected;
    std::vector<bool> hit;           ///< found by the search
    std::vector<LayerChange> change; ///< empty: not shown
    std::vector<unsigned> roles;     ///< ChannelRole; empty: no channels are lit
    std::vector<bool> litEdges;      ///< by edge of the scene
    int current = -1;
    int hover = -1;
};

class GraphPainter {
public:
    GraphPainter(QPainter &painter, const GraphScene &scene, const GraphMarks &marks, double scale);

    /// @param area in the scene; the painter is already transformed
    void paint(const QRectF &area);

private:
    enum Ring { NoRing = 0, HitRing = 1, SelectedRing = 2, CurrentRing = 4 };

    void paintEdges(const QRectF &area);
    enum class Stress { None, Strong, Lit };
    void paintEdge(int edge, Stress stress);
    void paintItem(int item);
    void paintBody(const SceneItem &item, const QColor &fill, const QPen &outline);
    void paintText(const SceneItem &item, const QString &figure, const QColor &ink, bool coloured);
    int ringsOf(int item) const;      ///< of Ring
    unsigned rolesOf(int item) const; ///< of ChannelRole
    void paintBadges(int item);
    void paintRings(int item, int rings);
    void paintDots(const std::vector<int> &items);
    QColor fillOf(int item) const;
    QPoint pixelOf(int item) const; ///< of its corner, counted from the scene's origin
    double hairline() const { return 1.0 / m_scale; }

    QPainter &m_painter;
    const GraphScene &m_scene;
    const GraphMarks &m_marks;
    double m_scale;
    QFont m_body, m_bold, m_small;
};

} // namespace lathe::ui
