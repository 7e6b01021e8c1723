#pragma once
#include "ui/base/noticekind.h"

#include <QFrame>
#include <QTimer>
#include <functional>

class QLabel;
class QPushButton;

namespace lathe::ui {

/// The one place for sentences that need no answer, with one thing to do about each, if any. It lies over the
/// lower edge of `room`, so that nothing moves when one comes or goes. One is shown at a time, and the next
/// when that is closed: none is lost to a later one.
class InfoBar : public QFrame {
    Q_OBJECT
public:
    struct Notice {
        QString text;
        NoticeKind kind = NoticeKind::OfModel;
        QString actionText = {}; ///< empty: nothing to do
        std::function<void()> action = {};
        QString topic = {}; ///< for withdraw()
    };

    /// @param room has its parent, in which this is above all else
    explicit InfoBar(QWidget *room);

    void add(const Notice &notice); ///< the same sentence twice is said once
    void showText(const QString &text) { add({text}); }
    void withdraw(const QString &topic); ///< it holds no longer
    void changeModel();                  ///< only what was lost is still worth saying
    QString text() const;                ///< as shown; empty: nothing is
    int waiting() const { return int(m_notices.size()); }

    /// Passing sentences go after this long, unless the pointer or the focus is on them.
    static constexpr int passingTime = 20000; // ms

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    void removeIf(const std::function<bool(const Notice &)> &goes);
    void closeFirst();
    void refresh();
    void place();

    QWidget *m_room;
    QVector<Notice> m_notices; ///< the first is shown
    QLabel *m_text;
    QLabel *m_count;
    QPushButton *m_button;
    QTimer m_passing;
};

} // namespace lathe::ui
