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

} // namespace lathe::test
