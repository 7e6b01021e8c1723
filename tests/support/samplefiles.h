#pragma once
// Writes small data sets in tests.
#include "core/onnx/tensor.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lathe::test {

void writeText(const std::filesystem::path &path, std::string_view text); ///< makes missing folders
void writeGzip(const std::filesystem::path &path, std::string_view content);

std::string npyBytes(const Tensor &tensor, bool fortran = false,
                     int version = 1); ///< fortran: only says so in the header
void writeNpy(const std::filesystem::path &path, const Tensor &tensor);
void writeNpz(const std::filesystem::path &path, const std::vector<std::pair<std::string, Tensor>> &arrays);

/// Unsigned bytes, big-endian header; `claimed` stands in the header instead of the true shape.
std::string idxBytes(const Tensor &tensor, const Shape &claimed = {});

/// Colours from the top left, three bytes a pixel in the order red, green, blue.
void writePpm(const std::filesystem::path &path, int width, int height, const std::vector<uint8_t> &rgb);
void writePgm(const std::filesystem::path &path, int width, int height, const std::vector<uint8_t> &grey);

} // namespace lathe::test
