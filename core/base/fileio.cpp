#include "core/base/fileio.h"

#include "core/base/inputfile.h"
#include "core/base/publication.h"

#include <ostream>

namespace lathe {

std::string readFile(const std::filesystem::path &path)
{
    const InputFile file(path);
    std::string text(static_cast<size_t>(file.size()), '\0');
    file.read(0, std::as_writable_bytes(std::span(text)));
    return text;
}

void writeFileAtomically(const std::filesystem::path &path, std::string_view content)
{
    writeFileAtomically(path, [content](std::ostream &out) {
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
    });
}

void writeFileAtomically(const std::filesystem::path &path,
                         const std::function<void(std::ostream &)> &produce)
{
    Publication file(path);
    file.write(path, produce);
    file.commit();
}

std::string sha256Hex(std::span<const std::byte> bytes)
{
    return hexText(sha256(bytes));
}

std::string sha256Hex(std::string_view bytes)
{
    return sha256Hex(std::as_bytes(std::span(bytes.data(), bytes.size())));
}

std::string sha256OfFile(const std::filesystem::path &path)
{
    return hexText(sha256(InputFile(path)));
}

Sha256Digest sha256(const InputFile &file)
{
    Sha256 hash;
    file.forEachPiece(0, file.size(), [&hash](std::span<const std::byte> piece) { hash.add(piece); });
    return hash.finish();
}

} // namespace lathe
