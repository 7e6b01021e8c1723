#pragma once
// Around a training: whether it can be done, and what becomes of it.
#include "core/train/trainer.h"

namespace lathe::train {

/// @throws Error Unsupported naming the layers that cannot be trained through
void requireTrainable(const Engine &engine, const Model &model);

/// Where a step learns by labels that are not enough for it and by a teacher too, it learns by the teacher
/// alone.
/// @returns what was changed, as notes @throws Error as requireLabels() where there is no teacher to learn
/// from
std::vector<Message> useLabelsWhereTheyServe(Plan &plan, const TrainingData &data, int64_t classes);

/// The teacher for a plan. Where that learns features too, the task is told which; where the teacher's have
/// other channels, the task's model gets a linear map to them that is trained along
/// (core/train/featuremap.h); where they have other places, both are averaged over them.
/// @throws Error as Teacher, featureValue(); InvalidArgument: features without channels
Teacher teacherFor(TrainingTask &task, const Model &teacher, const TrainingData &data,
                   const JobContext &ctx = {}, int64_t memory = MemoryShares().teacher);

/// What has been learned in the graph it was learned in, with the plan among its metadata.
Model trainedModel(const Trainer &trainer, const Plan &plan);

/// Writes it with its preprocessing beside it: both, or none. @returns bytes of the model
/// @throws Error FileUnwritable
int64_t saveTrained(const Trainer &trainer, const Plan &plan, const std::filesystem::path &path,
                    const std::optional<Preprocessing> &preprocessing);
std::filesystem::path preprocessingBeside(const std::filesystem::path &model);

} // namespace lathe::train
