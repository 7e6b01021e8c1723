// PNG by libpng itself: OpenCV lets it write its warnings to stderr and looks at the size after taking
// memory.
#include "core/data/imagefile.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <png.h>

namespace lathe {
namespace {

constexpr int64_t deflateRatio = 1032; ///< no deflate stream grows more than this

/// libpng leaves by longjmp, so whoever calls it holds nothing that a destructor would have to free: all
/// lives here.
struct Reading {
    std::span<const std::byte> bytes;
    size_t at = 0;
    std::array<char, 120> problem{};
    bool endsEarly = false;
    png_structp png = nullptr;
    png_infop info = nullptr;

    explicit Reading(std::span<const std::byte> file);
    ~Reading() { png_destroy_read_struct(&png, &info, nullptr); }
    Reading(const Reading &) = delete;
    Reading &operator=(const Reading &) = delete;
};

void fail(png_structp png, png_const_charp text)
{
    std::array<char, 120> &problem = static_cast<Reading *>(png_get_error_ptr(png))->problem;
    std::strncpy(problem.data(), text, problem.size() - 1);
    png_longjmp(png, 1);
}

void passOver(png_structp, png_const_charp) {}

void readBytes(png_structp png, png_bytep to, size_t count)
{
    auto *reading = static_cast<Reading *>(png_get_io_ptr(png));
    if (count > reading->bytes.size() - reading->at) {
        reading->endsEarly = true;
        png_error(png, "");
    }
    std::memcpy(to, reading->bytes.data() + reading->at, count);
    reading->at += count;
}

Reading::Reading(std::span<const std::byte> file)
    : bytes(file), png(png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, passOver))
{
    info = png ? png_create_info_struct(png) : nullptr;
    if (!info)
        throw std::bad_alloc();
    png_set_read_fn(png, this, readBytes);
    png_set_chunk_malloc_max(png, 1 << 23); // texts and profiles beside the pixels
    png_set_chunk_cache_max(png, 64);
}

bool readHeader(Reading &reading)
{
    if (setjmp(png_jmpbuf(reading.png)))
        return false;
    png_read_info(reading.png, reading.info);
    return true;
}

/// Asks for 8-bit grey or blue, green, red.
bool startPixels(Reading &reading, int *passes)
{
    if (setjmp(png_jmpbuf(reading.png)))
        return false;
    png_set_strip_16(reading.png);
    png_set_palette_to_rgb(reading.png);
    png_set_expand_gray_1_2_4_to_8(reading.png);
    png_set_strip_alpha(reading.png);
    png_set_bgr(reading.png);
    *passes = png_set_interlace_handling(reading.png);
    png_read_update_info(reading.png, reading.info);
    return true;
}

bool readRow(Reading &reading, uint8_t *row)
{
    if (setjmp(png_jmpbuf(reading.png)))
        return false;
    png_read_row(reading.png, row, nullptr);
    return true;
}

/// Bytes of all rows as they are packed.
int64_t rawBytes(const Reading &reading, int64_t width, int64_t height)
{
    const int64_t bits =
        png_get_bit_depth(reading.png, reading.info) * int64_t(png_get_channels(reading.png, reading.info));
    return (width * bits + 7) / 8 * height;
}

} // namespace

Image decodePng(std::span<const std::byte> bytes, const std::string &source, const JobContext &ctx)
{
    Reading reading(bytes);
    const auto refuse = [&] {
        const Message problem = reading.endsEarly ? Message::tr("the file is cut off")
                                                  : Message::verbatim(reading.problem.data());
        refuseImage(source, Message::tr("cannot be decoded as a PNG image ({})", problem));
    };
    if (!readHeader(reading))
        refuse();
    const int64_t width = png_get_image_width(reading.png, reading.info);
    const int64_t height = png_get_image_height(reading.png, reading.info);
    requirePlausible(source, width, height, bytes.size(), largestImage);
    if (rawBytes(reading, width, height) / deflateRatio > static_cast<int64_t>(bytes.size()))
        refuseImage(source,
                    Message::tr("announces an image of {} x {} pixels, which its {} bytes cannot hold", width,
                                height, bytes.size()));
    int passes = 1;
    if (!startPixels(reading, &passes))
        refuse();
    Image image{
        static_cast<int>(width), static_cast<int>(height), png_get_channels(reading.png, reading.info), {}};
    const size_t row = static_cast<size_t>(width) * static_cast<size_t>(image.channels);
    if (png_get_rowbytes(reading.png, reading.info) != row)
        refuseImage(source, Message::tr("cannot be decoded as a PNG image of 8 bits"));
    image.pixels.resize(row * static_cast<size_t>(height));
    for (int pass = 0; pass < passes; ++pass)
        for (int64_t y = 0; y < height; ++y) {
            ctx.throwIfCancelled();
            if (!readRow(reading, image.pixels.data() + static_cast<size_t>(y) * row))
                refuse();
        }
    return image;
}

} // namespace lathe
