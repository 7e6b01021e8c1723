#include "ui/recover/recoveryprobe.h"

#include "core/data/dataset.h"
#include "core/runtime/session.h"
#include "core/train/recoverstudent.h"
#include "core/train/trainedmodel.h"
#include "ui/base/messages.h"
#include "ui/base/settings.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>
#include <numeric>

namespace lathe::ui {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t timedSamples = 16;
constexpr double leastRate = 0.01, mostRate = 100.0;
const QString rateKey = QStringLiteral("recovery/rate");

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::Recovery)
};

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The least of three: the first one sets up.
template <class Work>
double leastSeconds(const Work &work, const JobContext &ctx)
{
    double least = 0;
    for (int i = 0; i < 3; ++i) {
        ctx.throwIfCancelled();
        const auto begun = Clock::now();
        work();
        least = i == 0 ? secondsSince(begun) : std::min(least, secondsSince(begun));
    }
    return least;
}

class Probe {
public:
    Probe(const RecoveryInput &input, const std::function<void(RecoveryFacts)> &deliver,
          const JobContext &ctx)
        : m_input(input), m_deliver(deliver), m_ctx(ctx)
    {
        m_ctx.onProgress = {}; // a moment of many small parts
    }

    RecoveryFacts run()
    {
        const CompressedModel start = m_input.compressor->compress(m_input.recipe, m_input.tuning, m_ctx);
        countParts(start);
        if (!m_facts.nothing.isEmpty())
            return m_facts;
        listMissing(start.source);
        std::optional<SampleSet> samples;
        if (!m_input.choice.data.isEmpty())
            samples = openData(start.source);
        tell();
        timeWithout(start, samples);
        tell();
        if (samples && m_facts.canTrain())
            timeTraining(start, *samples);
        m_facts.isTimed = true;
        return m_facts;
    }

private:
    void tell() const
    {
        if (m_deliver)
            m_deliver(m_facts);
    }

    void countParts(const CompressedModel &start)
    {
        const std::vector<Layer> &layers = start.source.layers();
        for (size_t i = 0; i < layers.size(); ++i)
            if (start.layers[i].code.weight && !layers[i].tiedTo) {
                ++m_facts.layers;
                m_facts.weights += layers[i].parameters;
                m_facts.layerNames << QString::fromStdString(layers[i].name);
            }
        const train::Parts parts = train::partsOf(start.source);
        m_facts.biases = static_cast<int>(parts.biases.size());
        m_facts.normalizations = static_cast<int>(parts.normalizations.size());
        if (m_facts.layers == 0)
            m_facts.nothing = Words::tr("The recipe changes no layer, so there is nothing to recover.");
    }

    void listMissing(const Model &model)
    {
        try {
            for (const train::MissingOperator &op : train::loadEngine().missing(model))
                m_facts.missing << Words::tr("%1 in %2")
                                       .arg(QString::fromStdString(op.operatorType),
                                            QString::fromStdString(op.node));
        } catch (const Error &error) {
            m_facts.noEngine = messageText(error.message());
        }
    }

    std::optional<SampleSet> openData(const Model &model)
    {
        try {
            const Dataset dataset = Dataset::open(m_input.choice.data.toStdString(), m_ctx);
            if (isMeasured(dataset)) {
                m_facts.dataFailure =
                    Words::tr("Figures are measured on these samples, so they would say nothing of what was "
                              "learned from them. Choose the half that is not measured, or other data.");
                return {};
            }
            m_facts.samples = static_cast<qint64>(dataset.size());
            m_facts.data = Words::tr("%n samples of %1", nullptr, static_cast<int>(dataset.size()))
                               .arg(messageText(dataset.description()));
            m_facts.scale = scaleOf(model, dataset);
            std::vector<size_t> count;
            for (size_t i = 0; dataset.hasLabels() && i < dataset.size(); ++i) {
                const auto label = static_cast<size_t>(std::max(0, dataset.label(i)));
                count.resize(std::max(count.size(), label + 1));
                ++count[label];
            }
            m_facts.labels = labelsText(count, train::scoresOf(model).classes, dataset.classes());
            const ChosenPreprocessing chosen =
                choosePreprocessing(m_input.compressor->source(), dataset, m_input.preprocessing);
            return SampleSet::prepare(model, dataset, chosen.preprocessing, timedSamples, m_ctx);
        } catch (const Error &error) {
            m_facts.dataFailure = messageText(error.message());
            return {};
        }
    }

    /// Whether that is all of what is measured; one half of it is for learning.
    bool isMeasured(const Dataset &dataset) const
    {
        if (m_input.measured.isEmpty() || m_input.choice.data.contains(QLatin1Char('#')))
            return false;
        const Dataset measured =
            Dataset::open(m_input.measured.section(QLatin1Char('#'), 0, 0).toStdString());
        return measured.size() == dataset.size() && measured.description() == dataset.description() &&
               dataset.size() > 0 && measured.sampleName(0) == dataset.sampleName(0);
    }

    static train::RecoveryScale scaleOf(const Model &model, const Dataset &dataset)
    {
        train::RecoveryScale scale;
        scale.samples = dataset.size();
        const Shape input = model.inputs().front().shape;
        scale.images = dataset.holdsImages() && input.size() == 4;
        if (scale.images) {
            std::vector<int64_t> sides(input.begin() + 1, input.end());
            std::ranges::sort(sides);
            scale.shorter = sides[1]; // channels are fewer
        }
        return scale;
    }

