#pragma once
// Random encodings of every kind, and a plain reading of them.
#include "core/methods/encoding.h"

#include <string>
#include <vector>

namespace lathe::test {

/// What a random encoding is to be like.
struct EncodingCase {
    const char *name;
    enum class Content { Dense, Uniform, Binary, Codebook } content = Content::Uniform;
    enum class Scale { One, Row, Group, None } scale = Scale::One;
    bool zeroPoints = false; ///< of their own for each scale
    double kept = 1.0;       ///< share of elements; 1: no mask
    Index rowsPerTable = 0;
    ElementType storage = ElementType::Undefined;
};
const std::vector<EncodingCase> &encodingCases();

struct EncodingSize {
    Index rows = 0, cols = 0;
    Index group = 0; ///< of cases with groups
};
/// @param bits of Uniform and Codebook. Values are what a method makes of a weight: groups have float16
/// scales, tables ascend, what is not kept has the code of zero.
MatrixEncoding randomEncoding(const EncodingCase &wanted, const EncodingSize &size, int bits, unsigned seed);

/// Element by element, as the header says it.
Matrix plainlyDecoded(const MatrixEncoding &encoding);

} // namespace lathe::test
