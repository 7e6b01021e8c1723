#include "ui/charts/curvelegend.h"

#include "ui/style/theme.h"

#include <QPainter>

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr int strokeLength = 28;
constexpr int gap = 6;

} // namespace

CurveLegend::CurveLegend(QWidget *parent) : QWidget(parent)
{
    setFont(scaledFont(titleScale));
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void CurveLegend::setCurves(const QVector<Curve> &curves)
{
    m_curves.clear();
    QStringList names;
    for (const Curve &curve : curves) {
        m_curves.push_back({curve.name, curve.line, {}});
        if (curve.values.empty())
            m_curves.back().name = tr("%1: not known").arg(curve.name);
        names << m_curves.back().name;
    }
    setToolTip(names.join(QLatin1Char('\n')));
    update();
}

QSize CurveLegend::sizeHint() const
{
    return {strokeLength * 4, fontMetrics().height() + 2};
}

void CurveLegend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    int wanted = 0;
    for (const Curve &curve : m_curves)
        wanted += strokeLength + 3 * gap + fontMetrics().horizontalAdvance(curve.name);
    const auto count = std::max(1, static_cast<int>(m_curves.size()));
    const int most = wanted <= width() ? width() : width() / count - strokeLength - 3 * gap;
    int x = 0;
    for (const Curve &curve : m_curves) {
        painter.setPen(curvePen(curve.line));
        painter.drawLine(QPointF(x, height() / 2.0), QPointF(x + strokeLength, height() / 2.0));
        const QString name = fontMetrics().elidedText(curve.name, Qt::ElideMiddle, std::max(most, 0));
        painter.setPen(colors().muted);
        const int length = fontMetrics().horizontalAdvance(name);
        painter.drawText(QRect(x + strokeLength + gap, 0, length + 2, height()),
                         int(Qt::AlignLeft | Qt::AlignVCenter), name);
        x += strokeLength + length + 3 * gap;
    }
}

} // namespace lathe::ui
