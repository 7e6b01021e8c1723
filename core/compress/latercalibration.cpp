#include "core/compress/latercalibration.h"

#include "core/base/error.h"

namespace lathe {

const Calibration &LaterCalibration::made(const JobContext &ctx) const
{
    const std::lock_guard lock(m_mutex);
    if (!m_made)
        m_made = m_other->on(m_model, ctx);
    if (!m_made)
        throw Error(ErrorCode::Unsupported,
                    Message::tr("What layers get in a model with fewer channels cannot be measured on {}.",
                                m_other->description()));
    return *m_made;
}

void LaterCalibration::prepare(std::span<const size_t> layers, const JobContext &ctx) const
{
    made(ctx).prepare(layers, ctx);
}

std::shared_ptr<const InputStatistics> LaterCalibration::of(size_t layer, const JobContext &ctx) const
{
    return made(ctx).of(layer, ctx);
}

std::shared_ptr<const Oracle> LaterCalibration::oracle(const JobContext &ctx) const
{
    return m_other->oracle(ctx);
}

std::shared_ptr<const Calibration> LaterCalibration::within(const CompressedModel &trial,
                                                            const JobContext &ctx) const
{
    return made(ctx).within(trial, ctx);
}

MeasuredChannels LaterCalibration::normalized(const CompressedModel &trial,
                                              std::span<const std::string> outputs,
                                              const JobContext &ctx) const
{
    return made(ctx).normalized(trial, outputs, ctx);
}

std::shared_ptr<const Calibration> LaterCalibration::on(const Model &model, const JobContext &ctx) const
{
    return m_other->on(model, ctx);
}

std::vector<AxisStatistics> LaterCalibration::onAxes(std::span<const ValueAxis> axes,
                                                     const JobContext &ctx) const
{
    return made(ctx).onAxes(axes, ctx);
}

Message LaterCalibration::obstacle(size_t layer) const
{
    return made({}).obstacle(layer);
}

std::shared_ptr<const GradientStatistics> LaterCalibration::gradients(size_t layer,
                                                                      const JobContext &ctx) const
{
    return made(ctx).gradients(layer, ctx);
}

Message LaterCalibration::gradientObstacle(size_t layer) const
{
    return made({}).gradientObstacle(layer);
}

} // namespace lathe
