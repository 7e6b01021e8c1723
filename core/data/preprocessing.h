#pragma once
#include "core/data/resample.h"

namespace lathe {

/// What happens to an image before it is fed, in the order of the members; key names of Hugging Face's
/// preprocessor_config.json plus channel_order and layout.
struct Preprocessing {
    enum class Channels { Rgb, Bgr, Gray };
    enum class Layout { Nchw, Nhwc };
    std::string name; ///< preset or file name, for display
    bool doResize = false;
    int shortestEdge = 0; ///< 0: see longestEdge
    int longestEdge = 0;  ///< with shortestEdge a bound; alone what the longer side becomes; 0: none
    int resizeHeight = 0, resizeWidth = 0; ///< where neither edge is given
    Resample resample = Resample::Bilinear;
    bool doCenterCrop = false;
    int cropHeight = 0, cropWidth = 0; ///< black around images that are smaller
    bool doRescale = true;
    double rescaleFactor = 1.0 / 255.0;
    bool rescaleOffset = false; ///< takes 1 off what was rescaled
    bool doNormalize = false;
    std::vector<double> mean, deviation; ///< one, or one per channel in channel order
    int padHeight = 0, padWidth = 0;     ///< zeros to the right and below, after all; 0: none
    Channels channels = Channels::Rgb;
    Layout layout = Layout::Nchw;
    bool operator==(const Preprocessing &) const = default;
};

/// What the key `image_processor_type` changes in the meaning of the others is followed for the classes that
/// classify images. @throws Error MalformedData naming file and key: also of a key that would change the
/// pixels in a way unknown here. Keys that say nothing about pixels are passed over.
Preprocessing preprocessingFromJson(std::string_view json, const std::string &source);
std::string toJson(const Preprocessing &preprocessing);
/// "imagenet", "imagenet-bgr-caffe", "cifar10", "unit" (x/255), "raw" (0..255), "minus1to1". @throws Error
/// InvalidArgument listing the names.
Preprocessing preprocessingPreset(std::string_view name);
std::vector<std::string> preprocessingPresets();
/// NAME.preprocessor_config.json beside NAME.onnx, else preprocessor_config.json in its folder; empty when
/// there is none.
std::optional<Preprocessing> findPreprocessing(const std::filesystem::path &model);
/// A file, a preset name, or the text of such a file itself.
Preprocessing loadPreprocessing(const std::string &fileOrPreset);
/// A sensible default for a model input without a description: x/255, gray for one channel, layout from the
/// shape. So many values as a square has are gray, three times as many are colours.
Preprocessing guessPreprocessing(const ValueInfo &input);
/// Values of one sample where an input of no image's shape takes a fixed number of them, such as [N, 784] or
/// [1, 784, 1]; 0: it does not.
int64_t flatCount(const Shape &inputShape);
/// A preset follows the input in what it leaves open: layout, and gray for one channel when it does not
/// normalize by channel. Anything that is no preset comes back as it is.
Preprocessing adaptedTo(const ValueInfo &input, const Preprocessing &preprocessing);

/// What a pixel of 0..255 becomes in a channel; where nothing is cut, resized or turned.
double fedValue(const Preprocessing &preprocessing, double pixel, size_t channel);

/// One sample as float32 [C, H, W] or [H, W, C].
/// @throws Error MalformedData when the result does not fit `input` (both shapes named).
void preprocess(const Image &image, const Preprocessing &preprocessing, const ValueInfo &input,
                std::span<float> out);
Shape sampleShape(const Image &image,
                  const Preprocessing &preprocessing); ///< of the result, without the batch axis

} // namespace lathe
