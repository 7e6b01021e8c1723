#include "ui/widgets/elidedstatusbar.h"

#include <QPainter>
#include <QStyleOption>

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr int margin = 6;

} // namespace

ElidedStatusBar::ElidedStatusBar(QWidget *parent) : QStatusBar(parent)
{
    connect(this, &QStatusBar::messageChanged, this, &QWidget::setToolTip);
}

QRect ElidedStatusBar::messageRect() const
{
    int right = width();
    for (const QWidget *widget : findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly))
        if (widget->isVisible())
            right = std::min(right, widget->x());
    return {margin, 0, std::max(0, right - 2 * margin), height()};
}

QString ElidedStatusBar::shownMessage() const
{
    return fontMetrics().elidedText(currentMessage(), Qt::ElideRight, messageRect().width());
}

void ElidedStatusBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    QStyleOption option;
    option.initFrom(this);
    style()->drawPrimitive(QStyle::PE_PanelStatusBar, &option, &painter, this);
    painter.setPen(palette().windowText().color());
    painter.drawText(messageRect(), int(Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine),
                     shownMessage());
}

} // namespace lathe::ui
