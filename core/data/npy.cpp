#include "core/data/npy.h"

#include "core/base/error.h"
#include "core/base/inputfile.h"
#include "core/data/npyheader.h"
#include "core/data/packed.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>
#include <set>
#include <zip.h>

namespace lathe {
namespace {

[[noreturn]] void refuse(const Message &source, const Message &reason)
{
    throw Error(ErrorCode::MalformedData, Message::tr("{} {}.", source, reason));
}

/// Column-major to row-major.
std::vector<std::byte> toRowMajor(std::span<const std::byte> from, const Shape &shape, size_t width,
                                  const JobContext &ctx)
{
    std::vector<std::byte> to(from.size());
    std::vector<int64_t> index(shape.size(), 0);
    std::vector<size_t> stride(shape.size(), 1);
    for (size_t d = 1; d < shape.size(); ++d)
        stride[d] = stride[d - 1] * static_cast<size_t>(shape[d - 1]);
    constexpr size_t glance = size_t(1) << 20; ///< bytes between two looks at whether to go on
    for (size_t i = 0; i < to.size(); i += width) {
        if (i % glance < width)
            ctx.throwIfCancelled();
        size_t at = 0;
        for (size_t d = 0; d < shape.size(); ++d)
            at += stride[d] * static_cast<size_t>(index[d]);
        std::memcpy(to.data() + i, from.data() + at * width, width);
        for (size_t d = shape.size(); d-- > 0 && ++index[d] == shape[d];)
            index[d] = 0;
    }
    return to;
}

Tensor tensorOf(const NpyHeader &header, std::vector<std::byte> bytes, const JobContext &ctx)
{
    Tensor tensor;
    tensor.type = header.type;
    tensor.shape = header.shape;
    const bool turned = header.fortran && header.shape.size() > 1;
    tensor.bytes = turned ? toRowMajor(bytes, header.shape, header.elementBytes(), ctx) : std::move(bytes);
    return tensor;
}

using Zip = std::unique_ptr<zip_t, decltype(&zip_discard)>;

Zip openZip(const std::filesystem::path &path)
{
    if (!std::filesystem::is_regular_file(path))
        throw Error(ErrorCode::FileUnreadable,
                    Message::tr("Cannot read {}: there is no such file.", path.string()));
    int code = 0;
    Zip zip(zip_open(path.c_str(), ZIP_RDONLY, &code), &zip_discard);
    if (!zip) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        const std::string reason = zip_error_strerror(&error);
        zip_error_fini(&error);
        throw Error(ErrorCode::MalformedData, Message::tr("{} is no .npz file ({}).", path.string(), reason));
    }
    return zip;
}

using ZipEntry = std::unique_ptr<zip_file_t, decltype(&zip_fclose)>;

/// Up to `size` bytes; fewer at the end of the entry.
size_t readSome(const ZipEntry &entry, std::byte *to, size_t size, const Message &source)
{
    size_t done = 0;
    while (done < size) {
        const zip_int64_t got = zip_fread(entry.get(), to + done, size - done);
        if (got < 0)
            refuse(source, Message::tr("is damaged ({})", zip_file_strerror(entry.get())));
        if (got == 0)
            break;
        done += static_cast<size_t>(got);
    }
    return done;
}

NpyHeader readHeader(const ZipEntry &entry, const Message &source)
{
    std::vector<std::byte> bytes(npyStart);
    bytes.resize(readSome(entry, bytes.data(), npyStart, source));
    const NpyPlace place = npyHeaderPlace(bytes, source);
    const size_t had = std::min(bytes.size(), place.begin + place.size);
    bytes.resize(place.begin + place.size);
    if (had + readSome(entry, bytes.data() + had, bytes.size() - had, source) < bytes.size())
        refuse(source, Message::tr("ends inside its header"));
    return parseNpyHeader({reinterpret_cast<const char *>(bytes.data()) + place.begin, place.size}, source);
}

ZipEntry openEntry(zip_t *zip, zip_uint64_t index, const Message &source)
{
    ZipEntry entry(zip_fopen_index(zip, index, 0), &zip_fclose);
    if (!entry)
        refuse(source, Message::tr("cannot be unpacked ({})", zip_strerror(zip)));
    return entry;
}

/// @param room bytes that the file may still be unpacked to
Tensor readEntry(zip_t *zip, zip_uint64_t index, const Message &source, int64_t *room, const JobContext &ctx)
{
    const ZipEntry entry = openEntry(zip, index, source);
    const NpyHeader header = readHeader(entry, source);
    const size_t announced = header.dataBytes();
    if (announced > static_cast<size_t>(*room))
        refuse(source, Message::tr("announces {} values of {} bytes, more than a file of its size unpacks to",
                                   shapeText(header.shape), header.elementBytes()));
    *room -= static_cast<int64_t>(announced);
    std::vector<std::byte> bytes;
    constexpr size_t chunk = size_t(1) << 20;
    while (bytes.size() < announced) {
        ctx.throwIfCancelled();
        const size_t done = bytes.size();
        bytes.resize(std::min(done + chunk, announced));
        const size_t got = readSome(entry, bytes.data() + done, bytes.size() - done, source);
        if (done + got < bytes.size())
            refuse(source, Message::tr("announces {} values of {} bytes but holds {} bytes",
                                       shapeText(header.shape), header.elementBytes(), done + got));
    }
    std::byte more{};
    if (readSome(entry, &more, 1, source) > 0)
        refuse(source, Message::tr("announces {} values of {} bytes but holds more than that",
                                   shapeText(header.shape), header.elementBytes()));
    return tensorOf(header, std::move(bytes), ctx);
}

/// Of any length that the file may be unpacked to.
std::string readText(zip_t *zip, zip_uint64_t index, const Message &source, int64_t *room)
{
    const ZipEntry entry = openEntry(zip, index, source);
    std::string text;
    constexpr size_t chunk = size_t(1) << 16;
    for (size_t got = chunk; got == chunk;) {
        const size_t done = text.size();
        text.resize(done + chunk);
        got = readSome(entry, reinterpret_cast<std::byte *>(text.data()) + done, chunk, source);
        text.resize(done + got);
        *room -= static_cast<int64_t>(got);
        if (*room < 0)
            refuse(source, Message::tr("is longer than a file of its size unpacks to"));
    }
    return text;
}

std::string nameOf(zip_t *zip, zip_uint64_t index)
{
    const char *raw = zip_get_name(zip, index, ZIP_FL_ENC_RAW);
    return raw ? raw : "";
}

} // namespace

