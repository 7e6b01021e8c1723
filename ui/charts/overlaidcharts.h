#pragma once
#include "core/analysis/weightstats.h"
#include "ui/charts/drawnchart.h"

#include <QPen>
#include <QVector>

class QToolButton;

namespace lathe::ui {

class CurveLegend;

/// One of several curves over the same axis.
struct Curve {
    QString name;
    int line = 0;               ///< which colour and stroke; -1: the baseline's
    std::vector<double> values; ///< empty: not known
};
/// Colours that colour-blind people can tell apart, each with a stroke of its own.
QPen curvePen(int line);

/// Curves of several variants over each other: a legend, and the values of all under the pointer.
class OverlaidChart : public DrawnChart {
    Q_OBJECT
public:
    void setLayer(const QString &name) { setSubject(name); }
    QPointF positionOf(int item) const override;
    QString csv() const override;
    const QVector<Curve> &curves() const { return m_curves; }

protected:
    OverlaidChart(const QString &title, const QString &emptyText, QWidget *parent);

    void setCurves(const QVector<Curve> &curves, const QString &emptyText = {});
    int itemCount() const override;              ///< of the longest curve
    double largest() const { return m_largest; } ///< value of all curves; at least 0

    virtual double xOfItem(int item) const = 0;
    virtual double heightOf(double value) const = 0;          ///< on the axis
    virtual QPolygonF pointsOf(const Curve &curve) const = 0; ///< in pixels
    virtual QString titleOf(int item) const = 0;
    virtual QString textOf(double value) const = 0;
    virtual QString csvHeader() const = 0;
    virtual QString csvOf(int item) const = 0;

    void paintItems(QPainter &painter) override;
    int itemAt(QPointF position) const override;
    QStringList describe(int item) const override;

private:
    QVector<Curve> m_curves;
    double m_largest = 0.0;
    CurveLegend *m_legend;
};

/// How the weights of one layer are distributed in several variants.
class OverlaidHistograms : public OverlaidChart {
    Q_OBJECT
public:
    explicit OverlaidHistograms(QWidget *parent = nullptr);

    /// @param low,high of the bins, the same for all curves
    void setHistograms(const QVector<Curve> &counts, double low, double high, const QString &emptyText = {});
    bool isLogarithmic() const;
    void setLogarithmic(bool on);

protected:
    void refreshAxes() override;
    double xOfItem(int item) const override;
    double heightOf(double value) const override;
    QPolygonF pointsOf(const Curve &curve) const override;
    QString titleOf(int item) const override;
    QString textOf(double value) const override;
    QString csvHeader() const override;
    QString csvOf(int item) const override;

private:
    double edge(int bin) const;

    double m_low = 0.0, m_high = 1.0;
    QToolButton *m_log;
};

/// Singular values of one layer in several variants.
class OverlaidSpectra : public OverlaidChart {
    Q_OBJECT
public:
    explicit OverlaidSpectra(QWidget *parent = nullptr);

    void setSpectra(const QVector<Curve> &singularValues, const QString &emptyText = {});

protected:
    void refreshAxes() override;
    double xOfItem(int item) const override;
    double heightOf(double value) const override;
    QPolygonF pointsOf(const Curve &curve) const override;
    QString titleOf(int item) const override;
    QString textOf(double value) const override;
    QString csvHeader() const override;
    QString csvOf(int item) const override;
};

} // namespace lathe::ui
