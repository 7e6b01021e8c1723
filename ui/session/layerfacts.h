#pragma once
#include "core/compress/fit.h"
#include "ui/session/channelmap.h"

#include <QString>

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace lathe::ui {

/// What the inspector needs to know of a selected layer.
struct LayerFacts {
    int layer = -1; ///< index in the model
    QString name, op;
    qint64 weights = 0;
    std::optional<qint64> weightsLeft = {}; ///< where channels went
    qint64 originalBytes = 0;
    bool pending = false; ///< nothing of what follows from the settings has been computed yet:
    qint64 storedBytes = 0;
    double relativeError = 0.0;
    std::optional<double> outputError = {}; ///< relative, on calibration data
    qint64 theoreticalBits = 0;
    qint64 huffmanBits = 0;                    ///< as stored where the layer is untouched; 0: not known
    std::optional<double> prunedTogether = {}; ///< share that goes by a threshold shared with other layers
    bool outdated = false;                     ///< sizes and errors are of the recipe before
    struct Ranks {
        int full = 0;      ///< from here on nothing is lost, and nothing gained
        int breakEven = 0; ///< up to here the factors take less room than the weight
        bool operator==(const Ranks &) const = default;
    };
    std::array<Ranks, 3> ranks = {}; ///< by RankForm
    bool compressible = true;
    QString whyNot; ///< when it is not compressible

    // Why a form is not for this layer; empty: it is.
    QString noFactors = {};     ///< two factors
    QString noSpatial = {};     ///< k x 1, then 1 x k
    QString noTucker = {};      ///< 1 x 1, k x k, 1 x 1
    QString noSeparable = {};   ///< depthwise, then pointwise
    QString noFold = {};        ///< a normalization in its weight and bias
    QString noRenormalize = {}; ///< statistics of normalizations behind it measured again
    QString noChannels = {};    ///< channels that go
    QString noDrop = {};        ///< a block that goes
    QString noCalibration = {}; ///< statistics of its input
    QString noGradients = {};   ///< gradients of its weights
};

/// @param channels null: they are still being followed, and nothing is known of channels and blocks
LayerObstacles obstaclesOf(const Compressor &compressor, const ChannelMap *channels, int layer);

/// Without sizes and errors. Of statistics only where the compressor has calibration data.
/// @param channels null: they are still being followed, as the facts say then
LayerFacts layerFacts(const Compressor &compressor, const ChannelMap *channels, int layer);

/// layerFacts() of one model, each layer's worked out once: thousands may be selected while a control moves.
class KnownFacts {
public:
    KnownFacts(std::shared_ptr<const Compressor> compressor, std::shared_ptr<const ChannelMap> channels);
    const LayerFacts &of(int layer);
    bool areOf(const Compressor *compressor, const ChannelMap *channels) const
    {
        return m_compressor.get() == compressor && m_channels.get() == channels;
    }

private:
    std::shared_ptr<const Compressor> m_compressor;
    std::shared_ptr<const ChannelMap> m_channels;
    std::vector<std::optional<LayerFacts>> m_facts; ///< by layer
};

} // namespace lathe::ui
