#pragma once
// What is about to be written, against what is read and against each other.
#include "core/base/message.h"

#include <filesystem>
#include <span>

namespace lathe {

/// A file of a command or an export.
struct NamedFile {
    Message what; ///< what a person calls it: "the report", "the source model itself"
    std::filesystem::path path;
};

/// The file that a path stands for, whether or not it is there: links are followed.
/// @throws Error FileUnwritable where nothing can be put: a folder, device, pipe or socket, a missing folder,
/// a file that is write-protected, links in a circle
std::filesystem::path outputTarget(const std::filesystem::path &path);

/// For asking before any work starts: every output is a regular file or not there yet, and none is an input
/// or another output, by whatever path, link or hard link. Empty paths are passed over, inputs that are not
/// there too.
/// @throws Error FileUnwritable as outputTarget(), InvalidArgument naming the file
void requireSafeOutputs(std::span<const NamedFile> outputs, std::span<const NamedFile> inputs);

/// Whether both paths lead to one file, there or not: by links, hard links, or another way of writing it.
bool sameFile(const std::filesystem::path &a, const std::filesystem::path &b);

/// The folder that a path lies in; "." where it has none.
std::filesystem::path parentOf(const std::filesystem::path &path);

} // namespace lathe
