#pragma once
// The layout of an archive: docs/archive-format.md. Inside core/archive only.
#include "core/archive/streamcoder.h"
#include "core/base/inputfile.h"
#include "core/base/job.h"
#include "core/base/sha256.h"

#include <string>

namespace lathe {

struct Section {
    Coder coder = Coder::Stored;
    std::vector<uint64_t> sizes; ///< of what it stands for: of one stretch of a file, or several
    ByteView coded;              ///< when an archive is made
    uint64_t offset = 0;         ///< in the archive, when it is read; see codedBytes()
    uint64_t size = 0;           ///< likewise

    uint64_t rawBytes() const;
};

/// One file: its rest, in which what the other sections stand for has its places.
struct ArchivedFile {
    std::string name; ///< empty: the model; else the location of external data as written in the model
    uint64_t size = 0;
    Sha256Digest sha256{};
    Section rest;
    std::vector<Section> sections;
    std::vector<Hole> holes;       ///< of the rest, in order of the file
    std::vector<size_t> sectionOf; ///< by hole; a section fills its holes in order
};

struct Container {
    std::vector<ArchivedFile> files; ///< the model first
};

/// All bytes in front of the sections, which follow in order: of each file its rest, then the others.
Bytes containerHead(const Container &container);

/// Tells where the sections are, without keeping any. Everything is checked but what they decode to: lengths,
/// names, hashes of the sections. Reads format 1 as well, which was written up to version 0.1.
/// @throws Error FileUnreadable, MalformedData, Unsupported (written by a newer version)
Container readContainer(const InputFile &archive, const JobContext &ctx = {});
/// @throws Error FileUnreadable, also when the archive has been changed since it was read
Bytes codedBytes(const InputFile &archive, const Section &section);

/// Whether external data of this name can be written beside a model, or below, on any system.
bool isRestorableName(const std::string &location);

[[noreturn]] void refuseArchive(const std::string &label, const Message &why);

/// What every format starts with.
constexpr size_t containerStartBytes = 48;
constexpr uint32_t containerFormat = 2, oldContainerFormat = 1;
Bytes containerStart(ByteView directory, uint32_t format);

/// Format 2 has one hash over all sections, cut to this: it tells damage early, and the file's own hash
/// proves what comes out.
constexpr size_t sectionsHashBytes = 8;

} // namespace lathe
