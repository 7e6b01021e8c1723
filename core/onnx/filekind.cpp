#include "core/onnx/filekind.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace lathe {
namespace {

using namespace std::string_view_literals;

/// No ONNX file starts so: protobuf would take these bytes for fields that ONNX does not have.
const std::vector<std::pair<std::string_view, Message>> &signatures()
{
    static const std::vector<std::pair<std::string_view, Message>> list = {
        {"version https://git-lfs"sv,
         Message::tr("a Git LFS pointer; fetch the real file with \"git lfs pull\"")},
        {"\x89PNG"sv, Message::tr("a PNG image")},
        {"\xff\xd8\xff"sv, Message::tr("a JPEG image")},
        {"GIF8"sv, Message::tr("a GIF image")},
        {"PK\x03\x04"sv, Message::tr("a zip archive (or a PyTorch file); unpack or export it to ONNX first")},
        {"\x1f\x8b"sv, Message::tr("a gzip archive; unpack it first")},
        {"\x28\xb5\x2f\xfd"sv, Message::tr("a zstd archive; unpack it first")},
        {"\x89LTZ"sv,
         Message::tr("an archive made by \"lathe pack\"; unpack it first with \"lathe unpack\"")},
        {"7z\xbc\xaf"sv, Message::tr("a 7z archive; unpack it first")},
        {"\x89HDF"sv, Message::tr("an HDF5 (Keras) file; export it to ONNX first")},
        {"\x93NUMPY"sv, Message::tr("a NumPy file")},
        {"%PDF"sv, Message::tr("a PDF document")},
        {"\x7f"
         "ELF"sv,
         Message::tr("a program")},
        {"\x80\x02"sv, Message::tr("a Python pickle; export the model to ONNX first")},
        {"\x80\x04"sv, Message::tr("a Python pickle; export the model to ONNX first")},
    };
    return list;
}

/// ONNX files begin with field numbers and lengths, which are control characters.
bool isText(std::string_view start)
{
    const auto ascii =
        std::count_if(start.begin(), start.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
    const auto control = std::count_if(start.begin(), start.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
    });
    return control == 0 && ascii * 2 > static_cast<std::ptrdiff_t>(start.size());
}

} // namespace

Message describeOtherKind(std::span<const std::byte> bytes)
{
    const std::string_view all(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    for (const auto &[signature, description] : signatures())
        if (all.starts_with(signature))
            return description;
    // TensorFlow Lite keeps its mark behind a four-byte offset.
    if (all.size() > 8 && all.substr(4, 4) == "TFL3")
        return Message::tr("a TensorFlow Lite model; convert it to ONNX first");
    if (all.size() >= 4 && isText(all.substr(0, std::min<size_t>(all.size(), 512))))
        return Message::tr("a text file");
    return {};
}

} // namespace lathe
