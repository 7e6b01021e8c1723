#pragma once
// How far several layers are together. Inside core/compress only.
#include "core/base/job.h"
#include "core/compress/slowwork.h"

#include <chrono>

namespace lathe {

/// Counts a layer for what its work is expected to take, not for one. May be used from several threads.
class LayerProgress {
public:
    /// @param layers that there is work on @param settings of all @param rates null: those of any machine
    LayerProgress(const JobContext &ctx, const std::vector<Layer> &all, const std::vector<size_t> &layers,
                  const std::vector<LayerSettings> &settings, WorkRates *rates);
    /// When all layers are done: what was learned of the rates.
    void finish();

    /// @returns what the work on the layer reports to. @throws Cancelled
    JobContext begin(size_t layer);
    void end(size_t layer);

private:
    void report(size_t layer, double fraction);
    Message stage(size_t layer) const;

    const JobContext &m_ctx;
    WorkRates *m_rates;
    std::vector<double> m_weights, m_fractions; ///< by layer; the weights add up to 1
    std::vector<std::vector<WorkAmount>> m_work;
    std::chrono::steady_clock::time_point m_start;
    std::mutex m_mutex; ///< of what follows and of m_fractions
    size_t m_started = 0, m_total = 0;
};

} // namespace lathe
