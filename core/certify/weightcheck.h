#pragma once
// The weights stored in a file against the decoded ones. Inside core/certify only.
#include "core/certify/certificate.h"

namespace lathe {

/// Unpacks every compressed constant of the file by ONNX Runtime and compares it with the plain form, bit for
/// bit; factors that are multiplied on loading to a few roundings. It runs the unpacking nodes alone, some
/// layers at a time: it needs no inputs, and memory for a few million weights or the largest layer.
/// @param dense the plain form: `compressed` as Exporter::build(Storage::Dense) gives it
CertificateCheck checkWeights(const Model &file, const CompressedModel &compressed, const BuiltModel &dense,
                              const JobContext &ctx);

/// The same without the encodings: against the hash that the file carries. Only for files that carry one.
CertificateCheck checkWeightsByHash(const Model &file, const Model &source, const JobContext &ctx);

} // namespace lathe
