#include "core/base/fileio.h"

#include "core/base/error.h"
#include "core/base/sha256.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <ostream>
#include <streambuf>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace lathe {
namespace {

std::string systemReason()
{
    return std::strerror(errno);
}

class FileDescriptor {
public:
    explicit FileDescriptor(int fd) : m_fd(fd) {}
    ~FileDescriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    FileDescriptor(const FileDescriptor &) = delete;
    FileDescriptor &operator=(const FileDescriptor &) = delete;
    int get() const { return m_fd; }
    int release() { return std::exchange(m_fd, -1); }

private:
    int m_fd;
};

FileDescriptor openForReading(const std::filesystem::path &path, struct stat &info)
{
    FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (fd.get() < 0 || ::fstat(fd.get(), &info) != 0)
        throw Error(ErrorCode::FileUnreadable,
                    fmt::format("Cannot read {}: {}.", path.string(), systemReason()));
    if (!S_ISREG(info.st_mode))
        throw Error(ErrorCode::FileUnreadable,
                    fmt::format("Cannot read {}: it is not a regular file.", path.string()));
    return FileDescriptor(fd.release());
}

/// Writes through to a descriptor and remembers the first system error, which std::ofstream forgets.
class DescriptorBuffer : public std::streambuf {
public:
    explicit DescriptorBuffer(int fd) : m_fd(fd) {}
    int error() const { return m_error; }

protected:
    std::streamsize xsputn(const char *text, std::streamsize size) override
    {
        std::streamsize done = 0;
        while (done < size && m_error == 0) {
            const ssize_t n = ::write(m_fd, text + done, static_cast<size_t>(size - done));
            if (n < 0 && errno != EINTR)
                m_error = errno;
            else if (n > 0)
                done += n;
        }
        return done;
    }
    int_type overflow(int_type c) override
    {
        if (traits_type::eq_int_type(c, traits_type::eof()))
            return traits_type::not_eof(c);
        const char one = traits_type::to_char_type(c);
        return xsputn(&one, 1) == 1 ? c : traits_type::eof();
    }

private:
    int m_fd;
    int m_error = 0;
};

/// A temporary file beside the target; gone unless committed.
class PendingFile {
public:
    explicit PendingFile(const std::filesystem::path &target)
        : m_target(target), m_temporary(target.string() + ".XXXXXX"), m_fd(::mkstemp(m_temporary.data()))
    {
        if (m_fd.get() < 0)
            fail();
        ::fchmod(m_fd.get(), 0644);
    }
    ~PendingFile()
    {
        if (!m_committed)
            ::unlink(m_temporary.c_str());
    }
    PendingFile(const PendingFile &) = delete;
    PendingFile &operator=(const PendingFile &) = delete;

    int descriptor() const { return m_fd.get(); }
    [[noreturn]] void fail() const
    {
        throw Error(ErrorCode::FileUnwritable,
                    fmt::format("Cannot write {}: {}.", m_target.string(), systemReason()));
    }
    void commit()
    {
        if (::fsync(m_fd.get()) != 0 || ::close(m_fd.release()) != 0 ||
            ::rename(m_temporary.c_str(), m_target.c_str()) != 0)
            fail();
        m_committed = true;
    }

private:
    std::filesystem::path m_target;
    std::string m_temporary;
    FileDescriptor m_fd;
    bool m_committed = false;
};

} // namespace

std::string readFile(const std::filesystem::path &path)
{
    const MappedFile file(path);
    return {reinterpret_cast<const char *>(file.bytes().data()), file.bytes().size()};
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
    PendingFile file(path);
    DescriptorBuffer buffer(file.descriptor());
    std::ostream out(&buffer);
    produce(out);
    if (buffer.error() != 0) {
        errno = buffer.error();
        file.fail();
    }
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
    return sha256Hex(MappedFile(path).bytes());
}

MappedFile::MappedFile(const std::filesystem::path &path)
{
    struct stat info = {};
    const FileDescriptor fd = openForReading(path, info);
    m_size = static_cast<size_t>(info.st_size);
    if (m_size == 0)
        return;
    void *address = ::mmap(nullptr, m_size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
    if (address == MAP_FAILED)
        throw Error(ErrorCode::FileUnreadable,
                    fmt::format("Cannot map {}: {}.", path.string(), systemReason()));
    m_data = static_cast<const std::byte *>(address);
}

MappedFile::~MappedFile()
{
    if (m_data)
        ::munmap(const_cast<std::byte *>(m_data), m_size);
}

} // namespace lathe
