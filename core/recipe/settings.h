#pragma once
// What can be done to one layer. Values are checked where rules are read and where a layer is planned.
#include "core/recipe/channelcriteria.h"
#include "core/recipe/prunecriteria.h"

#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace lathe {

enum class PruneScope {
    Layer, ///< the ratio holds in the layer
    Global ///< all layers of this scope and method share one threshold: on |w|, or on the share of the
           ///< layer's output that a weight is worth; the ratio holds over them together
};

/// Which weights go together.
struct PrunePattern {
    enum class Kind {
        Single, ///< each weight by itself
        NofM,   ///< of every `second` consecutive weights of a row exactly `first` stay ("2:4")
        Block   ///< blocks of `first` rows and `second` columns go whole ("4x1")
    };
    Kind kind = Kind::Single;
    int first = 1, second = 1;
    bool operator==(const PrunePattern &) const = default;
    auto operator<=>(const PrunePattern &) const = default;
};

struct PruneSettings {
    double ratio = 0.0; ///< share of the layer's weights set to zero, 0 <= ratio < 1; 1 - N/M for N:M
    PruneMethod method = PruneMethod::Magnitude;
    PrunePattern pattern = {};
    PruneScope scope = PruneScope::Layer;
    bool operator==(const PruneSettings &) const = default;
};

enum class Granularity { Tensor, Channel, Group }; ///< what shares a scale; groups lie inside a row
enum class RangeMethod {
    MinMax,
    Percentile, ///< values outside the percentile are clipped
    Mse         ///< the range with the smallest squared error
};
enum class Rounding {
    Nearest,
    Gptq ///< Frantar et al. 2023, arXiv:2210.17323
};
enum class NumberFormat {
    Uniform, ///< `bits` evenly spaced values
    Nf4,     ///< 16 quantiles of a normal distribution: Dettmers et al. 2023, arXiv:2305.14314
    Fp16,
    Bf16,
    Ternary, ///< -a, 0, a: Li et al. 2016, arXiv:1605.04711
    Binary   ///< -a, a with a = mean |w|: Rastegari et al. 2016, arXiv:1603.05279
};

enum class ScaleKind {
    Any,
    PowerOfTwo ///< rounded up to a power of two, so that a shift scales: Jain et al. 2019, arXiv:1903.08066
};

/// Bits that a weight takes in the format; 0 where the user chooses them.
int bitsOfFormat(NumberFormat format);

/// Where the mean of what the layer's output loses is known from, so that the bias can make up for it: Nagel
/// et al. 2019, arXiv:1906.04721, section 4.2.
enum class BiasCorrection {
    Auto, ///< Data where a method calibrates and the layer's error falls, else Constants where little is lost
    Data, ///< from the mean of the layer's inputs on calibration data
    Constants, ///< from what the normalizations around the layer say of its inputs; keeps the sums of its
               ///< rows
    Off
};

std::string_view nameOf(BiasCorrection correction); ///< as recipes say it

struct QuantizeSettings {
    int bits = 8; ///< 1..8; of the other formats what they take: 4, 16, 16, 2, 1
    bool symmetric = true;
    Granularity granularity = Granularity::Channel;
    int group = 32; ///< consecutive weights of a row that share a scale, for Granularity::Group
    RangeMethod range = RangeMethod::MinMax;
    double percentile = 0.999; ///< share of the magnitudes inside the range, for RangeMethod::Percentile
    Rounding rounding = Rounding::Nearest;
    NumberFormat format = NumberFormat::Uniform;
    BiasCorrection biasCorrection = BiasCorrection::Auto;
    ScaleKind scale = ScaleKind::Any; ///< of NumberFormat::Uniform
    bool operator==(const QuantizeSettings &) const = default;
};

/// How the centers of a codebook are found: core/methods/kmeans1d.h.
enum class ClusterInit { Optimal, Linear, Density, KMeansPlusPlus };
enum class ClusterWeighting {
    None,
    Activation, ///< by the variance of the weight's input
    Hessian     ///< by what moving the weight costs when the others make up for it: 1 / [H^-1]_jj
};

/// A codebook of k values: Han et al. 2016, arXiv:1510.00149, section 3.
struct ClusterSettings {
    int clusters = 16; ///< 2..256
    int group = 0;     ///< rows (output channels) that share a codebook; 0: all
    ClusterInit init = ClusterInit::Optimal;
    ClusterWeighting weighting = ClusterWeighting::None;
    bool operator==(const ClusterSettings &) const = default;
};

enum class RankMethod {
    Svd,
    ActivationSvd ///< best on the calibration data: core/methods/convfactors.h
};
enum class RankForm {
    Channel, ///< Conv: k x k, then 1 x 1; all others: two products
    Spatial, ///< k x 1, then 1 x k
    Tucker2  ///< 1 x 1, k x k, 1 x 1
};

/// Exactly one way of saying how many singular directions stay.
struct RankSettings {
    enum class Unit { Rank, ShareOfBreakEven, Energy };
    Unit unit = Unit::Rank;
    double value = 1.0; ///< a whole number from 1; a share above 0 (0.5: half of break-even); 0 < energy <= 1
    RankMethod method = RankMethod::Svd;
    RankForm form = RankForm::Channel;
    int bits = 0;         ///< 1..8 of the factors; 0: as the layer is quantized otherwise
    int residualBits = 0; ///< 1..8: what the factors leave over is stored too, in so many bits; 0: it is not
    bool operator==(const RankSettings &) const = default;
};

