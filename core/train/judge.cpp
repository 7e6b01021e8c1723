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

/// Scores of the classes that the teacher tells apart.
std::vector<float> chosen(Row scores, const std::vector<int64_t> &taught)
{
    if (taught.empty())
        return {scores.begin(), scores.end()};
    std::vector<float> some;
    for (const int64_t of : taught)
        some.push_back(scores[static_cast<size_t>(of)]);
    return some;
}

/// Whether the teacher has a say on a sample of that class.
bool isTaught(const std::vector<int64_t> &taught, std::span<const int64_t> labels, size_t sample)
{
    return taught.empty() || labels.empty() || std::ranges::binary_search(taught, labels[sample]);
}

} // namespace

bool Judgement::isBetterThan(const Judgement &other, const Losses &losses) const
{
    if (losses.labels > 0 && accuracy != other.accuracy)
        return accuracy > other.accuracy;
    return loss < other.loss || (std::isfinite(loss) && !std::isfinite(other.loss));
}

Judge::Judge(const TrainingData &data, Teacher *teacher, std::string output, int64_t memory)
    : m_data(data), m_teacher(teacher), m_output(std::move(output)), m_memory(memory)
{
}

BatchLoader::Work Judge::workFor(const Loss &loss, int64_t resolution) const
{
    BatchLoader::Work work;
    work.samples = m_data.validation();
    work.batch = batchSize;
    work.view.resolution = resolution;
    work.labels = m_data.hasLabels();
    work.whole = true;
    work.teacher = loss.distillation > 0 || loss.features > 0 ? m_teacher : nullptr;
    return work;
}

void Judge::add(Sums &sums, Network &network, const Loss &loss, const Batch &batch) const
{
    const int64_t fed = batch.inputs.begin()->second.shape.front();
    const Tensor scores = network.run(batch.inputs, {m_output}).front();
    if (scores.shape.empty() || scores.shape.front() != fed)
        throw Error(ErrorCode::Unsupported,
                    Message::tr("For {} samples the model gives {}: its graph takes no batches.", fed,
                                shapeText(scores.shape)));
    const std::span<const float> values = scores.as<float>();
    const auto rows = static_cast<size_t>(fed);
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
            sums.right += known && std::ranges::max_element(row) - row.begin() == static_cast<long>(label);
            ++sums.labelled;
            sums.loss += known ? loss.labels * (logSum(row) - row[label]) : 0.0;
        }
        if (loss.distillation > 0 && isTaught(loss.taught, batch.labels, i)) {
            const std::vector<float> given = chosen(row, loss.taught);
            const std::vector<float> wanted =
                chosen(batch.teacher.as<float>().subspan(i * width, width), loss.taught);
            sums.loss += loss.distillation * divergence(given, wanted);
            sums.agreed += std::ranges::max_element(given) - given.begin() ==
                           std::ranges::max_element(wanted) - wanted.begin();
            ++sums.asked;
        }
    }
    sums.samples += fed;
    if (loss.features > 0) {
        Loss features = loss;
        features.labels = features.distillation = 0;
        sums.loss += static_cast<double>(rows) * network.evaluate(batch, features).total;
    }
}

Judgement Judge::judge(Network &network, const Loss &loss, int64_t resolution, const JobContext &ctx)
{
    Sums sums;
    const std::pair made(loss.distillation > 0 || loss.features > 0, resolution);
    if (m_keptFor == made) {
        for (const Batch &batch : m_kept) {
            ctx.throwIfCancelled();
            add(sums, network, loss, batch);
        }
    } else {
        const bool keeps =
            m_data.bytesOfSample() * static_cast<int64_t>(m_data.validation().size()) <= m_memory;
        m_kept.clear();
        m_keptFor.reset();
        BatchLoader loader(m_data, workFor(loss, resolution), ctx);
        while (std::optional<Batch> batch = loader.next()) {
            ctx.throwIfCancelled();
            add(sums, network, loss, *batch);
            if (keeps)
                m_kept.push_back(std::move(*batch));
        }
        if (keeps)
            m_keptFor = made;
    }
    Judgement judgement;
    judgement.samples = sums.samples;
    if (sums.samples > 0)
        judgement.loss = sums.loss / static_cast<double>(sums.samples);
    if (sums.labelled > 0)
        judgement.accuracy = static_cast<double>(sums.right) / static_cast<double>(sums.labelled);
    if (sums.asked > 0)
        judgement.agreement = static_cast<double>(sums.agreed) / static_cast<double>(sums.asked);
    return judgement;
}

} // namespace lathe::train
