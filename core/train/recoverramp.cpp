#include "core/train/recoverramp.h"

#include "core/base/error.h"
#include "core/calibrate/calibration.h"
#include "core/model/proto.h"
#include "core/onnx/graphindex.h"
#include "core/recover/tunedmodel.h"
#include "core/train/gradients.h"
#include "core/train/timelimit.h"
#include "core/train/trainedmodel.h"

#include <algorithm>
#include <cmath>

namespace lathe::train {
namespace {

constexpr int64_t fewestStages = 2, mostStages = 10;

/// Plain values for all that is compressed, as the source has them.
CompressedModel uncompressed(const CompressedModel &start)
{
    CompressedModel plain = start;
    plain.tuning = nullptr;
    for (size_t i = 0; i < plain.layers.size(); ++i) {
        LayerCode &code = plain.layers[i].code;
        const Layer &layer = plain.source.layers()[i];
        code.biasShift = {};
        if (code.weight && !layer.tiedTo)
            code.weight = std::make_shared<const Encoding>(
                MatrixEncoding{layer.rows, layer.cols, {}, DenseValues{plain.source.weight(i)}});
    }
    return plain;
}

double shareOfZeros(const LayerResult &layer)
{
    return layer.code.weight ? storedSparsity(*layer.code.weight) : 0.0;
}

class Ramp {
public:
    Ramp(Engine &engine, const CompressedModel &start, const RampTask &task, const JobContext &ctx)
        : m_engine(engine), m_start(start), m_task(task), m_ctx(ctx), m_plain(uncompressed(start)),
          m_student(studentOf(m_plain, task.oneByOne)),
          m_model(withConstants(m_student.task.model, task.learned))
    {
        const bool prunes = std::ranges::any_of(
            start.layers, [](const LayerResult &layer) { return layer.settings.prune.has_value(); });
        if (!prunes)
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("The plan prunes little by little, but the recipe prunes no layer."));
    }

    CompressedModel run()
    {
        const PruneRamp &ramp = *m_task.step.prune;
        const int64_t count = stages();
        for (int64_t i = std::min(m_task.done, count - 1) + 1; i <= count; ++i) {
            const double part = static_cast<double>(i) / static_cast<double>(count);
            const double share =
                ramp.to > 0 ? std::clamp(shareAt(ramp, part * ramp.epochs) / ramp.to, 0.0, 1.0) : 1.0;
            const auto left = static_cast<double>(count - i + 1);
            if (m_task.seconds)
                m_secondsOfStage = std::max(0.0, *m_task.seconds - m_watch.seconds()) / left;
            train(share, ramp.epochs / static_cast<double>(count), static_cast<uint64_t>(i),
                  m_ctx.part((part - 1.0 / static_cast<double>(count)) * 0.9, part * 0.9));
            if (m_task.onStage && i < count)
                m_task.onStage(i, m_values);
        }
        const CompressedModel last = compressedTo(1.0, true, m_ctx.part(0.9, 1.0));
        CompressedModel result = m_learned;
        for (size_t i = 0; i < result.layers.size(); ++i)
            result.layers[i].code = last.layers[i].code;
        result.tuning =
            tuningOf(result, m_start, m_learned.constants(), learnedOn("pruned in stages", m_task.data));
        return result;
    }

private:
    int64_t stages() const
    {
        const PruneRamp &ramp = *m_task.step.prune;
        const auto perEpoch = std::max<double>(1.0, static_cast<double>(m_task.data.training().size()) /
                                                        static_cast<double>(m_task.step.batch));
        return std::clamp(
            static_cast<int64_t>(std::llround(ramp.epochs * perEpoch / static_cast<double>(ramp.every))),
            fewestStages, mostStages);
    }

    /// @param whole all that the recipe does to a layer, else pruning alone
    Recipe recipeTo(double share, bool whole) const
    {
        Recipe recipe;
        for (size_t i = 0; i < m_start.layers.size(); ++i) {
            const LayerResult &layer = m_start.layers[i];
            if (!layer.code.weight || m_start.source.layers()[i].tiedTo)
                continue;
            LayerSettings settings;
            if (whole)
                settings = layer.settings;
            settings.prune = layer.settings.prune;
            settings.fold.reset(); // that is done in the source, as what follows
            settings.channels.reset();
            settings.drop.reset();
            settings.renormalize.reset();
            if (settings.prune && settings.prune->pattern.kind != PrunePattern::Kind::NofM) {
                settings.prune->scope = PruneScope::Layer;
                settings.prune->ratio = std::min(0.9999, share * shareOfZeros(layer));
            }
            if (settings.prune || whole)
                recipe.rules.push_back(exactRule(m_model.layers()[i].name, settings));
        }
        return recipe;
    }

