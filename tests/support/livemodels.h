#pragma once
// Small classifiers with a layer of each kind in their middle, for tests of what moves while others stay.
#include "tests/support/graphbuilder.h"

namespace lathe::test {

struct LiveModelCase {
    const char *name;
    Model (*build)();
    std::vector<size_t> moving; ///< the layers of that kind
    bool cuttable = true;       ///< something can be kept between moves
    bool cuttableInFloat16 = true;
};
const std::vector<LiveModelCase> &liveModels();

/// Convolutions with a residual between: layers "front", "middle" and "head". @param batch -1: free
Model liveConvolution(int64_t batch = -1);
/// The same head with a product in the middle, whose shape is that of the batch 1 only.
Model onlyBatchOne();

/// The same in float16: constants, inputs and outputs.
Model inFloat16(const Model &model);

/// Settings that any layer can be asked for, from one method to all of them together.
std::vector<std::string> plainSettings();
std::vector<std::string> calibratedSettings();

} // namespace lathe::test
