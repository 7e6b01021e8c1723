#pragma once
// One layer fitted to what the original layer gives, on inputs of the compressed model. Inside core/recover
// only.
#include "core/calibrate/matchedmoments.h"
#include "core/methods/encoding.h"
#include "core/model/layer.h"

namespace lathe {

/// What a layer carries, as an encoding and what is added to its output.
struct FittedLayer {
    Encoding encoding;
    Vector shift; ///< [rows]
};

/// The two parts of the samples.
struct LayerMoments {
    MatchedMoments fitted;  ///< that values are fitted to
    MatchedMoments heldOut; ///< that say whether this is of use
};

/// E|y - V x - shift|^2 over all rows, as a share of the variance of y. 0: as the original.
double outputError(const MatchedMoments &moments, const Matrix &weight, const Vector &shift, Index groups);

/// The shift that makes up for the mean of what is lost.
Vector meanShift(const MatchedMoments &moments, const Matrix &weight, Index groups);

/// New values in the structure of an encoding, the shift with them: masks, codes and assignments stay.
/// @param ridge of the mean square of the inputs: how much is held against moving
/// @param scalesMove whether scales may take any value
FittedLayer refitted(const Encoding &structure, const MatchedMoments &moments, Index groups, double ridge,
                     bool scalesMove, const JobContext &ctx);

/// The weight [rows, cols] that best gives what the original gives, drawn to `weight`: what an encoding made
/// anew should come near to. @param ridge as refitted() @throws Error NumericFailure
Matrix bestWeight(const Matrix &weight, const MatchedMoments &moments, Index groups, double ridge,
                  const JobContext &ctx);

} // namespace lathe
