#pragma once
// What the methods know of a layer's inputs. core/calibrate gathers it.
#include "core/base/job.h"
#include "core/base/matrix.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lathe {

/// Of the columns x that the layer's weight matrix is multiplied with: the inputs of a MatMul or Gemm, the
/// patches of a convolution (im2col). A grouped convolution has statistics for each group, one below the
/// other.
struct InputStatistics {
    int64_t samples = 0;
    int64_t columns = 0;           ///< columns x that were added up, for each group
    Matrix secondMoment;           ///< [groups * cols, cols] mean of x x^T; empty where it would be too large
    Vector meanSquare;             ///< [groups * cols] mean of x^2, the diagonal of the above
    Vector mean;                   ///< [groups * cols]
    float low = 0.0F, high = 0.0F; ///< of all inputs
    double damping = 0.0; ///< share of the mean square that second moments are damped by; 0: by `columns`
};

/// How the loss of a sample goes by a layer's weights: of each weight w and the gradient g of the loss by it,
/// what their product is over the samples. Where a row of the weight is scaled its gradients are by the
/// inverse, so that this stays as it is. All [rows, cols].
struct GradientStatistics {
    int64_t samples = 0;
    Matrix mean;       ///< of w g
    Matrix magnitude;  ///< of |w g|
    Matrix meanSquare; ///< of (w g)^2
};

/// Of values by channel.
struct ChannelStatistics {
    Vector mean, variance;
};

struct MeasuredChannels {
    std::vector<ChannelStatistics> channels;
    Message obstacle; ///< why nothing could be measured; empty: it was
};

/// An axis of a value that the main graph computes.
struct ValueAxis {
    std::string value;
    size_t axis = 0;
};

/// By place on the axis, over all else and all samples.
struct AxisStatistics {
    Vector mean, magnitude; ///< of x, of |x|
    Vector nonZero;         ///< share of x != 0
};

struct CompressedModel;
class Model;
class Oracle; // core/compress/oracle.h

/// Statistics of a model on one data set. May be called from several threads.
class Calibration {
public:
    virtual ~Calibration() = default;
    /// Gathers what of() will be asked for, all at once: that takes fewer runs of the model.
    /// @throws as of()
    virtual void prepare(std::span<const size_t> /*layers*/, const JobContext & /*ctx*/ = {}) const {}
    /// Null where the layer has none: obstacle() says why.
    /// @throws Error FileUnreadable and others of reading the data. @throws Cancelled
    virtual std::shared_ptr<const InputStatistics> of(size_t layer, const JobContext &ctx = {}) const = 0;
    /// What tells the cost of trials on some of the samples; null: nothing can, for its outputs do not belong
    /// to samples. @throws as of()
    virtual std::shared_ptr<const Oracle> oracle(const JobContext & /*ctx*/ = {}) const { return nullptr; }
    /// The same of what the layers get when the model is compressed, on some of the samples, without second
    /// moments. Layers are those of the source. Null where that cannot be told. @throws as of()
    virtual std::shared_ptr<const Calibration> within(const CompressedModel & /*trial*/,
                                                      const JobContext & /*ctx*/ = {}) const
    {
        return nullptr;
    }
    /// What batch normalizations take in the compressed model while each goes by what it takes.
    /// @param outputs what they give, as the source's main graph calls it @throws as of()
    virtual MeasuredChannels normalized(const CompressedModel & /*trial*/,
                                        std::span<const std::string> /*outputs*/,
                                        const JobContext & /*ctx*/ = {}) const
    {
        return {{}, Message::tr("nothing measures them")};
    }
    /// The same of another model that takes the same inputs, on the same samples; null: that cannot be had.
    /// @throws Error InvalidArgument, Unsupported (the model does not run)
    virtual std::shared_ptr<const Calibration> on(const Model & /*model*/,
                                                  const JobContext & /*ctx*/ = {}) const
    {
        return nullptr;
    }
    /// As the axes are named; empty: nothing measures them. @throws as of()
    virtual std::vector<AxisStatistics> onAxes(std::span<const ValueAxis> /*axes*/,
                                               const JobContext & /*ctx*/ = {}) const
    {
        return {};
    }
    virtual Message obstacle(size_t layer) const = 0; ///< "its input is made inside the layer"
    /// Of the layer's weight, for all places where it is used. All layers' are computed at the first call.
    /// Null where there are none: gradientObstacle() says why.
    /// @throws as of(), and Error Unsupported: nothing can compute them, on this machine or for this model
    virtual std::shared_ptr<const GradientStatistics> gradients(size_t /*layer*/,
                                                                const JobContext & /*ctx*/ = {}) const
    {
        return nullptr;
    }
    /// Told without computing any; empty: they can be asked for.
    virtual Message gradientObstacle(size_t /*layer*/) const
    {
        return Message::tr("nothing computes gradients");
    }
    virtual std::string hash() const = 0;    ///< SHA-256 of model, samples and settings
    virtual Message description() const = 0; ///< "250 samples of imagenet-sample"
};

} // namespace lathe
