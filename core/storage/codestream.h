#pragma once
// Codes of which zeros may be left out, and the ways to store them. Inside core/storage only.
#include "core/storage/unpacknodes.h"

#include <functional>

namespace lathe {

/// Codes as a graph unpacks them.
struct UnpackedCodes {
    std::string value; ///< code - zero, 0 for what is left out
    std::string flags; ///< float32: 0 for what is left out, else 1; empty: not asked for, or nothing is
};

struct CodeWay {
    enum class Kind {
        Whole, ///< all codes
        Mask,  ///< which codes are kept, and those
        Gaps   ///< how far it is from one to the next, and those
    };
    Kind kind = Kind::Whole;
    int64_t bytes = 0; ///< that grow with the number of codes
    std::function<UnpackedCodes(FragmentBuilder &, const Shape &)> unpack; ///< into a shape
};

class CodeStream {
public:
    enum class Zero {
        OneCode, ///< what is left out may as well be stored as the code `zero`
        Flagged, ///< it needs a flag, as its code depends on where it is; `zero` is 0
    };
    /// @param kept 0: may be left out. @param as Float32 or, with a `zero` of 0, Int32.
    CodeStream(Codes codes, Codes kept, int bits, float zero, Zero kind, ElementType as);
    /// All that work in the model but the first, which stores everything, only where that leaves something
    /// out. They work as long as this object lives.
    std::vector<CodeWay> ways(const ExportTarget &target) const;

private:
    UnpackedCodes all(FragmentBuilder &builder, const Shape &shape) const;
    UnpackedCodes masked(FragmentBuilder &builder, const Shape &shape) const;
    UnpackedCodes stepped(FragmentBuilder &builder, const Shape &shape, const Steps &steps) const;

    Codes m_codes, m_kept, m_nonzero;
    int m_bits;
    float m_zero;
    Zero m_kind;
    ElementType m_as;
};

} // namespace lathe
