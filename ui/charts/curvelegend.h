#pragma once
#include "ui/charts/overlaidcharts.h"

namespace lathe::ui {

/// Strokes and names, in as many lines as they need.
class CurveLegend : public QWidget {
    Q_OBJECT
public:
    explicit CurveLegend(QWidget *parent = nullptr);

    void setCurves(const QVector<Curve> &curves);
    QSize sizeHint() const override;
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int lineHeight() const;
    QVector<QRect> placesAt(int width) const;

    QVector<Curve> m_curves; ///< without their values
};

} // namespace lathe::ui
