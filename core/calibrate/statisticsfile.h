#pragma once
// Statistics as files. Inside core/calibrate only.
#include "core/methods/statistics.h"

#include <filesystem>
#include <optional>

namespace lathe {

/// Of each symmetric matrix the lower triangle; a SHA-256 at the end.
/// @throws Error FileUnwritable
void writeStatistics(const std::filesystem::path &file, const InputStatistics &statistics);
/// Nothing when the file is missing, damaged, of another version, or not of this size.
std::optional<InputStatistics> readStatistics(const std::filesystem::path &file, Index groups, Index cols);

/// The three matrices, a SHA-256 at the end. @throws Error FileUnwritable
void writeStatistics(const std::filesystem::path &file, const GradientStatistics &statistics);
/// Nothing as above.
std::optional<GradientStatistics> readGradients(const std::filesystem::path &file, Index rows, Index cols);

} // namespace lathe
