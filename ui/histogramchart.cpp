#include "ui/histogramchart.h"

namespace lathe::ui {

HistogramChart::HistogramChart(QWidget *parent) : ChartPanel(parent) {}
void HistogramChart::setOriginal(const Histogram &histogram, const QString &)
{
    m_original = histogram;
}
void HistogramChart::setCompressed(const Histogram &histogram)
{
    m_compressed = histogram;
}
void HistogramChart::setLevels(const QVector<double> &levels)
{
    m_levels = levels;
}
void HistogramChart::setThreshold(std::optional<double> threshold)
{
    m_threshold = threshold;
}
void HistogramChart::clear()
{
    m_original = {};
}
QString HistogramChart::csv() const
{
    return {};
}

} // namespace lathe::ui
