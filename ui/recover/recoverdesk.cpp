#include "ui/recover/recoverdesk.h"

#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/jobs/jobmodel.h"
#include "ui/recover/offereddata.h"
#include "ui/recover/outcometext.h"
#include "ui/recover/plandialog.h"
#include "ui/recover/progresschart.h"
#include "ui/session/presets.h"
#include "ui/session/workbench.h"
#include "ui/style/theme.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QStandardPaths>
#include <algorithm>

namespace lathe::ui {
namespace {

QString checkpointFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/training");
}

/// Those that nobody has gone on from for a month are as large as models.
void makeCheckpointFolder()
{
    const QDir folder(checkpointFolder());
    folder.mkpath(QStringLiteral("."));
    const QDateTime month = QDateTime::currentDateTime().addMonths(-1);
    for (const QFileInfo &file : folder.entryInfoList(QDir::Files))
        if (file.lastModified() < month)
            QFile::remove(file.filePath());
}

/// Empty: one is made by measuring, or it cannot be read.
std::optional<train::Plan> planAskedFor(const RecoveryChoice &choice)
{
    const auto outcome = runGuarded([&] { return planOf(choice); });
    const auto *plan = std::get_if<std::optional<train::Plan>>(&outcome);
    return plan ? *plan : std::nullopt;
}

/// @param steps that are counted, from the first on
double epochsOf(const train::Plan &plan, size_t steps)
{
    double epochs = 0;
    for (size_t i = 0; i < std::min(steps, plan.steps.size()); ++i)
        if (const train::PlanStep &step = plan.steps[i]; step.steps == 0)
            epochs += std::max(step.epochs, step.prune ? step.prune->epochs : 0.0);
    return epochs;
}

} // namespace

RecoverDesk::RecoverDesk(Workbench &workbench, QObject *parent)
    : QObject(parent), m_workbench(workbench), m_panel(new RecoverPanel)
{
    m_due.setSingleShot(true);
    m_due.setInterval(probeDelay);
    connect(&m_due, &QTimer::timeout, this, &RecoverDesk::probe);
    m_prober.setTitle(tr("Working out what can be won back"));
    m_prober.setRepeatable(true);
    m_runner.setTitle(tr("Recovering"));
    connect(&m_runner, &JobRunner::progressed, this, [this](double fraction, const Message &stage) {
        m_done = fraction;
        m_stage = messageText(stage);
        showProgress();
    });
    connect(&workbench, &Workbench::modelChanged, this, &RecoverDesk::onModelChanged);
    connect(&workbench, &Workbench::dataChanged, this, &RecoverDesk::onDataChanged);
    connect(&workbench, &Workbench::recipeChanged, this, &RecoverDesk::probeSoon);
    connect(m_panel, &RecoverPanel::shown, this, &RecoverDesk::probeSoon);
    connect(m_panel, &RecoverPanel::dataChosen, this, &RecoverDesk::probeSoon);
    connect(m_panel, &RecoverPanel::startRequested, this, [this] { start(false); });
    connect(m_panel, &RecoverPanel::resumeRequested, this, [this] { start(true); });
    connect(m_panel, &RecoverPanel::pauseRequested, this, &RecoverDesk::setPaused);
    connect(m_panel, &RecoverPanel::cancelRequested, this, &RecoverDesk::cancel);
    connect(m_panel, &RecoverPanel::folderRequested, this, &RecoverDesk::chooseFolder);
    connect(m_panel, &RecoverPanel::planRequested, this, &RecoverDesk::editPlan);
}

RecoverDesk::~RecoverDesk()
{
    for (JobRunner *runner :
         {&m_runner, &m_prober, &m_lister}) // their answers are for a panel that may be gone
        runner->abandon();
    if (m_pause)
        m_pause->set(false);
}

