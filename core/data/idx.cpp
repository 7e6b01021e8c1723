#include "core/data/idx.h"

#include "core/base/error.h"
#include "core/data/packed.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>
#include <zlib.h>

namespace lathe {
namespace {

constexpr int64_t largestArray = int64_t(1) << 34; ///< bytes; larger sets are no IDX sets

class IdxFile {
public:
    explicit IdxFile(const std::filesystem::path &path) : m_path(path), m_file(nullptr, &gzclose)
    {
        std::error_code error;
        m_size = static_cast<int64_t>(std::filesystem::file_size(path, error));
        m_file.reset(error ? nullptr : gzopen(path.c_str(), "rb"));
        if (!m_file)
            throw Error(ErrorCode::FileUnreadable,
                        Message::tr("Cannot read {}: {}.", path.string(),
                                    error ? error.message() : std::strerror(errno)));
        gzbuffer(m_file.get(), 1U << 18);
    }
    [[noreturn]] void refuse(const Message &reason) const
    {
        throw Error(ErrorCode::MalformedData, Message::tr("{} {}.", m_path.string(), reason));
    }
    /// Up to `size` bytes; fewer at the end of the file.
    size_t read(std::byte *to, size_t size)
    {
        const int got = gzread(m_file.get(), to, static_cast<unsigned>(size));
        int code = Z_OK;
        const char *text = gzerror(m_file.get(), &code);
        if (code == Z_BUF_ERROR)
            refuse(Message::tr("ends in the middle of its gzip data; the file is cut off"));
        if (got < 0 || code < 0)
            refuse(Message::tr("holds damaged gzip data ({})", text));
        return static_cast<size_t>(got);
    }
    int64_t mostBytes() const { return gzdirect(m_file.get()) ? m_size : plausibleBytes(m_size); }
    const std::filesystem::path &path() const { return m_path; }

private:
    std::filesystem::path m_path;
    std::unique_ptr<gzFile_s, int (*)(gzFile)> m_file;
    int64_t m_size = 0;
};

ElementType elementTypeOf(std::byte code)
{
    switch (std::to_integer<int>(code)) {
    case 0x08:
        return ElementType::UInt8;
    case 0x09:
        return ElementType::Int8;
    case 0x0B:
        return ElementType::Int16;
    case 0x0C:
        return ElementType::Int32;
    case 0x0D:
        return ElementType::Float32;
    case 0x0E:
        return ElementType::Float64;
    default:
        return ElementType::Undefined;
    }
}

Tensor readHeader(IdxFile &file)
{
    std::array<std::byte, 4> magic{};
    Tensor tensor;
    if (file.read(magic.data(), 4) == 4)
        tensor.type = elementTypeOf(magic[2]);
    const auto rank = std::to_integer<size_t>(magic[3]);
    if (magic[0] != std::byte{0} || magic[1] != std::byte{0} || tensor.type == ElementType::Undefined ||
        rank == 0 || rank > 8)
        file.refuse(Message::tr("is no IDX file: its first four bytes are not those of the format"));
    for (size_t i = 0; i < rank; ++i) {
        std::array<std::byte, 4> bytes{};
        if (file.read(bytes.data(), 4) != 4)
            file.refuse(Message::tr("ends inside its header"));
        int64_t dimension = 0;
        for (const std::byte b : bytes)
            dimension = dimension << 8 | std::to_integer<int64_t>(b);
        tensor.shape.push_back(dimension);
    }
    return tensor;
}

/// Bytes the header announces, if the file can hold them at all.
size_t announcedBytes(const IdxFile &file, const Tensor &tensor)
{
    const int64_t count = elementCount(tensor.shape);
    const int64_t width = elementBits(tensor.type) / 8;
    if (count < 0 || count > file.mostBytes() / width)
        file.refuse(
            Message::tr("announces {} values but is far too small to hold them", shapeText(tensor.shape)));
    if (count > largestArray / width)
        throw Error(ErrorCode::OutOfMemory,
                    Message::tr("{} holds more than {} GB, too much to keep in memory.", file.path().string(),
                                largestArray >> 30));
    return static_cast<size_t>(count * width);
}

void toLittleEndian(Tensor &tensor)
{
    const auto width = static_cast<size_t>(elementBits(tensor.type) / 8);
    for (size_t i = 0; width > 1 && i + width <= tensor.bytes.size(); i += width)
        std::reverse(tensor.bytes.begin() + static_cast<long>(i),
                     tensor.bytes.begin() + static_cast<long>(i + width));
}

} // namespace

Tensor readIdx(const std::filesystem::path &path, const JobContext &ctx)
{
    IdxFile file(path);
    Tensor tensor = readHeader(file);
    const size_t announced = announcedBytes(file, tensor);
    constexpr size_t chunk = size_t(1) << 20;
    while (tensor.bytes.size() < announced) {
        ctx.throwIfCancelled();
        const size_t done = tensor.bytes.size();
        const size_t wanted = std::min(chunk, announced - done);
        tensor.bytes.resize(done + wanted);
        const size_t got = file.read(tensor.bytes.data() + done, wanted);
        if (got < wanted)
            file.refuse(Message::tr("announces {} values but ends after {} of {} bytes",
                                    shapeText(tensor.shape), done + got, announced));
    }
    std::byte more{};
    if (file.read(&more, 1) != 0)
        file.refuse(Message::tr("announces {} values but holds more than that", shapeText(tensor.shape)));
    if constexpr (std::endian::native == std::endian::little)
        toLittleEndian(tensor);
    return tensor;
}

} // namespace lathe
