#pragma once
#include <QObject>
#include <optional>

namespace lathe::ui {

class JobModel;
class JobRunner;

/// How far the work is that is going on, for the title of the window: it follows the job that ends last.
/// Another job that takes its place goes on where it was, so that nothing runs backwards until all jobs are
/// done. Short jobs are not mentioned, nor those that nobody waits for.
class JobProgress : public QObject {
    Q_OBJECT
public:
    explicit JobProgress(const JobModel *jobs, QObject *parent = nullptr);
    std::optional<int> percent() const { return m_percent; }

signals:
    void changed();

private:
    void refresh();
    void follow(const JobRunner *job, double fraction);

    const JobModel *m_jobs;
    const JobRunner *m_followed = nullptr;
    double m_share = 0.0;               ///< of the work, said so far
    double m_from = 0.0, m_begun = 0.0; ///< share and fraction of the job when it was followed first
    std::optional<int> m_percent;
};

} // namespace lathe::ui
