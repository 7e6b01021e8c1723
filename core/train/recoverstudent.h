#pragma once
// A compressed model as what is trained of it, and back.
#include "core/compress/compressor.h"
#include "core/exporting/shiftedmodel.h"
#include "core/train/trainer.h"

namespace lathe::train {

/// A compressed model as a task without a plan: what its layers carry keeps its structure; weights that carry
/// nothing stay as they are. Trained besides: biases, scales and shifts of normalizations, and the shifts
/// that layers carry.
struct Student {
    TrainingTask task;
    std::vector<size_t> layers;     ///< of each weight that is trained
    std::vector<LayerShift> shifts; ///< of the task's model
};

/// @param oneByOne the graph takes one sample at a time, see takesBatches(); else it is opened, see
/// anyBatch()
/// @throws Error InvalidArgument: no layer carries anything that could be trained
Student studentOf(const CompressedModel &compressed, bool oneByOne = false);

/// Of what was learned from data. @param how "trained"
Tuning::Source learnedOn(std::string_view how, const TrainingData &data);

/// Whether the model's graph takes several samples at once after anyBatch(), tried on two.
/// @throws Error as Engine::network(), those of the data
bool takesBatches(const Engine &engine, const Model &model, const TrainingData &data,
                  const JobContext &ctx = {});

/// What has been learned in the places that it belongs to, as a tuning laid over the same recipe; what a
/// compressor says of its layers is that of before.
/// @param start what the student was made of @param learned where it comes from
CompressedModel withLearned(const Student &student, const Network &network, const CompressedModel &start,
                            Tuning::Source learned);

/// A model whose graph is written for batches of one size, for any: its inputs, and the shapes that are
/// constants and begin with that size, take what comes. The same model where it does so already.
Model anyBatch(const Model &model);

} // namespace lathe::train
