#include "tests/support/samplefiles.h"

#include <fmt/format.h>
#include <fstream>
#include <stdexcept>
#include <zip.h>
#include <zlib.h>

namespace lathe::test {
namespace {

std::string descr(ElementType type)
{
    switch (type) {
    case ElementType::Float16:
        return "<f2";
    case ElementType::Float32:
        return "<f4";
    case ElementType::Float64:
        return "<f8";
    case ElementType::UInt8:
        return "|u1";
    case ElementType::Int8:
        return "|i1";
    case ElementType::Int32:
        return "<i4";
    case ElementType::Int64:
        return "<i8";
    case ElementType::Bool:
        return "|b1";
    default:
        throw std::invalid_argument("no npy type");
    }
}

std::string_view textOf(const std::vector<std::byte> &bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

void writeNetpbm(const std::filesystem::path &path, const char *magic, int width, int height,
                 const std::vector<uint8_t> &pixels)
{
    writeText(path, fmt::format("{}\n{} {}\n255\n", magic, width, height) +
                        std::string(pixels.begin(), pixels.end()));
}

} // namespace

void writeText(const std::filesystem::path &path, std::string_view text)
{
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

void writeGzip(const std::filesystem::path &path, std::string_view content)
{
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
}

std::string npyBytes(const Tensor &tensor, bool fortran, int version)
{
    std::string shape;
    for (const int64_t d : tensor.shape)
        shape += fmt::format("{}, ", d);
    const std::string header = fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': ({}), }}\n",
                                           descr(tensor.type), fortran ? "True" : "False", shape);
    std::string bytes = "\x93NUMPY";
    bytes += static_cast<char>(version);
    bytes += '\0';
    for (int i = 0; i < (version == 1 ? 2 : 4); ++i)
        bytes += static_cast<char>(header.size() >> (8 * i) & 0xFF);
    return bytes + header + std::string(textOf(tensor.bytes));
}

void writeNpy(const std::filesystem::path &path, const Tensor &tensor)
{
    writeText(path, npyBytes(tensor));
}

void writeNpz(const std::filesystem::path &path, const std::vector<std::pair<std::string, Tensor>> &arrays)
{
    std::vector<std::string> contents;
    contents.reserve(arrays.size()); // libzip reads them when it closes
    zip_t *zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    for (const auto &[name, tensor] : arrays) {
        const std::string &bytes = contents.emplace_back(npyBytes(tensor));
        zip_file_add(zip, (name + ".npy").c_str(), zip_source_buffer(zip, bytes.data(), bytes.size(), 0),
                     ZIP_FL_OVERWRITE);
    }
    if (zip_close(zip) != 0)
        throw std::runtime_error("cannot write the npz file of a test");
}

std::string idxBytes(const Tensor &tensor, const Shape &claimed)
{
    const Shape &shape = claimed.empty() ? tensor.shape : claimed;
    std::string bytes = {'\0', '\0', '\x08', static_cast<char>(shape.size())};
    for (const int64_t d : shape)
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes += static_cast<char>(d >> shift & 0xFF);
    return bytes + std::string(textOf(tensor.bytes));
}

void writePpm(const std::filesystem::path &path, int width, int height, const std::vector<uint8_t> &rgb)
{
    writeNetpbm(path, "P6", width, height, rgb);
}

void writePgm(const std::filesystem::path &path, int width, int height, const std::vector<uint8_t> &grey)
{
    writeNetpbm(path, "P5", width, height, grey);
}

} // namespace lathe::test
