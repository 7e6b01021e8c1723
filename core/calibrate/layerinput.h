#pragma once
// Where the columns that a layer's weight matrix is multiplied with lie in the graph. Inside core/calibrate
// only.
#include "core/model/model.h"

#include <string>
#include <variant>

namespace lathe {

/// The window of a convolution; one entry of each list for each spatial dimension.
struct Window {
    enum class AutoPad { No, Valid, SameUpper, SameLower };
    Shape kernel, strides, dilations;
    Shape padsBegin, padsEnd; ///< when autoPad is No
    AutoPad autoPad = AutoPad::No;
    bool transposed = false; ///< ConvTranspose
    Shape outputPadding;     ///< of a transposed one
    Shape outputShape;       ///< of a transposed one, empty: by the pads
};

struct LayerInput {
    enum class Form {
        LastAxis,       ///< each row of the last axis is a column x: [..., in]
        SecondLastAxis, ///< [..., in, columns]
        Patches         ///< of [batch, channels, spatial...]
    };
    std::string value; ///< name of the tensor
    Form form = Form::LastAxis;
    float factor = 1.0F; ///< alpha of a Gemm, counted as the input's
    Index height = 0;    ///< groups * cols: the columns of all groups, one below the other
    Window window;       ///< of patches
};

/// The input of one layer, or in one clause why it has none that could be watched.
std::variant<LayerInput, Message> layerInput(const Model &model, size_t layer);

} // namespace lathe
