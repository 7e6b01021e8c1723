#include "ui/base/startuplog.h"

#include <QEvent>
#include <QLoggingCategory>
#include <QTableView>
#include <QTimer>

namespace lathe::ui {
namespace {

Q_LOGGING_CATEGORY(startup, "lathe.startup", QtWarningMsg)

class StartupLog : public QObject {
public:
    StartupLog(QWidget &window, QTableView &layers) : QObject(&window), m_window(window), m_layers(layers)
    {
        m_window.installEventFilter(this);
        m_layers.viewport()->installEventFilter(this);
    }
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() != QEvent::Paint)
            return false;
        const bool listed = watched == m_layers.viewport() && m_layers.model()->rowCount() > 0;
        if (!m_painted || listed)
            // Later: this is before it paints, and what is painted is shown after that.
            QTimer::singleShot(0, this,
                               [listed] { qCDebug(startup, listed ? "layers listed" : "window painted"); });
        m_painted = true;
        if (listed) {
            m_window.removeEventFilter(this);
            m_layers.viewport()->removeEventFilter(this);
        }
        return false;
    }

private:
    QWidget &m_window;
    QTableView &m_layers;
    bool m_painted = false;
};

} // namespace

void logStartup(QWidget &window)
{
    if (auto *layers = window.findChild<QTableView *>(QStringLiteral("layerTable"));
        layers && startup().isDebugEnabled())
        new StartupLog(window, *layers);
}

} // namespace lathe::ui
