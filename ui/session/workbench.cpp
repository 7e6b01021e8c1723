#include "ui/session/workbench.h"

#include "ui/base/coretexts.h"
#include "ui/base/preferences.h"

#include "core/runtime/shapes.h"

#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <algorithm>

namespace lathe::ui {
namespace {

constexpr int autosaveDelay = 1000; // ms after the last change

Model loadModel(const QString &path, const JobContext &ctx)
{
    const Model model = Model::load(path.toStdString(), ctx.part(0.0, 0.6));
    return completeShapes(model, ctx.part(0.6, 1.0));
}

} // namespace

Workbench::Workbench(QObject *parent) : QObject(parent)
{
    watch(m_openRunner, tr("Opening the model"));
    watch(m_dataRunner, tr("Measuring the baseline"));
    watch(m_previewRunner.runner(), tr("Measuring the recipe"));
    connect(&m_previewRunner, &PreviewRunner::updated, this, &Workbench::showPreview);
    connect(&m_previewRunner, &PreviewRunner::settled, this, &Workbench::checkSettled);
    connect(&m_previewRunner, &PreviewRunner::failed, this, [this](const Recipe &recipe, const Error &error) {
        if (recipe == m_recipe)
            showFailure(QString::fromUtf8(error.what()));
        checkSettled();
    });
    connect(&m_previewRunner, &PreviewRunner::cancelled, this, [this] {
        m_figures.note = tr("Measuring was cancelled. F5 measures again.").toStdString();
        emit figuresChanged();
    });
    connect(&m_focus, &LayerFocus::analysisChanged, this, &Workbench::checkSettled);
    connect(&m_focus, &LayerFocus::viewChanged, this, &Workbench::checkSettled);

    m_autosave.setSingleShot(true);
    m_autosave.setInterval(autosaveDelay);
    connect(&m_autosave, &QTimer::timeout, this, &Workbench::saveSession);
    const auto saveSoon = [this] { m_autosave.start(); };
    connect(&m_variants, &QAbstractItemModel::dataChanged, this, saveSoon);
    connect(&m_variants, &QAbstractItemModel::rowsInserted, this, saveSoon);
    connect(&m_variants, &QAbstractItemModel::rowsRemoved, this, saveSoon);
}

Workbench::~Workbench()
{
    saveSession();
}

void Workbench::watch(JobRunner &runner, const QString &what)
{
    runner.setTitle(what);
    runner.setRepeatable(true);
    connect(&runner, &JobRunner::started, this, &Workbench::busyChanged);
    connect(&runner, &JobRunner::finished, this, &Workbench::busyChanged);
    connect(&runner, &JobRunner::progressed, this, [this, what](double fraction, const QString &stage) {
        emit progressed(stage == QLatin1String(calibratingStage) ? tr("Gathering calibration statistics")
                                                                 : what,
                        fraction);
    });
}

QString Workbench::modelName() const
{
    return QFileInfo(m_modelPath).completeBaseName();
}

void Workbench::openModel(const QString &path, const OpenOptions &options)
{
    m_openRunner.start([path](const JobContext &ctx) { return loadModel(path, ctx); },
                       [this, path, options](const Outcome<Model> &outcome) {
                           if (const auto *model = std::get_if<Model>(&outcome))
                               installModel(*model, path, options);
                           else if (const auto *error = std::get_if<Error>(&outcome))
                               emit failed(tr("Opening %1").arg(QDir::toNativeSeparators(path)), *error);
                           emit openingEnded();
                           checkSettled();
                       });
}

void Workbench::installModel(const Model &model, const QString &path, const OpenOptions &options)
{
    if (hasModel())
        saveSession();
    m_dataRunner.abandon();
    m_modelPath = QFileInfo(path).absoluteFilePath();
    m_projectPath = options.project;
    m_compressor = std::make_shared<Compressor>(model);
    m_exporter = std::make_shared<Exporter>(model);
    m_layerNames.clear();
    m_eligible.clear();
    for (const Layer &layer : model.layers()) {
        m_layerNames.push_back(layer.name);
        m_eligible.push_back(layer.compressible());
    }
    m_data.reset();
    m_recipe = {};
    m_settings = m_recipe.resolve(m_layerNames);
    m_recipePath.clear();
    m_undoStack.clear();
    m_origins.clear();
    m_dragging = false;
    m_preview = {};
    m_previewSettings.clear();
    m_outdated.clear();
    m_figures = {};
    m_focus.setModel(model);
    m_variants.clear();
    refreshBaselineVariant();
    refreshSource();

    emit modelChanged();
    emit recipeChanged();
    emit dataChanged();
    if (!options.recipeFile.isEmpty())
        openRecipe(options.recipeFile);
    else if (options.state)
        adoptState(*options.state);
    else if (m_projectPath.isEmpty())
        restoreSession();
    requestPreview(false);
    if (options.data)
        loadDataset(*options.data, false);
    else if (m_projectPath.isEmpty())
        chooseDataset(options.dataset);
}

void Workbench::chooseDataset(const QString &asked)
{
    const std::optional<DatasetChoice> remembered = Settings().dataset(m_modelPath);
    DatasetChoice choice;
    if (!asked.isEmpty()) {
        choice.reference = QFileInfo(asked).absoluteFilePath();
        loadDataset(remembered && remembered->reference == choice.reference ? *remembered : choice, true);
        return;
    }
    const QDir folder = QFileInfo(m_modelPath).dir();
    const QString last = Settings().lastDataset();
    if (remembered) {
        loadDataset(*remembered, false);
    } else if (folder.exists(QStringLiteral("dataset.json"))) {
        choice.reference = folder.absolutePath();
        loadDataset(choice, false);
    } else if (!last.isEmpty()) {
        emit datasetOffered(last);
    }
}

void Workbench::setDataset(const DatasetChoice &choice)
{
    loadDataset(choice, true);
}

void Workbench::loadDataset(const DatasetChoice &choice, bool asked)
{
    if (!hasModel())
        return;
    const CalibrationOptions options = calibrationOptions(Preferences::load());
    m_dataRunner.start([model = model(), choice,
                        options](const JobContext &ctx) { return loadData(model, choice, options, ctx); },
                       [this, choice, asked](const Outcome<LoadedData> &outcome) {
                           if (const auto *data = std::get_if<LoadedData>(&outcome)) {
                               m_data = *data;
                               m_compressor =
                                   std::make_shared<Compressor>(m_compressor->source(), m_data->calibration);
                               Settings().setDataset(m_modelPath, choice);
                               refreshSource();
                               refreshBaselineVariant();
                               startFigures(); // what was measured before was measured on other data
                               requestPreview(false);
                           } else if (const auto *error = std::get_if<Error>(&outcome)) {
                               if (asked)
                                   emit failed(tr("Opening the data set %1").arg(choice.reference), *error);
                               else
                                   emit notice(QString::fromUtf8(error->what()));
                           }
                           emit dataChanged();
                           checkSettled();
                       });
    emit dataChanged();
}

void Workbench::refreshSource()
{
    PreviewSource source{m_compressor, m_exporter, {}, {}, {}};
    source.precision = Settings().precision();
    source.cacheBytes = Settings().cacheBytes();
    m_curves.clear();
    m_guess.reset();
    if (m_data) {
        m_curves.add(std::vector<LayerSettings>(m_layerNames.size()), 0.0); // known without measuring
        source.samples = m_data->samples;
        source.baseline = m_data->baseline;
        source.heldOut = m_data->heldOut;
    }
    m_previewRunner.setSource(source);
}

std::shared_ptr<const Calibration> Workbench::calibration() const
{
    return hasModel() ? m_compressor->calibration() : nullptr;
}

QString Workbench::calibrationText() const
{
    const auto statistics = calibration();
    return statistics ? coreText(statistics->description()) : QString();
}

void Workbench::setCalibration(const QString &reference)
{
    if (!m_data)
        return;
    DatasetChoice choice = m_data->choice;
    choice.calibration = reference;
    loadDataset(choice, true);
}

void Workbench::measureAgain()
{
    // Timed anew as well, wherever the figure stands.
    const auto again = [](Figures &figures) {
        if (figures.running != Figures::Unknown)
            figures.running = Figures::Outdated;
    };
    again(m_figures);
    for (int row = 1; row < m_variants.rowCount(); ++row)
        if (isOfRecipe(m_variants.at(row))) {
            Variant variant = m_variants.at(row);
            again(variant.figures);
            m_variants.update(row, variant);
        }
    emit figuresChanged();
    requestPreview(false, true);
}

void Workbench::requestPreview(bool dragging, bool exact)
{
    m_previewRunner.request({m_recipe, m_moving, dragging, exact});
}

void Workbench::selectLayers(const QVector<int> &layers)
{
    std::vector<size_t> selected;
    for (const int layer : layers)
        if (m_eligible.at(static_cast<size_t>(layer)))
            selected.push_back(static_cast<size_t>(layer));
    std::ranges::sort(selected);
    m_previewRunner.select(selected);
}

void Workbench::setFocus(int layer)
{
    m_focus.setLayer(layer);
    refreshFocus();
}

void Workbench::refreshFocus()
{
    const auto layer = static_cast<size_t>(m_focus.layer());
    if (m_focus.layer() >= 0 && m_preview.compressed && layer < m_preview.compressed->layers.size())
        m_focus.setResult(m_preview.compressed->layers[layer]);
}

void Workbench::cancel()
{
    m_openRunner.cancel();
    m_dataRunner.cancel();
    m_previewRunner.cancel();
}

bool Workbench::isBusy() const
{
    return m_openRunner.isRunning() || m_dataRunner.isRunning() || m_previewRunner.isRunning();
}

bool Workbench::isSettled() const
{
    return hasModel() && !isBusy() && m_focus.isSettled();
}

void Workbench::checkSettled()
{
    if (isSettled())
        emit settled();
}

void Workbench::saveSession()
{
    m_autosave.stop();
    if (!hasModel() || !m_projectPath.isEmpty())
        return;
    StoredSession session;
    session.recipe = m_recipe;
    session.recipePath = m_recipePath;
    session.origin = origin();
    session.variants = m_variants.variants().mid(1);
    if (!SessionStore::save(m_modelPath, session))
        emit notice(tr("The session could not be saved to %1. Save the recipe to keep it.")
                        .arg(QDir::toNativeSeparators(SessionStore::pathFor(m_modelPath))));
}

void Workbench::adoptState(const StoredSession &state)
{
    for (const Variant &variant : state.variants)
        m_variants.append(variant);
    m_recipePath = state.recipePath;
    setOrigin(state.origin);
    const std::vector<std::string> unmatched = state.recipe.unmatchedPatterns(m_layerNames);
    if (unmatched.empty())
        setRecipe(state.recipe);
    else
        emit notice(tr("The recipe is for another model: no layer here is called \"%1\". It was left out.")
                        .arg(QString::fromStdString(unmatched.front())));
}

void Workbench::restoreSession()
{
    const std::optional<StoredSession> session = SessionStore::load(m_modelPath);
    if (!session)
        return;
    for (const Variant &variant : session->variants)
        m_variants.append(variant);
    m_recipePath = session->recipePath;
    const bool fits = session->recipe.unmatchedPatterns(m_layerNames).empty();
    if (session->recipe.rules.empty() || !fits)
        return;
    push(session->recipe, tr("Continue the session"), 0);
    setOrigin(session->origin);
    emit notice(tr("Continued where you stopped on %1. Undo goes back to the untouched model.")
                    .arg(QLocale().toString(session->when, QLocale::ShortFormat)));
}

} // namespace lathe::ui
