#pragma once
// Files: read whole, written whole or not at all. Piece by piece: core/base/inputfile.h.
#include "core/base/sha256.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

namespace lathe {

class InputFile; // core/base/inputfile.h

/// @throws Error FileUnreadable with the path and the system's reason.
std::string readFile(const std::filesystem::path &path);

/// Writes a file in a hidden folder beside the target, flushes it to disk and renames it over the target.
/// On any failure the target is as it was before and nothing else is left. Links are followed, and
/// permissions kept: see core/base/publication.h, which does the same for several files at once.
/// @throws Error FileUnwritable with the path and the system's reason (disk full, read-only, missing folder,
/// a device).
void writeFileAtomically(const std::filesystem::path &path, std::string_view content);
/// The same for content produced piece by piece.
void writeFileAtomically(const std::filesystem::path &path,
                         const std::function<void(std::ostream &)> &produce);

/// Lower-case hexadecimal SHA-256.
std::string sha256Hex(std::span<const std::byte> bytes);
std::string sha256Hex(std::string_view bytes);
/// @throws Error FileUnreadable
std::string sha256OfFile(const std::filesystem::path &path);
Sha256Digest sha256(const InputFile &file);

} // namespace lathe
