#pragma once
#include <QObject>
#include <optional>

namespace lathe::ui {

class JobModel;

/// How far the job is that ends last, for the title of the window; short jobs are not mentioned.
class JobProgress : public QObject {
    Q_OBJECT
public:
    explicit JobProgress(const JobModel *jobs, QObject *parent = nullptr);
    std::optional<int> percent() const { return m_percent; }

signals:
    void changed();

private:
    void refresh();

    const JobModel *m_jobs;
    std::optional<int> m_percent;
};

} // namespace lathe::ui
