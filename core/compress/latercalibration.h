#pragma once
// Inside core/compress only.
#include "core/methods/statistics.h"
#include "core/model/model.h"

#include <mutex>

namespace lathe {

/// Statistics of a model on the samples of another one's, which is run only when a method asks for some. They
/// are told by the other one's hash, from which they follow.
class LaterCalibration : public Calibration {
public:
    LaterCalibration(std::shared_ptr<const Calibration> other, Model model)
        : m_other(std::move(other)), m_model(std::move(model))
    {
    }
    void prepare(std::span<const size_t> layers, const JobContext &ctx = {}) const override;
    std::shared_ptr<const InputStatistics> of(size_t layer, const JobContext &ctx = {}) const override;
    /// Trials are held against what the origin gives.
    std::shared_ptr<const Oracle> oracle(const JobContext &ctx = {}) const override;
    std::shared_ptr<const Calibration> within(const CompressedModel &trial,
                                              const JobContext &ctx = {}) const override;
    MeasuredChannels normalized(const CompressedModel &trial, std::span<const std::string> outputs,
                                const JobContext &ctx = {}) const override;
    std::shared_ptr<const Calibration> on(const Model &model, const JobContext &ctx = {}) const override;
    std::vector<AxisStatistics> onAxes(std::span<const ValueAxis> axes,
                                       const JobContext &ctx = {}) const override;
    Message obstacle(size_t layer) const override;
    std::shared_ptr<const GradientStatistics> gradients(size_t layer,
                                                        const JobContext &ctx = {}) const override;
    Message gradientObstacle(size_t layer) const override;
    std::string hash() const override { return m_other->hash(); }
    Message description() const override { return m_other->description(); }

private:
    const Calibration &made(const JobContext &ctx) const;

    std::shared_ptr<const Calibration> m_other;
    Model m_model;
    mutable std::mutex m_mutex;
    mutable std::shared_ptr<const Calibration> m_made; ///< null: nobody has asked
};

} // namespace lathe
