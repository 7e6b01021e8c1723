#pragma once
// The open model, its recipe, what is measured of it and the variants kept. No widgets.
#include "core/preview/responsecurves.h"
#include "ui/session/dataloader.h"
#include "ui/session/layerfocus.h"
#include "ui/session/presets.h"
#include "ui/session/previewrunner.h"
#include "ui/session/sessionstore.h"
#include "ui/variants/variantmodel.h"

#include <QTimer>
#include <QUndoStack>
#include <map>

namespace lathe::ui {

/// The recipe is the only state: every view shows what follows from it, every edit is a change of it on the
/// undo stack.
class Workbench : public QObject {
    Q_OBJECT
public:
    /// What goes with a model when it is opened; empty parts are looked up among what is remembered.
    struct OpenOptions {
        QString dataset;    ///< FOLDER[:SPLIT]
        QString recipeFile; ///< opened instead of the stored session
        /// The project that the model is opened for: it keeps the work, so there is no stored session.
        QString project;
        std::optional<StoredSession> state; ///< of the project
        std::optional<DatasetChoice> data;  ///< of the project
    };

    explicit Workbench(QObject *parent = nullptr);
    ~Workbench() override;

    /// In the background. The model of before stays until the new one is there; it stays for good when that
    /// fails.
    void openModel(const QString &path, const OpenOptions &options);
    void openModel(const QString &path) { openModel(path, OpenOptions()); }
    bool hasModel() const { return m_compressor != nullptr; }
    const Model &model() const { return m_compressor->source(); } ///< only with a model
    std::shared_ptr<Compressor> compressor() const { return m_compressor; }
    std::shared_ptr<Exporter> exporter() const { return m_exporter; }
    const QString &modelPath() const { return m_modelPath; }
    QString modelName() const; ///< file name without its suffix
    /// The project file that keeps the work on this model; empty: the stored session does.
    const QString &projectPath() const { return m_projectPath; }
    void setProjectPath(const QString &path) { m_projectPath = path; }

    /// Prepares the samples and measures the baseline, in the background. The data of before stay when that
    /// fails.
    void setDataset(const DatasetChoice &choice);
    const std::optional<LoadedData> &data() const { return m_data; }
    bool isLoadingData() const { return m_dataRunner.isRunning(); }
    /// What methods that look at a layer's inputs go by; null: nothing.
    std::shared_ptr<const Calibration> calibration() const;
    /// "270 samples of digits (test)"; empty: nothing.
    QString calibrationText() const;
    /// Calibrates on other data, or on one half of the data set (empty). @param reference FOLDER[:SPLIT]
    void setCalibration(const QString &reference);

    const Recipe &recipe() const { return m_recipe; }
    const std::vector<LayerSettings> &settings() const { return m_settings; } ///< as model().layers()
    /// One step of undo; the changes of one drag are one step. Layers that cannot be compressed are left out.
    void editLayers(const QVector<int> &layers, const std::function<void(LayerSettings &)> &change,
                    const QString &description, bool dragging);
    /// One step of undo that gives each of these layers settings of its own.
    void setLayers(const QVector<int> &layers, const QVector<LayerSettings> &settings,
                   const QString &description);
    void applyPreset(const Preset &preset);
    void replaceRecipe(const Recipe &recipe, const QString &description);
    /// @returns false, after failed(), when it cannot be read or is not for this model.
    bool openRecipe(const QString &path);
    bool saveRecipe(const QString &path);
    const QString &recipePath() const { return m_recipePath; }
    QUndoStack *undoStack() { return &m_undoStack; }
    /// Between these, steps that are undone and redone only count together: nothing follows from each of
    /// them.
    void beginJump() { m_jumping = true; }
    void endJump();

    const PreviewUpdate &preview() const { return m_preview; } ///< the newest there is; see isCurrent()
    /// The recipe with what became of its automatic settings, as far as that is known.
    const Recipe &finalRecipe() const;
    bool isCurrent() const { return m_preview.compressed && m_preview.recipe == m_recipe; }
    /// Layers whose part of preview() is of other settings than they have now; empty: none, or no preview.
    const std::vector<bool> &outdatedLayers() const { return m_outdated; }
    bool isOutdated(int layer) const
    {
        return !m_outdated.empty() && m_outdated.at(static_cast<size_t>(layer));
    }
    Figures baseline() const;
    const Figures &figures() const { return m_figures; }
    void measureAgain(); ///< on all samples
    /// Layers that will move next.
    void selectLayers(const QVector<int> &layers);

