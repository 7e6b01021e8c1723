#pragma once
#include "ui/compare/variantcomparison.h"
#include "ui/jobs/jobrunner.h"

namespace lathe::ui {

class Workbench;

/// Compares variants in the background and hands over what is known on the way. What was found out about a
/// variant is kept for the next comparison it takes part in.
class ComparisonRunner : public QObject {
    Q_OBJECT
public:
    explicit ComparisonRunner(QObject *parent = nullptr);

    /// Takes the place of what is running. @param variants the first one is what the others are held against
    void start(Workbench &workbench, const QVector<Variant> &variants);
    void cancel() { m_runner.cancel(); }   ///< ended() follows
    void abandon() { m_runner.abandon(); } ///< what is running is of no use any more
    bool isRunning() const { return m_runner.isRunning(); }
    void forget();           ///< another model
    void forgetCalibrated(); ///< other data: what was calibrated was so on the ones before
    /// "about 40 s left"; empty: too early to say.
    QString timeLeft() const;

signals:
    void advanced(const lathe::ui::SharedComparison &comparison);
    void progressed(double fraction, const QString &stage);
    /// @param error one sentence; empty: all is known, or it was cancelled
    void ended(const QString &error);

private:
    struct Known {
        QString key;
        std::shared_ptr<const VariantStudy> study;
    };
    void keep(const QStringList &keys, const VariantComparison &comparison);

    QVector<Known> m_known; ///< the one used last at the end
    JobRunner m_runner;
};

} // namespace lathe::ui
