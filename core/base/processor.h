#pragma once
// Which of BLIS's kernels run on this processor, where BLIS does not know it.
#include <optional>
#include <string>
#include <string_view>

namespace lathe {

/// What of a processor decides. Features count only where the operating system keeps their registers.
struct Processor {
    std::string vendor;  ///< "AuthenticAMD", "GenuineIntel", ...; empty: not an x86-64
    int family = 0;      ///< with the extended family added: 25 is Zen 3 and 4, 26 Zen 5
    bool avx2 = false;   ///< AVX2 and FMA
    bool avx512 = false; ///< AVX-512 F, DQ, BW and VL
};

Processor thisProcessor();

/// The kernels that BLIS is told to take: "skx" (AVX-512) or "haswell" (AVX2). Empty: it chooses by itself,
/// for it knows Intel's processors by their features and AMD's by their family, up to 25. All others, however
/// new, would get plain C, which is five to ten times slower.
std::string_view kernelsFor(const Processor &processor);

/// BLIS's number for kernels that it was built with; it differs between releases.
std::optional<int> kernelNumber(std::string_view kernels);

/// What the environment variable BLIS_ARCH_TYPE must say before BLIS's first call, which reads it once. BLIS
/// 0.9 and 1.1 know numbers only and take every name for 0, AVX-512, on which other processors stop: names
/// become numbers here.
/// @param asked what the user has set, or null
/// @returns nothing where it is to stay as it is
std::optional<std::string> archType(const char *asked, const Processor &processor);

/// What the environment variable OPENBLAS_CORETYPE must say before OpenBLAS is loaded: it knows processors as
/// BLIS does, and takes kernels of half the speed for newer ones.
/// @param asked what the user has set, or null
/// @returns nothing where it is to stay as it is
std::optional<std::string> openBlasType(const char *asked, const Processor &processor);

} // namespace lathe
