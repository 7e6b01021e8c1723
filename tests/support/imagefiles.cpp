#include "tests/support/imagefiles.h"

#include <cstdio>
#include <cstdlib>
#include <zlib.h>

#include <jpeglib.h>

namespace lathe::test {
namespace {

std::string bigEndian(uint64_t value)
{
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>(value >> shift & 0xFF);
    return bytes;
}

std::string chunk(const std::string &kind, const std::string &content)
{
    const std::string body = kind + content;
    const auto crc = crc32(0, reinterpret_cast<const Bytef *>(body.data()), static_cast<uInt>(body.size()));
    return bigEndian(content.size()) + body + bigEndian(crc);
}

std::string deflated(const std::string &raw)
{
    uLongf size = compressBound(raw.size());
    std::string packed(size, '\0');
    compress(reinterpret_cast<Bytef *>(packed.data()), &size, reinterpret_cast<const Bytef *>(raw.data()),
             raw.size());
    packed.resize(size);
    return packed;
}

} // namespace

std::string pngBytes(const Image &image, const PngForm &form)
{
    std::string rows;
    const auto n = static_cast<size_t>(image.channels);
    for (int y = 0; y < image.height; ++y) {
        rows += '\0'; // no filter
        for (int x = 0; x < image.width; ++x)
            for (size_t c = n; c-- > 0;)
                rows += static_cast<char>(
                    image.pixels[(static_cast<size_t>(y) * static_cast<size_t>(image.width) +
                                  static_cast<size_t>(x)) *
                                     n +
                                 c]);
    }
    const int width = form.claimedWidth > 0 ? form.claimedWidth : image.width;
    const int height = form.claimedHeight > 0 ? form.claimedHeight : image.height;
    const std::string head = bigEndian(static_cast<uint64_t>(width)) +
                             bigEndian(static_cast<uint64_t>(height)) + '\x08' + (n == 1 ? '\0' : '\x02') +
                             std::string(3, '\0');
    std::string bytes = "\x89PNG\r\n\x1a\n" + chunk("IHDR", head);
    if (form.badProfile)
        bytes += chunk("iCCP", std::string("p") + '\0' + '\0' + deflated(std::string(200, 'x')));
    return bytes + chunk("IDAT", deflated(rows)) + chunk("IEND", {});
}

std::string jpegBytes(const Image &image, bool progressive)
{
    jpeg_compress_struct jpeg{};
    jpeg_error_mgr errors{};
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    unsigned char *buffer = nullptr;
    unsigned long size = 0; // as libjpeg has it
    jpeg_mem_dest(&jpeg, &buffer, &size);
    jpeg.image_width = static_cast<JDIMENSION>(image.width);
    jpeg.image_height = static_cast<JDIMENSION>(image.height);
    jpeg.input_components = image.channels;
    jpeg.in_color_space = image.channels == 1 ? JCS_GRAYSCALE : JCS_EXT_BGR;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 100, TRUE);
    jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
    if (progressive)
        jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    const auto row = static_cast<size_t>(image.width) * static_cast<size_t>(image.channels);
    while (jpeg.next_scanline < jpeg.image_height) {
        auto *from = const_cast<uint8_t *>(image.pixels.data() + jpeg.next_scanline * row);
        jpeg_write_scanlines(&jpeg, &from, 1);
    }
    jpeg_finish_compress(&jpeg);
    const std::string bytes(reinterpret_cast<const char *>(buffer), size);
    jpeg_destroy_compress(&jpeg);
    std::free(buffer);
    return bytes;
}

} // namespace lathe::test
