#pragma once
#include "ui/charts/drawnchart.h"

#include <optional>

namespace lathe::ui {

/// What compression does to one layer.
struct LayerError {
    QString layer;
    std::optional<double>
        relative; ///< of its output where that is known, else of its weights; empty: untouched
    bool ofOutput = false;
    bool outdated = false; ///< of the recipe before
};

/// The error of each layer, one bar beside the other.
class ErrorChart : public DrawnChart {
    Q_OBJECT
public:
    explicit ErrorChart(QWidget *parent = nullptr);

    void setErrors(const QVector<LayerError> &errors);
    void setSelected(const QVector<int> &layers);

    QPointF positionOf(int layer) const override;
    QString csv() const override;

signals:
    void layerClicked(int layer);

protected:
    void refreshAxes() override;
    void paintItems(QPainter &painter) override;
    bool handleViewEvent(QEvent *event) override;
    int itemAt(QPointF position) const override;
    QStringList describe(int layer) const override;
    bool isLink(int) const override { return true; }

private:
    double heightOf(int layer) const; ///< decibel, within the axis
    bool step(int by);
    void paintBar(QPainter &painter, int layer) const;

    QVector<LayerError> m_errors;
    QVector<int> m_selected;
    double m_floor = 0.0; ///< of the axis, decibel
};

} // namespace lathe::ui
