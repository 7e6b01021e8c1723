#pragma once
// Small models of every kind of layer, and what to do to them.
#include "tests/support/graphbuilder.h"

namespace lathe::test {

struct LayerCase {
    const char *name;
    Model (*build)(int opset);
    int oldestOpset = 7;
};
/// One model for each kind of layer and each way in which a weight can reach it.
const std::vector<LayerCase> &layerCases();

/// `--set` texts after "*:", from one method alone to all of them together.
const std::vector<const char *> &methodCases();

/// Two convolutions ("conv1", "conv2"), pooling and a product ("fc"): what OpenCV computes as well.
Model network(unsigned seed = 5);

} // namespace lathe::test
