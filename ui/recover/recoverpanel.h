#pragma once
#include "ui/recover/recoveryprobe.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QRadioButton;
class QSpinBox;
class QToolButton;

namespace lathe::ui {

class ProgressChart;

/// What was lost is won back here: what would be trained, on which data, how long it takes; then how far it
/// is, and what came of it. Knows nothing of who does it.
class RecoverPanel : public QWidget {
    Q_OBJECT
public:
    enum class State { Idle, Running, Paused };

    explicit RecoverPanel(QWidget *parent = nullptr);

    /// What can be learned from: reference and how it is called. The choice stays where it still stands.
    void setData(const QVector<std::pair<QString, QString>> &offered);
    void chooseData(const QString &reference, const QString &name); ///< offered from now on, whatever else is
    void forgetChosenData();                                        ///< what is offered with setData() stays
    RecoveryChoice choice() const;
    void setPlan(const QString &json); ///< a plan of the user's own, with its seed; empty: none any more
    void chooseTraining(bool trains);
    void setProbing(); ///< what follows from the choice is being worked out
    void setFacts(const RecoveryFacts &facts);
    void setObstacle(const QString &sentence); ///< why nothing can be recovered
    void setCheckpoint(bool there);            ///< of an earlier run of this that did not come to its end
    void setState(State state);
    State state() const { return m_state; }
    void setProgress(double fraction, const QString &stage);
    void setOutcome(const QString &text);
    void takeFocus(); ///< to where it can be said how to recover

    ProgressChart *loss() const { return m_loss; }
    ProgressChart *accuracy() const { return m_accuracy; }
    void showCharts(bool loss, bool accuracy);

signals:
    void dataChosen();
    void startRequested();
    void resumeRequested();
    void pauseRequested(bool pause);
    void cancelRequested();
    void folderRequested(); ///< other data than those offered
    void planRequested();   ///< to look at the plan, or change it

protected:
    void showEvent(QShowEvent *event) override;

signals:
    void shown();

private:
    QWidget *buildWhat();
    QWidget *buildWay();
    QWidget *buildTraining();
    QWidget *buildRun();
    void refresh();
    QWidget *way() const; ///< the choice that is made
    void onDataActivated(int index);

    State m_state = State::Idle;
    RecoveryFacts m_facts;
    bool m_known = false;
    QString m_obstacle, m_plan;
    bool m_checkpoint = false;
    int m_dataIndex = 0;
    QVector<std::pair<QString, QString>> m_offered, m_chosen; ///< data: by setData(), by chooseData()
    QLabel *m_what, *m_labels, *m_withoutTime, *m_trainingTime, *m_whyNot, *m_stage, *m_outcome;
    QComboBox *m_data, *m_preset;
    QRadioButton *m_without, *m_training;
    QSpinBox *m_minutes;
    QDoubleSpinBox *m_seed; ///< whole numbers, as large as those of a plan
    QToolButton *m_editPlan;
    QWidget *m_way, *m_trainingRows;
    QPushButton *m_start, *m_resume, *m_pause, *m_cancel;
    QProgressBar *m_progress;
    ProgressChart *m_loss, *m_accuracy;
};

} // namespace lathe::ui
