#pragma once
// NumPy's file formats. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#include "core/base/job.h"
#include "core/onnx/tensor.h"

#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lathe {

/// One .npy array, versions 1 to 3: little-endian numbers and bool; Fortran order is turned into C order.
/// @param source names the array in sentences. @throws Error MalformedData, Unsupported (a type or order that
/// is not read). @throws Cancelled
Tensor parseNpy(std::span<const std::byte> bytes, const Message &source, const JobContext &ctx = {});
Tensor readNpy(const std::filesystem::path &path, const JobContext &ctx = {});

/// The arrays of an .npz file by name, without ".npy", in the file's order. The header of each is read before
/// its values are unpacked, and memory grows with what is really there.
/// @param only one array instead of all. @throws Error FileUnreadable, MalformedData (damaged, no such array:
/// lists those there are; more values announced than so many bytes can be unpacked to), OutOfMemory.
/// @throws Cancelled
std::vector<std::pair<std::string, Tensor>> readNpz(const std::filesystem::path &path,
                                                    const std::string &only = {}, const JobContext &ctx = {});

/// A zip file of arrays by name, and of texts beside them (entries without ".npy"), in its order. What holds
/// the same has the same bytes: nothing of a file says when it was made.
struct NpzFile {
    std::vector<std::pair<std::string, std::string>> texts;
    std::vector<std::pair<std::string, Tensor>> arrays; ///< of types that NumPy has
};
/// @throws Error as readNpz(); MalformedData (a name that is there twice). @throws Cancelled
NpzFile readNpzFile(const std::filesystem::path &path, const JobContext &ctx = {});
/// The texts first. @throws Error Unsupported (a type that NumPy does not have)
std::string npzBytes(const NpzFile &file);

} // namespace lathe
