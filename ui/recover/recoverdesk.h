#pragma once
#include "ui/jobs/jobrunner.h"
#include "ui/recover/recoverpanel.h"

#include <QTimer>

namespace lathe::ui {

class Workbench;

/// Does what the recover panel asks for: works out what would be done, recovers in the background, and keeps
/// what came of it as a variant. Whoever lays it out owns the panel.
class RecoverDesk : public QObject {
    Q_OBJECT
public:
    explicit RecoverDesk(Workbench &workbench, QObject *parent = nullptr);
    ~RecoverDesk() override;

    RecoverPanel *panel() const { return m_panel; }
    bool isRunning() const { return m_runner.isRunning(); }
    static constexpr int probeDelay = 400; ///< ms after a change

signals:
    void said(const QString &sentence); ///< for the status bar
    void probed();
    void ended();

private:
    /// What is being recovered.
    struct Task {
        RecoveryInput input;
        QString name, parent; ///< of the variant to come
        double expected = 0;  ///< seconds; 0: not known
    };
    RecoveryInput input() const;
    std::filesystem::path checkpoint() const;
    void listData();
    void probeSoon();
    void probe();
    void onModelChanged();
    void onDataChanged();
    Task taskFor(bool resumes) const;
    void start(bool resumes);
    void setPaused(bool paused);
    void cancel();
    void showProgress();
    void show(const RecoveryNews &news);
    static QString afterStop();
    void clearCurves(const RecoveryChoice &choice);
    void begin(const train::Plan &plan);
    void draw(const train::EpochRecord &record);
    void showLevels(bool labelled, std::optional<double> start);
    void finish(const Outcome<RecoveryResult> &outcome);
    bool isStillTheSame() const;
    void keep(const RecoveryResult &result);
    void chooseFolder();
    void editPlan();

    Workbench &m_workbench;
    RecoverPanel *m_panel;
    QTimer m_due;
    JobRunner m_lister, m_prober, m_runner;
    RecoveryFacts m_facts;
    std::optional<Task> m_task;
    std::shared_ptr<train::TrainingPause> m_pause;
    double m_done = 0; ///< share of the work
    QString m_stage;
    std::shared_ptr<const train::Plan> m_plan; ///< of the whole network; null: it is not trained yet
    double m_finished = 0;                     ///< epochs of earlier steps and stages
    std::optional<double> m_original;          ///< as RecoveryNews
};

} // namespace lathe::ui
