#include "ui/recover/recoveryjob.h"

#include "core/base/fileio.h"
#include "core/data/dataset.h"
#include "core/measure/measure.h"
#include "ui/session/tuningshelf.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <chrono>

namespace lathe::ui {
namespace {

using Clock = std::chrono::steady_clock;
using Stop = train::TrainingResult::Stop;

constexpr size_t gradientLimit =
    2048; ///< samples that are held out and fitted to where more are learned from
constexpr std::chrono::milliseconds newsInterval{100};
constexpr std::chrono::seconds bestInterval{2}; ///< each is measured

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::Recovery)
};

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Steps wait for it as the trainer's do.
JobContext pausing(const JobContext &ctx, train::TrainingPause *pause)
{
    JobContext inner = ctx;
    if (pause)
        inner.onProgress = [outer = ctx.onProgress, stop = ctx.stop, pause](const Progress &progress) {
            pause->wait(stop);
            if (outer)
                outer(progress);
        };
    return inner;
}

RecoveryNews newsOf(const train::TrainingEvent &event, const RecoveryChoice &choice)
{
    RecoveryNews news;
    news.fraction = event.fraction;
    news.epoch = event.epoch;
    news.loss = event.loss.total;
    news.secondsLeft = std::max(0.0, std::min(event.secondsLeft, choice.seconds - event.seconds));
    if (event.record)
        news.record = *event.record;
    news.note = event.note;
    return news;
}

/// @param kept a part of it counts whatever became of the difference from the original
void takeRecovered(RecoveryResult &result, const Recovered &recovered, bool kept = false)
{
    result.tuning = recovered.tuning;
    result.steps = recovered.steps;
    result.before = recovered.divergenceBefore;
    result.after = recovered.divergenceAfter;
    result.ofClasses = recovered.ofClasses;
    result.fitted = recovered.fitted;
    result.heldOut = recovered.heldOut;
    for (const Issue &issue : recovered.issues)
        result.notes.push_back(issue.message);
    const bool better = recovered.heldOut > 0 ? recovered.divergenceAfter < recovered.divergenceBefore
                                              : std::ranges::any_of(recovered.steps, &RecoveryOutcome::kept);
    if (!better && !kept)
        result.tuning = nullptr;
}

std::filesystem::path choiceFile(const std::filesystem::path &checkpoint)
{
    return checkpoint.string() + ".choice.json";
}

