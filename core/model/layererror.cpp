#include "core/model/layererror.h"

#include <fmt/format.h>

namespace lathe {

Error ofLayer(const Error &error, const Model &model, size_t layer)
{
    const std::string sentence = error.what();
    const std::string file = model.path().filename().string();
    const std::string name = fmt::format("`{}`", model.layers()[layer].name);
    const bool namesFile = file.empty() || sentence.find(file) != std::string::npos;
    if (sentence.find(name) == std::string::npos)
        return {error.code(), fmt::format("{}{}: {}", name, file.empty() ? "" : " of " + file, sentence)};
    return namesFile ? error : Error(error.code(), fmt::format("{}: {}", file, sentence));
}

} // namespace lathe
