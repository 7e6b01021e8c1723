#pragma once
#include "ui/charts/drawnchart.h"

#include <optional>

namespace lathe::ui {

/// A figure while something is trained, over the epochs that are done: what was judged after each as a curve,
/// against lines that stand for where it began and where it should come.
class ProgressChart : public DrawnChart {
    Q_OBJECT
public:
    struct Point {
        double epoch = 0, value = 0;
        bool best = false;
    };
    struct Level {
        QString name;
        double value = 0;
        QColor (*ink)() = nullptr;
    };
    /// @param unit of the values, for their axis @param share whether the values are shares, shown in percent
    ProgressChart(const QString &title, const QString &emptyText, const QString &unit, bool share,
                  QWidget *parent = nullptr);

    void setUnit(const QString &unit);
    void begin(double epochs);     ///< nothing is known yet of so many epochs
    void setEpochs(double epochs); ///< there will be so many; what is known stays
    void setLevels(const QVector<Level> &levels);
    void add(const Point &point);
    const QVector<Point> &points() const { return m_points; }
    const QVector<Level> &levels() const { return m_levels; }

    QPointF positionOf(int point) const override;
    QString csv() const override;

protected:
    void refreshAxes() override;
    void paintItems(QPainter &painter) override;
    int itemAt(QPointF position) const override;
    int itemCount() const override { return static_cast<int>(m_points.size()); }
    QStringList describe(int point) const override;

private:
    QString text(double value) const;
    double shown(double value) const { return m_share ? value * 100.0 : value; }
    void changed();

    bool m_share;
    double m_epochs = 1;
    QVector<Level> m_levels;
    QVector<Point> m_points;
};

} // namespace lathe::ui
