#pragma once
// The oracle that runs each trial on a few samples.
#include "core/compress/oracle.h"
#include "core/exporting/graph.h"
#include "core/measure/measure.h"

namespace lathe {

class OutputOracle : public Oracle {
public:
    /// @param samples that trials run on; few, for each trial runs on all of them
    /// @param before [samples, width] what the source gives for them
    /// @param exporter of the source; null: each trial is built for one time
    OutputOracle(SampleSet samples, Matrix before, std::shared_ptr<Exporter> exporter = nullptr);

    /// The same, with the source run here. @throws Error, Cancelled
    static std::shared_ptr<const OutputOracle> of(const Model &source, SampleSet samples,
                                                  const JobContext &ctx = {},
                                                  std::shared_ptr<Exporter> exporter = nullptr);

    const SampleSet &samples() const { return m_samples; }
    std::optional<Loss> loss(const CompressedModel &trial, const JobContext &ctx = {}) const override;

private:
    SampleSet m_samples;
    Matrix m_before;
    std::shared_ptr<Exporter> m_exporter;
};

} // namespace lathe
