#pragma once
#include "tests/support/graphbuilder.h"

namespace lathe::test {

/// Residual blocks in a row, four nodes each: Conv, Relu, Conv, Add. All share their weights unless
/// `ownWeights`.
inline GraphBuilder residualBlocks(int blocks, bool ownWeights = false)
{
    GraphBuilder b;
    b.input("x", {1, 4, 8, 8}).output("out").random("w", {4, 4, 3, 3}).random("w2", {4, 4, 3, 3});
    std::string last = "x";
    for (int i = 0; i < blocks; ++i) {
        const std::string n = std::to_string(i);
        const std::pair<std::string, Attribute> pads{"pads", std::vector<int64_t>{1, 1, 1, 1}};
        const std::string first = ownWeights ? "w_" + n : "w", second = ownWeights ? "v_" + n : "w2";
        if (ownWeights)
            b.random(first, {4, 4, 3, 3}, 0.05F).random(second, {4, 4, 3, 3}, 0.05F);
        b.node("Conv", {last, first}, {"a" + n}, {pads}, "first_" + n);
        b.node("Relu", {"a" + n}, {"r" + n}, {}, "relu_" + n);
        b.node("Conv", {"r" + n, second}, {"c" + n}, {pads}, "second_" + n);
        b.node("Add", {"c" + n, last}, {"s" + n}, {}, "sum_" + n);
        last = "s" + n;
    }
    b.node("Relu", {last}, {"out"}, {}, "head");
    return b;
}

inline Model residualModel(int blocks)
{
    return residualBlocks(blocks).build();
}

} // namespace lathe::test
