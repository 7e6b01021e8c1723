#pragma once
#include "core/evaluate/dataset.h"

namespace lathe {

/// What happens to an image before it is fed; key names of Hugging Face's preprocessor_config.json plus
/// channel_order and layout.
struct Preprocessing {
    enum class Channels { Rgb, Bgr, Gray };
    enum class Layout { Nchw, Nhwc };
    std::string name; ///< preset or file name, for display
    bool doResize = false;
    int shortestEdge = 0; ///< 0: resize to resizeHeight x resizeWidth
    int resizeHeight = 0, resizeWidth = 0;
    bool doCenterCrop = false;
    int cropHeight = 0, cropWidth = 0;
    bool doRescale = true;
    double rescaleFactor = 1.0 / 255.0;
    bool doNormalize = false;
    std::vector<double> mean, deviation; ///< one, or one per channel in channel order
    Channels channels = Channels::Rgb;
    Layout layout = Layout::Nchw;
    bool operator==(const Preprocessing &) const = default;
};

/// @throws Error MalformedData naming file and key; unknown keys are ignored with a note in `notes` (Hugging
/// Face files carry many)
Preprocessing preprocessingFromJson(std::string_view json, const std::string &source,
                                    std::vector<std::string> *notes = nullptr);
std::string toJson(const Preprocessing &preprocessing);
/// "imagenet", "imagenet-bgr-caffe", "cifar10", "unit" (x/255), "raw" (0..255), "minus1to1". @throws Error
/// InvalidArgument listing the names.
Preprocessing preprocessingPreset(std::string_view name);
std::vector<std::string> preprocessingPresets();
/// NAME.preprocessor_config.json beside NAME.onnx, else preprocessor_config.json in its folder; empty when
/// there is none.
std::optional<Preprocessing> findPreprocessing(const std::filesystem::path &model);
/// A file or a preset name.
Preprocessing loadPreprocessing(const std::string &fileOrPreset);
/// A sensible default for a model input without a description: x/255, gray for one channel, layout from the
/// shape.
Preprocessing guessPreprocessing(const ValueInfo &input);
/// A preset follows the input in what it leaves open: layout, and gray for one channel when it does not
/// normalize by channel. Anything that is no preset comes back as it is.
Preprocessing adaptedTo(const ValueInfo &input, const Preprocessing &preprocessing);

/// One sample as float32 [C, H, W] or [H, W, C].
/// @throws Error MalformedData when the result does not fit `input` (both shapes named).
void preprocess(const Image &image, const Preprocessing &preprocessing, const ValueInfo &input,
                std::span<float> out);
Shape sampleShape(const Image &image,
                  const Preprocessing &preprocessing); ///< of the result, without the batch axis

} // namespace lathe
