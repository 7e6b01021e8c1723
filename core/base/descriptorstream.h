#pragma once
#include <memory>
#include <ostream>

namespace lathe {

/// Writes straight to a descriptor, closes it, and remembers the first system error, which std::ofstream
/// forgets.
class DescriptorStream : public std::ostream {
public:
    explicit DescriptorStream(int descriptor); ///< takes it over
    ~DescriptorStream() override;
    DescriptorStream(const DescriptorStream &) = delete;
    DescriptorStream &operator=(const DescriptorStream &) = delete;

    /// Flushes all to disk and closes. @returns 0, or the first error
    int finish();

private:
    class Buffer;
    std::unique_ptr<Buffer> m_buffer;
};

} // namespace lathe
