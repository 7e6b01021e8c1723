#pragma once
// Files: read whole, mapped, written whole or not at all.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>

namespace lathe {

/// @throws Error FileUnreadable with the path and the system's reason.
std::string readFile(const std::filesystem::path &path);

/// Writes a temporary file beside the target, flushes it to disk and renames it over the target.
/// On any failure the target is as it was before and the temporary file is gone.
/// @throws Error FileUnwritable with the path and the system's reason (disk full, read-only, missing folder).
void writeFileAtomically(const std::filesystem::path &path, std::string_view content);
/// The same for content produced piece by piece.
void writeFileAtomically(const std::filesystem::path &path,
                         const std::function<void(std::ostream &)> &produce);

/// Lower-case hexadecimal SHA-256.
std::string sha256Hex(std::span<const std::byte> bytes);
std::string sha256Hex(std::string_view bytes);
/// @throws Error FileUnreadable
std::string sha256OfFile(const std::filesystem::path &path);

/// A read-only memory mapping of a whole file.
class MappedFile {
public:
    /// @throws Error FileUnreadable
    explicit MappedFile(const std::filesystem::path &path);
    ~MappedFile();
    MappedFile(const MappedFile &) = delete;
    MappedFile &operator=(const MappedFile &) = delete;
    std::span<const std::byte> bytes() const { return {m_data, m_size}; }

private:
    const std::byte *m_data = nullptr;
    size_t m_size = 0;
};

} // namespace lathe
