#include "core/evaluate/npy.h"

#include "core/base/error.h"
#include "core/base/fileio.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>
#include <regex>
#include <zip.h>

namespace lathe {
namespace {

constexpr size_t largestArray = size_t(1) << 34; ///< bytes of one array inside a zip file

[[noreturn]] void refuse(const std::string &source, const std::string &reason)
{
    throw Error(ErrorCode::MalformedData, fmt::format("{} {}.", source, reason));
}

ElementType elementTypeOf(const std::string &descr, const std::string &source)
{
    static const std::vector<std::pair<std::string, ElementType>> known = {
        {"f2", ElementType::Float16}, {"f4", ElementType::Float32}, {"f8", ElementType::Float64},
        {"u1", ElementType::UInt8},   {"i1", ElementType::Int8},    {"u2", ElementType::UInt16},
        {"i2", ElementType::Int16},   {"u4", ElementType::UInt32},  {"i4", ElementType::Int32},
        {"u8", ElementType::UInt64},  {"i8", ElementType::Int64},   {"b1", ElementType::Bool}};
    const bool bigEndian = descr.starts_with('>');
    const std::string kind = descr.substr(std::min(descr.size(), descr.find_first_not_of("<>|=")));
    const auto match = std::ranges::find(known, kind, &std::pair<std::string, ElementType>::first);
    if (match == known.end() || (bigEndian && elementBits(match->second) > 8))
        throw Error(ErrorCode::Unsupported,
                    fmt::format("{} holds values of type \"{}\"; little-endian integers, floats and bool "
                                "can be read.",
                                source, descr));
    return match->second;
}

struct Header {
    ElementType type = ElementType::Undefined;
    Shape shape;
    bool fortran = false;
    size_t dataStart = 0;
};

Shape parseShape(const std::string &text, const std::string &source)
{
    Shape shape;
    static const std::regex number(R"(\d+)");
    for (auto it = std::sregex_iterator(text.begin(), text.end(), number); it != std::sregex_iterator();
         ++it) {
        const std::string digits = it->str();
        int64_t dimension = 0;
        if (std::from_chars(digits.data(), digits.data() + digits.size(), dimension).ec != std::errc())
            refuse(source, fmt::format("announces a dimension of {}", digits));
        shape.push_back(dimension);
    }
    if (elementCount(shape) < 0)
        refuse(source, fmt::format("announces {} values, more than there can be", shapeText(shape)));
    return shape;
}

Header parseHeader(std::span<const std::byte> bytes, const std::string &source)
{
    const auto *raw = reinterpret_cast<const unsigned char *>(bytes.data());
    if (bytes.size() < 10 || std::memcmp(raw, "\x93NUMPY", 6) != 0)
        refuse(source, "is no .npy array: its first bytes are not those of the format");
    const bool longHeader = raw[6] >= 2;
    const size_t start = longHeader ? 12 : 10;
    size_t size = raw[8] | size_t(raw[9]) << 8;
    if (longHeader && bytes.size() >= start)
        size |= size_t(raw[10]) << 16 | size_t(raw[11]) << 24;
    if (bytes.size() < start || size > bytes.size() - start || size > (1U << 16))
        refuse(source, "ends inside its header");
    const std::string text(reinterpret_cast<const char *>(raw) + start, size);
    static const std::regex descr(R"('descr'\s*:\s*'([^']*)')");
    static const std::regex order(R"('fortran_order'\s*:\s*(True|False))");
    static const std::regex dims(R"('shape'\s*:\s*\(([\d\s,L]*)\))");
    std::smatch type, fortran, shape;
    if (!std::regex_search(text, fortran, order) || !std::regex_search(text, shape, dims))
        refuse(source, "has a header that is not NumPy's");
    if (!std::regex_search(text, type, descr))
        throw Error(ErrorCode::Unsupported,
                    fmt::format("{} holds records or objects; plain numbers can be read.", source));
    return {elementTypeOf(type[1], source), parseShape(shape[1], source), fortran[1] == "True", start + size};
}

/// Column-major to row-major.
std::vector<std::byte> toRowMajor(std::span<const std::byte> from, const Shape &shape, size_t width)
{
    std::vector<std::byte> to(from.size());
    std::vector<int64_t> index(shape.size(), 0);
    std::vector<size_t> stride(shape.size(), 1);
    for (size_t d = 1; d < shape.size(); ++d)
        stride[d] = stride[d - 1] * static_cast<size_t>(shape[d - 1]);
    for (size_t i = 0; i < to.size(); i += width) {
        size_t at = 0;
        for (size_t d = 0; d < shape.size(); ++d)
            at += stride[d] * static_cast<size_t>(index[d]);
        std::memcpy(to.data() + i, from.data() + at * width, width);
        for (size_t d = shape.size(); d-- > 0 && ++index[d] == shape[d];)
            index[d] = 0;
    }
    return to;
}

using Zip = std::unique_ptr<zip_t, decltype(&zip_discard)>;

Zip openZip(const std::filesystem::path &path)
{
    if (!std::filesystem::is_regular_file(path))
        throw Error(ErrorCode::FileUnreadable,
                    fmt::format("Cannot read {}: there is no such file.", path.string()));
    int code = 0;
    Zip zip(zip_open(path.c_str(), ZIP_RDONLY, &code), &zip_discard);
    if (!zip) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        const std::string reason = zip_error_strerror(&error);
        zip_error_fini(&error);
        throw Error(ErrorCode::MalformedData, fmt::format("{} is no .npz file ({}).", path.string(), reason));
    }
    return zip;
}

/// Reads what is there, whatever size the directory of the zip claims.
std::vector<std::byte> readEntry(zip_t *zip, zip_uint64_t index, const std::string &source)
{
    const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> file(zip_fopen_index(zip, index, 0),
                                                                  &zip_fclose);
    if (!file)
        refuse(source, fmt::format("cannot be unpacked ({})", zip_strerror(zip)));
    std::vector<std::byte> bytes;
    constexpr size_t chunk = size_t(1) << 20;
    for (;;) {
        const size_t done = bytes.size();
        bytes.resize(done + chunk);
        const zip_int64_t got = zip_fread(file.get(), bytes.data() + done, chunk);
        if (got < 0)
            refuse(source, fmt::format("is damaged ({})", zip_file_strerror(file.get())));
        bytes.resize(done + static_cast<size_t>(got));
        if (got == 0)
            return bytes;
        if (bytes.size() > largestArray)
            throw Error(ErrorCode::OutOfMemory,
                        fmt::format("{} holds more than {} GB, too much to keep in memory.", source,
                                    largestArray >> 30));
    }
}

} // namespace

