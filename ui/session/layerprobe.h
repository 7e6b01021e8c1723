#pragma once
// Figures of the layers that take a while: measured when somebody asks for them, kept until the model or the
// data change.
#include "ui/jobs/jobrunner.h"

#include <QHash>

namespace lathe::ui {

class Workbench;

class LayerProbe : public QObject {
    Q_OBJECT
public:
    explicit LayerProbe(Workbench &workbench, QObject *parent = nullptr);

    /// @param id "sensitivity" or "latency"; a newer question takes the place of one that is being answered.
    void request(const QString &id);
    bool isRunning() const { return m_runner.isRunning(); }
    /// What asking takes ("about 40 s on this machine"); empty: it is known, soon known or cannot be asked.
    QString costOf(const QString &id) const;

signals:
    void measured(const QString &id, const std::vector<double> &values); ///< by layer, NaN: not known
    void forgotten();                                                    ///< they no longer hold
    void refused(const QString &why);                                    ///< one sentence, what to do

private:
    void forget();

    Workbench &m_workbench;
    QHash<QString, std::vector<double>> m_known;
    JobRunner m_runner;
};

} // namespace lathe::ui
