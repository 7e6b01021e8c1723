#pragma once
// Whether a table has a row for every enumerator, asked while compiling.
#include <cstddef>
#include <string_view>

namespace lathe {

/// Whether an enumeration has a name for the value. GCC and Clang write others as "(Type)7".
template <auto value>
consteval bool isEnumerator()
{
    return std::string_view(__PRETTY_FUNCTION__).find("= (") == std::string_view::npos;
}

/// Whether `count` rows are as many as the enumeration has values from 0 on.
template <class Enum, size_t count>
consteval bool coversAll()
{
    return isEnumerator<static_cast<Enum>(count - 1)>() && !isEnumerator<static_cast<Enum>(count)>();
}

} // namespace lathe
