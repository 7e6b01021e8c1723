#include "ui/compare/variantcomparison.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>
#include <numeric>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::VariantComparison)
};

constexpr size_t smallestPortion = 32, largestPortion = 512; // samples
constexpr double weightsEnd = 0.3;                           ///< share of the work that precedes the samples

std::vector<size_t> placesOf(const Baseline &basis)
{
    std::vector<size_t> places = basis.samples;
    if (places.empty()) {
        places.resize(static_cast<size_t>(basis.values.rows()));
        std::iota(places.begin(), places.end(), size_t{0});
    }
    return places;
}

/// The outputs of all portions below each other.
Matrix wholeOutputs(const VariantStudy &study)
{
    Index rows = 0;
    for (const auto &portion : study.portions)
        rows += portion->values.rows();
    Matrix whole(rows, study.portions.front()->values.cols());
    rows = 0;
    for (const auto &portion : study.portions) {
        whole.middleRows(rows, portion->values.rows()) = portion->values;
        rows += portion->values.rows();
    }
    return whole;
}

/// What the answers of the portions add up to.
class Tally {
public:
    Tally(VariantComparison &result, const std::vector<size_t> &places, const LoadedData &data)
        : m_result(result), m_places(places), m_data(data)
    {
    }
    /// One more portion, which all variants have run.
    void add(size_t portion)
    {
        const auto begin = static_cast<size_t>(m_result.samples);
        const SampleAnswers &first = *m_result.studies.front()->portions[portion];
        m_result.samples += first.values.rows();
        if (!m_result.isOfClasses())
            return;
        for (size_t row = 0; row < first.tops.size(); ++row) {
            m_result.answers.push_back(sampleAt(m_places[begin + row], portion, row));
            count(m_result.answers.back());
        }
    }
    void finish()
    {
        m_result.classes.clear();
        for (const auto &[label, entry] : m_classes)
            m_result.classes.push_back(entry);
        m_result.confusions.clear();
        const auto spread = [](const Confusion &c) {
            const auto [low, high] = std::ranges::minmax_element(c.samples);
            return *high - *low;
        };
        for (const auto &[pair, samples] : m_confusions)
            if (const Confusion confusion{pair.first, pair.second, samples}; spread(confusion) > 0)
                m_result.confusions.push_back(confusion);
        std::ranges::stable_sort(m_result.confusions, std::ranges::greater(), spread);
    }

private:
    ComparedSample sampleAt(size_t place, size_t portion, size_t row) const
    {
        ComparedSample sample;
        sample.place = place;
        if (m_result.hasLabels)
            sample.label = m_data.samples->labels()[place];
        for (const auto &study : m_result.studies) {
            sample.tops.push_back(study->portions[portion]->tops[row]);
            sample.probabilities.push_back(study->portions[portion]->probabilities[row]);
        }
        sample.name =
            QString::fromStdString(m_result.dataset->sampleName(m_data.samples->datasetIndices()[place]));
        return sample;
    }
    void count(const ComparedSample &sample)
    {
        const size_t variants = sample.tops.size();
        for (size_t v = 0; v < variants; ++v)
            m_result.tallies[v].changed += sample.tops[v] != sample.tops.front();
        if (!m_result.hasLabels)
            return;
        ClassAccuracy &entry = m_classes[sample.label];
        entry.label = sample.label;
        entry.right.resize(variants);
        ++entry.samples;
        for (size_t v = 0; v < variants; ++v) {
            entry.right[v] += sample.isRight(v);
            m_result.tallies[v].broken += sample.isRight(0) && !sample.isRight(v);
            m_result.tallies[v].mended += !sample.isRight(0) && sample.isRight(v);
            if (sample.isRight(v))
                continue;
            std::vector<int64_t> &confused = m_confusions[{sample.label, sample.tops[v]}];
            confused.resize(variants);
            ++confused[v];
        }
    }

    VariantComparison &m_result;
    const std::vector<size_t> &m_places;
    const LoadedData &m_data;
    std::map<int, ClassAccuracy> m_classes;
    std::map<std::pair<int, int>, std::vector<int64_t>> m_confusions;
};

