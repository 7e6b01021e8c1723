// Which precision is the faster one here.
#include "core/train/trainingrun.h"

#include <algorithm>

namespace lathe::train {

double TrainingRun::secondsOfSteps(Precision precision, const std::vector<Batch> &batches)
{
    m_network.setPrecision(precision);
    const auto start = Clock::now();
    for (const Batch &batch : batches)
        m_network.step(batch, lossOf(step()), 0);
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Measured in turns, on a network that is put back afterwards.
Precision TrainingRun::precisionFor(const PlanStep &step)
{
    if (step.precision != PrecisionChoice::Auto)
        return step.precision == PrecisionChoice::BFloat16 ? Precision::BFloat16 : Precision::Float32;
    constexpr size_t tried = 3;
    std::vector<Batch> batches;
    {
        BatchLoader loader(m_data, workOfEpoch(), m_ctx);
        while (batches.size() < tried)
            if (auto batch = loader.next())
                batches.push_back(std::move(*batch));
            else
                break;
    }
    const std::string state = m_network.state();
    double single = 0, half = 0;
    for (int turn = 0; turn < 3; ++turn) {
        const double s = secondsOfSteps(Precision::Float32, batches);
        const double h = secondsOfSteps(Precision::BFloat16, batches);
        single = turn == 0 ? s : std::min(single, s);
        half = turn == 0 ? h : std::min(half, h);
    }
    m_network.setState(state);
    m_network.setOptimizer(step.optimizer);
    return half < 0.9 * single ? Precision::BFloat16 : Precision::Float32;
}

} // namespace lathe::train
