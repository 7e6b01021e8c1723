#include "core/base/descriptorstream.h"

#include <cerrno>
#include <streambuf>
#include <unistd.h>
#include <utility>

namespace lathe {

class DescriptorStream::Buffer : public std::streambuf {
public:
    explicit Buffer(int fd) : m_fd(fd) {}
    ~Buffer() override
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    Buffer(const Buffer &) = delete;
    Buffer &operator=(const Buffer &) = delete;

    int finish()
    {
        if (m_error == 0 && ::fsync(m_fd) != 0)
            m_error = errno;
        if (::close(std::exchange(m_fd, -1)) != 0 && m_error == 0)
            m_error = errno;
        return m_error;
    }

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

DescriptorStream::DescriptorStream(int descriptor)
    : std::ostream(nullptr), m_buffer(std::make_unique<Buffer>(descriptor))
{
    rdbuf(m_buffer.get());
}

DescriptorStream::~DescriptorStream() = default;

int DescriptorStream::finish()
{
    return m_buffer->finish();
}

} // namespace lathe