RecoveryInput RecoverDesk::input() const
{
    RecoveryInput input;
    input.compressor = m_workbench.compressor();
    input.recipe = m_workbench.editor().recipe();
    input.tuning = m_workbench.editor().tuning();
    if (const auto &data = m_workbench.data()) {
        input.preprocessing = data->preprocessing;
        input.measured = data->choice.reference;
        input.calibrated = dataInUse(*data).calibrated;
    }
    input.choice = m_panel->choice();
    return input;
}

/// One for each model, recipe and what was laid over it before.
std::filesystem::path RecoverDesk::checkpoint() const
{
    const RecoveryInput in = input();
    const std::string of = m_workbench.modelPath().toStdString() + toJson(in.recipe) +
                           (in.tuning ? in.tuning->sha256() : std::string());
    const QByteArray key =
        QCryptographicHash::hash(QByteArray::fromStdString(of), QCryptographicHash::Sha1).toHex();
    return (checkpointFolder() + QStringLiteral("/%1.checkpoint").arg(QString::fromLatin1(key)))
        .toStdString();
}

void RecoverDesk::probeSoon()
{
    if (!m_workbench.hasModel() || m_runner.isRunning() || !m_panel->isVisible())
        return;
    m_panel->setProbing();
    m_due.start();
}

void RecoverDesk::probe()
{
    if (!m_workbench.hasModel() || m_runner.isRunning())
        return;
    if (m_workbench.isLoadingData() || m_lister.isRunning()) {
        m_due.start(); // what can be learned from comes with it
        return;
    }
    const RecoveryInput in = input();
    const bool hasBegun =
        std::filesystem::exists(checkpoint()) || std::filesystem::exists(train::startBeside(checkpoint()));
    m_panel->setCheckpoint(hasBegun && choiceBeside(checkpoint()));
    const auto take = [this](const RecoveryFacts &facts) {
        m_facts = facts;
        m_panel->setFacts(facts);
    };
    m_prober.startStreaming<RecoveryFacts>(
        [in](const JobContext &ctx, const std::function<void(RecoveryFacts)> &deliver) {
            return probeRecovery(in, deliver, ctx);
        },
        take,
        [this, take](const Outcome<RecoveryFacts> &outcome) {
            if (const auto *facts = std::get_if<RecoveryFacts>(&outcome))
                take(*facts);
            else if (const auto *error = std::get_if<Error>(&outcome))
                m_panel->setObstacle(messageText(error->message()));
            emit probed();
        });
}

void RecoverDesk::onModelChanged()
{
    m_prober.abandon();
    m_runner.abandon(); // of another model
    m_panel->setState(RecoverPanel::State::Idle);
    m_panel->setOutcome({});
    m_panel->showCharts(false, false);
    m_panel->forgetChosenData();
    onDataChanged();
}

void RecoverDesk::onDataChanged()
{
    if (!m_workbench.isLoadingData())
        listData();
    probeSoon();
}

void RecoverDesk::listData()
{
    const auto &data = m_workbench.data();
    if (!data) {
        m_lister.abandon();
        m_panel->setData({});
        return;
    }
    m_lister.start([in = dataInUse(*data)](const JobContext &) { return offeredData(in); },
                   [this](const Outcome<OfferedData> &outcome) {
                       if (const auto *offered = std::get_if<OfferedData>(&outcome))
                           m_panel->setData(*offered);
                       probeSoon();
                   });
}

/// @param resumes as it was begun then
RecoverDesk::Task RecoverDesk::taskFor(bool resumes) const
{
    const RecipeEditor &editor = m_workbench.editor();
    Task task{
        input(),
        tr("%1, recovered").arg(settingsName(editor.settings(), editor.layerNames(), editor.eligible())),
        editor.origin(), 0};
    RecoveryInput &in = task.input;
    in.resumes = resumes;
    if (resumes)
        in.choice = choiceBeside(checkpoint()).value_or(in.choice);
    if (in.choice.trains)
        in.checkpoint = checkpoint();
    else
        task.expected = m_facts.secondsWithout.value_or(0);
    return task;
}

