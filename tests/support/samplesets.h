#pragma once
// Sample sets from tensors.
#include "core/data/samples.h"

namespace lathe::test {

/// @param tensors one for each input of the model, by name; the first axis counts the samples
/// @param labels empty: none
SampleSet sampleSet(const Model &model, const std::vector<std::pair<std::string, Tensor>> &tensors,
                    const std::vector<int> &labels = {});
/// Random samples for a model whose inputs say all their dimensions but the first, in the runtime's numbers:
/// integers are below `words`.
SampleSet randomSamples(const Model &model, size_t count, const std::vector<int> &labels = {},
                        unsigned seed = 3, int words = 16);
/// Labels of ten classes in turn.
std::vector<int> mixedLabels(size_t count);

} // namespace lathe::test
