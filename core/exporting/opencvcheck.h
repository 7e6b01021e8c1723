#pragma once
// OpenCV as a second, independent runtime. Internal to core/exporting; OpenCV ends in opencvcheck.cpp.
#include "core/exporting/certificate.h"

namespace lathe {

struct OpenCvQuestion {
    const Model &file;  ///< the exported file
    const Model &dense; ///< the same with plain weights
    const Model &source;
    const std::vector<Tensor> &feed;
    const std::vector<Tensor> &expected;       ///< outputs of the file by ONNX Runtime
    const std::vector<Tensor> &expectedSource; ///< outputs of the source by ONNX Runtime
};

/// Runs the file by OpenCV; where its importer does not know the unpacking operators, the same graph with
/// plain weights. A model that OpenCV cannot load, or whose source it computes otherwise than ONNX Runtime,
/// it cannot judge.
CertificateCheck checkByOpenCv(const OpenCvQuestion &question);

} // namespace lathe
