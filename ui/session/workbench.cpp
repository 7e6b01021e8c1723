#include "ui/session/workbench.h"

#include "ui/session/machinerates.h"
#include "ui/session/projectconversion.h"

#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/base/preferences.h"

#include "core/base/outputs.h"
#include "core/exporting/storagenames.h"
#include "core/runtime/shapes.h"

#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <algorithm>

namespace lathe::ui {
namespace {

/// A model with the trained values that the work on it names.
struct LoadedModel {
    Model model;
    ReadTunings tunings;
};

/// @param work of a project; none: the session's
LoadedModel loadModel(const QString &path, const std::optional<Project> &work, const JobContext &ctx)
{
    const Model loaded = Model::load(path.toStdString(), ctx.part(0.0, 0.6));
    Model model = completeShapes(loaded, ctx.part(0.6, 0.9));
    const std::optional<Project> named = work ? work : SessionKeeper::peek(path);
    ReadTunings tunings = named ? readTunings(*named, model, ctx.part(0.9, 1.0)) : ReadTunings();
    return {std::move(model), std::move(tunings)};
}

CompressorOptions compressorOptions()
{
    return {false, std::make_shared<CacheBudget>(static_cast<size_t>(Settings().compressionBytes())),
            machineRates()};
}

} // namespace

Workbench::Workbench(QObject *parent)
    : QObject(parent), m_previews(m_open, m_editor), m_variants(m_editor, m_previews),
      m_session(m_open, m_editor, *m_variants.model())
{
    watch(m_openRunner, tr("Opening the model"));
    watch(m_open.dataRunner, tr("Measuring the baseline"));
    watch(m_previews.runner().runner(), tr("Measuring the recipe"));
    connect(&m_editor, &RecipeEditor::recipeChanged, this, &Workbench::onRecipeChanged);
    connect(&m_editor, &RecipeEditor::rested, this, [this] { m_previews.request(false); });
    connect(&m_editor, &RecipeEditor::failed, this, &Workbench::failed);
    connect(&m_previews, &PreviewController::resultsChanged, this, &Workbench::onResultsChanged);
    connect(&m_previews, &PreviewController::figuresChanged, this, &Workbench::figuresChanged);
    connect(&m_previews, &PreviewController::settled, this, &Workbench::checkSettled);
    connect(&m_variants, &VariantStore::notice, this,
            [this](const QString &text) { emit notice(text, NoticeKind::Passing); });
    connect(&m_session, &SessionKeeper::notice, this,
            [this](const QString &text) { emit notice(text, NoticeKind::Loss); });
    connect(&m_focus, &LayerFocus::analysisChanged, this, &Workbench::checkSettled);
    connect(&m_focus, &LayerFocus::viewChanged, this, &Workbench::checkSettled);
    connect(m_focus.together(), &SelectionStats::changed, this, &Workbench::checkSettled);
    connect(&m_channels, &ChannelStudy::changed, this, &Workbench::checkSettled);
}

Workbench::~Workbench()
{
    saveSession();
    saveMachineRates();
}

void Workbench::watch(JobRunner &runner, const QString &what)
{
    runner.setTitle(what);
    runner.setRepeatable(true);
    connect(&runner, &JobRunner::started, this, &Workbench::busyChanged);
    connect(&runner, &JobRunner::finished, this, &Workbench::busyChanged);
}

QString Workbench::modelName() const
{
    return QFileInfo(m_open.path).completeBaseName();
}

void Workbench::openModel(const QString &path, const OpenOptions &options)
{
    if (hasModel())
        saveSession(); // which may be read again at once
    m_openRunner.start(
        [path, work = options.work](const JobContext &ctx) { return loadModel(path, work, ctx); },
        [this, path, options](const Outcome<LoadedModel> &outcome) {
            const auto *loaded = std::get_if<LoadedModel>(&outcome);
            const bool stays = loaded && hasModel() && options.mayReplace && !options.mayReplace();
            if (loaded && !stays) {
                m_open.tunings = loaded->tunings.values;
                installModel(loaded->model, path, options);
                for (const Message &loss : loaded->tunings.losses)
                    emit notice(messageText(loss), NoticeKind::Loss);
            } else if (const auto *error = std::get_if<Error>(&outcome)) {
                emit failed(tr("Opening %1").arg(QDir::toNativeSeparators(path)), *error);
            }
            emit openingEnded();
            checkSettled();
        });
}

void Workbench::installModel(const Model &model, const QString &path, const OpenOptions &options)
{
    if (hasModel())
        saveSession();
    m_open.dataRunner.abandon();
    m_open.path = QFileInfo(path).absoluteFilePath();
    m_open.project = options.project;
    m_session.begin();
    m_open.compressor = std::make_shared<Compressor>(model, nullptr, compressorOptions());
    m_open.exporter = std::make_shared<Exporter>(model);
    m_open.data.reset();
    m_editor.setModel(model);
    m_previews.clear();
    m_focus.setModel(model);
    m_channels.setCompressor(m_open.compressor, true);
    m_variants.clear();
    m_previews.refreshSource();

    emit modelChanged();
    emit recipeChanged();
    emit dataChanged();
    if (!options.recipeFile.isEmpty())
        m_editor.openRecipe(options.recipeFile);
    else if (options.work)
        adopt(*options.work, {});
    else
        continueSession();
    m_previews.request(false);
    if (options.work && options.work->data)
        loadDataset(fromCore(*options.work->data), false);
    else if (!options.work)
        chooseDataset(options.dataset);
}

void Workbench::chooseDataset(const QString &asked)
{
    const std::optional<DatasetChoice> remembered = Settings().dataset(m_open.path);
    DatasetChoice choice;
    if (!asked.isEmpty()) {
        choice.reference = QFileInfo(asked).absoluteFilePath();
        loadDataset(remembered && remembered->reference == choice.reference ? *remembered : choice, true);
        return;
    }
    const QDir folder = QFileInfo(m_open.path).dir();
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

void Workbench::setDataset(const DatasetChoice &choice, const DatasetAnswer &answer)
{
    loadDataset(choice, true, answer);
}

void Workbench::loadDataset(const DatasetChoice &choice, bool asked, const DatasetAnswer &answer)
{
    if (!hasModel())
        return;
    const CalibrationOptions options = calibrationOptions(Preferences::load());
    m_open.dataRunner.start(
        [model = model(), choice, options](const JobContext &ctx) {
            return loadData(model, choice, options, ctx);
        },
        [this, choice, asked, answer](const Outcome<LoadedData> &outcome) {
            if (const auto *data = std::get_if<LoadedData>(&outcome)) {
                m_open.data = *data;
                m_open.compressor = std::make_shared<Compressor>(
                    m_open.compressor->source(), m_open.data->calibration, compressorOptions());
                m_channels.setCompressor(m_open.compressor, false);
                Settings().setDataset(m_open.path, choice);
                m_previews.refreshSource();
                m_variants.refreshBaseline();
                m_previews.begin(m_variants.known()); // what was measured before was measured on other data
                m_previews.request(false);
            } else if (const auto *error = std::get_if<Error>(&outcome); error && !answer) {
                if (asked)
                    emit failed(tr("Opening the data set %1").arg(choice.reference), *error);
                else
                    emit notice(messageText(error->message()));
            }
            if (!m_open.data)
                m_previews.explain();
            emit dataChanged();
            checkSettled();
            if (answer)
                answer(outcome);
        });
    emit dataChanged();
}

std::shared_ptr<const Calibration> Workbench::calibration() const
{
    return hasModel() ? m_open.compressor->calibration() : nullptr;
}

QString Workbench::calibrationText() const
{
    const auto statistics = calibration();
    return statistics ? messageText(statistics->description()) : QString();
}

void Workbench::setCalibration(const QString &reference)
{
    if (!m_open.data)
        return;
    DatasetChoice choice = m_open.data->choice;
    choice.calibration = reference;
    loadDataset(choice, true);
}

void Workbench::onRecipeChanged()
{
    m_previews.begin(m_variants.known());
    emit recipeChanged();
    emit figuresChanged();
    m_previews.request(m_editor.isDragging());
}

void Workbench::onResultsChanged()
{
    refreshFocus();
    emit resultsChanged();
    m_variants.shareFigures();
}

void Workbench::measureAgain()
{
    // Timed anew as well.
    m_variants.timeAgain();
    m_previews.timeAgain();
    m_previews.request(false, true);
}

void Workbench::setFocus(const QVector<int> &layers)
{
    m_focus.setLayers(layers);
    refreshFocus();
}

void Workbench::refreshFocus()
{
    if (const auto &compressed = m_previews.preview().compressed)
        m_focus.setCompressed(*compressed);
}

void Workbench::cancel()
{
    m_openRunner.cancel();
    m_open.dataRunner.cancel();
    m_previews.pauseMeasuring();
}

bool Workbench::isBusy() const
{
    return m_openRunner.isRunning() || m_open.dataRunner.isRunning() || m_previews.runner().isRunning();
}

bool Workbench::isSettled() const
{
    return hasModel() && !isBusy() && m_focus.isSettled() && m_channels.isDone();
}

void Workbench::checkSettled()
{
    if (isSettled())
        emit settled();
}

Project Workbench::work() const
{
    return toProject(m_open, m_editor, *m_variants.model());
}

void Workbench::continueSession()
{
    const std::optional<SessionKeeper::Session> session = m_session.read();
    if (session && adopt(session->work, tr("Continue the session")))
        emit notice(tr("Continued where you stopped on %1. Undo goes back to the untouched model.")
                        .arg(QLocale().toString(session->when, QLocale::ShortFormat)),
                    NoticeKind::Passing);
}

/// @param undoText of the step that its recipe is; empty: no step, the work begins with it
/// @returns whether the recipe is another one now
bool Workbench::adopt(const Project &work, const QString &undoText)
{
    m_variants.restore(variantsOf(work, m_open.tunings));
    const std::shared_ptr<const Tuning> tuning = valuesOf(work.tuning, m_open.tunings);
    m_editor.setRecipePath(QString::fromStdString(work.recipePath));
    const std::vector<std::string> unmatched = work.recipe.unmatchedPatterns(m_editor.layerNames());
    if (!unmatched.empty()) {
        emit notice(tr("The recipe is for another model: no layer here is called \"%1\". It was left out.")
                        .arg(QString::fromStdString(unmatched.front())));
        return false;
    }
    const bool changes = !m_editor.isOf(work.recipe, tuning);
    if (undoText.isEmpty())
        m_editor.setRecipe(work.recipe, tuning);
    else
        m_editor.replaceWork(work.recipe, tuning, undoText);
    m_editor.setOrigin(QString::fromStdString(work.derivedFrom));
    return changes;
}

bool Workbench::saveRecipe(const QString &path)
{
    const auto outcome = runGuarded([&] {
        const NamedFile output{Message::tr("the recipe"), path.toStdString()};
        const NamedFile inputs[] = {{Message::tr("the model that is open"), m_open.path.toStdString()},
                                    {Message::tr("the project that is open"), m_open.project.toStdString()}};
        requireSafeOutputs({&output, 1}, inputs);
        lathe::saveRecipe(m_previews.finalRecipe(), path.toStdString());
    });
    if (const auto *error = std::get_if<Error>(&outcome)) {
        emit failed(tr("Saving the recipe %1").arg(path), *error);
        return false;
    }
    m_editor.setSaved(path);
    return true;
}

QString Workbench::commandLine(const QString &output, Storage storage, const QString &report) const
{
    QStringList words{QStringLiteral("lathe compress"), shellQuoted(m_open.path)};
    const QString rules = QString::fromStdString(toCommandLine(m_previews.finalRecipe())).trimmed();
    if (!rules.isEmpty())
        words << rules;
    if (const auto &tuning = m_editor.tuning())
        words << QStringLiteral("--tuning") << shellQuoted(shelvedPath(tuning->sha256()));
    if (!m_editor.recipe().name.empty())
        words << QStringLiteral("--name") << shellQuoted(QString::fromStdString(m_editor.recipe().name));
    if (m_open.data)
        words << dataOptions(*m_open.data, std::ranges::any_of(m_editor.settings(), needsCalibration),
                             !report.isEmpty(), defaultPreprocessing(model()));
    if (storage != Storage::Compact)
        words << QStringLiteral("--form") << QString::fromStdString(nameOf(storage));
    if (!report.isEmpty())
        words << QStringLiteral("--report") << shellQuoted(report);
    words << QStringLiteral("-o") << shellQuoted(output);
    return words.join(QLatin1Char(' '));
}

} // namespace lathe::ui
