#pragma once
#include <QTimer>
#include <QWidget>

class QProgressBar;
class QToolButton;

namespace lathe::ui {

class ElidedLabel;
class JobModel;

/// What is running, how far it is, how long it will take, and the way to stop it; in the status bar. Of
/// several jobs the one that ends last. Jobs too short to read stay unmentioned.
class JobStatus : public QWidget {
    Q_OBJECT
public:
    explicit JobStatus(JobModel *jobs, QWidget *parent = nullptr);
    void cancel(); ///< the job that is shown

private:
    void refresh();
    int shownRow() const;

    JobModel *m_jobs;
    ElidedLabel *m_what;
    QProgressBar *m_bar;
    QToolButton *m_cancel;
    QTimer m_delay;
};

} // namespace lathe::ui