class Comparing {
public:
    Comparing(Compressor &compressor, Exporter &exporter, const ComparisonTask &task,
              const std::function<void(const SharedComparison &)> &deliver)
        : m_compressor(compressor), m_exporter(exporter), m_task(task), m_deliver(deliver)
    {
        m_result.studies.resize(task.variants.size());
    }
    SharedComparison run(const JobContext &ctx)
    {
        studyAll(ctx.part(0.0, weightsEnd));
        if (m_task.data)
            runAll(ctx.part(weightsEnd, 1.0));
        m_result.isComplete = true;
        return std::make_shared<const VariantComparison>(m_result);
    }

private:
    void deliver() const
    {
        if (m_deliver)
            m_deliver(std::make_shared<const VariantComparison>(m_result));
    }
    void studyAll(const JobContext &ctx)
    {
        const size_t count = m_task.variants.size();
        for (size_t v = 0; v < count; ++v) {
            const JobContext part =
                ctx.part(double(v) / static_cast<double>(count), double(v + 1) / static_cast<double>(count));
            m_result.studies[v] = v < m_task.known.size() ? m_task.known[v] : nullptr;
            if (m_result.studies[v])
                continue;
            m_result.studies[v] = std::make_shared<const VariantStudy>(
                studyVariant(m_compressor, m_exporter, m_task.variants[v], part));
            deliver();
        }
    }
    void runAll(const JobContext &ctx)
    {
        const LoadedData &data = *m_task.data;
        auto learned = LearnedFrom::Nothing; // the most that one of them did: it leaves the fewest samples
        for (const auto &study : m_result.studies)
            if (const std::optional<CompressedModel> &compressed = study->weights.compressed)
                learned = std::max(learned, learnedFrom(*compressed, data.samples->dataName()));
        m_basis = data.measuredAgainst(learned);
        m_places = placesOf(*m_basis);
        m_result.data = data.measuredOn(learned);
        begin(ctx);
        Tally tally(m_result, m_places, data);
        const std::vector<size_t> portions = portionsOf(m_places.size());
        size_t first = 0;
        for (size_t portion = 0; portion < portions.size(); ++portion) {
            const double step = 1.0 / static_cast<double>(m_places.size());
            runPortion(portion, first, portions[portion],
                       ctx.part(double(first) * step, double(first + portions[portion]) * step));
            first += portions[portion];
            tally.add(portion);
            tally.finish();
            if (portion + 1 == portions.size())
                measureWhole();
            deliver();
        }
    }
    void begin(const JobContext &ctx)
    {
        const LoadedData &data = *m_task.data;
        m_result.measured = true;
        m_result.hasLabels = data.samples->hasLabels();
        m_result.kind = data.baseline->metrics.kind;
        m_result.samplesTotal = static_cast<int64_t>(m_places.size());
        m_result.tallies.resize(m_result.studies.size());
        m_result.dataset =
            std::make_shared<const Dataset>(Dataset::open(data.choice.reference.toStdString(), ctx));
        m_result.classNames = m_result.dataset->classes();
        m_sessions.resize(m_result.studies.size());
        for (std::shared_ptr<const VariantStudy> &study : m_result.studies)
            if (study->basis != m_basis) {
                VariantStudy fresh = *study;
                fresh.portions.clear();
                fresh.basis = m_basis;
                study = std::make_shared<const VariantStudy>(std::move(fresh));
            }
    }
    void runPortion(size_t portion, size_t first, size_t samples, const JobContext &ctx)
    {
        const size_t count = m_result.studies.size();
        for (size_t v = 0; v < count; ++v) {
            if (m_result.studies[v]->portions.size() > portion)
                continue;
            const double step = 1.0 / static_cast<double>(count);
            VariantStudy grown = *m_result.studies[v];
            grown.portions.push_back(std::make_shared<const SampleAnswers>(
                answersOf(outputs(v, first, samples, ctx.part(double(v) * step, double(v + 1) * step)),
                          m_result.kind)));
            m_result.studies[v] = std::make_shared<const VariantStudy>(std::move(grown));
        }
    }
    Matrix outputs(size_t v, size_t first, size_t samples, const JobContext &ctx)
    {
        if (m_task.variants[v].isUntouched()) // they are known
            return m_basis->values.middleRows(static_cast<Index>(first), static_cast<Index>(samples));
        RunOptions options;
        options.samples.assign(m_places.begin() + static_cast<std::ptrdiff_t>(first),
                               m_places.begin() + static_cast<std::ptrdiff_t>(first + samples));
        JobContext named = ctx;
        if (ctx.onProgress)
            named.onProgress = [&](const Progress &p) {
                const auto done = first + static_cast<size_t>(p.fraction * static_cast<double>(samples));
                const QString stage = Words::tr("%1: sample %2 of %3")
                                          .arg(m_task.variants[v].name, QString::number(done),
                                               QString::number(m_places.size()));
                ctx.onProgress({p.fraction, Message::verbatim(stage.toStdString())});
            };
        return runSamples(session(v, ctx), *m_task.data->samples, options, named).values;
    }
    const Session &session(size_t v, const JobContext &ctx)
    {
        if (!m_sessions[v]) {
            const VariantWeights &weights = m_result.studies[v]->weights;
            JobContext quiet = ctx;
            quiet.onProgress = {};
            m_sessions[v] = std::make_unique<Session>(
                weights.file ? weights.file->model
                             : m_exporter.build(*weights.compressed, Storage::Dense, quiet).model);
        }
        return *m_sessions[v];
    }
    void measureWhole()
    {
        std::vector<int> labels;
        for (const size_t place : m_places)
            if (m_result.hasLabels)
                labels.push_back(m_task.data->samples->labels()[place]);
        const Matrix first = wholeOutputs(*m_result.studies.front());
        for (const auto &study : m_result.studies) {
            const Matrix values = wholeOutputs(*study);
            m_result.whole.push_back({metricsOf(values, labels, m_result.kind),
                                      compareOutputs(first, values, labels, m_result.kind)});
        }
    }

