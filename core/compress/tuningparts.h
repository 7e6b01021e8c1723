#pragma once
// One layer's code as JSON and arrays, for tuningfile.cpp. Inside core/compress only.
#include "core/compress/tuning.h"
#include "core/data/npy.h"

#include <map>
#include <nlohmann/json.hpp>

namespace lathe::tuning {

using Json = nlohmann::json;

/// Arrays of a file, each of which is asked for once.
class Arrays {
public:
    /// @param source for sentences
    Arrays(NpzFile &&file, std::string source);
    /// @throws Error MalformedData: not there, of another type
    Tensor take(const std::string &name, ElementType type);
    /// @throws Error MalformedData naming an array that nobody asked for
    void requireEmpty() const;
    [[noreturn]] void refuse(const Message &what) const;

private:
    std::map<std::string, Tensor> m_arrays;
    std::string m_source;
};

/// Plain ASCII for a name, and back. @throws Error MalformedData for what no name is written as
std::string escaped(const std::string &name);
std::string unescaped(const std::string &text, const Arrays &arrays);

Json codeJson(const LayerCode &code, const std::string &prefix, NpzFile &file);
/// @throws Error MalformedData
LayerCode codeFrom(const Json &json, const std::string &prefix, Arrays &arrays);

/// @throws Error MalformedData, where it is not there or of another kind
int64_t wholeFrom(const Json &object, const char *key, int64_t low, int64_t high, const Arrays &arrays);
std::string textFrom(const Json &object, const char *key, const Arrays &arrays);

} // namespace lathe::tuning
