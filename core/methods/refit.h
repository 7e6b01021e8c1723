#pragma once
// New values for what an encoding is made of: the step that training takes between two looks at the loss.
#include "core/methods/encoding.h"

#include <span>

namespace lathe {

/// The encoding nearest to `values` that is built as `structure` is: what is not kept stays zero, the number
/// of codes, the runs that share a scale and the zero points stay. Values go to the nearest code of their
/// scale, and scales are fitted to the values by least squares, as Lloyd's rule does it once; the codes of a
/// codebook without scales are an assignment and stay (weights that share a value go on sharing it), its
/// table is their means: Han et al. 2016, arXiv:1510.00149, section 3. Of what the structure decodes to, the
/// structure comes out again.
/// @param values [rows, cols], finite
/// @throws Error InvalidArgument (another shape)
MatrixEncoding refit(const MatrixEncoding &structure, const Matrix &values);
/// Each matrix by itself: factors are trained as such, for their product does not say what each of them is.
/// @param values of matricesOf(structure), in that order
Encoding refit(const Encoding &structure, std::span<const Matrix> values);

} // namespace lathe
