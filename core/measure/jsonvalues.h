#pragma once
// Values of JSON objects that may lack some, or hold others than they should: what cannot be read is not
// there.
#include "core/base/numberrange.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace lathe {

template <class T>
void put(nlohmann::ordered_json &object, const char *key, const std::optional<T> &value)
{
    if (value)
        object[key] = *value;
}

template <class T>
std::optional<T> number(const nlohmann::ordered_json &object, const char *key)
{
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number() || !fitsIn<T>(found->template get<double>()))
        return {};
    return found->template get<T>();
}

/// Empty where there is none.
inline std::string text(const nlohmann::ordered_json &object, const char *key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace lathe
