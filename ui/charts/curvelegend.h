#pragma once
#include "ui/charts/overlaidcharts.h"

namespace lathe::ui {

/// Strokes and names in one row; long names give way.
class CurveLegend : public QWidget {
    Q_OBJECT
public:
    explicit CurveLegend(QWidget *parent = nullptr);

    void setCurves(const QVector<Curve> &curves);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QVector<Curve> m_curves; ///< without their values
};

} // namespace lathe::ui
