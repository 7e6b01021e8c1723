#pragma once
#include "ui/graph/channellight.h"
#include "ui/graph/graphpainter.h"
#include "ui/graph/graphscale.h"

#include <QWidget>

namespace lathe::ui {

/// The canvas of the model graph: pans, zooms, selects, walks along edges.
class GraphView : public QWidget {
    Q_OBJECT
public:
    explicit GraphView(QWidget *parent = nullptr);

    /// @param keep item of the new scene that stays where `anchor` was on the screen (a scene point of the
    /// old one); -1: begins at the top
    void setScene(const std::shared_ptr<const GraphScene> &scene, int keep = -1, QPointF anchor = {});
    const GraphScene *scene() const { return m_scene.get(); }
    std::shared_ptr<const GraphScene> sharedScene() const { return m_scene; }
    const GraphMarks &marks() const { return m_marks; }

    /// @param outdated layers whose figures are of the recipe before; empty: none
    void setQuantity(const GraphQuantity *quantity, const GraphScale &scale,
                     const std::vector<bool> &outdated = {}); ///< null: no colours
    void setKept(const std::vector<bool> &layers);            ///< which get a pin
    bool isKept(int item) const;
    void setSelectedLayers(const QVector<int> &layers);      ///< no signal
    void setChanges(const std::vector<LayerChange> &layers); ///< by layer; empty: no marks
    void setHits(const std::vector<bool> &items);
    void setChannels(const ChannelLight &light); ///< empty: none are lit
    int currentItem() const { return m_marks.current; }
    /// @param announce as if the user had clicked it
    void setCurrentItem(int item, bool announce);

    double zoom() const { return m_zoom; }
    void setZoom(double zoom, QPointF fixed); ///< @param fixed point of the widget that stays
    void fit();                               ///< all of it
    void showTop();                           ///< at a size that can be read, from the first item on
    void reveal(int item); ///< scrolls as little as it takes; zooms in when it cannot be read
    void centreOn(int item);
    /// Whether what is in the upper left corner stays there when the size changes, so that nothing moves
    /// under the pointer; else what is in the middle stays.
    void setKeepsCorner(bool keeps) { m_keepsCorner = keeps; }
    QPointF toScene(QPointF point) const;
    QPointF toWidget(QPointF point) const;
    QString toolTipOf(int item) const; ///< rich text

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void layersPicked(const QVector<int> &layers);
    /// A block was double-clicked or Enter pressed on it; on a node in a block double-click or Backspace.
    void blockToggled(int item);
    void nodeOpened(int item, bool byKey); ///< a node was clicked, or Enter pressed on it
    void currentChanged(int item);
    void menuRequested(int item, const QPoint &globalPosition);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    bool event(QEvent *event) override;

private:
    void pan(QPointF pixels);
    void keepInside();
    void keepInSight(QSize before);
    void pick(int item, bool add);
    int neighbour(int key) const;
    int beside(bool right) const;
    void step(int key);
    void refreshValues();
    void refreshChanges();
    void refreshKept();
    void refreshChannels();
    QStringList channelTexts(int item) const;
    void describeCurrent();

    std::shared_ptr<const GraphScene> m_scene;
    GraphMarks m_marks;
    const GraphQuantity *m_quantity = nullptr;
    std::vector<bool> m_outdated; ///< by layer
    std::vector<bool> m_kept;     ///< by layer
    GraphScale m_scale;
    std::vector<LayerChange> m_changes; ///< by layer
    ChannelLight m_light;
    QVector<int> m_layers; ///< selected
    double m_zoom = 1;
    QPointF m_centre; ///< of the widget, in the scene
    QPointF m_pressed, m_dragged;
    bool m_dragging = false, m_placed = false, m_keepsCorner = false;
};

} // namespace lathe::ui
