#include "ui/widgets/elidednote.h"

#include <QPainter>
#include <QTextLayout>

namespace lathe::ui {

ElidedNote::ElidedNote(QWidget *parent) : ElidedLabel(parent)
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
}

QSize ElidedNote::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 8, fontMetrics().lineSpacing()};
}

QStringList ElidedNote::lines() const
{
    const int most = std::max(1, height() / fontMetrics().lineSpacing());
    QTextLayout layout(text(), font());
    QTextOption wrapping(alignment());
    wrapping.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(wrapping);
    layout.beginLayout();
    QStringList lines;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width());
        if (lines.size() + 1 == most) { // all that is left, as far as it goes
            lines << fontMetrics().elidedText(text().mid(line.textStart()), Qt::ElideRight, width());
            break;
        }
        lines << text().mid(line.textStart(), line.textLength()).trimmed();
    }
    layout.endLayout();
    return lines;
}

void ElidedNote::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter, lines().join(QLatin1Char('\n')));
}

} // namespace lathe::ui