    Compressor &m_compressor;
    Exporter &m_exporter;
    const ComparisonTask &m_task;
    const std::function<void(const SharedComparison &)> &m_deliver;
    VariantComparison m_result;
    std::shared_ptr<const Baseline> m_basis;
    std::vector<size_t> m_places;
    std::vector<std::unique_ptr<Session>> m_sessions; ///< by variant; made once it runs
};

} // namespace

bool ComparedSample::differs() const
{
    return std::ranges::adjacent_find(tops, std::not_equal_to()) != tops.end();
}

bool ComparedSample::isBroken() const
{
    return isRight(0) && std::ranges::any_of(tops, [this](int top) { return top != label; });
}

bool ComparedSample::isMended() const
{
    return !isRight(0) && std::ranges::any_of(tops, [this](int top) { return top == label; });
}

int64_t VariantComparison::differing() const
{
    return std::ranges::count_if(answers, &ComparedSample::differs);
}

QString VariantComparison::className(int label) const
{
    const auto index = static_cast<size_t>(label);
    return index < classNames.size() ? QString::fromStdString(classNames[index]) : QString::number(label);
}

QHash<int, QString> VariantComparison::shortClassNames(const std::vector<int> &labels) const
{
    const auto first = [this](int label) { return className(label).section(QLatin1Char(','), 0, 0); };
    QHash<QString, int> taken;
    for (const int label : labels)
        ++taken[first(label)];
    QHash<int, QString> names;
    for (const int label : labels)
        names[label] = taken[first(label)] == 1 ? first(label) : className(label);
    return names;
}

std::vector<size_t> portionsOf(size_t samples)
{
    std::vector<size_t> portions;
    for (size_t done = 0; done < samples; done += portions.back())
        portions.push_back(std::min(std::clamp(done, smallestPortion, largestPortion), samples - done));
    return portions;
}

SharedComparison compareVariants(Compressor &compressor, Exporter &exporter, const ComparisonTask &task,
                                 const JobContext &ctx,
                                 const std::function<void(const SharedComparison &)> &deliver)
{
    return Comparing(compressor, exporter, task, deliver).run(ctx);
}

} // namespace lathe::ui
