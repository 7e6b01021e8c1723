#pragma once
// Writing a compressed model to disk: whole, with its proof and what is needed to feed it, or not at all.
#include "core/base/outputs.h"
#include "core/certify/certificate.h"

#include <functional>

namespace lathe {

struct Published {
    int64_t bytes = 0;                      ///< of the model in all its files
    std::optional<Certificate> certificate; ///< empty when not asked for
    bool written = false; ///< false: the certificate failed, and the target is as it was before
};

/// A file that is published together with the model: all of them, or none.
struct AlsoPublished {
    std::filesystem::path target;
    /// Makes the file `to` when the model is written and proven; `model` is where that lies until then.
    std::function<void(const Published &published, const std::filesystem::path &model,
                       const std::filesystem::path &to)>
        make;
};

struct PublishOptions {
    bool verify = true;                 ///< certify the file before it takes its name
    const SampleSet *samples = nullptr; ///< to certify with; null: random inputs made from `seed`
    unsigned seed = 1;
    std::optional<Preprocessing>
        preprocessing; ///< goes beside the file; empty: the source's own, where it has one
    std::vector<AlsoPublished> also;
};

/// Writes into a folder of its own beside the target, certifies there and renames into place. The
/// preprocessing goes to TARGET-STEM.preprocessor_config.json unless the target would find an equal one
/// anyway. On any failure, and when cancelled, all targets are as they were and nothing else is left behind;
/// a kill while they are renamed is made good by the next start (Publication).
/// @throws Error InvalidArgument (the target is the source model), FileUnwritable, Unsupported. @throws
/// Cancelled
Published publish(const BuiltModel &built, const CompressedModel &compressed,
                  const std::filesystem::path &target, const PublishOptions &options = {},
                  const JobContext &ctx = {});

/// For asking before long work starts: nothing that the export writes, what comes beside the model included,
/// is anything that it reads or writes elsewhere.
/// @param others  report, recipe, archive
/// @param inputs  recipes, data, what else is read; the source's own files need not be among them
/// @throws Error as requireSafeOutputs()
void requireSafeExport(const std::filesystem::path &target, const std::filesystem::path &source,
                       const std::vector<NamedFile> &others, std::vector<NamedFile> inputs);

} // namespace lathe
