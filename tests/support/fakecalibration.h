#pragma once
// Input statistics from made-up inputs, for tests of methods that go by them.
#include "core/methods/statistics.h"

namespace lathe::test {

/// @param x inputs [groups * cols, samples], groups one below the other
inline InputStatistics statisticsOf(const Matrix &x, Index groups = 1)
{
    const Index cols = x.rows() / groups;
    InputStatistics result;
    result.samples = result.columns = x.cols();
    result.secondMoment.resize(x.rows(), cols);
    for (Index g = 0; g < groups; ++g) {
        const Matrix part = x.middleRows(g * cols, cols);
        result.secondMoment.middleRows(g * cols, cols) = part * part.transpose() / float(x.cols());
    }
    result.meanSquare = x.cwiseAbs2().rowwise().mean();
    result.mean = x.rowwise().mean();
    result.low = x.minCoeff();
    result.high = x.maxCoeff();
    return result;
}

/// Layer 0 has the given statistics, others have none.
class FakeCalibration : public Calibration {
public:
    explicit FakeCalibration(InputStatistics statistics)
        : m_statistics(std::make_shared<const InputStatistics>(std::move(statistics)))
    {
    }
    std::shared_ptr<const InputStatistics> of(size_t layer, const JobContext &) const override
    {
        return layer == 0 ? m_statistics : nullptr;
    }
    Message obstacle(size_t layer) const override
    {
        return Message::verbatim(layer == 0 ? "" : "nobody made any up");
    }
    std::string hash() const override { return "hash"; }
    Message description() const override { return Message::verbatim("made-up samples"); }

private:
    std::shared_ptr<const InputStatistics> m_statistics;
};

} // namespace lathe::test
