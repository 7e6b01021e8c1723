#pragma once
// Measures the recipe of the moment in the background, step by step.
#include "core/workflow/recipemeasurer.h"
#include "ui/jobs/jobrunner.h"

#include <QElapsedTimer>
#include <QTimer>
#include <optional>

namespace lathe::ui {

/// The newest recipe wins. While a control is dragged, a measurement in flight may reach its first figure
/// before the newest recipe takes over, so that figures move with the control instead of never arriving.
/// When the figures are as precise as was asked for and nothing has changed for two seconds, measuring goes
/// on to all samples; making layers ready to move comes first.
class PreviewRunner : public QObject {
    Q_OBJECT
public:
    explicit PreviewRunner(QObject *parent = nullptr);

    void setSource(const PreviewSource &source); ///< drops what is running
    void request(const PreviewRequest &request);
    /// Layers that will move next: made ready when nothing else runs, their neighbours after them.
    void select(const std::vector<size_t> &layers);
    void cancel(); ///< and does not go on by itself
    /// To all samples, at once. @returns false: nothing is known that could be gone on from
    bool goOn();
    bool isWaiting() const { return m_waiting; } ///< will go on by itself
    bool isRunning() const { return m_runner.isRunning() || m_pending; }
    JobRunner &runner() { return m_runner; } ///< for its progress

signals:
    void updated(const lathe::PreviewUpdate &update);
    void settled(const lathe::PreviewUpdate &update); ///< all that can be known is known
    void failed(const lathe::PreviewRequest &request, const lathe::Error &error);
    void cancelled();

private:
    void launch(const PreviewRequest &request);
    void run(const PreviewRequest &request);
    void stopWaiting();
    void onSettled(const PreviewUpdate &update);
    void goOnWhenIdle();
    void onUpdate(const PreviewUpdate &update);
    void launchPending();
    void prepareSoon();
    void prepareSelected();

    PreviewSource m_source;
    std::shared_ptr<RecipeMeasurer> m_measurer;
    std::optional<PreviewRequest>
        m_pending;           ///< newest of a drag, waiting for the first figure of the one in flight
    PreviewRequest m_newest; ///< in flight, or measured last
    std::optional<PreviewUpdate> m_known; ///< of m_newest, as precise as was asked for
    bool m_waiting = false;               ///< for rest or for layers being made ready, before it goes on
    bool m_paused = false;                ///< what ends now was told to
    QTimer m_rest;
    std::vector<size_t> m_selected;
    QTimer m_idle;
    JobRunner m_preparer;
    bool m_firstFigure = false;
    QElapsedTimer m_age;
    QTimer m_patience;
    JobRunner m_runner;
};

} // namespace lathe::ui
