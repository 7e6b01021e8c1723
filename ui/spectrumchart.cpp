#include "ui/spectrumchart.h"

namespace lathe::ui {

SpectrumChart::SpectrumChart(QWidget *parent) : ChartPanel(parent) {}
void SpectrumChart::setSpectrum(const Spectrum &spectrum, Index breakEven, const QString &)
{
    m_spectrum = spectrum;
    m_breakEven = breakEven;
}
void SpectrumChart::setRank(std::optional<int> rank)
{
    m_rank = rank;
}
void SpectrumChart::clear()
{
    m_spectrum = {};
}
QString SpectrumChart::csv() const
{
    return {};
}

} // namespace lathe::ui
