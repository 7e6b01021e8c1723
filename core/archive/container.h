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
    uint64_t rawBytes = 0;
    uint64_t before = 0;   ///< bytes of the file's rest between the section before and this one
    Sha256Digest sha256{}; ///< of `coded`
    ByteView coded;        ///< when an archive is made
    uint64_t offset = 0;   ///< in the archive, when it is read; see codedBytes()
    uint64_t size = 0;     ///< likewise
};

/// One file: its rest, in which the other sections stand at their places.
struct ArchivedFile {
    std::string name; ///< empty: the model; else the location of external data as written in the model
    uint64_t size = 0;
    Sha256Digest sha256{};
    Section rest;
    std::vector<Section> sections;
};

struct Container {
    std::vector<ArchivedFile> files; ///< the model first
};

/// All bytes in front of the sections, which follow in order: of each file its rest, then the others.
Bytes containerHead(const Container &container);

/// Tells where the sections are, without keeping any. Everything is checked but what they decode to: lengths,
/// names, hashes of the sections.
/// @throws Error FileUnreadable, MalformedData, Unsupported (written by a newer version)
Container readContainer(const InputFile &archive, const JobContext &ctx = {});
/// @throws Error FileUnreadable, also when the archive has been changed since it was read
Bytes codedBytes(const InputFile &archive, const Section &section);

/// Whether external data of this name can be written beside a model, or below, on any system.
bool isRestorableName(const std::string &location);

[[noreturn]] void refuseArchive(const std::string &label, const Message &why);

} // namespace lathe