    /// Each layer is looked at in the original and in the compressed model by running what stands before it:
    /// half the model on an average.
    void timeWithout(const CompressedModel &start, const std::optional<SampleSet> &samples)
    {
        if (!samples) {
            m_facts.secondsWithout = m_input.choice.data.isEmpty() ? std::optional(1.0) : std::nullopt;
            return;
        }
        const Session session(start.source);
        const double seconds = leastSeconds([&] { runSamples(session, *samples, {}, m_ctx); }, m_ctx) /
                               static_cast<double>(samples->size());
        const auto looked = static_cast<double>(std::min<qint64>(m_facts.samples, mostFitted)) *
                            static_cast<double>(1 + usualViews(*samples));
        m_facts.secondsWithout = (m_facts.layers * looked * seconds + secondsOfFitting(start) +
                                  secondsOfCalibrating(start, seconds)) *
                                 recoveryRate();
    }

    /// Where the recipe is carried out anew.
    /// @param ofSample that the model takes for one
    double secondsOfCalibrating(const CompressedModel &start, double ofSample) const
    {
        if (start.tuning || !needsInputs(start.origin, m_input.recipe))
            return 0.0;
        std::vector<LayerSettings> settings;
        for (const LayerResult &layer : start.layers)
            settings.push_back(layer.settings);
        constexpr double each =
            3 * 48; // a layer's shares that are tried, and samples that tell what they cost
        double trials = 0;
        for (const LayerSettings &layer : settings)
            trials += layer.prune && layer.prune->scope == PruneScope::Global ? each : 0;
        CompressorOptions options;
        options.rates = m_input.compressor->rates();
        return Compressor(start.origin, m_input.compressor->calibration(), options)
                   .expectedSeconds(settings) +
               trials * ofSample;
    }

    /// Sums of products of inputs, their factors, and what a layer is encoded by.
    static double secondsOfFitting(const CompressedModel &start)
    {
        constexpr double perSecond = 3e9;
        double products = 0;
        const std::vector<Layer> &layers = start.source.layers();
        for (size_t i = 0; i < layers.size(); ++i)
            if (start.layers[i].code.weight) {
                const auto cols = static_cast<double>(layers[i].cols);
                const auto rows = static_cast<double>(layers[i].rows);
                const auto columns = static_cast<double>(RecoveryOptions().columns);
                products += cols * cols * (2 * columns + cols + 4 * rows);
            }
        return products / perSecond;
    }

    void timeTraining(const CompressedModel &start, const SampleSet &samples)
    {
        try {
            train::Engine &engine = train::loadEngine();
            engine.setThreads(m_ctx.threadCount());
            const train::Student student = train::studentOf(start);
            const auto network = engine.network(student.task.model, student.task.trainable);
            network->setFixed({{}, true, true});
            network->setOptimizer(train::PlanStep().optimizer);
            train::Loss loss;
            loss.output = train::scoresOf(student.task.model).value;
            loss.labels = 1;
            train::Batch batch;
            for (size_t i = 0; i < samples.tensors().size(); ++i)
                batch.inputs[start.source.inputs()[i].name] = samples.tensors()[i];
            batch.labels.assign(samples.size(), 0);
            m_facts.secondsOfSample = leastSeconds([&] { network->step(batch, loss, 0); }, m_ctx) /
                                      static_cast<double>(samples.size());
        } catch (const Error &error) {
            m_facts.untrainable = messageText(error.message());
        }
    }

    const RecoveryInput &m_input;
    const std::function<void(RecoveryFacts)> &m_deliver;
    JobContext m_ctx;
    RecoveryFacts m_facts;
};

} // namespace

RecoveryFacts probeRecovery(const RecoveryInput &input, const std::function<void(RecoveryFacts)> &deliver,
                            const JobContext &ctx)
{
    return Probe(input, deliver, ctx).run();
}

QString labelsText(const std::vector<size_t> &count, qint64 classes, const std::vector<std::string> &names)
{
    if (count.empty())
        return Words::tr("There are no labels: the original's answers teach alone.");
    if (classes > 0 && count.size() > static_cast<size_t>(classes))
        return Words::tr("Labels are not used: there are %1 classes, and the model tells %2 apart. The "
                         "original's answers teach alone.")
            .arg(count.size())
            .arg(classes);
    std::vector<size_t> all = count;
    all.resize(std::max(all.size(), static_cast<size_t>(classes)));
    const std::vector<size_t> judging =
        heldOutOfEach(all, judgingShare(std::accumulate(all.begin(), all.end(), size_t(0))),
                      train::TrainingDataOptions().seed);
    for (size_t i = 0; i < all.size(); ++i)
        all[i] -= judging[i];
    const auto fewest = std::ranges::min_element(all);
    const auto label = static_cast<size_t>(fewest - all.begin());
    if (*fewest >= train::leastOfClass)
        return Words::tr("Labels are used: of every class there are %1 samples or more to learn from.")
            .arg(*fewest);
    const QString name = label < names.size() ? QString::fromStdString(names[label]) : QString::number(label);
    return Words::tr(
               "Labels are not used: of class \"%1\" there are %2 samples to learn from, and %3 are the "
               "fewest that serve. The original's answers teach alone.")
        .arg(name)
        .arg(*fewest)
        .arg(train::leastOfClass);
}

double recoveryRate()
{
    bool known = false;
    const double rate = Settings().text(rateKey).toDouble(&known);
    return known ? std::clamp(rate, leastRate, mostRate) : 1.0;
}

void learnRecoveryRate(double expected, double seconds)
{
    if (expected > 0.0 && seconds > 0.5) // less tells nothing
        Settings().setText(
            rateKey, QString::number(std::clamp(recoveryRate() * seconds / expected, leastRate, mostRate)));
}

} // namespace lathe::ui
