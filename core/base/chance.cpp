#include "core/base/chance.h"

#include <cmath>
#include <initializer_list>
#include <numbers>

namespace lathe {

uint64_t Chance::mixed(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t mixed = a;
    for (const uint64_t next : {b, c})
        mixed = Chance(mixed ^ Chance(next + 0x9e3779b97f4a7c15ULL).next()).next();
    return mixed;
}

uint64_t Chance::next()
{
    m_state += 0x9e3779b97f4a7c15ULL;
    uint64_t z = m_state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

double Chance::share()
{
    return static_cast<double>(next() >> 11) * 0x1p-53;
}

double Chance::normal() // Box & Muller 1958
{
    const double radius = std::sqrt(-2 * std::log(1 - share()));
    return radius * std::cos(2 * std::numbers::pi * share());
}

} // namespace lathe
