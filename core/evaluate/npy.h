#pragma once
// NumPy's file formats. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#include "core/model/tensor.h"

#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lathe {

/// One .npy array, versions 1 to 3: little-endian numbers and bool; Fortran order is turned into C order.
/// @param source names the array in sentences. @throws Error MalformedData, Unsupported (a type or order that
/// is not read)
Tensor parseNpy(std::span<const std::byte> bytes, const std::string &source);
Tensor readNpy(const std::filesystem::path &path);

/// The arrays of an .npz file by name, without ".npy", in the file's order.
/// @param only one array instead of all. @throws Error FileUnreadable, MalformedData (damaged, no such array:
/// lists those there are)
std::vector<std::pair<std::string, Tensor>> readNpz(const std::filesystem::path &path,
                                                    const std::string &only = {});

} // namespace lathe
