#include "core/onnx/externaldata.h"

#include "core/base/error.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace lathe {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const Message &what, const Message &why)
{
    throw Error(ErrorCode::MalformedModel, Message::tr("{}: {}.", what, why));
}

std::optional<std::string> entry(const onnx::TensorProto &tensor, std::string_view key)
{
    for (const auto &pair : tensor.external_data())
        if (pair.key() == key)
            return pair.value();
    return std::nullopt;
}

int64_t number(const onnx::TensorProto &tensor, std::string_view key, int64_t fallback, const Message &what)
{
    const std::optional<std::string> text = entry(tensor, key);
    if (!text)
        return fallback;
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc{} || end != text->data() + text->size() || value < 0)
        refuse(what, Message::tr("the {} of its external data is no number", key));
    return value;
}

bool staysInside(const fs::path &folder, const fs::path &file)
{
    const fs::path inner = fs::weakly_canonical(file);
    const fs::path outer = fs::canonical(folder);
    return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

/// Backslashes and drive letters count as path syntax too, so that a model means the same on every system.
fs::path checkedLocation(const std::string &location, const Message &what)
{
    if (location.empty())
        refuse(what, Message::tr("its external data has no location"));
    if (location.find('\0') != std::string::npos)
        refuse(what, Message::tr("the location of its external data is no file name"));
    std::string portable = location;
    std::replace(portable.begin(), portable.end(), '\\', '/');
    const fs::path path(portable);
    const bool drive = portable.size() > 1 && portable[1] == ':';
    if (path.is_absolute() || drive || std::find(path.begin(), path.end(), "..") != path.end())
        refuse(what,
               Message::tr(
                   "its external data \"{}\" lies outside the model's folder, which is not allowed; put the "
                   "file beside the model and name it without a path",
                   location));
    return path;
}

} // namespace

bool isExternal(const onnx::TensorProto &tensor)
{
    return tensor.data_location() == onnx::TensorProto::EXTERNAL;
}

void openExternalFile(const onnx::TensorProto &tensor, const fs::path &folder, const Message &what,
                      ExternalFiles &files)
{
    const std::string location = entry(tensor, "location").value_or("");
    if (files.contains(location))
        return;
    const fs::path relative = checkedLocation(location, what);
    if (folder.empty())
        refuse(what, Message::tr("its data is in the file \"{}\", but the model was not read from a folder",
                                 location));
    const fs::path file = folder / relative;
    try {
        if (!staysInside(folder, file))
            refuse(
                what,
                Message::tr("its external data \"{}\" leads outside the model's folder, which is not allowed",
                            location));
        files[location] = std::make_shared<const InputFile>(file);
    } catch (const fs::filesystem_error &e) {
        refuse(what,
               Message::tr("its external data \"{}\" cannot be found ({})", location, e.code().message()));
    } catch (const Error &e) {
        std::error_code ignored;
        if (!fs::exists(file, ignored) && !ignored)
            refuse(what, Message::tr("its external data \"{}\" is not there; put that file beside the model",
                                     location));
        throw Error(e.code(), Message::tr("{}: its external data cannot be read. {}", what, e.message()));
    }
}

ExternalPlace externalPlace(const onnx::TensorProto &tensor, const ExternalFiles &files, const Message &what,
                            int64_t expected)
{
    const std::string location = entry(tensor, "location").value_or("");
    const auto file = files.find(location);
    if (file == files.end())
        refuse(what, Message::tr("its external data \"{}\" was not loaded", location));
    const auto available = static_cast<int64_t>(file->second->size());
    const int64_t offset = number(tensor, "offset", 0, what);
    const int64_t length = number(tensor, "length", expected, what);
    if (length != expected)
        refuse(what, Message::tr("its shape needs {} bytes, but its external data is declared as {}",
                                 expected, length));
    if (offset > available || expected > available - offset)
        refuse(what, Message::tr("it needs {} bytes from byte {} on of \"{}\", which has only {}", expected,
                                 offset, location, available));
    return {file->second, static_cast<uint64_t>(offset), static_cast<size_t>(expected)};
}

} // namespace lathe
