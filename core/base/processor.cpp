#include "core/base/processor.h"

#include <algorithm>
#include <blis.h>
#include <cctype>
#include <cstring>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace lathe {
namespace {

constexpr int newestKnownFamily = 25; // of AMD, to BLIS 0.9 to 1.1

#if defined(__x86_64__)
std::string vendorOf(unsigned b, unsigned d, unsigned c)
{
    std::string vendor(12, ' ');
    std::memcpy(vendor.data(), &b, 4);
    std::memcpy(vendor.data() + 4, &d, 4);
    std::memcpy(vendor.data() + 8, &c, 4);
    return vendor;
}
#endif

bool isNumber(std::string_view text)
{
    const size_t start = text.starts_with('-') ? 1 : 0;
    return text.size() > start && std::all_of(text.begin() + start, text.end(),
                                              [](unsigned char c) { return std::isdigit(c) != 0; });
}

} // namespace

Processor thisProcessor()
{
    Processor processor;
#if defined(__x86_64__)
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid(0, &a, &b, &c, &d) != 0)
        processor.vendor = vendorOf(b, d, c);
    if (__get_cpuid(1, &a, &b, &c, &d) != 0)
        processor.family = static_cast<int>((a >> 8 & 15U) + ((a >> 8 & 15U) == 15U ? a >> 20 & 255U : 0U));
    __builtin_cpu_init(); // for calls from the start of a program; these ask the operating system too
    processor.avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
    processor.avx512 = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
                       __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0;
#endif
    return processor;
}

std::string_view kernelsFor(const Processor &processor)
{
    const bool known = processor.vendor == "GenuineIntel" ||
                       (processor.vendor == "AuthenticAMD" && processor.family <= newestKnownFamily);
    if (known || !processor.avx2)
        return {};
    return processor.avx512 ? "skx" : "haswell";
}

std::optional<int> kernelNumber(std::string_view kernels)
{
#ifdef BLIS_CONFIG_SKX
    if (kernels == "skx")
        return BLIS_ARCH_SKX;
#endif
#ifdef BLIS_CONFIG_HASWELL
    if (kernels == "haswell")
        return BLIS_ARCH_HASWELL;
#endif
#ifdef BLIS_CONFIG_ZEN
    if (kernels == "zen")
        return BLIS_ARCH_ZEN;
#endif
#ifdef BLIS_CONFIG_ZEN2
    if (kernels == "zen2")
        return BLIS_ARCH_ZEN2;
#endif
#ifdef BLIS_CONFIG_ZEN3
    if (kernels == "zen3")
        return BLIS_ARCH_ZEN3;
#endif
#ifdef BLIS_CONFIG_GENERIC
    if (kernels == "generic")
        return BLIS_ARCH_GENERIC;
#endif
    return {};
}

std::optional<std::string> archType(const char *asked, const Processor &processor)
{
    if (asked && isNumber(asked))
        return {};
    std::optional<int> number = asked ? kernelNumber(asked) : std::nullopt;
    if (!number)
        number = kernelNumber(kernelsFor(processor));
    if (number)
        return std::to_string(*number);
    return asked ? std::optional<std::string>("-1") : std::nullopt; // a name that is none: BLIS chooses
}

std::optional<std::string> openBlasType(const char *asked, const Processor &processor)
{
    const std::string_view kernels = kernelsFor(processor);
    if (asked || kernels.empty())
        return {};
    return kernels == "skx" ? "SkylakeX" : "Haswell";
}

} // namespace lathe
