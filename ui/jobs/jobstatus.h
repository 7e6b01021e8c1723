#pragma once
#include <QTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace lathe::ui {

/// What is running, how far it is, and the way to stop it; in the status bar. Jobs too short to read stay
/// unmentioned.
class JobStatus : public QWidget {
    Q_OBJECT
public:
    explicit JobStatus(QWidget *parent = nullptr);

    void setProgress(const QString &what, double fraction);
    void setBusy(bool busy);

signals:
    void cancelRequested();

private:
    QLabel *m_what;
    QProgressBar *m_bar;
    QToolButton *m_cancel;
    QTimer m_delay;
};

} // namespace lathe::ui
