#include "tests/support/liveexactness.h"
#include "tests/support/livemodels.h"
#include "tests/support/places.h"

#include <QTest>
#include <chrono>
#include <fstream>
#include <mutex>
#include <random>
#include <thread>
#include <unistd.h>

using namespace lathe;
using namespace lathe::test;

namespace {

constexpr int64_t budget = 3'000'000; ///< less than all cuts take
constexpr size_t sampleCount = 96;

/// While these are made all else goes on beside; LATHE_STRESS_MEASUREMENTS for a longer run.
int stressMeasurements()
{
    const char *text = std::getenv("LATHE_STRESS_MEASUREMENTS");
    return text ? std::atoi(text) : 60;
}

double residentMegabytes()
{
    std::ifstream file("/proc/self/statm");
    double all = 0.0, resident = 0.0;
    file >> all >> resident;
    return resident * double(sysconf(_SC_PAGESIZE)) * 1e-6;
}

SampleSet digits(const Model &model)
{
    return SampleSet::prepare(model, Dataset::open(sourcePath("resources/sample:test")),
                              findPreprocessing(model.path()).value(), sampleCount);
}

/// A recipe and what moved to make it.
struct Step {
    std::map<size_t, std::string> settings;
    std::vector<size_t> moving;
};

/// What a person does: moves a layer or several, selects others, goes back, all at random.
class Hand {
public:
    Hand(const Model &model, unsigned seed) : m_model(model), m_random(seed) {}
    Step next()
    {
        if (!m_history.empty() && below(4) == 0) { // undo
            m_now = m_history[below(m_history.size())];
        } else if (below(6) == 0) { // another selection
            m_now.moving = {below(m_model.layers().size())};
        } else {
            if (below(3) == 0)
                m_now.moving = {below(m_model.layers().size()), below(m_model.layers().size())};
            if (m_now.moving.empty())
                m_now.moving = {below(m_model.layers().size())};
            for (const size_t layer : m_now.moving)
                m_now.settings[layer] = m_texts[below(m_texts.size())];
        }
        m_history.push_back(m_now);
        return m_now;
    }
    size_t below(size_t count) { return m_random() % count; }

private:
    const Model &m_model;
    std::mt19937 m_random;
    std::vector<std::string> m_texts{"bits=2", "bits=4",        "bits=8",     "prune=0.5", "prune=0.9",
                                     "rank=2", "rank=4,bits=6", "clusters=4", "format=nf4"};
    Step m_now;
    std::vector<Step> m_history;
};

Recipe recipeOf(const Model &model, const Step &step)
{
    return recipeFor(model, {step.settings.begin(), step.settings.end()});
}

/// One live preview and all threads that use it.
class Stress {
public:
    Stress()
        : m_model(Model::load(sourcePath("resources/sample/digits.onnx"))),
          m_check(m_model, digits(m_model), nullptr, {budget, 0.0})
    {
    }
    void run(int measurements, unsigned seed)
    {
        m_wanted = measurements;
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < 2; ++i)
            threads.emplace_back([this, seed, i] { measureUntilEnd(seed + i); });
        for (unsigned i = 2; i < 4; ++i)
            threads.emplace_back([this, seed, i] { prepareUntilEnd(seed + i); });
        threads.emplace_back([this, seed] { lookUntilEnd(seed + 4); });
    }
    /// Of a preview that has seen nothing else.
    std::string faultOfLastFigures()
    {
        LiveCheck fresh(m_model, digits(m_model));
        for (const Step &step : m_last) {
            const Recipe recipe = recipeOf(m_model, step);
            if (const std::string fault = m_check.faultOf(recipe, step.moving); !fault.empty())
                return fault;
            if (const std::string fault = fresh.faultOf(recipe, step.moving); !fault.empty())
                return "fresh: " + fault;
            if (m_check.last().comparison.changed != fresh.last().comparison.changed)
                return "other samples changed than in a fresh measurement";
        }
        return {};
    }
    std::vector<std::string> faults;
    std::atomic<int> measured = 0, cancelled = 0, prepared = 0;

private:
    void fail(const std::string &what)
    {
        const std::lock_guard lock(m_mutex);
        faults.push_back(what);
        m_failed = true;
    }
    bool goesOn() const { return measured < m_wanted && !m_failed; }

