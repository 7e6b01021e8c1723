#include "core/compress/modeltime.h"

#include "core/base/median.h"

#include <algorithm>
#include <chrono>

namespace lathe {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double measuringSeconds = 0.6; ///< of both models together
constexpr size_t fewestRuns = 5, mostRuns = 60;

double secondsOfRun(const Session &session, const std::vector<Tensor> &feed, const JobContext &ctx)
{
    const std::vector<TensorView> views(feed.begin(), feed.end());
    const auto start = Clock::now();
    session.run(views, ctx);
    return std::chrono::duration<double>(Clock::now() - start).count();
}

} // namespace

double ModelTime::shareOf(const Model &other, const JobContext &ctx)
{
    const std::lock_guard lock(m_mutex);
    if (!m_first) {
        Session session(m_original);
        TestInputs inputs = testInputs(session, nullptr, ctx);
        m_first.emplace(First{std::move(session), std::move(inputs.feeds.front())});
    }
    const Session session(other);
    secondsOfRun(m_first->session, m_first->feed, ctx); // both once, to lay out their memory
    secondsOfRun(session, m_first->feed, ctx);
    std::vector<double> first, second;
    const auto start = Clock::now();
    while (first.size() < fewestRuns ||
           (first.size() < mostRuns &&
            std::chrono::duration<double>(Clock::now() - start).count() < measuringSeconds)) {
        first.push_back(secondsOfRun(m_first->session, m_first->feed, ctx));
        second.push_back(secondsOfRun(session, m_first->feed, ctx));
    }
    return median(std::move(second)) / std::max(1e-9, median(std::move(first)));
}

} // namespace lathe
