#pragma once
// Writing a compressed model to disk: whole, with its proof and what is needed to feed it, or not at all.
#include "core/exporting/certificate.h"

namespace lathe {

struct PublishOptions {
    bool verify = true;                 ///< certify the file before it takes its name
    const SampleSet *samples = nullptr; ///< to certify with; null: random inputs made from `seed`
    unsigned seed = 1;
    std::optional<Preprocessing>
        preprocessing; ///< goes beside the file; empty: the source's own, where it has one
};

struct Published {
    int64_t bytes = 0;                      ///< of the model in all its files
    std::optional<Certificate> certificate; ///< empty when not asked for
    bool written = false; ///< false: the certificate failed, and the target is as it was before
};

/// Writes into a folder of its own beside the target, certifies there and renames into place. The
/// preprocessing goes to TARGET-STEM.preprocessor_config.json unless the target would find an equal one
/// anyway. On any failure, and when cancelled, the target is as it was and nothing else is left behind.
/// @throws Error InvalidArgument (the target is the source model), FileUnwritable, Unsupported. @throws
/// Cancelled
Published publish(const BuiltModel &built, const CompressedModel &compressed,
                  const std::filesystem::path &target, const PublishOptions &options = {},
                  const JobContext &ctx = {});

/// For asking before long work starts.
/// @throws Error FileUnwritable when the folder of `target` does not exist or `target` is a folder itself.
void requireWritablePlace(const std::filesystem::path &target);
/// @throws Error InvalidArgument when both paths name the same file.
void requireOtherFile(const std::filesystem::path &target, const std::filesystem::path &source);

} // namespace lathe
