// A packed model. Its directory's hash is made right first, or nothing behind it would ever be reached.
#include "core/archive/archive.h"
#include "core/base/sha256.h"
#include "tests/fuzz/readers.h"

#include <algorithm>

using namespace lathe;

namespace {

constexpr size_t fixedBytes = 16; ///< signature, version, length of the directory
constexpr size_t hashBytes = 32;

void mendHash(std::string &archive)
{
    if (archive.size() < fixedBytes + hashBytes)
        return;
    size_t length = 0;
    for (size_t i = 4; i-- > 0;)
        length = length << 8U | static_cast<unsigned char>(archive[12 + i]);
    length = std::min(length, archive.size() - fixedBytes - hashBytes);
    const auto bytes = std::as_bytes(std::span(archive));
    const Sha256Digest digest =
        Sha256().add(bytes.first(fixedBytes)).add(bytes.subspan(fixedBytes + hashBytes, length)).finish();
    std::ranges::transform(digest, archive.begin() + fixedBytes,
                           [](std::byte b) { return static_cast<char>(b); });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    std::string archive(fuzz::textOf(data, size));
    mendHash(archive);
    const std::filesystem::path packed = fuzz::written("packed.lathez", archive);
    const std::filesystem::path target = fuzz::scratch() / "out";
    std::filesystem::create_directory(target);
    fuzz::readOrRefuse([&] { unpackArchive(packed, target / "model.onnx"); });
    std::filesystem::remove_all(target);
    return 0;
}
