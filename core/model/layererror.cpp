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
        return {error.code(), file.empty() ? Message::tr("{}: {}", name, error.message())
                                           : Message::tr("{} of {}: {}", name, file, error.message())};
    return namesFile ? error : Error(error.code(), Message::tr("{}: {}", file, error.message()));
}

} // namespace lathe