Tensor parseNpy(std::span<const std::byte> bytes, const std::string &source)
{
    const Header header = parseHeader(bytes, source);
    const auto width = static_cast<size_t>(elementBits(header.type) / 8);
    const auto count = static_cast<size_t>(elementCount(header.shape));
    const std::span<const std::byte> data = bytes.subspan(header.dataStart);
    if (count > data.size() / width || data.size() != count * width)
        refuse(source, fmt::format("announces {} values of {} bytes but holds {} bytes",
                                   shapeText(header.shape), width, data.size()));
    Tensor tensor;
    tensor.type = header.type;
    tensor.shape = header.shape;
    if (header.fortran && header.shape.size() > 1)
        tensor.bytes = toRowMajor(data, header.shape, width);
    else
        tensor.bytes.assign(data.begin(), data.end());
    return tensor;
}

Tensor readNpy(const std::filesystem::path &path)
{
    return parseNpy(MappedFile(path).bytes(), path.string());
}

std::vector<std::pair<std::string, Tensor>> readNpz(const std::filesystem::path &path,
                                                    const std::string &only)
{
    const Zip zip = openZip(path);
    std::vector<std::pair<std::string, Tensor>> arrays;
    std::vector<std::string> names;
    const zip_int64_t entries = zip_get_num_entries(zip.get(), 0);
    for (zip_int64_t i = 0; i < entries; ++i) {
        const char *raw = zip_get_name(zip.get(), static_cast<zip_uint64_t>(i), 0);
        std::string name = raw ? raw : "";
        if (name.ends_with(".npy"))
            name.resize(name.size() - 4);
        names.push_back(name);
        if (!only.empty() && only != name)
            continue;
        const std::string source = fmt::format("{}, array \"{}\"", path.string(), name);
        arrays.emplace_back(name,
                            parseNpy(readEntry(zip.get(), static_cast<zip_uint64_t>(i), source), source));
    }
    if (arrays.empty())
        refuse(path.string(), only.empty() ? "holds no array"
                                           : fmt::format("holds no array \"{}\"; it has \"{}\"", only,
                                                         fmt::join(names, "\", \"")));
    return arrays;
}

} // namespace lathe