void RecoverDesk::start(bool resumes)
{
    m_prober.abandon();
    makeCheckpointFolder();
    Task task = taskFor(resumes);
    m_runner.setAfterStop(resumes ? afterStop() : QString());
    m_pause = std::make_shared<train::TrainingPause>();
    task.input.pause = m_pause.get();
    m_task = task;
    m_done = 0;
    m_stage.clear();
    clearCurves(task.input.choice);
    m_panel->setOutcome({});
    m_runner.startStreaming<RecoveryNews>(
        [in = task.input, pause = m_pause](const JobContext &ctx,
                                           const std::function<void(RecoveryNews)> &deliver) {
            return recoverRecipe(in, deliver, ctx);
        },
        [this](const RecoveryNews &news) { show(news); },
        [this](const Outcome<RecoveryResult> &outcome) { finish(outcome); });
    m_panel->setState(RecoverPanel::State::Running);
    showProgress(); // nothing is left of the run before
}

void RecoverDesk::setPaused(bool paused)
{
    if (!m_runner.isRunning())
        return;
    m_pause->set(paused);
    m_runner.setPaused(paused);
    m_panel->setState(paused ? RecoverPanel::State::Paused : RecoverPanel::State::Running);
    showProgress();
}

void RecoverDesk::showProgress()
{
    const QString left = JobModel::instance()->leftOf(&m_runner);
    m_panel->setProgress(m_done,
                         left.isEmpty() || m_stage.isEmpty() ? m_stage : tr("%1, %2").arg(m_stage, left));
}

void RecoverDesk::cancel()
{
    m_runner.cancel();
    if (m_pause)
        m_pause->set(false);
}

QString RecoverDesk::afterStop()
{
    return tr("What was trained until then is kept: Recover offers to go on with it.");
}

/// Of the run before; of the one that begins it is known at most how long it will be.
void RecoverDesk::clearCurves(const RecoveryChoice &choice)
{
    const std::optional<train::Plan> plan = planAskedFor(choice);
    m_plan.reset();
    m_original.reset();
    for (ProgressChart *chart : {m_panel->loss(), m_panel->accuracy()})
        chart->begin(plan ? epochsOf(*plan, plan->steps.size()) : 0.0);
    m_panel->showCharts(false, false);
}

/// The whole network, maybe behind stages in which it was pruned.
void RecoverDesk::begin(const train::Plan &plan)
{
    const auto &points = m_panel->loss()->points();
    const double before = points.isEmpty() ? 0.0 : points.back().epoch;
    for (ProgressChart *chart : {m_panel->loss(), m_panel->accuracy()})
        chart->setEpochs(before + epochsOf(plan, plan.steps.size()));
    m_panel->showCharts(true, !m_panel->accuracy()->points().isEmpty());
}

/// @param labelled the share is of right answers, else of answers that are the original's @param start it
/// begins with; empty: that was in an earlier run
void RecoverDesk::showLevels(bool labelled, std::optional<double> start)
{
    m_panel->accuracy()->setUnit(labelled ? tr("top-1 (%)") : tr("as the original (%)"));
    QVector<ProgressChart::Level> levels;
    if (start)
        levels.append({tr("start"), *start, [] { return colors().loss; }});
    if (labelled && m_original)
        levels.append({tr("original"), *m_original, [] { return colors().original; }});
    m_panel->accuracy()->setLevels(levels);
}

void RecoverDesk::show(const RecoveryNews &news)
{
    if (news.original)
        m_original = news.original;
    if (news.plan) {
        m_plan = news.plan;
        begin(*news.plan);
    }
    if (m_plan && news.epoch > 0) // before that there is no checkpoint
        m_runner.setAfterStop(afterStop());
    if (news.best && isStillTheSame())
        m_workbench.previews().tryValues(news.best);
    if (!news.note.empty())
        emit said(messageText(news.note));
    if (news.record && news.record->judged)
        draw(*news.record);
}

