#pragma once
// Encodings -> nodes that give the weight back. Inside core only.
#include "core/base/message.h"
#include "core/methods/encoding.h"
#include "core/storage/fragment.h"

namespace lathe {

/// The constant that the nodes have to produce.
struct WeightSlot {
    std::string name;   ///< of the value
    std::string prefix; ///< of names on the way to it
    ElementType type = ElementType::Float32;
    Shape shape;
    WeightLayout layout; ///< from `shape` to the matrix of the encoding
};

struct DecodeFragment {
    Fragment fragment;
    Message form; ///< "plain", "plain float16", "codes 3 bit", "mask + values", "gaps + codebook 4 bit"
};

/// The decoded matrix as one constant in the slot's type.
Fragment plainFragment(const MatrixEncoding &encoding, const WeightSlot &slot, const ExportTarget &target);
/// Its bytes in the file.
int64_t plainBytes(const WeightSlot &slot, const ExportTarget &target);
/// The smallest form, in bytes of the file, that gives exactly decode(encoding), rounded once to the slot's
/// type.
DecodeFragment smallestFragment(const MatrixEncoding &encoding, const WeightSlot &slot,
                                const ExportTarget &target);

/// Nodes that turn a float32 matrix [rows, cols] into the slot's constant.
/// @returns the name of the value.
std::string undoLayout(FragmentBuilder &builder, std::string matrix, const WeightSlot &slot);
std::string castTo(FragmentBuilder &builder, const std::string &value, ElementType type);

/// Oldest opset in which the decoding nodes work: broadcasting came with it.
constexpr int64_t oldestDecodingOpset = 7;
/// bfloat16 can be cast to from this opset on.
constexpr int64_t oldestBFloat16Opset = 13;
/// Whether a model can unpack weights of this type at all.
bool canDecode(const ExportTarget &target, ElementType type);

} // namespace lathe
