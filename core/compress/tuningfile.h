#pragma once
// A Tuning as a file: NAME.tuning.npz, arrays that NumPy reads and tuning.json, which says what they are of.
#include "core/base/job.h"
#include "core/compress/tuning.h"

#include <filesystem>

namespace lathe {

inline constexpr int tuningVersion = 1;
inline constexpr const char *tuningSuffix = ".tuning.npz";

/// Where trained values come from. Nothing of it decides what a model is made of.
struct TuningOrigin {
    std::string sourceSha256; ///< of the model's file
    std::string recipeSha256; ///< of toJson(recipe)
    std::string planSha256;   ///< of the plan of a training; empty: none
    std::optional<uint64_t> seed;
    std::string figures; ///< JSON of whoever made it; empty: none
};

struct TuningFile {
    std::shared_ptr<const Tuning> tuning;
    TuningOrigin origin;
};

/// Arrays: of the layer at place I of a model, `layers/I/PART`, with factors and residual as
/// `layers/I/0/PART` ...; of constants `constants/NAME`. Parts: kept, values, codes, scales,
/// zero_points, tables, bias_shift. In a NAME blanks, %, \\ and what is not ASCII are
/// written as %HH. What is the
/// same has the same bytes.
/// @throws Error Unsupported (a constant of a type that no file holds)
std::string tuningBytes(const TuningFile &file);
/// Written whole or not at all. @throws Error FileUnwritable, Unsupported
void saveTuning(const TuningFile &file, const std::filesystem::path &path);

/// Takes nothing for granted, and refuses what does not have the hash that it says.
/// @throws Error FileUnreadable, MalformedData (no such file, damaged, of a newer version). @throws Cancelled
TuningFile loadTuning(const std::filesystem::path &path, const JobContext &ctx = {});

/// That trained values are of this model. @param path for the sentence
/// @throws Error InvalidArgument naming both hashes
void requireTuningOf(const TuningFile &file, const std::string &sourceSha256,
                     const std::filesystem::path &path);

} // namespace lathe
