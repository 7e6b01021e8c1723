#pragma once
#include "core/analysis/weightstats.h"
#include "ui/chartpanel.h"

#include <QVector>

namespace lathe::ui {

/// The distribution of one layer's weights: original, compressed over it, quantization levels, pruning
/// threshold.
class HistogramChart : public ChartPanel {
    Q_OBJECT
public:
    explicit HistogramChart(QWidget *parent = nullptr);

    void setOriginal(const Histogram &histogram, const QString &layerName);
    void setCompressed(const Histogram &histogram);     ///< no counts: hides it
    void setLevels(const QVector<double> &levels);      ///< the values codes can stand for; empty: none
    void setThreshold(std::optional<double> threshold); ///< |w| below it is pruned
    void clear();

    QString csv() const override;

private:
    Histogram m_original, m_compressed;
    QVector<double> m_levels;
    std::optional<double> m_threshold;
};

} // namespace lathe::ui
