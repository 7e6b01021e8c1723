// Writes .npz files: core/data/npy.h.
#include "core/base/error.h"
#include "core/data/npy.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>
#include <zip.h>

namespace lathe {
namespace {

constexpr uint16_t firstDay = 1U << 5U | 1U; ///< 1 January 1980, in the words of zip files
constexpr int level = 6;                     ///< of zlib, the same everywhere

[[noreturn]] void fail(zip_t *zip)
{
    throw Error(ErrorCode::Internal, Message::tr("An .npz file cannot be made ({}).", zip_strerror(zip)));
}

/// "<f4"
std::string descriptionOf(ElementType type, const std::string &name)
{
    static const std::vector<std::pair<ElementType, const char *>> known = {
        {ElementType::Float16, "<f2"}, {ElementType::Float32, "<f4"}, {ElementType::Float64, "<f8"},
        {ElementType::UInt8, "|u1"},   {ElementType::Int8, "|i1"},    {ElementType::UInt16, "<u2"},
        {ElementType::Int16, "<i2"},   {ElementType::UInt32, "<u4"},  {ElementType::Int32, "<i4"},
        {ElementType::UInt64, "<u8"},  {ElementType::Int64, "<i8"},   {ElementType::Bool, "|b1"}};
    const auto found = std::ranges::find(known, type, &std::pair<ElementType, const char *>::first);
    if (found == known.end())
        throw Error(ErrorCode::Unsupported,
                    Message::tr("`{}` holds values of type {}, which NumPy's files do not have.", name,
                                elementTypeName(type)));
    return found->second;
}

/// Version 1, filled up to whole 64 bytes.
std::string npyBytes(const std::string &name, const Tensor &tensor)
{
    const std::string shape =
        fmt::format("({}{})", fmt::join(tensor.shape, ", "), tensor.shape.size() == 1 ? "," : "");
    std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}",
                                     descriptionOf(tensor.type, name), shape);
    constexpr size_t start = 10, unit = 64;
    header.append(unit - (start + header.size() + 1) % unit, ' ');
    header += '\n';
    std::string bytes("\x93NUMPY\x01\x00", 8);
    bytes += static_cast<char>(header.size() & 0xffU);
    bytes += static_cast<char>(header.size() >> 8U);
    bytes += header;
    bytes.append(reinterpret_cast<const char *>(tensor.bytes.data()), tensor.bytes.size());
    return bytes;
}

/// A zip file in memory.
class Writer {
public:
    Writer() : m_zip(nullptr, &zip_discard)
    {
        zip_error_t error;
        zip_error_init(&error);
        m_target = zip_source_buffer_create(nullptr, 0, 0, &error);
        if (m_target)
            zip_source_keep(m_target);
        m_zip.reset(m_target ? zip_open_from_source(m_target, ZIP_CREATE | ZIP_TRUNCATE, &error) : nullptr);
        const std::string reason = zip_error_strerror(&error);
        zip_error_fini(&error);
        if (!m_zip)
            throw Error(ErrorCode::Internal, Message::tr("An .npz file cannot be made ({}).", reason));
    }
    ~Writer()
    {
        m_zip.reset();
        zip_source_free(m_target);
    }
    Writer(const Writer &) = delete;
    Writer &operator=(const Writer &) = delete;

    void add(const std::string &name, std::string content)
    {
        const std::string &kept = *m_contents.emplace_back(std::make_unique<std::string>(std::move(content)));
        zip_source_t *source = zip_source_buffer(m_zip.get(), kept.data(), kept.size(), 0);
        if (!source)
            fail(m_zip.get());
        const zip_int64_t place = zip_file_add(m_zip.get(), name.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (place < 0) {
            zip_source_free(source);
            fail(m_zip.get());
        }
        const auto index = static_cast<zip_uint64_t>(place);
        if (zip_set_file_compression(m_zip.get(), index, ZIP_CM_DEFLATE, level) < 0 ||
            zip_file_set_dostime(m_zip.get(), index, 0, firstDay, 0) < 0)
            fail(m_zip.get());
    }

    std::string finish()
    {
        if (zip_close(m_zip.get()) < 0)
            fail(m_zip.get());
        (void)m_zip.release();
        zip_source_open(m_target);
        zip_source_seek(m_target, 0, SEEK_END);
        std::string bytes(static_cast<size_t>(zip_source_tell(m_target)), '\0');
        zip_source_seek(m_target, 0, SEEK_SET);
        const zip_int64_t got = zip_source_read(m_target, bytes.data(), bytes.size());
        zip_source_close(m_target);
        if (got != static_cast<zip_int64_t>(bytes.size()))
            throw Error(ErrorCode::Internal, Message::tr("An .npz file cannot be made ({}).", "read"));
        return bytes;
    }

private:
    zip_source_t *m_target = nullptr;
    std::unique_ptr<zip_t, decltype(&zip_discard)> m_zip;
    std::vector<std::unique_ptr<std::string>> m_contents; ///< are read when it is finished
};

} // namespace

std::string npzBytes(const NpzFile &file)
{
    Writer writer;
    for (const auto &[name, text] : file.texts)
        writer.add(name, text);
    for (const auto &[name, tensor] : file.arrays)
        writer.add(name + ".npy", npyBytes(name, tensor));
    return writer.finish();
}

} // namespace lathe
