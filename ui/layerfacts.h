#pragma once
#include <QString>

#include <array>
#include <optional>

namespace lathe::ui {

/// What the inspector needs to know of a selected layer.
struct LayerFacts {
    int layer = -1; ///< index in the model
    QString name, op;
    qint64 weights = 0;
    qint64 originalBytes = 0;
    qint64 storedBytes = 0;
    double relativeError = 0.0;
    int fullRank = 0;
    int breakEvenRank = 0;
    bool compressible = true;
    QString whyNot; ///< when it is not compressible

    // Why a form is not for this layer; empty: it is.
    QString noFactors = {};     ///< two factors
    QString noSpatial = {};     ///< k x 1, then 1 x k
    QString noTucker = {};      ///< 1 x 1, k x k, 1 x 1
    QString noSeparable = {};   ///< depthwise, then pointwise
    QString noCalibration = {}; ///< statistics of its input
};

} // namespace lathe::ui
