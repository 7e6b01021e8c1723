#pragma once
#include "core/analysis/weightstats.h"
#include "ui/charts/chartpanel.h"

#include <QAreaSeries>
#include <QCategoryAxis>
#include <QLineSeries>
#include <QValueAxis>
#include <QVector>

#include <optional>

class QToolButton;

namespace lathe::ui {

/// The distribution of one layer's weights: original, compressed over it, quantization levels, pruning
/// threshold.
class HistogramChart : public ChartPanel {
    Q_OBJECT
public:
    explicit HistogramChart(QWidget *parent = nullptr);

    /// Another layer's name than before also takes compressed, levels and threshold of the old one away.
    void setOriginal(const Histogram &histogram, const QString &layerName);
    void setCompressed(const Histogram &histogram);     ///< no counts: hides it
    void setLevels(const QVector<double> &levels);      ///< the values codes can stand for; empty: none
    void setThreshold(std::optional<double> threshold); ///< |w| below it is pruned
    void clear();

    bool isLogarithmic() const;
    void setLogarithmic(bool on);

    QString csv() const override;

protected:
    void restyle() override;
    void paintOverlay(QPainter &painter) override;
    void refreshAxes() override;

private:
    void refreshSeries();
    void paintLevels(QPainter &painter) const;
    void paintThreshold(QPainter &painter) const;
    void paintClippedBars(QPainter &painter) const;
    double heightOf(double count) const; ///< on the vertical axis as it is now
    double top() const;                  ///< of the vertical axis, as a count

    Histogram m_original, m_compressed;
    QString m_layer;
    QVector<double> m_levels;
    std::optional<double> m_threshold;

    QLineSeries *m_originalLine, *m_compressedLine;
    QAreaSeries *m_originalArea, *m_compressedArea;
    QCategoryAxis *m_xAxis, *m_yAxis;
    QToolButton *m_log;
    QWidget *m_originalLabel, *m_compressedLabel;
};

} // namespace lathe::ui
