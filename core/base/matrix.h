#pragma once
#include <Eigen/Core>

namespace lathe {

/// Weight matrices are row-major [out, in]: a row is an output channel, as it lies in most ONNX files.
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXf;
using Index = Eigen::Index;

} // namespace lathe
