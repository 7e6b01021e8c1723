#include "ui/help/tour.h"

#include "ui/base/settings.h"
#include "ui/widgets/callout.h"

#include <QApplication>
#include <QDockWidget>
#include <QKeyEvent>

namespace lathe::ui {
namespace {

const QString seenKey = QStringLiteral("tour/seen");
constexpr int edge = 8; // of the window, free of callouts

/// What can be seen of it, in the window's coordinates.
QRect shownPart(const QWidget *widget, const QWidget *window)
{
    if (!widget || !widget->isVisible() || widget->window() != window)
        return {};
    QRect rect(widget->mapTo(window, QPoint()), widget->size());
    for (const QWidget *around = widget->parentWidget(); around && around != window;
         around = around->parentWidget())
        rect &= QRect(around->mapTo(window, QPoint()), around->size());
    return rect;
}

/// In the window or in a panel of it that floats, not in a dialog or the help beside it.
bool isPartOf(const QObject *object, const QWidget *window)
{
    if (!object->isWidgetType())
        return false;
    const QWidget *top = static_cast<const QWidget *>(object)->window();
    return top == window ||
           (qobject_cast<const QDockWidget *>(top) && top->parentWidget()->window() == window);
}

} // namespace

Tour::Tour(QWidget *window, QVector<Step> steps, QObject *parent)
    : QObject(parent), m_window(window), m_steps(std::move(steps))
{
    m_placing.setSingleShot(true);
    m_placing.setInterval(0);
    connect(&m_placing, &QTimer::timeout, this, &Tour::place);
}

Tour::~Tour()
{
    qApp->removeEventFilter(this);
}

bool Tour::wasSeen()
{
    return !Settings().text(seenKey).isEmpty();
}

void Tour::start()
{
    if (isRunning() || m_steps.isEmpty())
        return;
    m_callout = new Callout(m_window);
    connect(m_callout, &Callout::nextRequested, this, &Tour::next);
    connect(m_callout, &Callout::endRequested, this, &Tour::end);
    qApp->installEventFilter(this); // Esc, wherever in the window the focus is
    show(0);
}

void Tour::done(int step)
{
    if (step == m_step)
        next();
}

void Tour::next()
{
    if (m_step + 1 < m_steps.size())
        show(m_step + 1);
    else
        end();
}

void Tour::end()
{
    if (!isRunning())
        return;
    m_step = -1;
    qApp->removeEventFilter(this);
    m_placing.stop();
    m_watched.clear();
    for (const QPointer<Spotlight> &light : m_lights)
        delete light;
    m_lights.clear();
    if (m_callout) {
        m_callout->hide();
        m_callout->deleteLater(); // it may be its button that ends the tour
    }
    Settings().setText(seenKey, QStringLiteral("yes"));
    emit ended();
}

void Tour::show(int step)
{
    m_step = step;
    const Step &now = m_steps[step];
    if (now.prepare)
        now.prepare();
    m_target = now.target();
    m_watched.clear();
    watch(m_target);
    for (QWidget *widget : now.inSight)
        watch(widget);
    for (const QPointer<Spotlight> &light : m_lights)
        delete light;
    m_lights.clear();
    for (qsizetype i = 0; i < 1 + now.inSight.size(); ++i)
        m_lights << new Spotlight(m_window);
    m_callout->setWords(now.title, now.text, tr("%1 of %2").arg(step + 1).arg(m_steps.size()),
                        step + 1 == m_steps.size());
    place();
    m_placing.start(); // layouts may still be at work
    emit stepBegan(step);
}

/// It, and all that it lies in: scrolling moves the content, not the widget.
void Tour::watch(QWidget *widget)
{
    for (; widget; widget = widget->parentWidget())
        m_watched << widget;
}

void Tour::place()
{
    if (!isRunning() || !m_callout)
        return;
    const QRect target = shownPart(m_target, m_window);
    QVector<QRect> inSight;
    m_lights[0]->setAround(target);
    for (qsizetype i = 0; i < m_steps[m_step].inSight.size(); ++i) {
        inSight << shownPart(m_steps[m_step].inSight[i], m_window);
        m_lights[i + 1]->setAround(inSight.last());
    }
    m_callout->pointAt(target, inSight, m_window->rect().adjusted(edge, edge, -edge, -edge));
}

bool Tour::eventFilter(QObject *watched, QEvent *event)
{
    switch (event->type()) {
    case QEvent::ShortcutOverride:
    case QEvent::KeyPress: {
        auto *key = static_cast<QKeyEvent *>(event);
        const bool free = !QApplication::activePopupWidget() && !QApplication::activeModalWidget();
        if (key->key() != Qt::Key_Escape || key->modifiers() || !free || !isPartOf(watched, m_window))
            break;
        event->accept(); // the key is the tour's before it is the window's, where it stops what is running
        if (event->type() == QEvent::KeyPress)
            end();
        return true;
    }
    case QEvent::Move:
    case QEvent::Resize:
    case QEvent::Show:
    case QEvent::Hide:
        if (m_watched.contains(static_cast<QWidget *>(watched->isWidgetType() ? watched : nullptr)))
            m_placing.start();
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

} // namespace lathe::ui
