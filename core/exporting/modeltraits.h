#pragma once
// What decides how two runs of a model can be compared. Inside core only.
#include "core/model/model.h"

namespace lathe {

/// Whether any value that depends on what is fed is float16 or bfloat16, whatever the inputs and outputs are.
bool computesInHalf(const Model &model);

/// Operators that draw other numbers in each run, without a seed of their own: "Dropout, RandomNormal"; empty
/// when there are none. Also those in subgraphs and functions.
std::string unseededOperators(const Model &model);
/// The same model with a seed for each of them, equal for models that have the same ones in the same order.
Model withSeeds(const Model &model);

/// How many values are rounded to integers on their way (QuantizeLinear), subgraphs included. Where the
/// runtime fuses that with what computes the value, it may round to the next integer.
int64_t quantizedValues(const Model &model);
/// Relative: the outputs of a model with so many quantized values may move by this when each moves by one
/// step.
double quantizationStep(int64_t quantized);

} // namespace lathe
