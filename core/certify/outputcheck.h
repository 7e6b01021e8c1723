#pragma once
// A file's outputs against those of the model in memory. Inside core/certify only.
#include "core/certify/certificate.h"

namespace lathe {

struct ComparedModels {
    const Model &file;
    const Model &source;
    const Model *dense; ///< the compressed model with plain weights; null: the file is its own reference, run
                        ///< without optimizations
    const Model *masked = nullptr; ///< as wide as the source, ignoring the channels that the file lacks;
                                   ///< null: the file lacks none, or ignoring them is not the same
};

/// Adds to the certificate what comes of running both: with optimizations and without, in integer kernels
/// where the model is quantized, by OpenCV. Only what the file does and the source's own faults do not
/// explain fails.
/// @throws Error OutOfMemory. @throws Cancelled
void checkOutputs(Certificate &result, const ComparedModels &models, const CertifyOptions &options,
                  const JobContext &ctx);

} // namespace lathe
