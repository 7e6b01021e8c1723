#include "core/train/torch/losses.h"

#include "core/base/error.h"
#include "core/train/torch/tensors.h"

#include <algorithm>

namespace lathe::train {
namespace {

/// [N, values of a sample]
at::Tensor byRow(const at::Tensor &all)
{
    return all.dim() < 2 ? all.view({-1, 1}) : all.flatten(1);
}

/// Scores [N, classes] as logarithms of probabilities at a temperature.
at::Tensor logProbabilities(const at::Tensor &scores, bool isProbability, double temperature)
{
    const at::Tensor flat = byRow(scores);
    return at::log_softmax((isProbability ? flat.clamp_min(1e-12).log() : flat) / temperature, 1);
}

at::Tensor crossEntropy(const at::Tensor &scores, bool isProbability, const std::vector<int64_t> &labels)
{
    const at::Tensor log = logProbabilities(scores, isProbability, 1);
    if (static_cast<int64_t>(labels.size()) != log.size(0))
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("There are {} labels for {} samples.", labels.size(), log.size(0)));
    for (const int64_t label : labels)
        if (label < 0 || label >= log.size(1))
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("The label {} is none of the model's {} classes.", label, log.size(1)));
    return at::nll_loss(log, at::tensor(labels, at::kLong));
}

/// Places of samples whose class is one of these.
at::Tensor rowsOf(const std::vector<int64_t> &labels, const std::vector<int64_t> &classes)
{
    std::vector<int64_t> rows;
    for (size_t i = 0; i < labels.size(); ++i)
        if (std::ranges::binary_search(classes, labels[i]))
            rows.push_back(static_cast<int64_t>(i));
    return at::tensor(rows, at::kLong);
}

at::Tensor divergence(const at::Tensor &scores, const at::Tensor &teacher, const Loss &loss,
                      const std::vector<int64_t> &labels)
{
    at::Tensor own = byRow(scores), wantedOf = byRow(teacher);
    if (own.sizes() != wantedOf.sizes())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The teacher gives {} values for a sample, the student {}.", wantedOf.size(1),
                                own.size(1)));
    const auto samples = static_cast<double>(own.size(0));
    if (!loss.taught.empty()) {
        if (!labels.empty()) {
            const at::Tensor rows = rowsOf(labels, loss.taught);
            own = own.index_select(0, rows);
            wantedOf = wantedOf.index_select(0, rows);
        }
        const at::Tensor classes = at::tensor(loss.taught, at::kLong);
        own = own.index_select(1, classes);
        wantedOf = wantedOf.index_select(1, classes);
    }
    const at::Tensor wanted = logProbabilities(wantedOf, loss.isProbability, loss.temperature);
    const at::Tensor given = logProbabilities(own, loss.isProbability, loss.temperature);
    const at::Tensor all = (wanted.exp() * (wanted - given)).sum();
    return all * (loss.temperature * loss.temperature / samples);
}

void requireScores(const Loss &loss, const at::Tensor &output)
{
    if (output.dim() < 2 && (loss.labels > 0 || loss.distillation > 0))
        throw Error(ErrorCode::Unsupported,
                    Message::tr("The output \"{}\" is {} for a batch, which are no scores of classes.",
                                loss.output, shapeText(output.sizes().vec())));
}

void requireTeacher(const Loss &loss, const Batch &batch)
{
    if (loss.distillation > 0 && batch.teacher.bytes.empty())
        throw Error(ErrorCode::InvalidArgument, Message::tr("The batch has no output of the teacher."));
    if (loss.features > 0 && batch.features.size() != loss.featureValues.size())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The batch has {} of the teacher's {} features.", batch.features.size(),
                                loss.featureValues.size()));
}

at::Tensor relativeSquares(const at::Tensor &given, const at::Tensor &wanted)
{
    if (given.sizes() != wanted.sizes())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The teacher's features have another shape than the student's."));
    const at::Tensor scale = wanted.square().mean().clamp_min(1e-12);
    return (given - wanted).square().mean() / scale;
}

} // namespace

LossTensors lossOf(const Loss &loss, const Batch &batch, const std::vector<at::Tensor> &outputs)
{
    requireTeacher(loss, batch);
    requireScores(loss, outputs.front());
    LossTensors result{at::zeros({}, outputs.front().options()), {}};
    const auto add = [&result](double weight, const at::Tensor &part, double &figure) {
        figure = part.item().toDouble();
        result.total = result.total + part * weight;
    };
    const at::ScalarType type = outputs.front().scalar_type();
    if (loss.labels > 0)
        add(loss.labels, crossEntropy(outputs.front(), loss.isProbability, batch.labels),
            result.parts.labels);
    if (loss.distillation > 0)
        add(loss.distillation,
            divergence(outputs.front(), borrowed(batch.teacher).to(type), loss, batch.labels),
            result.parts.distillation);
    if (loss.features > 0) {
        at::Tensor sum = at::zeros({}, outputs.front().options());
        for (size_t i = 0; i < loss.featureValues.size(); ++i)
            sum = sum + relativeSquares(outputs.at(i + 1), borrowed(batch.features.at(i)).to(type));
        add(loss.features, sum / static_cast<double>(loss.featureValues.size()), result.parts.features);
    }
    result.parts.total = result.total.item().toDouble();
    return result;
}

} // namespace lathe::train
