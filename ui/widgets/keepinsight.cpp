#include "ui/widgets/keepinsight.h"

#include <QAbstractItemView>
#include <QResizeEvent>
#include <QTimer>

namespace lathe::ui {

KeepInSight::KeepInSight(QAbstractItemView *view) : QObject(view), m_view(view)
{
    view->viewport()->installEventFilter(this);
}

bool KeepInSight::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize && !m_due) {
        const QSize before = static_cast<QResizeEvent *>(event)->oldSize();
        const QRect row = m_view->visualRect(m_view->currentIndex());
        m_due = row.isValid() && row.top() >= 0 && row.bottom() < before.height();
        if (m_due) // once its scroll bar knows of the size, and only of the last one of a few
            QTimer::singleShot(0, this, [this] {
                m_due = false;
                const QRect now = m_view->visualRect(m_view->currentIndex());
                if (now.bottom() >= m_view->viewport()->height())
                    m_view->scrollTo(m_view->currentIndex());
            });
    }
    return QObject::eventFilter(watched, event);
}

} // namespace lathe::ui
