#pragma once
// What the constants of normalizations say of the values around them, without any data: Nagel et al. 2019,
// arXiv:1906.04721, section 4.2 and appendix C. Inside core only.
#include "core/base/matrix.h"
#include "core/model/model.h"

#include <map>
#include <optional>

namespace lathe {

/// Relative error of a weight from which on its neighbours' are so large too that the layer gets other inputs
/// than it would have got: what they are on average is not known any more, and no bias is corrected unasked.
constexpr double mostCorrected = 0.4;

/// Of normally distributed values, channel by channel.
struct ChannelMoments {
    Vector mean, deviation;
};

/// A BatchNormalization makes values of mean beta and deviation gamma, and was trained on values of the mean
/// and variance that it takes away. From there through what works on each value alone, sums, concatenations
/// and averages of neighbours.
class Normalizations {
public:
    explicit Normalizations(const Model &model);
    /// Of the columns that the weight is multiplied with, the padding's zeros among them, [groups * cols];
    /// empty where nothing is known.
    /// Where nothing before the layer says so, it is what would best give the mean output that a
    /// normalization behind it takes away, or a folded one (the bias of a convolution).
    /// @param weight of the layer
    std::optional<Vector> inputMean(size_t layer, const Matrix &weight) const;
    /// Whether the layer reads what a convolution with a bias makes, through activations, pooling and the
    /// like: a folded normalization lets suppose that such inputs have a mean, though not which.
    bool followsFolded(size_t layer) const { return m_layers.at(layer).followsFolded; }

private:
    struct OfLayer {
        std::optional<Vector> inputMean; ///< of each channel of the input, one behind the other
        Vector weightedMean;             ///< [rows] mean of the weight times its input; empty: unknown
        bool folded = false;             ///< the above is only what a folded normalization lets suppose
        bool followsFolded = false;
        Vector inside; ///< share of the windows that see an input, not padding, at each place of the kernel
    };
    const Model m_model;
    std::vector<OfLayer> m_layers;
};

} // namespace lathe