/// A depthwise convolution, then a pointwise one: Howard et al. 2017, arXiv:1704.04861.
struct SeparableSettings {
    bool onActivations = false; ///< fitted to the layer's output on calibration data, not to its weights
    bool operator==(const SeparableSettings &) const = default;
};

/// The batch normalization that takes the layer's output goes into its weight and bias: core/rewrite/fold.h.
struct FoldSettings {
    bool operator==(const FoldSettings &) const = default;
};

/// Mean and variance that the batch normalizations behind the layer take away are measured again, in the
/// compressed model on calibration data: Li et al. 2020, arXiv:2007.02491, section 3.3.
struct RenormalizeSettings {
    bool operator==(const RenormalizeSettings &) const = default;
};

enum class ChannelBudget { Macs, Bytes, Latency };
enum class ChannelMethod {
    Remove,
    Merge ///< those that are alike become one: Wang et al. 2025, arXiv:2502.10216
};
/// How the weights of layers that read channels make up for those that go.
enum class ChannelRefit {
    Off,
    Constants, ///< their bias gets what the channel gives on average, as far as normalizations say it
    Data       ///< least squares on calibration data: He et al. 2017, arXiv:1707.06168, section 3.1
};

/// Channels that the layer makes go, with all that can only go with them: core/rewrite/channelgroups.h.
/// Exactly one way of saying how many.
struct ChannelSettings {
    enum class Unit {
        Ratio, ///< share of those that can go, 0 <= ratio < 1
        Keep,  ///< a whole number from 1 that stay
        Budget ///< all groups with the same budget lose channels until this share of the model's stays
    };
    Unit unit = Unit::Ratio;
    double value = 0.0;
    ChannelBudget budget = ChannelBudget::Macs;
    ChannelMethod method = ChannelMethod::Remove;
    ChannelCriterion criterion = ChannelCriterion::L2;
    int round = 1;     ///< as many stay as a multiple of this; 0: of what the runtime computes at once
    int leastLeft = 1; ///< so many stay
    ChannelRefit refit = ChannelRefit::Off;
    bool operator==(const ChannelSettings &) const = default;
};

/// The smallest part of the network around the layer goes that its input can stand for.
struct DropSettings {
    bool operator==(const DropSettings &) const = default;
};

/// What happens to one layer, in this order: what can be folded into it is, then its block goes or channels
/// of it do, then it is factorized or separated, the factors (or the weight) pruned, then quantized or
/// clustered. Of rank and separable, and of quantize and cluster, at most one is there. Normalizations are
/// measured when all layers are done.
struct LayerSettings {
    std::optional<PruneSettings> prune = {};
    std::optional<QuantizeSettings> quantize = {};
    std::optional<RankSettings> rank = {};
    std::optional<ClusterSettings> cluster = {};
    std::optional<SeparableSettings> separable = {};
    std::optional<FoldSettings> fold = {};
    std::optional<RenormalizeSettings> renormalize = {};
    std::optional<ChannelSettings> channels = {};
    std::optional<DropSettings> drop = {};
    /// Nothing is done to the layer, whatever is asked of it; normalized() settings then hold no method.
    bool keep = false;
    bool operator==(const LayerSettings &) const = default;
    bool empty() const { return *this == LayerSettings{.keep = keep}; } ///< no method is asked for
};

/// The methods of LayerSettings, for whatever goes for each of them.
inline constexpr std::tuple layerMethods{
    &LayerSettings::prune,       &LayerSettings::quantize,  &LayerSettings::rank,
    &LayerSettings::cluster,     &LayerSettings::separable, &LayerSettings::fold,
    &LayerSettings::renormalize, &LayerSettings::channels,  &LayerSettings::drop};
constexpr size_t methodCount = std::tuple_size_v<decltype(layerMethods)>;
/// Calls f(&LayerSettings::prune) and so on.
template <class F>
constexpr void forEachMethod(const F &f)
{
    std::apply([&](auto... method) { (f(method), ...); }, layerMethods);
}

/// What follows from other values is filled in (the ratio of N:M, the bits of a format), what has no effect
/// (a group where none is used) is as by default.
LayerSettings normalized(LayerSettings settings);
/// Whether the settings can only be carried out with statistics of the layer's inputs. Automatic bias
/// correction takes them where others do and does without where not.
bool goesByInputs(const LayerSettings &settings);
/// Whether they can only be carried out with gradients of the loss by the layer's weights.
bool goesByGradients(const LayerSettings &settings);
/// Whether they need calibration data: what goes by inputs or gradients does, and what measures
/// normalizations again.
bool needsCalibration(const LayerSettings &settings);
bool goesByData(const ChannelSettings &channels);
/// The same methods by the weights alone.
LayerSettings withoutCalibration(LayerSettings settings);

/// "50 % pruned, rank 64, 4 bits"; "as it is" when empty; "kept as it is"
Message summary(const LayerSettings &settings);

} // namespace lathe
