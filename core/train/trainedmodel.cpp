#include "core/train/trainedmodel.h"

#include "core/base/error.h"
#include "core/base/outputs.h"
#include "core/base/publication.h"
#include "core/model/proto.h"
#include "core/train/featuremap.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <ostream>

namespace lathe::train {
namespace {

constexpr const char *planKey = "lathe.plan";

void setMetadata(onnx::ModelProto &proto, const std::string &key, const std::string &value)
{
    for (onnx::StringStringEntryProto &entry : *proto.mutable_metadata_props())
        if (entry.key() == key) {
            entry.set_value(value);
            return;
        }
    onnx::StringStringEntryProto &entry = *proto.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
}

} // namespace

void requireTrainable(const Engine &engine, const Model &model)
{
    const std::vector<MissingOperator> missing = engine.missing(model);
    if (missing.empty())
        return;
    constexpr size_t shown = 8;
    std::string names;
    for (size_t i = 0; i < std::min(shown, missing.size()); ++i)
        names += fmt::format("{}{} ({})", i > 0 ? ", " : "", missing[i].node, missing[i].operatorType);
    if (missing.size() > shown)
        names += fmt::format(" + {}", missing.size() - shown);
    throw Error(ErrorCode::Unsupported, Message::tr("{} cannot be trained: there is no gradient for {}.",
                                                    model.content().label, names));
}

std::vector<Message> useLabelsWhereTheyServe(Plan &plan, const TrainingData &data, int64_t classes)
{
    std::vector<Message> notes;
    for (size_t i = 0; i < plan.steps.size(); ++i) {
        Losses &losses = plan.steps[i].losses;
        if (losses.labels == 0)
            continue;
        try {
            requireLabels(data, classes);
        } catch (const Error &error) {
            if (!losses.needsTeacher())
                throw;
            losses.labels = 0;
            notes.push_back(Message::tr("Step {} learns from the teacher alone: {}", i + 1, error.message()));
        }
    }
    return notes;
}

Teacher teacherFor(TrainingTask &task, const Model &teacher, const TrainingData &data, const JobContext &ctx,
                   int64_t memory)
{
    const auto learnsFeatures = [](const PlanStep &step) { return step.losses.features > 0; };
    if (std::ranges::none_of(task.plan.steps, learnsFeatures))
        return Teacher(teacher, {}, ctx.threadCount(), memory);
    Teacher made(teacher, {featureValue(teacher)}, ctx.threadCount(), memory);
    Teacher student(task.model, {featureValue(task.model)}, ctx.threadCount());
    const std::span<const size_t> first(data.training().data(), 1);
    const auto inputs = data.inputs(first, {}, ctx);
    const Shape wanted = made.answer(inputs, first, {}, ctx).features.front().shape;
    const Shape own = student.answer(inputs, first, {}, ctx).features.front().shape;
    task.features = {featureValue(task.model)};
    if (own == wanted)
        return made;
    if (own.size() < 2 || wanted.size() < 2)
        throw Error(
            ErrorCode::InvalidArgument,
            Message::tr("The teacher's features are {} for a sample, the student's {}: they have no channels "
                        "that could be learned.",
                        shapeText(wanted), shapeText(own)));
    const bool averages =
        own.size() != wanted.size() || !std::equal(own.begin() + 2, own.end(), wanted.begin() + 2);
    if (averages)
        made.averageFeatures();
    task.model = withFeatureMap(task.model, task.features.front(), own, wanted[1], averages, task.plan.seed);
    task.trainable.constants.push_back(std::string(featureMapName) + ".weight");
    task.features = {featureMapName};
    return made;
}

Model trainedModel(const Trainer &trainer, const Plan &plan)
{
    const TrainingTask &task = trainer.task();
    const Model model =
        withoutFeatureMap(withConstants(task.model, learned(trainer.network(), task.trainable)));
    onnx::ModelProto proto = model.content().proto;
    setMetadata(proto, planKey, nlohmann::ordered_json::parse(toJson(plan)).dump());
    return modelFromProto(std::move(proto), model);
}

std::filesystem::path preprocessingBeside(const std::filesystem::path &model)
{
    return parentOf(model) / (model.stem().string() + ".preprocessor_config.json");
}

int64_t saveTrained(const Trainer &trainer, const Plan &plan, const std::filesystem::path &path,
                    const std::optional<Preprocessing> &preprocessing)
{
    Publication files(path);
    const std::filesystem::path staged = files.stage(path);
    int64_t bytes = 0;
    try {
        bytes = trainedModel(trainer, plan).save(staged);
    } catch (const Error &error) {
        throw files.ofTargets(error);
    }
    if (preprocessing)
        files.write(preprocessingBeside(path), [&](std::ostream &out) { out << toJson(*preprocessing); });
    files.commit();
    return bytes;
}

} // namespace lathe::train
