#include "ui/widgets/verticalscroll.h"

#include <QEvent>
#include <QScrollBar>

namespace lathe::ui {

void scrollTo(QWidget *widget)
{
    for (QWidget *around = widget->parentWidget(); around; around = around->parentWidget())
        if (auto *scroll = qobject_cast<QScrollArea *>(around))
            scroll->ensureWidgetVisible(widget, 0, 8);
}

VerticalScroll::VerticalScroll(QWidget *content, QWidget *parent) : QScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidget(content);
    content->installEventFilter(this);
    fitWidth();
}

bool VerticalScroll::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::StyleChange)
        fitWidth();
    return QScrollArea::eventFilter(watched, event);
}

void VerticalScroll::fitWidth()
{
    setMinimumWidth(widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width());
}

} // namespace lathe::ui
