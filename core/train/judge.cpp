#include "core/train/judge.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>

namespace lathe::train {
namespace {

constexpr size_t batchSize = 128;

using Row = std::span<const float>;

double logSum(Row row)
{
    const double most = std::ranges::max(row);
    double sum = 0;
    for (const float value : row)
        sum += std::exp(value - most);
    return most + std::log(sum);
}

/// KL(wanted || given) of scores as logarithms of probabilities.
double divergence(Row given, Row wanted)
{
    const double all = logSum(given), wantedAll = logSum(wanted);
    double sum = 0;
    for (size_t i = 0; i < given.size(); ++i) {
        const double log = wanted[i] - wantedAll;
        sum += std::exp(log) * (log - (given[i] - all));
    }
    return sum;
}

} // namespace

bool Judgement::isBetterThan(const Judgement &other, const Losses &losses) const
{
    if (losses.labels > 0 && accuracy != other.accuracy)
        return accuracy > other.accuracy;
    return loss < other.loss || (std::isfinite(loss) && !std::isfinite(other.loss));
}

Judge::Judge(const TrainingData &data, Teacher *teacher, std::string output)
    : m_data(data), m_teacher(teacher), m_output(std::move(output))
{
}

const std::vector<Batch> &Judge::batches(const Loss &loss, int64_t resolution, const JobContext &ctx)
{
    const bool taught = loss.distillation > 0 || loss.features > 0;
    if (m_madeFor == std::pair(taught, resolution))
        return m_batches;
    m_batches.clear();
    BatchLoader::Work work;
    work.view.resolution = resolution;
    work.labels = m_data.hasLabels();
    work.teacher = taught ? m_teacher : nullptr;
    const std::span<const size_t> all(m_data.validation());
    for (size_t first = 0; first < all.size(); first += batchSize)
        m_batches.push_back(
            batchOf(m_data, all.subspan(first, std::min(batchSize, all.size() - first)), work, ctx));
    m_madeFor = {taught, resolution};
    return m_batches;
}

Judgement Judge::judge(Network &network, const Loss &loss, int64_t resolution, const JobContext &ctx)
{
    Judgement judgement;
    int64_t right = 0, labelled = 0;
    double sum = 0;
    for (const Batch &batch : batches(loss, resolution, ctx)) {
        ctx.throwIfCancelled();
        const Tensor scores = network.run(batch.inputs, {m_output}).front();
        const auto rows = static_cast<size_t>(scores.shape.empty() ? 0 : scores.shape.front());
        if (rows == 0 || rows != static_cast<size_t>(batch.inputs.begin()->second.shape.front()))
            throw Error(ErrorCode::Unsupported,
                        Message::tr("For {} samples the model gives {}: its graph takes no batches.",
                                    batch.inputs.begin()->second.shape.front(), shapeText(scores.shape)));
        const std::span<const float> values = scores.as<float>();
        const size_t width = values.size() / rows;
        if (loss.distillation > 0 && batch.teacher.as<float>().size() != values.size())
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("The teacher gives {} values for a sample, the student {}.",
                                    batch.teacher.as<float>().size() / rows, width));
        for (size_t i = 0; i < rows; ++i) {
            const Row row = values.subspan(i * width, width);
            if (!batch.labels.empty()) {
                const auto label = static_cast<size_t>(batch.labels[i]);
                const bool known = label < width;
                right += known && std::ranges::max_element(row) - row.begin() == static_cast<long>(label);
                ++labelled;
                sum += known ? loss.labels * (logSum(row) - row[label]) : 0.0;
            }
            if (loss.distillation > 0)
                sum +=
                    loss.distillation * divergence(row, batch.teacher.as<float>().subspan(i * width, width));
        }
        judgement.samples += static_cast<int64_t>(rows);
        if (loss.features > 0) {
            Loss features = loss;
            features.labels = features.distillation = 0;
            sum += static_cast<double>(rows) * network.evaluate(batch, features).total;
        }
    }
    judgement.loss = judgement.samples > 0 ? sum / static_cast<double>(judgement.samples) : 0;
    if (labelled > 0)
        judgement.accuracy = static_cast<double>(right) / static_cast<double>(labelled);
    return judgement;
}

} // namespace lathe::train
