#pragma once
// The archive of a model: entropy-coded, decoded to the very same file. docs/archive-format.md
#include "core/base/job.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lathe {

/// The codes of a weight: of one constant, or of two where zeros are left out.
struct PackedStream {
    std::string name;          ///< of the constant with the codes
    std::string layer;         ///< the node that works with it; empty when none is found
    std::string coder;         ///< what is taken: "range", "huffman", "huffman of runs", "zstd"
    int codeBits = 0;          ///< 1..8
    int64_t codes = 0;         ///< how many, zeros that are left out included
    int64_t rawBytes = 0;      ///< in the model
    int64_t bytes = 0;         ///< in the archive
    double shannonBytes = 0.0; ///< what the codes need at least when coded one by one: their entropy
    int64_t huffmanBytes = 0;  ///< of Huffman codes or zstd, whichever is shorter, without tables
    int64_t tableBytes = 0;    ///< that describe the Huffman codes
    int64_t rangeBytes = 0;    ///< of the range coder; 0 where it does not fit the stream
};

/// What of a file is no codes.
struct PackedPart {
    int64_t rawBytes = 0, bytes = 0;
};

struct PackReport {
    int64_t modelBytes = 0; ///< with external data
    int64_t archiveBytes = 0;
    std::string sha256;                ///< of the model's file
    std::vector<PackedStream> streams; ///< that gained by being coded, in file order
    PackedPart numbers;    ///< other constants that are coded by themselves: biases, scales, tables
    PackedPart graph;      ///< all else: graph, names, small constants
    int64_t headBytes = 0; ///< signature, lengths and hashes
};

/// Writes an archive of an ONNX file and of the external data it uses, whole or not at all.
/// @throws Error FileUnreadable, MalformedModel, Unsupported (data in a folder that cannot be restored),
/// FileUnwritable. @throws Cancelled
PackReport packModel(const std::filesystem::path &model, const std::filesystem::path &archive,
                     const JobContext &ctx = {});

struct UnpackReport {
    int64_t archiveBytes = 0;
    int64_t modelBytes = 0;                   ///< with external data
    std::string sha256;                       ///< of the model's file
    std::vector<std::filesystem::path> files; ///< written; the model first
};

/// Writes the packed file, and external data beside it under the names that the model knows, whole or not at
/// all; takes no more memory than mostly the model itself. External data does not replace a file with another
/// content.
/// @throws Error FileUnreadable, MalformedData (no archive, damaged, cut short), Unsupported (made by a newer
/// version), FileUnwritable. @throws Cancelled
UnpackReport unpackArchive(const std::filesystem::path &archive, const std::filesystem::path &model,
                           const JobContext &ctx = {});

constexpr const char *archiveSuffix = ".lathez";

} // namespace lathe
