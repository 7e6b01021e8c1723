// Sizes in the headers of image formats, read by hand: before a decoder takes memory for them.
#include "core/data/imagefile.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string_view>

namespace lathe {
namespace {

/// Numbers at places of a file; what is past its end reads as zero.
class Bytes {
public:
    explicit Bytes(std::span<const std::byte> bytes, bool bigEndian = false)
        : m_bytes(bytes), m_bigEndian(bigEndian)
    {
    }
    uint64_t number(uint64_t at, size_t width) const
    {
        uint64_t value = 0;
        for (size_t i = 0; i < width; ++i) {
            const uint64_t place = at + (m_bigEndian ? i : width - 1 - i);
            value = value << 8 | (place < m_bytes.size() ? std::to_integer<uint64_t>(m_bytes[place]) : 0);
        }
        return value;
    }
    std::string_view text(size_t at, size_t size) const
    {
        const std::string_view all(reinterpret_cast<const char *>(m_bytes.data()), m_bytes.size());
        return at < all.size() ? all.substr(at, size) : std::string_view();
    }
    size_t size() const { return m_bytes.size(); }

private:
    std::span<const std::byte> m_bytes;
    bool m_bigEndian;
};

AnnouncedImage bmp(const Bytes &file)
{
    if (file.number(14, 4) == 12) // the header of OS/2
        return {static_cast<int64_t>(file.number(18, 2)), static_cast<int64_t>(file.number(20, 2))};
    const auto width = static_cast<int32_t>(file.number(18, 4)),
               height = static_cast<int32_t>(file.number(22, 4));
    return {width, std::abs(int64_t(height))}; // negative: rows from the top
}

/// Width and height as the first two numbers, with comments between.
AnnouncedImage pnm(std::string_view text)
{
    AnnouncedImage image{0, 0, 8};
    size_t at = 2;
    for (int64_t *number : {&image.width, &image.height}) {
        while (at < text.size() &&
               (std::isspace(static_cast<unsigned char>(text[at])) != 0 || text[at] == '#'))
            at = text[at] == '#' ? std::min(text.find('\n', at), text.size()) : at + 1;
        for (; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0; ++at)
            *number = std::min<int64_t>(*number * 10 + (text[at] - '0'), INT32_MAX);
    }
    return image;
}

AnnouncedImage webp(const Bytes &file)
{
    const std::string_view kind = file.text(12, 4);
    if (kind == "VP8X")
        return {static_cast<int64_t>(file.number(24, 3)) + 1, static_cast<int64_t>(file.number(27, 3)) + 1};
    if (kind == "VP8L") {
        const uint64_t bits = file.number(21, 4);
        return {static_cast<int64_t>(bits & 0x3fff) + 1, static_cast<int64_t>(bits >> 14 & 0x3fff) + 1};
    }
    return {static_cast<int64_t>(file.number(26, 2) & 0x3fff),
            static_cast<int64_t>(file.number(28, 2) & 0x3fff)};
}

/// The first directory's size, or that of its tiles where one of them is larger.
AnnouncedImage tiff(const Bytes &file, bool big)
{
    const uint64_t directory = big ? file.number(8, 8) : file.number(4, 4);
    const uint64_t count = std::min<uint64_t>(file.number(directory, big ? 8 : 2), 4096);
    const uint64_t first = directory + (big ? 8 : 2), step = big ? 20 : 12;
    int64_t sides[2] = {0, 0};
    for (uint64_t i = 0; i < count && first + i * step < file.size(); ++i) {
        const uint64_t entry = first + i * step, tag = file.number(entry, 2),
                       kind = file.number(entry + 2, 2);
        const bool height = tag == 257 || tag == 323;
        if (!height && tag != 256 && tag != 322)
            continue;
        const uint64_t value = file.number(entry + (big ? 12 : 8), kind == 3 ? 2 : 4);
        sides[height] = std::max(sides[height], static_cast<int64_t>(value));
    }
    return {sides[0], sides[1]};
}

} // namespace

std::optional<AnnouncedImage> announcedImage(std::span<const std::byte> bytes)
{
    const Bytes file(bytes);
    const std::string_view start = file.text(0, 4);
    if (start.starts_with("BM"))
        return bmp(file);
    if (start.size() > 2 && start[0] == 'P' && start[1] >= '1' && start[1] <= '6' &&
        (std::isspace(static_cast<unsigned char>(start[2])) != 0 || start[2] == '#'))
        return pnm(file.text(0, size_t(1) << 16));
    if (start == "RIFF" && file.text(8, 4) == "WEBP")
        return webp(file);
    for (const bool bigEndian : {false, true}) {
        const Bytes ordered(bytes, bigEndian);
        const uint64_t version = ordered.number(2, 2);
        if (start.starts_with(bigEndian ? "MM" : "II") && (version == 42 || version == 43))
            return tiff(ordered, version == 43);
    }
    return std::nullopt;
}

} // namespace lathe