    CompressedModel compressedTo(double share, bool whole, const JobContext &ctx) const
    {
        const Recipe recipe = recipeTo(share, whole);
        CalibrationOptions options;
        options.cacheFolder.clear(); // nobody sees these weights again
        options.gradients = gradientSource();
        std::shared_ptr<const Calibration> calibration;
        if (needsInputs(m_model, recipe))
            calibration = calibrate(m_model, m_task.samples, options, ctx.part(0.0, 0.3));
        return Compressor(m_model, calibration).compress(recipe, ctx.part(0.3, 1.0));
    }

    void train(double share, double epochs, uint64_t stage, const JobContext &ctx)
    {
        const CompressedModel pruned = compressedTo(share, false, ctx.part(0.0, 0.3));
        TrainingTask task = m_student.task;
        task.model = m_model;
        task.regrows = m_task.step.prune->regrow > 0;
        for (size_t i = 0; i < m_student.layers.size(); ++i)
            task.trainable.weights[i].encoding = maskedBy(pruned, m_student.layers[i]);
        PlanStep step = m_task.step;
        step.prune.reset();
        step.epochs = epochs;
        step.steps = 0;
        step.schedule = {Schedule::Kind::Constant};
        step.patience = 0;
        task.plan.steps = {step};
        task.plan.seed = Chance::mixed(m_task.seed, stage);
        std::optional<Teacher> teacher;
        if (step.losses.needsTeacher())
            task.teacher =
                &teacher.emplace(teacherFor(task, m_start.source, m_task.data, ctx, m_task.teacherMemory));
        Trainer trainer(m_engine, std::move(task), m_task.data);
        TrainerOptions options;
        options.onEvent = m_task.onEvent;
        options.memory = m_task.memory;
        options.keptInputs = m_task.keptInputs;
        options.pause = m_task.pause;
        bool outOfTime = false;
        const TrainingResult result =
            trainWithin(trainer, options, m_secondsOfStage, outOfTime, ctx.part(0.3, 1.0));
        if (result.stop == TrainingResult::Stop::Cancelled && !outOfTime)
            throw Cancelled{};
        if (result.stop == TrainingResult::Stop::Diverged)
            throw Error(ErrorCode::NumericFailure, result.reason);
        m_learned = withLearned(m_student, trainer.network(), m_plain, std::string());
        m_values = values(trainer.network());
        m_model = withConstants(m_model, m_values);
    }

    /// Values that are masked as they were, in case they come back.
    MatrixEncoding maskedBy(const CompressedModel &pruned, size_t layer) const
    {
        MatrixEncoding masked{m_model.layers()[layer].rows,
                              m_model.layers()[layer].cols,
                              {},
                              DenseValues{m_model.weight(layer)}};
        const LayerCode &code = pruned.layers[layer].code;
        const auto *matrix = code.weight ? std::get_if<MatrixEncoding>(code.weight.get()) : nullptr;
        if (matrix == nullptr || matrix->kept.empty())
            return masked;
        Matrix &values = std::get<DenseValues>(masked.values).values;
        const Matrix there = decode(*matrix);
        for (Index i = 0; i < values.size(); ++i)
            if (matrix->kept[static_cast<size_t>(i)] != 0)
                values.data()[i] = there.data()[i];
        masked.kept = matrix->kept;
        return masked;
    }

    std::map<std::string, Tensor> values(const Network &network) const
    {
        std::map<std::string, Tensor> all;
        for (const auto &[name, tensor] : network.constants())
            if (m_model.content().index->find(0, name))
                all.emplace(name, tensor);
        const std::vector<WeightForm> &forms = m_student.task.trainable.weights;
        const std::vector<Encoding> masked = network.weights();
        const bool regrows = m_task.step.prune->regrow > 0;
        for (size_t i = 0; i < forms.size(); ++i) {
            const Matrix weight = regrows ? network.unmasked(i) : decode(masked[i]);
            const Layer &layer = m_model.layers()[m_student.layers[i]];
            all[forms[i].constant] = makeTensor(layer.weightShape, matrixToConstant(layer.layout, weight));
        }
        return all;
    }

    Engine &m_engine;
    const CompressedModel &m_start;
    const RampTask &m_task;
    const JobContext m_ctx;
    const CompressedModel m_plain;
    const Student m_student;
    Model m_model;                          ///< with what has been learned, masked values too
    std::map<std::string, Tensor> m_values; ///< that it has them in
    CompressedModel m_learned{m_plain};
    const Stopwatch m_watch{m_task.pause};
    std::optional<double> m_secondsOfStage;
};

} // namespace

CompressedModel prunedInStages(Engine &engine, const CompressedModel &start, const RampTask &task,
                               const JobContext &ctx)
{
    return Ramp(engine, start, task, ctx).run();
}

} // namespace lathe::train
