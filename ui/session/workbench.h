#pragma once
// The open model, its recipe, what is measured of it and the variants kept. No widgets.
#include "ui/base/noticekind.h"
#include "ui/session/channelstudy.h"
#include "ui/session/layerfocus.h"
#include "ui/session/openmodel.h"
#include "ui/session/previewcontroller.h"
#include "ui/session/recipeeditor.h"
#include "ui/session/sessionkeeper.h"
#include "ui/session/variantstore.h"

namespace lathe::ui {

/// Opens models and data, and holds together what knows the rest: the editor of the recipe, the previews, the
/// variants, the layer in focus. The recipe is the only state: every view shows what follows from it.
class Workbench : public QObject {
    Q_OBJECT
public:
    /// What goes with a model when it is opened; empty parts are looked up among what is remembered.
    struct OpenOptions {
        QString dataset;    ///< FOLDER[:SPLIT]
        QString recipeFile; ///< opened instead of the stored session
        /// The project that the model is opened for: it keeps the work, so there is no stored session.
        QString project;
        std::optional<Project> work; ///< of the project, with its data
        /// Asked once the new model is there: the work on the one of before went on meanwhile. False: that
        /// stays. Empty: nobody is asked.
        std::function<bool()> mayReplace = {};
    };

    explicit Workbench(QObject *parent = nullptr);
    ~Workbench() override;

    /// In the background. The model of before stays until the new one is there; it stays for good when that
    /// fails.
    void openModel(const QString &path, const OpenOptions &options);
    void openModel(const QString &path) { openModel(path, OpenOptions()); }
    bool hasModel() const { return m_open.isOpen(); }
    const Model &model() const { return m_open.model(); } ///< only with a model
    std::shared_ptr<Compressor> compressor() const { return m_open.compressor; }
    std::shared_ptr<Exporter> exporter() const { return m_open.exporter; }
    const QString &modelPath() const { return m_open.path; }
    QString modelName() const; ///< file name without its suffix
    /// The project file that keeps the work on this model; empty: the stored session does.
    const QString &projectPath() const { return m_open.project; }
    void setProjectPath(const QString &path) { m_open.project = path; }
    /// What a project keeps of it all; the model's hash and the layout its keeper adds.
    Project work() const;

    /// What became of a data set that was asked for. Not called when another one is asked for meanwhile.
    using DatasetAnswer = std::function<void(const Outcome<LoadedData> &)>;
    /// Prepares the samples and measures the baseline, in the background. The data of before stay when that
    /// fails. @param answer is told in place of failed(); empty: nobody
    void setDataset(const DatasetChoice &choice, const DatasetAnswer &answer = {});
    const std::optional<LoadedData> &data() const { return m_open.data; }
    bool isLoadingData() const { return m_open.isLoadingData(); }
    DataState dataState() const { return m_open.dataState(); }
    /// What methods that look at a layer's inputs go by; null: nothing.
    std::shared_ptr<const Calibration> calibration() const;
    /// "270 samples of digits (test)"; empty: nothing.
    QString calibrationText() const;
    /// Calibrates on other data, or on one half of the data set (empty). @param reference FOLDER[:SPLIT]
    void setCalibration(const QString &reference);

    RecipeEditor &editor() { return m_editor; }
    const RecipeEditor &editor() const { return m_editor; }
    PreviewController &previews() { return m_previews; }
    const PreviewController &previews() const { return m_previews; }
    VariantStore &variantStore() { return m_variants; }
    VariantModel *variants() { return m_variants.model(); }
    LayerFocus *focus() { return &m_focus; }
    void setFocus(const QVector<int> &layers); ///< that the charts show
    ChannelStudy *channels() { return &m_channels; }

    void measureAgain(); ///< on all samples
    /// With what became of automatic settings. @returns false, after failed(), when it was not saved.
    bool saveRecipe(const QString &path);
    /// The `lathe compress` line that makes the same file, byte for byte.
    /// @param report a page with the same figures; empty: none
    QString commandLine(const QString &output, Storage storage = Storage::Compact,
                        const QString &report = {}) const;

    /// Stops what is running; what is there stays.
    void cancel();
    bool isBusy() const;
    /// Layers, statistics in focus, baseline and preview are all there.
    bool isSettled() const;
    void saveSession() { m_session.save(); }

signals:
    void modelChanged();
    void openingEnded(); ///< with or without a new model
    void dataChanged();  ///< data set, baseline, or whether they are being loaded
    void recipeChanged();
    void resultsChanged(); ///< layer results and sizes
    void figuresChanged();
    void settled(); ///< isSettled() became true
    void busyChanged();
    /// Good to know, needs no answer.
    void notice(const QString &text, lathe::ui::NoticeKind kind = lathe::ui::NoticeKind::OfModel);
    void datasetOffered(const QString &reference);                 ///< the one used last, with another model
    void failed(const QString &action, const lathe::Error &error); ///< what the user asked for did not work

private:
    void installModel(const Model &model, const QString &path, const OpenOptions &options);
    void chooseDataset(const QString &asked);
    void loadDataset(const DatasetChoice &choice, bool asked, const DatasetAnswer &answer = {});
    void continueSession();
    bool adopt(const Project &work, const QString &undoText);
    void onRecipeChanged();
    void onResultsChanged();
    void refreshFocus();
    void watch(JobRunner &runner, const QString &what);
    void checkSettled();

    OpenModel m_open;
    RecipeEditor m_editor;
    PreviewController m_previews;
    VariantStore m_variants;
    LayerFocus m_focus;
    ChannelStudy m_channels;
    SessionKeeper m_session;
    JobRunner m_openRunner;
};

} // namespace lathe::ui
