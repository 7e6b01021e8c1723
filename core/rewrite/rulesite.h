#pragma once
// What the channel rules see of a node, and what they tell. Inside core/rewrite only.
#include "core/onnx/graphindex.h"
#include "core/rewrite/channelaxes.h"
#include "core/shapes/shapearithmetic.h"

#include <functional>
#include <set>

namespace lathe {

/// What rules find beside which elements belong together.
struct ChannelFacts {
    struct Root {
        AxisId axis = noAxis;
        int node = -1;
    };
    struct Note {
        AxisId axis = noAxis;
        Message text;
    };
    struct Change {
        AxisId axis = noAxis;
        int node = -1;
        std::string what;
    };
    /// An axis in which several factors are laid out, the first of them outermost.
    struct Layout {
        AxisId axis = noAxis;
        std::vector<AxisId> factors;
        int node = -1;
    };
    std::vector<Root> roots;     ///< axes of weights along which a layer makes its channels
    std::vector<Root> summed;    ///< axes of weights along which a layer sums over what it reads
    std::vector<Note> notes;     ///< what mixes the places of an axis by other than weights
    std::vector<Change> changes; ///< what must be rewritten when an axis loses places
    std::vector<Layout> layouts;
};

struct RuleSite {
    ChannelAxes &axes;
    ChannelFacts &facts;
    const onnx::NodeProto &node;
    int index = -1; ///< of the node in the main graph
    std::string label;
    int64_t opset = 0;
    std::vector<int> in, out; ///< tensors; -1: absent
    std::function<const WholeNumbers *(int input)> numbers;
    std::function<std::optional<std::vector<float>>(int input)> reals; ///< of a constant
    std::function<bool(int output)> isUsed;

    bool has(size_t input) const { return input < in.size() && in[input] >= 0; }
    bool gives(size_t output) const { return output < out.size() && out[output] >= 0; }
    const Shape &shape(size_t input) const { return axes.tensor(in[input]).shape; }
    const Shape &outShape(size_t output = 0) const { return axes.tensor(out[output]).shape; }
    size_t rank(size_t input) const { return has(input) ? shape(input).size() : 0; }
    size_t outRank(size_t output = 0) const { return gives(output) ? outShape(output).size() : 0; }
    bool isMade(size_t input) const { return axes.tensor(in[input]).made; }
    AxisId axis(size_t input, size_t d) const
    {
        return axes.tensor(in[input]).firstAxis + static_cast<AxisId>(d);
    }
    AxisId outAxis(size_t d, size_t output = 0) const
    {
        return axes.tensor(out[output]).firstAxis + static_cast<AxisId>(d);
    }
    int64_t length(AxisId axis) const { return axes.length(axis); }
    int64_t integer(std::string_view name, int64_t fallback) const
    {
        return intAttribute(node, name, fallback);
    }
    std::string text(std::string_view name) const
    {
        const auto *attribute = findAttribute(node, name);
        return attribute ? attribute->s() : std::string();
    }
    /// Axes, lengths and the like: an attribute in old opsets, an input in new ones.
    std::optional<Shape> listOrInput(std::string_view name, int input) const
    {
        if (const auto *attribute = findAttribute(node, name))
            return Shape(attribute->ints().begin(), attribute->ints().end());
        const WholeNumbers *values = numbers(input);
        return values ? std::optional(values->values) : std::nullopt;
    }

    /// The same channels; axes of other lengths are locked both.
    void join(AxisId a, AxisId b)
    {
        if (length(a) == length(b)) {
            axes.join(a, b, index);
            return;
        }
        const Message reason = Message::tr("{} joins axes of different lengths", label);
        axes.lock(a, reason);
        axes.lock(b, reason);
    }
    /// `count` places of each, `step` apart on `a`.
    void joinPart(AxisId a, int64_t firstA, AxisId b, int64_t firstB, int64_t count, int64_t step = 1)
    {
        axes.link(a, b, index);
        for (int64_t i = 0; i < count; ++i)
            axes.unite(a, firstA + i * step, b, firstB + i);
    }
    /// Axes of one input that the first output has in the same places.
    void joinSame(size_t input, size_t output = 0)
    {
        for (size_t d = 0; d < std::min(rank(input), outRank(output)); ++d)
            join(axis(input, d), outAxis(d, output));
    }
    void lock(AxisId axis, const Message &reason) { axes.lock(axis, reason); }
    void lockAll(const Message &reason)
    {
        for (const std::vector<int> *tensors : {&in, &out})
            for (const int t : *tensors)
                for (size_t d = 0; t >= 0 && d < axes.tensor(t).shape.size(); ++d)
                    axes.lock(axes.tensor(t).firstAxis + static_cast<AxisId>(d), reason);
    }
    void change(AxisId axis, const std::string &what) { facts.changes.push_back({axis, index, what}); }
    void note(AxisId axis, const Message &text) { facts.notes.push_back({axis, text}); }
    void root(AxisId axis) { facts.roots.push_back({axis, index}); }
    void summed(AxisId axis) { facts.summed.push_back({axis, index}); }
};

/// Each returns false when it cannot follow the node: all its axes are locked then.
using ChannelRule = bool (*)(RuleSite &);

// layerchannels.cpp
bool convolutionChannels(RuleSite &s); ///< Conv, ConvInteger, QLinearConv
bool transposedConvolutionChannels(RuleSite &s);
bool gemmChannels(RuleSite &s);
bool productChannels(RuleSite &s); ///< MatMul, MatMulInteger, QLinearMatMul
bool einsumChannels(RuleSite &s);
bool recurrentChannels(RuleSite &s);
bool gatherChannels(RuleSite &s); ///< embeddings are among them
// normalizedchannels.cpp
bool batchNormalizedChannels(RuleSite &s);
bool instanceNormalizedChannels(RuleSite &s);
bool layerNormalizedChannels(RuleSite &s);
bool skipNormalizedChannels(RuleSite &s);
bool groupNormalizedChannels(RuleSite &s);
bool acrossChannels(RuleSite &s); ///< LRN, LpNormalization, MeanVarianceNormalization
bool softmaxChannels(RuleSite &s);
bool reducedChannels(RuleSite &s);
bool quantizedChannels(RuleSite &s); ///< QuantizeLinear, DequantizeLinear
// movedchannels.cpp
bool reshapedChannels(RuleSite &s); ///< Reshape, Flatten, Squeeze, Unsqueeze
bool transposedChannels(RuleSite &s);
bool joinedChannels(RuleSite &s); ///< Concat
bool splitChannels(RuleSite &s);
bool slicedChannels(RuleSite &s);
bool paddedChannels(RuleSite &s);
bool expandedChannels(RuleSite &s);
bool tiledChannels(RuleSite &s);
bool depthToSpaceChannels(RuleSite &s); ///< and SpaceToDepth
bool resizedChannels(RuleSite &s);
bool pooledChannels(RuleSite &s);
// attentionchannels.cpp
bool packedAttentionChannels(RuleSite &s);    ///< com.microsoft.Attention
bool multiHeadAttentionChannels(RuleSite &s); ///< com.microsoft.MultiHeadAttention, GroupQueryAttention
bool attentionChannels(RuleSite &s);          ///< of the standard

/// The rule of a node's operator; nullptr: nothing is known of it.
ChannelRule channelRule(const onnx::NodeProto &node);

} // namespace lathe
