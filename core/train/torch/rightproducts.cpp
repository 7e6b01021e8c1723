#include "core/train/torch/rightproducts.h"

#include "core/base/blasproducts.h"
#include "core/base/error.h"

#include <ATen/ATen.h>

namespace lathe::train {
namespace {

at::Tensor tensorOver(const float *values, Index rows, Index cols)
{
    return at::from_blob(const_cast<float *>(values), {rows, cols}, at::kFloat); // read by whoever gets it
}

void addByTorch(MatrixView c, float factor, ConstMatrixView a, ConstMatrixView b, Transposed which)
{
    const at::NoGradGuard still;
    const at::Tensor first = tensorOver(a.data(), a.rows(), a.cols());
    const at::Tensor second = tensorOver(b.data(), b.rows(), b.cols());
    at::Tensor sum = tensorOver(c.data(), c.rows(), c.cols());
    sum.addmm_(which == Transposed::First ? first.t() : first,
               which == Transposed::Second ? second.t() : second, 1, factor);
}

} // namespace

void requireRightProducts()
{
    Products products = eigenProducts; // the others are not libtorch's
    products.add = addByTorch;
    if (!areRight(products))
        throw Error(
            ErrorCode::Unsupported,
            Message::tr("The library libblas.so.3, by which libtorch multiplies, computes wrong products "
                        "on this processor: choose another one with update-alternatives, or other "
                        "kernels of it with BLIS_ARCH_TYPE or OPENBLAS_CORETYPE."));
}

} // namespace lathe::train
