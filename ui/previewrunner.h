#pragma once
// Measures the recipe of the moment in the background, step by step.
#include "core/compress/entropycost.h"
#include "core/evaluate/preview.h"
#include "core/exporting/graph.h"
#include "ui/jobrunner.h"

#include <QElapsedTimer>
#include <QTimer>
#include <optional>

namespace lathe::ui {

/// What is known of one recipe so far. Parts stay empty until their step is done.
struct PreviewUpdate {
    Recipe recipe; ///< what the figures belong to
    std::shared_ptr<const CompressedModel> compressed;
    std::shared_ptr<const std::vector<LayerStorage>> storage;
    std::shared_ptr<const std::vector<EntropyCost>> entropy; ///< of layers that are changed; else zeros
    std::shared_ptr<const std::vector<Issue>> issues;        ///< of compressing and of building
    int64_t bytes = 0; ///< of the file that would be written; 0: not known yet
    std::optional<int64_t> macs;
    std::optional<PreviewState> state;              ///< empty without samples
    std::optional<double> latency, baselineLatency; ///< seconds, measured in turns
    bool isCalibrated() const { return compressed && !compressed->calibration.empty(); }
};

/// What a recipe is measured with.
struct PreviewSource {
    std::shared_ptr<Compressor> compressor;
    std::shared_ptr<Exporter> exporter;       ///< of the same model
    std::shared_ptr<const SampleSet> samples; ///< null: sizes only
    std::shared_ptr<const Baseline> baseline; ///< null: sizes only
    /// What a recipe that looks at calibration data is measured against; null: as any other.
    std::shared_ptr<const Baseline> heldOut;
};

/// The stage of the job's progress while statistics are gathered.
inline const QString calibratingStage = QStringLiteral("calibrating");

/// The newest recipe wins. While a control is dragged, a measurement in flight may reach its first figure
/// before the newest recipe takes over, so that figures move with the control instead of never arriving.
class PreviewRunner : public QObject {
    Q_OBJECT
public:
    explicit PreviewRunner(QObject *parent = nullptr);

    void setSource(const PreviewSource &source); ///< drops what is running
    void request(const Recipe &recipe, bool dragging);
    void cancel();
    bool isRunning() const { return m_runner.isRunning() || m_pending; }
    JobRunner &runner() { return m_runner; } ///< for its progress

signals:
    void updated(const lathe::ui::PreviewUpdate &update);
    void settled(const lathe::ui::PreviewUpdate &update); ///< all that can be known is known
    void failed(const lathe::Recipe &recipe, const lathe::Error &error);
    void cancelled();

private:
    void launch(const Recipe &recipe, bool withLatency);
    void onUpdate(const PreviewUpdate &update);
    void launchPending();

    PreviewSource m_source;
    std::optional<Recipe>
        m_pending;   ///< newest recipe of a drag, waiting for the first figure of the one in flight
    Recipe m_recipe; ///< in flight, or measured last
    bool m_firstFigure = false;
    bool m_resting = true; ///< the newest request was no drag
    QElapsedTimer m_age;
    QTimer m_patience;
    JobRunner m_runner;
};

} // namespace lathe::ui
