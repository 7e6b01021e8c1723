#pragma once
#include "core/compress/compressor.h"
#include "core/model/model.h"

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
    QString noCalibration = {}; ///< statistics of its input
    QString noGradients = {};   ///< gradients of its weights
};

/// Without sizes and errors. Of statistics only where the compressor has calibration data.
LayerFacts layerFacts(const Compressor &compressor, int layer);

/// layerFacts() of one model, each layer's worked out once: thousands may be selected while a control moves.
class KnownFacts {
public:
    explicit KnownFacts(std::shared_ptr<const Compressor> compressor);
    const LayerFacts &of(int layer);
    const Compressor *compressor() const { return m_compressor.get(); }

private:
    std::shared_ptr<const Compressor> m_compressor;
    std::vector<std::optional<LayerFacts>> m_facts; ///< by layer
};

} // namespace lathe::ui
