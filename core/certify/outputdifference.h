#pragma once
// How far two runs of the same graph are apart. Inside core/certify only.
#include "core/onnx/tensor.h"

#include <vector>

namespace lathe {

/// Collects max |a - b| and max |b| of each output over several runs.
class OutputDifference {
public:
    /// @returns false when the outputs differ in number, type or shape.
    bool add(const std::vector<Tensor> &tested, const std::vector<Tensor> &reference);
    /// Largest quotient of all outputs; infinite where only one of both is a number, or texts differ.
    double relative() const;
    bool anyHalf() const { return m_anyHalf; } ///< float16 or bfloat16 among the outputs

private:
    struct Extent {
        double difference = 0.0, magnitude = 0.0;
    };
    std::vector<Extent> m_outputs;
    bool m_anyHalf = false;
};

} // namespace lathe
