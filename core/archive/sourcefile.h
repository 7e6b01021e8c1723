#pragma once
// A file that is to be packed, cut into what is coded apart and the rest. Inside core/archive only.
#include "core/archive/streamcoder.h"
#include "core/archive/tensorplaces.h"
#include "core/archive/tensoruse.h"
#include "core/base/inputfile.h"
#include "core/base/sha256.h"

#include <memory>

namespace lathe {

using TensorUses = std::map<std::string, TensorUse>;

/// What is coded together: the codes of a weight, or those of what is kept with a mask or steps, or numbers.
struct Unit {
    std::vector<size_t> places; ///< of the file, in order
    bool isCodes = false;
    std::string name, layer; ///< of codes
    int codeBits = 0;
    uint64_t codes = 0; ///< how many, zeros that are left out included
    double boundBits = 0.0;
    Coded huffman; ///< the shortest way without a range coder; its bytes are those of both parts of a pair
    uint64_t rangeBytes = 0; ///< 0: that way is none
    /// What is taken: nothing where it stays in the rest, one part for all places or one for each.
    std::vector<Coded> taken;
    uint64_t bytes() const;
};

struct SourceFile {
    std::string name; ///< as in ArchivedFile
    std::shared_ptr<const InputFile> file;
    std::vector<TensorPlace> places; ///< in file order, none over another
    std::vector<Unit> units;         ///< in order of their first place
    Coded rest;
    Sha256Digest sha256{};

    uint64_t rawBytes(const Unit &unit) const;
    /// Of what is taken, each with its number in the order of units and their parts.
    struct Cut {
        TensorPlace place;
        size_t section = 0;
    };
    std::vector<Cut> cuts() const;
    Bytes restBytes(const std::vector<Hole> &holes) const;
};

/// The files of a model, the ONNX file first. @throws Error FileUnreadable, Unsupported (data in a folder
/// that cannot be restored)
std::vector<SourceFile> sourceFiles(const Model &model, std::shared_ptr<const InputFile> onnxFile);

/// Where what was cut out stands in the rest.
std::vector<Hole> holesOf(const std::vector<SourceFile::Cut> &cuts);

/// What of a file is worth a try.
std::vector<Unit> unitsOf(const SourceFile &file, const TensorUses &uses);
/// The codes of a unit by the range coder, where it fits them.
std::optional<Coded> rangeCoded(const SourceFile &file, const TensorUses &uses, const Unit &unit);
/// Finds the shortest way for a unit; Unit::taken stays empty where that gains nothing.
void encodeUnit(const SourceFile &file, const TensorUses &uses, Unit &unit);

} // namespace lathe