    /// Runs the job and stops it after a while, now and then.
    template <class Job>
    bool interrupted(Hand &hand, const Job &job)
    {
        std::stop_source stop;
        JobContext ctx;
        ctx.stop = stop.get_token();
        ctx.threads = 2;
        std::jthread canceller;
        if (hand.below(3) > 0)
            canceller = std::jthread([stop, delay = hand.below(20'000)]() mutable {
                std::this_thread::sleep_for(std::chrono::microseconds(delay));
                stop.request_stop();
            });
        try {
            job(ctx);
            return false;
        } catch (const Cancelled &) {
            if (!stop.stop_requested())
                fail("cancelled though nobody asked");
            return true;
        } catch (const std::exception &error) {
            fail(error.what());
            return true;
        }
    }
    void measureUntilEnd(unsigned seed)
    {
        Hand hand(m_model, seed);
        while (goesOn()) {
            const Step step = hand.next();
            const Recipe recipe = recipeOf(m_model, step);
            PreviewState last;
            int64_t done = 0;
            const bool stopped = interrupted(hand, [&](const JobContext &ctx) {
                const CompressedModel compressed = m_check.compress(recipe);
                last = m_check.live().measure(
                    compressed, step.moving,
                    [&](const PreviewState &state) {
                        if (state.samplesDone < done)
                            fail("a figure went back");
                        done = state.samplesDone;
                    },
                    ctx);
            });
            if (m_check.live().cachedBytes() > budget)
                fail("more is cached than there is room for");
            ++(stopped ? cancelled : measured);
            if (!stopped)
                compareWithEarlier(toJson(recipe), step, last);
        }
    }
    void compareWithEarlier(const std::string &recipe, const Step &step, const PreviewState &state)
    {
        const std::lock_guard lock(m_mutex);
        if (m_last.size() < 12)
            m_last.push_back(step);
        else
            m_last[m_seen.size() % m_last.size()] = step;
        const auto [known, isNew] = m_seen.try_emplace(recipe, state.values);
        const float apart = (*known->second - *state.values).cwiseAbs().maxCoeff();
        if (apart > 1e-4F * known->second->cwiseAbs().maxCoeff())
            faults.push_back("the same recipe gave other figures");
    }
    void prepareUntilEnd(unsigned seed)
    {
        Hand hand(m_model, seed);
        while (goesOn()) {
            const Step step = hand.next();
            interrupted(hand, [&](const JobContext &ctx) {
                m_check.live().prepare(m_check.compress(recipeOf(m_model, step)), step.moving, ctx,
                                       hand.below(3) > 0);
            });
            ++prepared;
        }
    }
    void lookUntilEnd(unsigned seed)
    {
        Hand hand(m_model, seed);
        while (goesOn()) {
            const Step step = hand.next();
            const CutFacts facts =
                m_check.live().facts(m_check.compress(recipeOf(m_model, step)), step.moving);
            if (facts.cachedChunks > facts.chunks || facts.macShare <= 0.0 || facts.macShare > 1.0)
                fail("impossible facts");
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    }

    Model m_model;
    LiveCheck m_check;
    int m_wanted = 0;
    std::atomic<bool> m_failed = false;
    std::mutex m_mutex; ///< of what follows and the faults
    std::map<std::string, std::shared_ptr<const Matrix>> m_seen;
    std::vector<Step> m_last;
};

} // namespace

class TstLiveStress : public QObject {
    Q_OBJECT
private slots:
    void threads_neverDisturbEachOther();
    void memory_doesNotGrow();
};

void TstLiveStress::threads_neverDisturbEachOther()
{
    Stress stress;
    stress.run(stressMeasurements(), std::random_device()());
    qInfo("%d measured, %d cancelled, %d prepared", stress.measured.load(), stress.cancelled.load(),
          stress.prepared.load());
    QVERIFY2(stress.faults.empty(), stress.faults.empty() ? "" : stress.faults.front().c_str());
    QVERIFY(stress.measured >= stressMeasurements());
    QCOMPARE(stress.faultOfLastFigures(), std::string());
}

void TstLiveStress::memory_doesNotGrow()
{
    std::vector<double> resident;
    for (unsigned round = 0; round < 3; ++round) {
        Stress stress;
        stress.run(stressMeasurements() / 3, 7); // the same moves each time
        resident.push_back(residentMegabytes());
    }
    qInfo("%.0f, %.0f, %.0f MB", resident[0], resident[1], resident[2]);
    QVERIFY(resident[2] < resident[0] + 150.0);
}

QTEST_GUILESS_MAIN(TstLiveStress)
#include "tst_livestress.moc"
