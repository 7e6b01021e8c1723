#pragma once
// The weights stored in a file against the decoded ones. Internal to core/exporting.
#include "core/exporting/certificate.h"

namespace lathe {

/// Unpacks every compressed constant of the file by ONNX Runtime and compares it with the plain form, bit for
/// bit; factors that are multiplied on loading to a few roundings.
/// @param dense built from `compressed`
CertificateCheck checkWeights(const Model &file, const BuiltModel &dense, const CompressedModel &compressed,
                              const JobContext &ctx);

/// The same without the encodings: against the hash that the file carries. Only for files that carry one.
CertificateCheck checkWeightsByHash(const Model &file, const Model &source, const JobContext &ctx);

} // namespace lathe
