#include "core/data/imagefile.h"

#include "core/base/error.h"
#include "core/base/inputfile.h"
#include "core/data/quietopencv.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string_view>

namespace lathe {
namespace {

/// What remains to OpenCV: formats that are rare in data sets.
Image decodeOther(std::span<const std::byte> bytes, const std::string &source)
{
    const auto announced = announcedImage(bytes);
    if (!announced)
        refuseImage(source, Message::tr("is none of PNG, JPEG, BMP, PNM, WebP and TIFF"));
    requirePlausible(source, announced->width, announced->height, bytes.size(), announced->pixelsInByte);
    if (bytes.size() > size_t(INT32_MAX))
        refuseImage(source, Message::tr("is larger than 2 GB"));
    cv::Mat pixels;
    try {
        const QuietOpenCv quiet;
        const cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::byte *>(bytes.data()));
        pixels = cv::imdecode(raw, cv::IMREAD_ANYCOLOR | cv::IMREAD_IGNORE_ORIENTATION);
    } catch (const cv::Exception &e) {
        refuseImage(source, Message::tr("cannot be decoded as an image ({})", e.err));
    }
    if (pixels.empty() || pixels.depth() != CV_8U || (pixels.channels() != 1 && pixels.channels() != 3))
        refuseImage(source,
                    Message::tr("cannot be decoded as an image; remove it from the data set or repair it"));
    Image image{pixels.cols, pixels.rows, pixels.channels(), {}};
    image.pixels.assign(pixels.datastart, pixels.dataend);
    return image;
}

} // namespace

void refuseImage(const std::string &source, const Message &reason)
{
    throw Error(ErrorCode::MalformedData, Message::tr("{} {}.", source, reason));
}

void requirePlausible(const std::string &source, int64_t width, int64_t height, size_t bytes,
                      int64_t pixelsInByte)
{
    if (width < 1 || height < 1)
        refuseImage(source, Message::tr("announces an image of {} x {} pixels", width, height));
    if (width > largestImage / height)
        refuseImage(source, Message::tr("announces an image of {} x {} pixels; up to {} million can be read",
                                        width, height, largestImage / 1000000));
    if (width * height / pixelsInByte > static_cast<int64_t>(bytes))
        refuseImage(source,
                    Message::tr("announces an image of {} x {} pixels, which its {} bytes cannot hold", width,
                                height, bytes));
}

Image readImage(const std::filesystem::path &path, const JobContext &ctx)
{
    ctx.throwIfCancelled();
    const InputFile::Bytes bytes = InputFile(path).readAll();
    const std::string source = path.string();
    const std::string_view start(reinterpret_cast<const char *>(bytes.data()),
                                 std::min<size_t>(bytes.size(), 8));
    if (start == "\x89PNG\r\n\x1a\n")
        return decodePng(bytes, source, ctx);
    if (start.starts_with("\xff\xd8\xff"))
        return decodeJpeg(bytes, source, ctx);
    return decodeOther(bytes, source);
}

} // namespace lathe
