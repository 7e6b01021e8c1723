#pragma once
#include "core/model/model.h"
#include "core/workflow/recipemeasurer.h"
#include "ui/charts/axisticks.h"
#include "ui/charts/drawnchart.h"

namespace lathe::ui {

/// What the recipe of the moment makes of the layers of a model.
struct LayerOutcomes {
    const std::vector<Layer> &layers;
    const PreviewUpdate &preview;      ///< as far as it is known
    const std::vector<bool> &outdated; ///< layers that have other settings by now; empty: none
    bool isOutdated(size_t layer) const { return layer < outdated.size() && outdated[layer]; }
};

/// A chart with a bar for each layer of the model, one beside the other: a click or the arrow keys choose
/// one.
class LayerBars : public DrawnChart {
    Q_OBJECT
public:
    LayerBars(const QString &title, const QString &emptyText, QWidget *parent);

    virtual void setOutcomes(const LayerOutcomes &outcomes) = 0;
    virtual void clear() = 0;
    void setSelected(const QVector<int> &layers);

    QPointF positionOf(int layer) const override;

signals:
    void layerClicked(int layer);

protected:
    struct Axis {
        double low = 0.0, high = 1.0;
        Ticks ticks;
    };
    virtual Axis heightAxis() const = 0;
    virtual double heightOf(int layer) const = 0; ///< within the axis; of bars that share a pixel the
                                                  ///< highest is seen
    virtual void paintBar(QPainter &painter, int layer) const = 0;
    /// @param layers in all, named by their numbers below; none: the chart is empty
    void setLayers(int layers);
    bool hasSelection() const { return !m_selected.isEmpty(); }
    bool isSelected(int layer) const
    {
        return size_t(layer) < m_isSelected.size() && m_isSelected[size_t(layer)];
    }
    /// As it is, or paler where others are selected.
    QColor inked(QColor colour, int layer) const;
    /// From the ground to a height, at least a pixel wide and high.
    QRectF barOf(int layer, double height) const;

    void refreshAxes() override;
    void paintItems(QPainter &painter) override;
    bool handleViewEvent(QEvent *event) override;
    int itemAt(QPointF position) const override;
    int itemCount() const override { return m_layers; }
    bool isLink(int) const override { return true; }

private:
    bool step(int by);
    void paintMark(QPainter &painter, int layer) const;

    int m_layers = 0;
    QVector<int> m_selected;
    std::vector<bool> m_isSelected; ///< by layer
    double m_ground = 0.0;
};

} // namespace lathe::ui
