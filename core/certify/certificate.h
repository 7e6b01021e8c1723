#pragma once
// Proof that an exported file is what its recipe says.
#include "core/data/samples.h"
#include "core/exporting/graph.h"

namespace lathe {

struct CertificateCheck {
    Message name; ///< "loads in ONNX Runtime", "equals the in-memory model", "OpenCV"
    enum class Result { Passed, Failed, NotApplicable } result = Result::Passed;
    Message detail; ///< one sentence with the figures
};

/// Of one value inside the graph.
struct TensorDifference {
    std::string layer;     ///< whose output it is
    std::string tensor;    ///< its name in the graph
    double relative = 0.0; ///< max |a - b| / max |b|, file against in-memory model
};

struct Certificate {
    std::string file, fileSha256, sourceSha256, recipeSha256;
    int64_t fileBytes = 0, sourceBytes = 0;
    double maxRelativeDifference =
        0.0; ///< max |a - b| / max |b| of an output over all samples, file against in-memory model
    int64_t samples = 0; ///< how many inputs were compared
    Message inputsUsed;  ///< "200 samples of digits (test)", "4 random inputs, seed 1"
    std::vector<CertificateCheck> checks;
    /// Why the outputs could not be compared, though nothing was found to be wrong: the source itself does
    /// not run, or gives other outputs each time. Empty: they were.
    Message unproven;
    std::vector<TensorDifference>
        tensors;         ///< on request: the layers' outputs in graph order, on the first run
    bool failed() const; ///< a check found something wrong
    bool passed() const; ///< none did, and the outputs were compared
};

constexpr double certificateTolerance = 1e-4; ///< relative
/// Of models that compute in float16 or bfloat16, where one rounding is 5e-4 or 4e-3.
constexpr double halfCertificateTolerance = 1e-2;
constexpr double openCvTolerance = 1e-3; ///< relative; another library adds up in another order

struct CertifyOptions {
    const SampleSet *samples = nullptr; ///< null: random inputs made from `seed`
    unsigned seed = 1;
    bool tensors = false;                                     ///< fill in Certificate::tensors
    std::shared_ptr<const Calibration> calibration = nullptr; ///< what the recipe's methods need, if any
    std::shared_ptr<const Tuning> tuning = nullptr;           ///< what is laid over the recipe; null: none
};

/// Loads the file afresh and compares it with `model` compressed by `recipe` in memory (plain decoded
/// weights): the stored weights bit for bit, the outputs by ONNX Runtime with optimizations on and off and by
/// OpenCV where it knows the operators. A run with optimizations unpacks weights once, one without at every
/// run. Where the recipe needs calibration data that is not at hand, or the file has trained values that are
/// not, the weights are compared with the hash that the file carries, and the runs with optimizations with
/// those without.
/// @throws Error FileUnreadable, MalformedModel, Unsupported, and what Compressor::compress throws (also when
/// calibration data is needed and the file carries no hash). @throws Cancelled
Certificate certify(const std::filesystem::path &file, const Model &source, const Recipe &recipe,
                    const CertifyOptions &options, const JobContext &ctx = {});
Certificate certify(const std::filesystem::path &file, const Model &source, const Recipe &recipe,
                    const SampleSet *samples = nullptr, const JobContext &ctx = {}, unsigned seed = 1);
/// The same for a model that is compressed already, of its source and by its recipe.
Certificate certify(const std::filesystem::path &file, const CompressedModel &compressed,
                    const CertifyOptions &options, const JobContext &ctx = {});
Certificate certify(const std::filesystem::path &file, const CompressedModel &compressed,
                    const SampleSet *samples = nullptr, const JobContext &ctx = {}, unsigned seed = 1);

} // namespace lathe
