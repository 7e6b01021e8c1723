#include "core/calibrate/statisticsfile.h"

#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/base/inputfile.h"
#include "core/base/sha256.h"

#include <array>
#include <cstring>
#include <ostream>
#include <string_view>

namespace lathe {
namespace {

constexpr std::string_view magic = "LATHE statistics 1\n";
constexpr std::string_view gradientMagic = "LATHE gradients 1\n";
constexpr size_t hashLength = 64;

struct Header {
    int64_t samples = 0, columns = 0, height = 0, cols = 0; ///< cols 0: no second moments
    float low = 0.0F, high = 0.0F;
};

size_t fileSize(int64_t height, int64_t cols)
{
    const int64_t triangles = cols > 0 ? height / cols * (cols * (cols + 1) / 2) : 0;
    return magic.size() + sizeof(Header) + static_cast<size_t>(2 * height + triangles) * sizeof(float) +
           hashLength;
}

/// Passes through to the stream and into the hash.
class HashedWriter {
public:
    explicit HashedWriter(std::ostream &out) : m_out(out) {}
    void add(std::span<const std::byte> bytes)
    {
        m_hash.add(bytes);
        m_out.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
    void add(const float *values, Index count)
    {
        add(std::as_bytes(std::span(values, static_cast<size_t>(count))));
    }
    void end() { m_out << hexText(m_hash.finish()); }

private:
    std::ostream &m_out;
    Sha256 m_hash;
};

/// Takes what it is asked for from the front of the bytes.
class Reader {
public:
    explicit Reader(std::span<const std::byte> bytes) : m_bytes(bytes) {}
    void take(void *to, size_t size)
    {
        std::memcpy(to, m_bytes.data(), size);
        m_bytes = m_bytes.subspan(size);
    }
    void take(float *to, Index count)
    {
        take(static_cast<void *>(to), static_cast<size_t>(count) * sizeof(float));
    }

private:
    std::span<const std::byte> m_bytes;
};

/// The content without the hash; empty when they do not belong together.
std::span<const std::byte> checkedContent(std::span<const std::byte> bytes, size_t least)
{
    if (bytes.size() < least)
        return {};
    const auto content = bytes.first(bytes.size() - hashLength);
    const std::string_view hash(reinterpret_cast<const char *>(content.data() + content.size()), hashLength);
    return sha256Hex(content) == hash ? content : std::span<const std::byte>();
}

InputStatistics parsed(Reader reader, const Header &header)
{
    InputStatistics result;
    result.samples = header.samples;
    result.columns = header.columns;
    result.low = header.low;
    result.high = header.high;
    result.meanSquare.resize(header.height);
    result.mean.resize(header.height);
    reader.take(result.meanSquare.data(), header.height);
    reader.take(result.mean.data(), header.height);
    if (header.cols == 0)
        return result;
    result.secondMoment.resize(header.height, header.cols);
    for (Index row = 0; row < header.height; ++row)
        reader.take(result.secondMoment.row(row).data(), row % header.cols + 1);
    for (Index first = 0; first < header.height; first += header.cols) {
        auto square = result.secondMoment.middleRows(first, header.cols);
        constexpr Index strip = 64; // a strip of columns stays in the cache
        for (Index from = 0; from < header.cols; from += strip)
            for (Index row = from + 1; row < header.cols; ++row)
                for (Index col = from; col < std::min(row, from + strip); ++col)
                    square(col, row) = square(row, col);
    }
    return result;
}

} // namespace

void writeStatistics(const std::filesystem::path &file, const InputStatistics &statistics)
{
    const Index height = statistics.mean.size();
    const Index cols = statistics.secondMoment.cols();
    const Header header{statistics.samples, statistics.columns, height, cols,
                        statistics.low,     statistics.high};
    writeFileAtomically(file, [&](std::ostream &out) {
        HashedWriter writer(out);
        writer.add(std::as_bytes(std::span(magic)));
        writer.add(std::as_bytes(std::span(&header, 1)));
        writer.add(statistics.meanSquare.data(), height);
        writer.add(statistics.mean.data(), height);
        for (Index row = 0; row < statistics.secondMoment.rows(); ++row)
            writer.add(statistics.secondMoment.row(row).data(), row % cols + 1);
        writer.end();
    });
}

std::optional<InputStatistics> readStatistics(const std::filesystem::path &file, Index groups, Index cols)
{
    try {
        const InputFile::Bytes bytes = InputFile(file).readAll();
        const std::span<const std::byte> content = checkedContent(bytes, fileSize(0, 0));
        if (content.empty() || std::memcmp(content.data(), magic.data(), magic.size()) != 0)
            return {};
        Reader reader(content.subspan(magic.size()));
        Header header;
        reader.take(&header, sizeof(header));
        const bool fits = header.height == groups * cols && (header.cols == cols || header.cols == 0);
        if (!fits || bytes.size() != fileSize(header.height, header.cols))
            return {};
        return parsed(reader, header);
    } catch (const Error &) { // missing or unreadable: as good as not there
        return {};
    }
}

void writeStatistics(const std::filesystem::path &file, const GradientStatistics &statistics)
{
    const std::array header{statistics.samples, statistics.mean.rows(), statistics.mean.cols()};
    writeFileAtomically(file, [&](std::ostream &out) {
        HashedWriter writer(out);
        writer.add(std::as_bytes(std::span(gradientMagic)));
        writer.add(std::as_bytes(std::span(header)));
        for (const Matrix *matrix : {&statistics.mean, &statistics.magnitude, &statistics.meanSquare})
            writer.add(matrix->data(), matrix->size());
        writer.end();
    });
}

std::optional<GradientStatistics> readGradients(const std::filesystem::path &file, Index rows, Index cols)
{
    try {
        std::array<int64_t, 3> header{};
        const size_t wanted = gradientMagic.size() + sizeof(header) +
                              3 * static_cast<size_t>(rows * cols) * sizeof(float) + hashLength;
        const InputFile::Bytes bytes = InputFile(file).readAll();
        const std::span<const std::byte> content = checkedContent(bytes, wanted);
        if (bytes.size() != wanted || content.empty() ||
            std::memcmp(content.data(), gradientMagic.data(), gradientMagic.size()) != 0)
            return {};
        Reader reader(content.subspan(gradientMagic.size()));
        reader.take(header.data(), sizeof(header));
        if (header[1] != rows || header[2] != cols)
            return {};
        GradientStatistics result{header[0], Matrix(rows, cols), Matrix(rows, cols), Matrix(rows, cols)};
        for (Matrix *matrix : {&result.mean, &result.magnitude, &result.meanSquare})
            reader.take(matrix->data(), matrix->size());
        return result;
    } catch (const Error &) { // missing or unreadable: as good as not there
        return {};
    }
}

} // namespace lathe