    LayerFocus *focus() { return &m_focus; }
    void setFocus(int layer);

    VariantModel *variants() { return &m_variants; }
    int saveVariant(const QString &name = {}); ///< of the recipe of the moment; @returns its row
    void duplicateVariant(int row);
    void deleteVariants(const QVector<int> &rows);
    void applyVariant(int row); ///< a file from elsewhere has no recipe: notice() says so
    /// Id of the variant that the recipe of the moment was made from, also after undo; empty: the baseline.
    QString origin() const;

    /// The `lathe compress` line that makes the same file, byte for byte.
    QString commandLine(const QString &output, Storage storage = Storage::Compact) const;

    /// Stops what is running; what is there stays.
    void cancel();
    bool isBusy() const;
    /// Layers, statistics in focus, baseline and preview are all there.
    bool isSettled() const;
    void saveSession();

signals:
    void modelChanged();
    void openingEnded(); ///< with or without a new model
    void dataChanged();  ///< data set, baseline, or whether they are being loaded
    void recipeChanged();
    void resultsChanged(); ///< layer results and sizes
    void figuresChanged();
    void settled(); ///< isSettled() became true
    void progressed(const QString &what, double fraction);
    void busyChanged();
    void notice(const QString &text);                              ///< good to know, needs no answer
    void datasetOffered(const QString &reference);                 ///< the one used last, with another model
    void failed(const QString &action, const lathe::Error &error); ///< what the user asked for did not work

private:
    void installModel(const Model &model, const QString &path, const OpenOptions &options);
    void chooseDataset(const QString &asked);
    void loadDataset(const DatasetChoice &choice, bool asked);
    void restoreSession();
    void adoptState(const StoredSession &state);
    void push(const Recipe &recipe, const QString &description, quint64 drag);
    void setRecipe(const Recipe &recipe);
    void refreshSource();
    QString calibrationNote() const; ///< what was calibrated on, what was measured on; empty: nothing was
    QString dataText() const;        ///< what the figures of the moment were measured on
    std::string basis(bool calibrated) const; ///< Figures::basis on the data of the moment; empty: none
    bool isMeasuredOnHalf() const; ///< what the figures of the moment were, for calibration took the rest
    void requestPreview(bool dragging, bool exact = false);
    void guessDrop();
    void learnDrop(const PreviewUpdate &update);
    void showPreview(const PreviewUpdate &update);
    void showFailure(const QString &why);
    /// Of a recipe or of data that are new: what is known of them already, beside what was known before.
    void startFigures();
    bool isOfRecipe(const Variant &variant) const; ///< of the moment
    void keepFigures(Variant &variant) const;      ///< of the recipe of the moment, which is the variant's
    void shareFigures();                           ///< with the variants of the same recipe
    void refreshFocus();
    void refreshOutdated();
    Figures untouched(const Baseline *measured) const;
    void refreshBaselineVariant();
    void watch(JobRunner &runner, const QString &what);
    void checkSettled();
    void setOrigin(const QString &id);

    std::shared_ptr<Compressor> m_compressor;
    std::shared_ptr<Exporter> m_exporter;
    QString m_modelPath, m_projectPath;
    std::vector<std::string> m_layerNames;
    std::vector<bool> m_eligible;
    std::optional<LoadedData> m_data;

    Recipe m_recipe;
    std::vector<LayerSettings> m_settings;
    QString m_recipePath;
    QUndoStack m_undoStack;
    std::map<int, QString> m_origins; ///< by place on the undo stack, from which it holds on
    quint64 m_drag = 0;
    QVector<int> m_dragLayers;
    bool m_dragging = false;
    bool m_jumping = false;
    std::optional<Recipe> m_jumpedTo;
    std::vector<size_t> m_moving; ///< layers that changed last

    ResponseCurves m_curves;
    std::optional<DropGuess> m_guess; ///< of the recipe of the moment, until it is measured
    PreviewUpdate m_preview;
    std::vector<LayerSettings> m_previewSettings; ///< of its recipe, by layer
    std::vector<bool> m_outdated;                 ///< by layer
    Figures m_figures;
    LayerFocus m_focus;
    VariantModel m_variants;
    QTimer m_autosave;
    JobRunner m_openRunner;
    JobRunner m_dataRunner;
    PreviewRunner m_previewRunner;
};

} // namespace lathe::ui
