#pragma once
// The products that everything in blas.h is made of: by BLIS, or, where its kernels turn out wrong, by Eigen.
#include "core/base/blas.h"

#include <string>

namespace lathe {

enum class Transposed { None, First, Second };

/// Functions, so that a test can put a wrong one in. Matrices are row-major, triangles are lower ones.
struct Products {
    /// c += factor * a * b, one of them transposed first where it says so
    void (*add)(MatrixView c, float factor, ConstMatrixView a, ConstMatrixView b, Transposed which) = nullptr;
    /// the lower triangle of c += a * a^T
    void (*addGram)(Eigen::MatrixXd &c, const Eigen::MatrixXd &a) = nullptr;
    /// b = factor * lower * b
    void (*multiplyLower)(MatrixView b, float factor, ConstMatrixView lower) = nullptr;
    /// b = b * inverse(lower), or of lower^T
    void (*divideByLower)(MatrixView b, ConstMatrixView lower, bool transpose) = nullptr;
};

extern const Products blisProducts;
extern const Products eigenProducts; ///< several times slower, and does not depend on the processor

/// Holds each of them against double once, the first over 512 x 512 x 512: about 10 ms. A wrong entry shows
/// in the product with a random vector, so nothing needs to be multiplied twice.
bool areRight(const Products &products);

struct ChosenProducts {
    const Products &products;
    Message note; ///< a sentence for the user where `fast` is wrong; else empty
};
/// @param kernels what `fast` calls its kernels
ChosenProducts chooseProducts(const Products &fast, const std::string &kernels);

} // namespace lathe
