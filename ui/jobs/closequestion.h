#pragma once
#include <QMessageBox>

namespace lathe::ui {

class JobModel;

/// Closing the window would stop these jobs. Goes away by itself, as answered with yes, when they have ended.
class CloseQuestion : public QMessageBox {
    Q_OBJECT
public:
    explicit CloseQuestion(JobModel *jobs, QWidget *parent = nullptr);

    /// @returns true when there is nothing to ask, or the answer is to stop them.
    static bool mayClose(JobModel *jobs, QWidget *parent);

private:
    void refresh();

    JobModel *m_jobs;
    QPushButton *m_stop;
};

} // namespace lathe::ui
