#pragma once
// An ONNX file from elsewhere beside an open model.
#include "core/exporting/readableweights.h"
#include "core/measure/figures.h"
#include "core/model/layermatching.h"
#include "core/workflow/evaluationdata.h"

namespace lathe {

/// The layers of an open model in another file.
struct MatchedFile {
    Model model; ///< as it is
    ReadableModel readable;
    LayerMatching matching; ///< of the open model's layers to those of `readable`
};
/// @throws Error MalformedModel. @throws Cancelled
MatchedFile matchedFile(const Model &open, Model file, const JobContext &ctx = {});

/// What the file weighs and does beside the open model; it is run itself, as it is.
/// @param data of the open model; null: what needs no samples
/// @pre obstacleToMeasuring(open, file.model) is empty
/// @throws Error as Session does. @throws Cancelled
Figures figuresOfFile(const Model &open, const MatchedFile &file, const EvaluationData *data,
                      const JobContext &ctx = {});

} // namespace lathe
