#pragma once
// OpenCV as a second, independent runtime. Internal to core/exporting; OpenCV ends in opencvcheck.cpp.
#include "core/certify/certificate.h"

namespace lathe {

struct OpenCvQuestion {
    const Model &file;  ///< the exported file
    const Model &dense; ///< the same with plain weights
    const Model &source;
    const std::vector<Tensor> &feed;
    const std::vector<Tensor> &expected;       ///< outputs of the file by ONNX Runtime
    const std::vector<Tensor> &expectedSource; ///< outputs of the source by ONNX Runtime
    bool half = false;                         ///< the model computes in float16
    bool quantized = false;                    ///< values are rounded to integers on their way
};

/// Runs the file by OpenCV. A file that it cannot load, or whose source it computes otherwise than ONNX
/// Runtime, it cannot judge (NotApplicable). Where only the unpacking operators are unknown to it, or
/// computed wrongly, the same graph with plain weights is judged instead, as a check of its own.
std::vector<CertificateCheck> checkByOpenCv(const OpenCvQuestion &question);

} // namespace lathe
