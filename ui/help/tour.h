#pragma once
#include <QPointer>
#include <QTimer>
#include <QVector>
#include <functional>

namespace lathe::ui {

class Callout;
class Spotlight;

/// A walk through a window: one thing after the other is pointed at, and the tour goes on when the user does
/// what it speaks of. Nothing is locked meanwhile.
class Tour : public QObject {
    Q_OBJECT
public:
    struct Step {
        QString title;
        QString text;                      ///< may hold tags
        std::function<QWidget *()> target; ///< what it speaks of; asked for when the step begins
        QVector<QWidget *> inSight;        ///< what else must not be covered
        std::function<void()> prepare;     ///< brings the target to sight; may be empty
    };

    Tour(QWidget *window, QVector<Step> steps, QObject *parent);
    ~Tour() override;

    void start();
    bool isRunning() const { return m_step >= 0; }
    int step() const { return m_step; } ///< -1: not running
    /// The user did what this step asks for; nothing happens in another step.
    void done(int step);
    void next();
    void end();

    static bool wasSeen(); ///< to its end or not, in this run or an earlier one

signals:
    void stepBegan(int step);
    void ended();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void show(int step);
    void watch(QWidget *widget);
    void place();

    QWidget *m_window;
    QVector<Step> m_steps;
    int m_step = -1;
    QPointer<Callout> m_callout;
    QVector<QPointer<Spotlight>> m_lights; ///< around the target, then around what else is in sight
    QPointer<QWidget> m_target;
    QVector<QPointer<QWidget>> m_watched;
    QTimer m_placing; ///< once for many events
};

} // namespace lathe::ui
