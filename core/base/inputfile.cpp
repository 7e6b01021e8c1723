#include "core/base/inputfile.h"

#include "core/base/error.h"
#include "core/base/systemreason.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace lathe {
namespace {

constexpr size_t pieceBytes = size_t(1) << 20;
constexpr int mostKept = 100; ///< descriptors of a process, which may have 1024 by default

std::atomic<int> kept = 0;

[[noreturn]] void failToRead(const std::filesystem::path &path, int error)
{
    throw Error(error == ENOMEM ? ErrorCode::OutOfMemory : ErrorCode::FileUnreadable,
                Message::tr("Cannot read {}: {}.", path.string(), systemReason(error)));
}

[[noreturn]] void refuseChanged(const std::filesystem::path &path)
{
    throw Error(ErrorCode::FileUnreadable,
                Message::tr("{} has been changed by another program since it was opened; open it again.",
                            path.string()));
}

struct stat statusOf(int descriptor, const std::filesystem::path &path)
{
    struct stat info = {};
    if (::fstat(descriptor, &info) != 0)
        failToRead(path, errno);
    return info;
}

} // namespace

/// Closed at the end unless it is the kept one.
class InputFile::Descriptor {
public:
    Descriptor(int fd, bool owned) : m_fd(fd), m_owned(owned) {}
    ~Descriptor()
    {
        if (m_owned)
            ::close(m_fd);
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    int get() const { return m_fd; }
    int release()
    {
        m_owned = false;
        return m_fd;
    }

private:
    int m_fd;
    bool m_owned;
};

InputFile::InputFile(std::filesystem::path path) : m_path(std::move(path))
{
    Descriptor file = open();
    const struct stat info = statusOf(file.get(), m_path);
    if (!S_ISREG(info.st_mode))
        throw Error(ErrorCode::FileUnreadable,
                    Message::tr("Cannot read {}: it is not a regular file.", m_path.string()));
    m_identity = {info.st_dev, info.st_ino, static_cast<uint64_t>(info.st_size), info.st_mtim};
    if (++kept <= mostKept)
        m_kept = file.release();
    else
        --kept;
}

InputFile::~InputFile()
{
    if (m_kept < 0)
        return;
    ::close(m_kept);
    --kept;
}

InputFile::Descriptor InputFile::open() const
{
    if (m_kept >= 0)
        return {m_kept, false};
    const int fd = ::open(m_path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe must not be waited for
    if (fd < 0)
        failToRead(m_path, errno);
    return {fd, true};
}

void InputFile::requireInside(uint64_t offset, uint64_t size) const
{
    if (offset > m_identity.size || size > m_identity.size - offset)
        throw Error(ErrorCode::FileUnreadable,
                    Message::tr("Cannot read {} bytes from byte {} on of {}, which has only {}.", size,
                                offset, m_path.string(), m_identity.size));
}

void InputFile::requireUnchanged(int descriptor) const
{
    const struct stat now = statusOf(descriptor, m_path);
    const bool same = now.st_dev == m_identity.device && now.st_ino == m_identity.inode &&
                      static_cast<uint64_t>(now.st_size) == m_identity.size &&
                      now.st_mtim.tv_sec == m_identity.changed.tv_sec &&
                      now.st_mtim.tv_nsec == m_identity.changed.tv_nsec;
    if (!same)
        refuseChanged(m_path);
}

void InputFile::requireUnchanged() const
{
    requireUnchanged(open().get());
}

void InputFile::read(uint64_t offset, std::span<std::byte> to) const
{
    requireInside(offset, to.size());
    const Descriptor file = open();
    size_t done = 0;
    while (done < to.size()) {
        const ssize_t n =
            ::pread(file.get(), to.data() + done, to.size() - done, static_cast<off_t>(offset + done));
        if (n == 0)
            refuseChanged(m_path);
        if (n < 0 && errno != EINTR)
            failToRead(m_path, errno);
        done += n > 0 ? static_cast<size_t>(n) : 0;
    }
    requireUnchanged(file.get()); // afterwards: what was read before a change is whole
}

InputFile::Bytes InputFile::read(uint64_t offset, size_t size) const
{
    requireInside(offset, size); // before there is memory for it
    Bytes bytes(size);
    read(offset, bytes);
    return bytes;
}

void InputFile::forEachPiece(uint64_t offset, uint64_t size,
                             const std::function<void(std::span<const std::byte>)> &take) const
{
    Bytes piece(static_cast<size_t>(std::min<uint64_t>(size, pieceBytes)));
    while (size > 0) {
        const std::span<std::byte> part(piece.data(),
                                        static_cast<size_t>(std::min<uint64_t>(size, pieceBytes)));
        read(offset, part);
        take(part);
        offset += part.size();
        size -= part.size();
    }
}

std::shared_ptr<const InputFile::Bytes> InputFile::shared(uint64_t offset, size_t size) const
{
    const std::lock_guard lock(m_sharing);
    std::weak_ptr<const Bytes> &known = m_shared[{offset, size}];
    if (auto bytes = known.lock())
        return bytes;
    auto bytes = std::make_shared<const Bytes>(read(offset, size));
    known = bytes;
    return bytes;
}

} // namespace lathe