/// Each step and each stage counts its own epochs, from 0.
void RecoverDesk::draw(const train::EpochRecord &record)
{
    const auto &points = m_panel->loss()->points();
    if (points.isEmpty())
        m_finished = m_plan ? epochsOf(*m_plan, record.step) : 0.0;
    else if (record.epoch == 0)
        m_finished = points.back().epoch;
    const double place = m_finished + record.epoch;
    const bool isAtStart = place == 0 && !m_task->input.resumes;
    m_panel->loss()->add({place, record.judged->loss, record.best});
    const std::optional<double> accuracy = record.judged->accuracy;
    if (const auto share = accuracy ? accuracy : record.judged->agreement) {
        if (m_panel->accuracy()->points().isEmpty())
            showLevels(accuracy.has_value(), isAtStart ? share : std::nullopt);
        m_panel->accuracy()->add({place, *share, record.best});
    }
    m_panel->showCharts(true, !m_panel->accuracy()->points().isEmpty());
}

void RecoverDesk::finish(const Outcome<RecoveryResult> &outcome)
{
    m_panel->setState(RecoverPanel::State::Idle);
    m_workbench.previews().tryValues(nullptr);
    if (const auto *result = std::get_if<RecoveryResult>(&outcome)) {
        m_panel->setOutcome(outcomeText(*result));
        if (!result->stoppedEarly)
            learnRecoveryRate(m_task->expected, result->seconds);
        if (result->tuning)
            keep(*result);
    } else if (const auto *error = std::get_if<Error>(&outcome)) {
        m_panel->setOutcome(messageText(error->message()));
        emit m_workbench.failed(tr("Recovering"), *error);
    } else {
        m_panel->setOutcome(tr("Cancelled before there was anything to keep."));
    }
    m_task.reset();
    emit ended();
    probeSoon();
}

/// Whether the recipe of the moment is the one that is being recovered.
bool RecoverDesk::isStillTheSame() const
{
    return m_workbench.editor().isOf(m_task->input.recipe, m_task->input.tuning);
}

/// As a variant; where the recipe is still the same it goes on with it, as a step of undo.
void RecoverDesk::keep(const RecoveryResult &result)
{
    RecipeEditor &editor = m_workbench.editor();
    VariantStore &store = m_workbench.variantStore();
    const RecoveryInput &in = m_task->input;
    if (!isStillTheSame()) {
        const int row = store.keep(m_task->name, in.recipe, result.tuning, m_task->parent);
        emit said(tr("Kept as variant \"%1\"; the recipe of the moment is another one by now.")
                      .arg(m_workbench.variants()->at(row).name));
        return;
    }
    editor.replaceWork(in.recipe, result.tuning, tr("Recover"));
    const int row = store.save(m_task->name);
    emit said(tr("Saved as variant \"%1\". Undo goes back to what was before it was recovered.")
                  .arg(m_workbench.variants()->at(row).name));
}

void RecoverDesk::chooseFolder()
{
    const auto &data = m_workbench.data();
    const QString from = data ? data->choice.reference.section(QLatin1Char('#'), 0, 0) : QString();
    const QString folder =
        QFileDialog::getExistingDirectory(m_panel, tr("Data to learn from"), QFileInfo(from).absolutePath());
    if (!folder.isEmpty())
        m_panel->chooseData(folder, QFileInfo(folder).fileName());
}

void RecoverDesk::editPlan()
{
    std::optional<train::Plan> plan = planAskedFor(m_panel->choice());
    if (!plan) { // as it will be made
        train::RecoveryScale scale = m_facts.scale;
        scale.seconds = m_panel->choice().seconds;
        scale.seed = m_panel->choice().seed;
        scale.secondsOfSample = m_facts.secondsOfSample.value_or(scale.secondsOfSample);
        plan = train::recoveryPlan(scale);
    }
    auto *dialog = new PlanDialog(*plan, m_panel);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, m_panel,
            [this, dialog] { m_panel->setPlan(QString::fromStdString(train::toJson(dialog->plan()))); });
    dialog->open();
}

} // namespace lathe::ui