Tensor parseNpy(std::span<const std::byte> bytes, const Message &source, const JobContext &ctx)
{
    const NpyPlace place = npyHeaderPlace(bytes, source);
    if (place.size > bytes.size() - place.begin)
        refuse(source, Message::tr("ends inside its header"));
    const NpyHeader header =
        parseNpyHeader({reinterpret_cast<const char *>(bytes.data()) + place.begin, place.size}, source);
    const std::span<const std::byte> data = bytes.subspan(place.begin + place.size);
    if (data.size() != header.dataBytes())
        refuse(source, Message::tr("announces {} values of {} bytes but holds {} bytes",
                                   shapeText(header.shape), header.elementBytes(), data.size()));
    return tensorOf(header, {data.begin(), data.end()}, ctx);
}

Tensor readNpy(const std::filesystem::path &path, const JobContext &ctx)
{
    return parseNpy(InputFile(path).readAll(), Message::verbatim(path.string()), ctx);
}

std::vector<std::pair<std::string, Tensor>> readNpz(const std::filesystem::path &path,
                                                    const std::string &only, const JobContext &ctx)
{
    const Zip zip = openZip(path);
    int64_t room = plausibleBytes(static_cast<int64_t>(std::filesystem::file_size(path)));
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
        const Message source = Message::tr("{}, array \"{}\"", path.string(), name);
        arrays.emplace_back(name, readEntry(zip.get(), static_cast<zip_uint64_t>(i), source, &room, ctx));
    }
    if (arrays.empty())
        refuse(Message::verbatim(path.string()),
               only.empty()
                   ? Message::tr("holds no array")
                   : Message::tr("holds no array \"{}\"; it has \"{}\"", only, fmt::join(names, "\", \"")));
    return arrays;
}

NpzFile readNpzFile(const std::filesystem::path &path, const JobContext &ctx)
{
    const Zip zip = openZip(path);
    int64_t room = plausibleBytes(static_cast<int64_t>(std::filesystem::file_size(path)));
    NpzFile file;
    std::set<std::string> names;
    const zip_int64_t entries = zip_get_num_entries(zip.get(), 0);
    for (zip_int64_t i = 0; i < entries; ++i) {
        ctx.throwIfCancelled();
        const auto index = static_cast<zip_uint64_t>(i);
        std::string name = nameOf(zip.get(), index);
        const Message source = Message::tr("{}, array \"{}\"", path.string(), name);
        if (!names.insert(name).second)
            refuse(source, Message::tr("is there twice"));
        if (!name.ends_with(".npy")) {
            file.texts.emplace_back(name, readText(zip.get(), index, source, &room));
            continue;
        }
        name.resize(name.size() - 4);
        file.arrays.emplace_back(name, readEntry(zip.get(), index, source, &room, ctx));
    }
    return file;
}

} // namespace lathe
