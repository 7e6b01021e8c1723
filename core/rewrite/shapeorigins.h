#pragma once
// Where the numbers come from that a graph computes out of shapes. Inside core/rewrite only.
#include "core/rewrite/channelaxes.h"
#include "core/shapes/shapearithmetic.h"

#include <functional>
#include <string_view>
#include <unordered_map>

namespace lathe {

/// factor * product of the lengths of `axes`, as far as isProduct; else some number made of these lengths.
struct NumberOrigin {
    int64_t factor = 1;
    std::vector<AxisId> axes;
    bool isProduct = true;
};

class ShapeOrigins {
public:
    using Numbers = std::function<const WholeNumbers *(int input)>;

    /// Tells for the number or numbers that a node gives; to be called in running order.
    /// @param shapeOf first axis of the tensor at its first input, for Shape
    void follow(const onnx::NodeProto &node, const WholeNumbers &result, const Numbers &numbers,
                const AxisTensor *shapeOf);
    /// By entry; nullptr: no lengths of axes are in it.
    const std::vector<NumberOrigin> *find(std::string_view name) const;

private:
    std::vector<NumberOrigin> ofInput(const onnx::NodeProto &node, int input,
                                      const WholeNumbers &numbers) const;
    std::optional<std::vector<NumberOrigin>> moved(const onnx::NodeProto &node, const Numbers &numbers) const;
    std::vector<NumberOrigin> computed(const onnx::NodeProto &node, const WholeNumbers &result,
                                       const Numbers &numbers) const;

    std::unordered_map<std::string_view, std::vector<NumberOrigin>> m_origins;
};

} // namespace lathe
