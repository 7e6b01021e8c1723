#pragma once
#include "ui/base/noticekind.h"

#include <QFrame>
#include <QTimer>
#include <functional>

class QLabel;
class QToolButton;

namespace lathe::ui {

class ElidedNote;

/// The one place for sentences that need no answer, with one thing to do about each, if any. A line of its
/// own whose room is kept while there is none: nothing moves when one comes or goes, and nothing is covered.
/// One is shown at a time, and the next when that is closed: none is lost to a later one.
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

    explicit InfoBar(QWidget *parent = nullptr);

    void add(const Notice &notice); ///< the same sentence twice is said once
    void showText(const QString &text) { add({text}); }
    void withdraw(const QString &topic); ///< it holds no longer
    void changeModel();                  ///< only what was lost is still worth saying
    QString text() const;                ///< of the one that is shown, whole; empty: nothing is
    int waiting() const { return int(m_notices.size()); }

    /// Passing sentences go after this long, unless the pointer or the focus is on them.
    static constexpr int passingTime = 20000; // ms

protected:
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    void removeIf(const std::function<bool(const Notice &)> &goes);
    void closeFirst();
    void refresh();

    QVector<Notice> m_notices; ///< the first is shown
    ElidedNote *m_text;
    QLabel *m_count;
    QToolButton *m_button;
    QTimer m_passing;
};

} // namespace lathe::ui
