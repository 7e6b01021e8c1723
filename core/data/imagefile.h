#pragma once
// Image files as pixels. Inside core/data only.
#include "core/data/dataset.h"

#include <span>

namespace lathe {

/// What Pillow, too, takes for an attack: 512 MB of colours.
constexpr int64_t largestImage = 178956970; ///< pixels

/// PNG, JPEG, BMP, PNM, WebP or TIFF, told by its first bytes. The size that its header announces is held
/// against `largestImage` and against what so many bytes can hold before anything is unpacked. Marks of
/// cameras for the orientation are left alone, as by the libraries most models were trained with. Decoders
/// write nothing to stderr; what they merely warn of (marks out of place, profiles) is passed over, as Pillow
/// does.
/// @throws Error FileUnreadable, MalformedData naming the file. @throws Cancelled
Image readImage(const std::filesystem::path &path, const JobContext &ctx);

/// @throws Error MalformedData when no such image can be in `bytes` bytes, of which one holds at most
/// `pixelsInByte` pixels.
void requirePlausible(const std::string &source, int64_t width, int64_t height, size_t bytes,
                      int64_t pixelsInByte);
[[noreturn]] void refuseImage(const std::string &source, const Message &reason);

Image decodePng(std::span<const std::byte> bytes, const std::string &source, const JobContext &ctx);
Image decodeJpeg(std::span<const std::byte> bytes, const std::string &source, const JobContext &ctx);

struct AnnouncedImage {
    int64_t width = 0, height = 0;
    int64_t pixelsInByte = largestImage; ///< where the format packs as well as it likes
};
/// What the header of a BMP, PNM, WebP or TIFF file says; empty: it is none of them.
std::optional<AnnouncedImage> announcedImage(std::span<const std::byte> bytes);

} // namespace lathe
