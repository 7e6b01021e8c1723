// JPEG by libjpeg itself: OpenCV lets it write its warnings to stderr, cannot be cancelled, and takes what is
// missing of a file that is cut off for grey.
#include "core/data/imagefile.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>

#include <jerror.h>
#include <jpeglib.h>

namespace lathe {
namespace {

constexpr int64_t pixelsInByte = 512; ///< at least one bit for each 8 x 8 pixels
constexpr int mostScans = 500;        ///< of a progressive file; each goes over all of the image

/// libjpeg leaves by longjmp, so whoever calls it holds nothing that a destructor would have to free: all
/// lives here.
struct Reading {
    jpeg_decompress_struct jpeg{};
    jpeg_error_mgr errors{};
    jpeg_progress_mgr progress{};
    std::jmp_buf leave{};
    std::array<char, JMSG_LENGTH_MAX> problem{};
    std::stop_token stop;
    bool cancelled = false;
    bool endless = false; ///< has more than mostScans
    bool ended = false;   ///< the file, before its end mark
    bool lacked = false;  ///< bits of its pixels

    explicit Reading(const JobContext &ctx);
    ~Reading() { jpeg_destroy_decompress(&jpeg); }
    Reading(const Reading &) = delete;
    Reading &operator=(const Reading &) = delete;
};

Reading &of(j_common_ptr jpeg)
{
    return *static_cast<Reading *>(jpeg->client_data);
}

[[noreturn]] void fail(j_common_ptr jpeg)
{
    jpeg->err->format_message(jpeg, of(jpeg).problem.data());
    std::longjmp(of(jpeg).leave, 1);
}

void note(j_common_ptr jpeg, int level)
{
    if (level >= 0)
        return; // a trace
    of(jpeg).ended |= jpeg->err->msg_code == JWRN_JPEG_EOF;
    of(jpeg).lacked |= jpeg->err->msg_code == JWRN_HIT_MARKER;
}

void passOver(j_common_ptr) {}

void goOn(j_common_ptr jpeg)
{
    Reading &reading = of(jpeg);
    reading.cancelled = reading.stop.stop_requested();
    reading.endless = reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number > mostScans;
    if (reading.cancelled || reading.endless)
        std::longjmp(reading.leave, 1);
}

Reading::Reading(const JobContext &ctx) : stop(ctx.stop)
{
    jpeg.err = jpeg_std_error(&errors);
    jpeg.client_data = this;
    errors.error_exit = fail;
    errors.emit_message = note;
    errors.output_message = passOver;
    progress.progress_monitor = goOn;
}

bool readHeader(Reading &reading, std::span<const std::byte> bytes)
{
    if (setjmp(reading.leave))
        return false;
    jpeg_create_decompress(&reading.jpeg); // keeps client_data
    reading.jpeg.progress = &reading.progress;
    jpeg_mem_src(&reading.jpeg, reinterpret_cast<const unsigned char *>(bytes.data()), bytes.size());
    jpeg_read_header(&reading.jpeg, TRUE);
    return true;
}

bool start(Reading &reading)
{
    if (setjmp(reading.leave))
        return false;
    jpeg_start_decompress(&reading.jpeg);
    return true;
}

bool readRow(Reading &reading, uint8_t *row)
{
    if (setjmp(reading.leave))
        return false;
    return jpeg_read_scanlines(&reading.jpeg, &row, 1) == 1;
}

/// Of inverted inks, as every program writes them since Adobe's did; as Pillow.
void fromInks(const std::vector<uint8_t> &inks, uint8_t *bgr)
{
    const auto times = [](int a, int b) {
        const int product = a * b + 128;
        return static_cast<uint8_t>(((product >> 8) + product) >> 8);
    };
    for (size_t i = 0; i + 3 < inks.size(); i += 4)
        for (const size_t c : {2, 1, 0})
            *bgr++ = times(inks[i + c], inks[i + 3]);
}

} // namespace

Image decodeJpeg(std::span<const std::byte> bytes, const std::string &source, const JobContext &ctx)
{
    Reading reading(ctx);
    const auto refuse = [&] {
        if (reading.cancelled)
            throw Cancelled{};
        const Message problem = reading.endless ? Message::tr("it has more than {} scans", mostScans)
                                                : Message::verbatim(reading.problem.data());
        refuseImage(source, Message::tr("cannot be decoded as a JPEG image ({})", problem));
    };
    if (!readHeader(reading, bytes))
        refuse();
    jpeg_decompress_struct &jpeg = reading.jpeg;
    requirePlausible(source, jpeg.image_width, jpeg.image_height, bytes.size(), pixelsInByte);
    const int inks = jpeg.num_components;
    if (inks != 1 && inks != 3 && inks != 4)
        refuseImage(source, Message::tr("is a JPEG image of {} components", inks));
    jpeg.out_color_space = inks == 1 ? JCS_GRAYSCALE : inks == 3 ? JCS_EXT_BGR : JCS_CMYK;
    if (!start(reading))
        refuse();
    Image image{
        static_cast<int>(jpeg.output_width), static_cast<int>(jpeg.output_height), inks == 1 ? 1 : 3, {}};
    const size_t row = size_t(jpeg.output_width) * static_cast<size_t>(image.channels);
    image.pixels.resize(row * jpeg.output_height);
    std::vector<uint8_t> inked(inks == 4 ? size_t(jpeg.output_width) * 4 : 0);
    for (uint8_t *to = image.pixels.data(); jpeg.output_scanline < jpeg.output_height; to += row) {
        if (!readRow(reading, inked.empty() ? to : inked.data()))
            refuse();
        if (!inked.empty())
            fromInks(inked, to);
    }
    if (reading.ended && (reading.lacked || jpeg.progressive_mode != FALSE))
        refuseImage(source, Message::tr("is cut off: the end of the image is missing"));
    return image;
}

} // namespace lathe
