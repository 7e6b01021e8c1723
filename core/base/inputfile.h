#pragma once
// Reading files that other programs may change meanwhile.
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace lathe {

/// A regular file that is read piece by piece, whenever a piece is needed. Nothing is mapped into memory: the
/// process ends by a signal when a mapped file is truncated or its share goes away, where a read fails with a
/// sentence. All bytes are of the file as it was when it was opened. One that is replaced by renaming stays
/// readable as it was, as far as descriptors last (the first hundred open files keep theirs); one that is
/// rewritten in its place is noticed by its size and time of change, and refused.
///
/// Large tensors: read() one, work on it, let it go. Several readers that hold the same bytes for long
/// (sessions) share them by shared().
class InputFile {
public:
    using Bytes = std::vector<std::byte>;

    /// @throws Error FileUnreadable (missing, no permission, no regular file, too many open files),
    /// OutOfMemory
    explicit InputFile(std::filesystem::path path);
    ~InputFile();
    InputFile(const InputFile &) = delete;
    InputFile &operator=(const InputFile &) = delete;

    const std::filesystem::path &path() const { return m_path; }
    uint64_t size() const { return m_identity.size; } ///< bytes, when it was opened

    // May be called from several threads. All throw Error FileUnreadable: the file has been changed, has no
    // such bytes, or cannot be read.
    void read(uint64_t offset, std::span<std::byte> to) const;
    Bytes read(uint64_t offset, size_t size) const;
    Bytes readAll() const { return read(0, static_cast<size_t>(size())); }
    /// In order, at most 1 MiB at once, so that memory does not grow with the size.
    void forEachPiece(uint64_t offset, uint64_t size,
                      const std::function<void(std::span<const std::byte>)> &take) const;
    /// One copy in memory for all who hold these bytes at the same time.
    std::shared_ptr<const Bytes> shared(uint64_t offset, size_t size) const;
    void requireUnchanged() const;

private:
    struct Identity {
        uint64_t device = 0, inode = 0, size = 0;
        std::timespec changed{};
    };
    class Descriptor;

    Descriptor open() const;
    void requireInside(uint64_t offset, uint64_t size) const;
    void requireUnchanged(int descriptor) const;

    std::filesystem::path m_path;
    Identity m_identity;
    int m_kept = -1; ///< descriptor; -1: opened anew for every read
    mutable std::mutex m_sharing;
    mutable std::map<std::pair<uint64_t, size_t>, std::weak_ptr<const Bytes>> m_shared;
};

} // namespace lathe
