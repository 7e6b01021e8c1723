#pragma once
// Measures the recipe of the moment in the background, step by step.
#include "core/compress/entropycost.h"
#include "core/exporting/graph.h"
#include "core/measure/figures.h"
#include "core/preview/livepreview.h"
#include "ui/jobs/jobrunner.h"

#include <QElapsedTimer>
#include <QTimer>
#include <optional>

namespace lathe::ui {

/// What is known of one recipe so far. Parts stay empty until their step is done.
struct PreviewUpdate {
    Recipe recipe; ///< what the figures belong to
    std::shared_ptr<const CompressedModel> compressed;
    std::shared_ptr<const std::vector<LayerStorage>> storage;
    std::shared_ptr<const std::vector<EntropyCost>> entropy;
    std::shared_ptr<const std::vector<Issue>> issues; ///< of compressing and of building
    Figures figures;                                  ///< as they stand to `recipe`
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
    double precision = 0.01; ///< as LiveOptions
    int64_t cacheBytes = int64_t(1) << 30;
};

/// What is to be measured.
struct PreviewRequest {
    Recipe recipe;
    std::vector<size_t> moving; ///< layers that changed last, and may go on changing
    bool dragging = false;      ///< the control has not come to rest: accuracy alone
    bool exact = false;         ///< on all samples, however sure it is before
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
    void request(const PreviewRequest &request);
    /// Layers that will move next: made ready when nothing else runs, their neighbours after them.
    void select(const std::vector<size_t> &layers);
    void cancel();
    bool isRunning() const { return m_runner.isRunning() || m_pending; }
    JobRunner &runner() { return m_runner; } ///< for its progress

signals:
    void updated(const lathe::ui::PreviewUpdate &update);
    void settled(const lathe::ui::PreviewUpdate &update); ///< all that can be known is known
    void failed(const lathe::Recipe &recipe, const lathe::Error &error);
    void cancelled();

private:
    void launch(const PreviewRequest &request);
    void onUpdate(const PreviewUpdate &update);
    void launchPending();
    void prepareSoon();
    void prepareSelected();

    struct Engines; ///< what is kept between measurements of one source
    PreviewSource m_source;
    std::shared_ptr<Engines> m_engines;
    std::optional<PreviewRequest>
        m_pending;           ///< newest of a drag, waiting for the first figure of the one in flight
    PreviewRequest m_newest; ///< in flight, or measured last
    std::vector<size_t> m_selected;
    QTimer m_idle;
    JobRunner m_preparer;
    bool m_firstFigure = false;
    QElapsedTimer m_age;
    QTimer m_patience;
    JobRunner m_runner;
};

} // namespace lathe::ui
