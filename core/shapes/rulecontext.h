#pragma once
// What the shape rules see of a node. Inside core/shapes only.
#include "core/onnx/graphindex.h"
#include "core/shapes/shaperules.h"

namespace lathe {

using Shapes = std::vector<std::optional<Shape>>;

struct RuleContext {
    const onnx::NodeProto &node;
    std::span<const RuleInput> inputs;

    bool has(size_t input) const
    {
        return input < inputs.size() && !node.input(static_cast<int>(input)).empty();
    }
    const Shape *shape(size_t input) const { return input < inputs.size() ? inputs[input].shape : nullptr; }
    const WholeNumbers *numbers(size_t input) const
    {
        return input < inputs.size() ? inputs[input].numbers : nullptr;
    }
    const std::vector<float> *reals(size_t input) const
    {
        return input < inputs.size() ? inputs[input].reals : nullptr;
    }
    int64_t integer(std::string_view name, int64_t fallback) const
    {
        return intAttribute(node, name, fallback);
    }
    const std::string &text(std::string_view name) const
    {
        static const std::string none;
        const auto *attribute = findAttribute(node, name);
        return attribute ? attribute->s() : none;
    }
    bool gives(std::string_view name) const { return findAttribute(node, name) != nullptr; }
    /// A list attribute of plausible numbers; nothing when it is not given, too odd or of another length.
    std::optional<Shape> list(std::string_view name) const
    {
        const auto *attribute = findAttribute(node, name);
        if (!attribute)
            return std::nullopt;
        for (const int64_t v : attribute->ints())
            if (v <= -largestDimension || v >= largestDimension)
                return std::nullopt;
        return Shape(attribute->ints().begin(), attribute->ints().end());
    }
    /// `size` numbers of at least `least`, or `fallback` repeated when the attribute is not given.
    std::optional<Shape> list(std::string_view name, size_t size, int64_t least, int64_t fallback) const
    {
        if (!gives(name))
            return Shape(size, fallback);
        std::optional<Shape> values = list(name);
        if (!values || values->size() != size)
            return std::nullopt;
        for (const int64_t v : *values)
            if (v < least)
                return std::nullopt;
        return values;
    }
    /// Axes, lengths and the like: an attribute in old opsets, an input in new ones.
    std::optional<Shape> listOrInput(std::string_view name, size_t input) const
    {
        if (gives(name))
            return list(name);
        const WholeNumbers *values = numbers(input);
        return values ? std::optional(values->values) : std::nullopt;
    }
};

// Each returns one entry for each output that it can tell, or nothing.
Shapes convolutionRule(const RuleContext &c); ///< Conv, ConvInteger, QLinearConv
Shapes transposedConvolutionRule(const RuleContext &c);
Shapes poolRule(const RuleContext &c);
Shapes globalPoolRule(const RuleContext &c);
Shapes productRule(const RuleContext &c); ///< MatMul, MatMulInteger, QLinearMatMul
Shapes gemmRule(const RuleContext &c);
Shapes recurrentRule(const RuleContext &c);
Shapes reshapeRule(const RuleContext &c);
Shapes transposeRule(const RuleContext &c);
Shapes flattenRule(const RuleContext &c);
Shapes squeezeRule(const RuleContext &c);
Shapes unsqueezeRule(const RuleContext &c);
Shapes concatRule(const RuleContext &c);
Shapes splitRule(const RuleContext &c);
Shapes sliceRule(const RuleContext &c);
Shapes padRule(const RuleContext &c);
Shapes expandRule(const RuleContext &c);
Shapes tileRule(const RuleContext &c);
Shapes resizeRule(const RuleContext &c);
Shapes blocksRule(const RuleContext &c); ///< DepthToSpace, SpaceToDepth
Shapes gatherRule(const RuleContext &c);
Shapes gatherNdRule(const RuleContext &c);
Shapes reduceRule(const RuleContext &c);
Shapes extremeIndexRule(const RuleContext &c); ///< ArgMax, ArgMin
Shapes topKRule(const RuleContext &c);
Shapes oneHotRule(const RuleContext &c);

/// Joint shape by ONNX's (numpy's) broadcasting.
std::optional<Shape> broadcastShape(const Shape &a, const Shape &b);

} // namespace lathe
