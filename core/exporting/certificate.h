#pragma once
// Proof that an exported file is what its recipe says.
#include "core/evaluate/samples.h"
#include "core/exporting/graph.h"

namespace lathe {

struct CertificateCheck {
    std::string name; ///< "loads in ONNX Runtime", "equals the in-memory model", "OpenCV"
    enum class Result { Passed, Failed, NotApplicable } result = Result::Passed;
    std::string detail; ///< one sentence with the figures
};

struct Certificate {
    std::string file, fileSha256, sourceSha256, recipeSha256;
    int64_t fileBytes = 0, sourceBytes = 0;
    double maxRelativeDifference =
        0.0; ///< max |a - b| / max |b| of an output over all samples, file against in-memory model
    int64_t samples = 0;    ///< how many inputs were compared
    std::string inputsUsed; ///< "200 samples of digits (test)", "4 random inputs, seed 1"
    std::vector<CertificateCheck> checks;
    bool passed() const; ///< no check failed
};

constexpr double certificateTolerance = 1e-4; ///< relative
/// Of models that compute in float16 or bfloat16, where one rounding is 5e-4 or 4e-3.
constexpr double halfCertificateTolerance = 1e-2;
constexpr double openCvTolerance = 1e-3; ///< relative; another library adds up in another order

/// Loads the file afresh and compares it with `model` compressed by `recipe` in memory (plain decoded
/// weights): the stored weights bit for bit, the outputs by ONNX Runtime with optimizations on and off and by
/// OpenCV where it knows the operators. A run with optimizations unpacks weights once, one without at every
/// run. Without samples: random inputs made from `seed`.
/// @throws Error FileUnreadable, MalformedModel, Unsupported, and what Compressor::compress throws. @throws
/// Cancelled
Certificate certify(const std::filesystem::path &file, const Model &source, const Recipe &recipe,
                    const SampleSet *samples = nullptr, const JobContext &ctx = {}, unsigned seed = 1);
/// The same for a model that is compressed already, of its source and by its recipe.
Certificate certify(const std::filesystem::path &file, const CompressedModel &compressed,
                    const SampleSet *samples = nullptr, const JobContext &ctx = {}, unsigned seed = 1);
/// The recipe that an exported file carries. @throws Error InvalidArgument when it carries none.
Recipe recipeOfExport(const Model &exported);

} // namespace lathe
