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
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
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
    updateGeometry(); // more of them may need another line
    update();
}

QSize CurveLegend::sizeHint() const
{
    return {strokeLength * 4, lineHeight()};
}

int CurveLegend::lineHeight() const
{
    return fontMetrics().height() + 2;
}

int CurveLegend::heightForWidth(int width) const
{
    const QVector<QRect> places = placesAt(width);
    return places.isEmpty() ? lineHeight() : places.last().bottom() + 1;
}

/// One after the other, in as many lines as they need; a name is cut only where it is longer than a line.
QVector<QRect> CurveLegend::placesAt(int width) const
{
    QVector<QRect> places;
    QPoint at;
    for (const Curve &curve : m_curves) {
        const int length = strokeLength + gap + fontMetrics().horizontalAdvance(curve.name) + 2;
        if (at.x() > 0 && at.x() + length > width)
            at = QPoint(0, at.y() + lineHeight());
        places << QRect(at, QSize(std::max(0, std::min(length, width)), lineHeight()));
        at.rx() += length + 2 * gap;
    }
    return places;
}

void CurveLegend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QVector<QRect> places = placesAt(width());
    for (int i = 0; i < m_curves.size(); ++i) {
        const Curve &curve = m_curves[i];
        const QRectF place = places[i];
        painter.setPen(curvePen(curve.line));
        const double middle = place.center().y();
        painter.drawLine(QPointF(place.left(), middle), QPointF(place.left() + strokeLength, middle));
        const QRectF text = place.adjusted(strokeLength + gap, 0, 0, 0);
        painter.setPen(colors().muted);
        painter.drawText(text, int(Qt::AlignLeft | Qt::AlignVCenter),
                         fontMetrics().elidedText(curve.name, Qt::ElideMiddle, int(text.width())));
    }
}

} // namespace lathe::ui