/// Empty where there is none.
QJsonObject choiceJson(const std::filesystem::path &checkpoint)
{
    QFile file(QString::fromStdString(choiceFile(checkpoint).string()));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

void removeTraining(const std::filesystem::path &checkpoint)
{
    std::error_code gone;
    for (const std::filesystem::path &file :
         {checkpoint, train::planBeside(checkpoint), choiceFile(checkpoint), train::startBeside(checkpoint)})
        std::filesystem::remove(file, gone);
}

/// What the original gets right of the samples that judge; empty: not all of them are at hand with their
/// labels, and of others it would be another figure.
std::optional<double> rightOfOriginal(const CompressedModel &start, const train::TrainingData &data,
                                      const SampleSet &samples, const JobContext &ctx)
{
    std::vector<size_t> judging;
    for (size_t place = 0; place < samples.size(); ++place)
        if (std::ranges::binary_search(data.validation(), samples.datasetIndices()[place]))
            judging.push_back(place);
    if (!samples.hasLabels() || judging.empty() || judging.size() < data.validation().size())
        return {};
    const SampleSet set = samples.subset(judging);
    const Metrics metrics = metricsOf(runSamples(Session(start.origin), set, {}, ctx).values, set.labels());
    return metrics.top1 ? std::optional(metrics.top1->value) : std::nullopt;
}

/// @param calibrated what the start was calibrated on, by which the samples that judge were chosen
void saveChoice(const RecoveryChoice &choice, const QString &calibrated,
                const std::filesystem::path &checkpoint)
{
    const QJsonObject json{{"data", choice.data}, {"calibrated", calibrated},  {"preset", choice.preset},
                           {"plan", choice.plan}, {"seconds", choice.seconds}, {"seed", double(choice.seed)}};
    writeFileAtomically(choiceFile(checkpoint), QJsonDocument(json).toJson().toStdString());
}

class Recovering {
public:
    Recovering(const RecoveryInput &input, const std::function<void(RecoveryNews)> &deliver,
               const JobContext &ctx)
        : m_input(input), m_choice(input.choice), m_deliver(deliver), m_ctx(pausing(ctx, input.pause))
    {
    }

    RecoveryResult run()
    {
        const auto began = Clock::now();
        const double waited = secondsPaused();
        if (!m_input.checkpoint.empty() && !m_input.resumes)
            removeTraining(m_input.checkpoint); // or it would be gone on with by this run's choice
        const CompressedModel start =
            m_input.compressor->compress(m_input.recipe, m_input.tuning, m_ctx.part(0, 0.05));
        if (m_choice.data.isEmpty())
            takeRecovered(m_result, recoverWithoutData(*m_input.compressor, start, m_ctx.part(0.05, 1)));
        else
            learnFrom(Dataset::open(m_choice.data.toStdString(), m_ctx), start);
        m_result.seconds = secondsSince(began) - (secondsPaused() - waited);
        if (m_result.tuning)
            shelve({m_result.tuning,
                    {start.origin.sha256(),
                     sha256Hex(toJson(m_input.recipe)),
                     m_planHash,
                     m_choice.trains ? std::optional<uint64_t>(m_choice.seed) : std::nullopt,
                     {}}});
        return std::move(m_result);
    }

private:
    double secondsPaused() const { return m_input.pause != nullptr ? m_input.pause->waited() : 0.0; }

    void learnFrom(const Dataset &all, const CompressedModel &start)
    {
        const Dataset dataset = m_choice.trains ? all : all.subset(chosenSamples(all.size(), mostFitted));
        const Preprocessing preprocessing =
            choosePreprocessing(start.origin, dataset, m_input.preprocessing).preprocessing;
        const SampleSet samples =
            SampleSet::prepare(start.source, dataset, preprocessing,
                               m_choice.trains ? gradientLimit : mostFitted, m_ctx.part(0.05, 0.1));
        if (m_choice.trains)
            train(dataset, preprocessing, samples, start);
        else
            takeRecovered(m_result, recoverWithoutGradients(
                                        *m_input.compressor, start,
                                        splitSamples(samples, fittingSplit(dataset, calibratedOf(dataset))),
                                        {}, m_ctx.part(0.1, 1)));
    }

    /// Of the samples those that the recipe's methods have gone by.
    std::vector<size_t> calibratedOf(const Dataset &dataset) const
    {
        const QString calibrated =
            m_input.resumes ? choiceJson(m_input.checkpoint)["calibrated"].toString(m_input.calibrated)
                            : m_input.calibrated;
        if (calibrated.isEmpty() || !needsInputs(m_input.compressor->source(), m_input.recipe))
            return {};
        return samplesOfBoth(dataset, Dataset::open(calibrated.toStdString(), m_ctx), calibrationLimit);
    }

    std::optional<train::Plan> plan() const
    {
        std::optional<train::Plan> asked = planOf(m_choice);
        const auto beside = train::planBeside(m_input.checkpoint);
        if (!asked && m_input.resumes && std::filesystem::exists(beside))
            return train::loadPlan(beside);
        return asked;
    }

    train::RecoverOptions options()
    {
        train::RecoverOptions options;
        options.plan = plan();
        options.seconds = m_choice.seconds;
        options.seed = m_choice.seed;
        options.training.checkpoint = m_input.checkpoint;
        options.training.resume = m_input.resumes;
        options.training.pause = m_input.pause;
        options.training.onEvent = [this](const train::TrainingEvent &event) { tell(event); };
        options.onPlan = [this](const train::Plan &plan) {
            m_planHash = sha256Hex(train::toJson(plan));
            RecoveryNews news;
            news.plan = std::make_shared<const train::Plan>(plan);
            if (m_deliver)
                m_deliver(news);
        };
        options.onBest = [this](std::shared_ptr<const Tuning> best) {
            const auto now = Clock::now();
            if (!m_deliver || now - m_shown < bestInterval)
                return;
            m_shown = now;
            RecoveryNews news;
            news.best = std::move(best);
            m_deliver(news);
        };
        return options;
    }

    void train(const Dataset &dataset, const Preprocessing &preprocessing, const SampleSet &samples,
               const CompressedModel &start)
    {
        train::RecoverOptions options = this->options();
        options.validation = judgingShare(dataset.size());
        if (!m_input.checkpoint.empty() && !m_input.resumes)
            saveChoice(m_choice, m_input.calibrated, m_input.checkpoint);
        train::TrainingDataOptions dataOptions;
        dataOptions.seed = options.plan ? options.plan->seed : options.seed;
        dataOptions.validation = options.plan ? options.plan->validation : options.validation;
        dataOptions.seen = calibratedOf(dataset);
        const train::TrainingData data(train::anyBatch(start.source), dataset, preprocessing, dataOptions,
                                       m_ctx.part(0.1, 0.14));
        tellOriginal(rightOfOriginal(start, data, samples, m_ctx.part(0.14, 0.15)));
        const train::TrainedRecovery trained = recoverByTraining(
            train::loadEngine(), *m_input.compressor, start, data, samples, options, m_ctx.part(0.15, 1));
        takeRecovered(m_result, trained.recovered,
                      trained.gradual.kept || trained.byBlocks.kept || trained.whole.kept);
        m_result.stages = {{Words::tr("pruned step by step"), trained.gradual},
                           {Words::tr("block by block"), trained.byBlocks},
                           {Words::tr("the whole network"), trained.whole}};
        std::erase_if(m_result.stages, [](const auto &stage) { return stage.stage.changed == 0; });
        m_result.notes.insert(m_result.notes.end(), trained.notes.begin(), trained.notes.end());
        m_result.notes.insert(m_result.notes.end(), trained.training.notes.begin(),
                              trained.training.notes.end());
        m_result.stoppedEarly = trained.training.stop == Stop::Cancelled && !trained.outOfTime;
        if (trained.training.stop == Stop::Diverged)
            m_result.notes.push_back(trained.training.reason);
        if (!m_input.checkpoint.empty() && !m_result.stoppedEarly)
            removeTraining(m_input.checkpoint); // it was for a run that did not come to its end
    }

    void tellOriginal(std::optional<double> right) const
    {
        RecoveryNews news;
        news.original = right;
        if (m_deliver && right)
            m_deliver(news);
    }

    /// Not each of thousands of batches.
    void tell(const train::TrainingEvent &event)
    {
        if (!m_deliver)
            return;
        const auto now = Clock::now();
        if (event.kind == train::TrainingEvent::Kind::Update && now - m_told < newsInterval)
            return;
        m_told = now;
        m_deliver(newsOf(event, m_choice));
    }

    const RecoveryInput &m_input;
    const RecoveryChoice &m_choice;
    const std::function<void(RecoveryNews)> &m_deliver;
    JobContext m_ctx;
    RecoveryResult m_result;
    std::string m_planHash;
    Clock::time_point m_told, m_shown;
};

} // namespace

std::optional<RecoveryChoice> choiceBeside(const std::filesystem::path &checkpoint)
{
    const QJsonObject json = choiceJson(checkpoint);
    RecoveryChoice choice;
    choice.trains = true;
    choice.data = json["data"].toString();
    choice.preset = json["preset"].toString();
    choice.plan = json["plan"].toString();
    choice.seconds = json["seconds"].toDouble(choice.seconds);
    choice.seed = static_cast<quint64>(json["seed"].toDouble(1));
    return choice.data.isEmpty() ? std::nullopt : std::optional(choice);
}

std::optional<train::Plan> planOf(const RecoveryChoice &choice)
{
    if (choice.preset.isEmpty() && choice.plan.isEmpty())
        return {};
    train::Plan plan = choice.preset.isEmpty() ? train::planFromJson(choice.plan.toStdString(),
                                                                     Words::tr("The plan").toStdString())
                                               : train::planPreset(choice.preset.toStdString());
    plan.seed = choice.seed;
    return plan;
}

RecoveryResult recoverRecipe(const RecoveryInput &input, const std::function<void(RecoveryNews)> &deliver,
                             const JobContext &ctx)
{
    return Recovering(input, deliver, ctx).run();
}

} // namespace lathe::ui
