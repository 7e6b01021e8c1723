#pragma once
// What has been measured so far, as a guess at what will be.
#include "core/recipe/settings.h"

#include <optional>
#include <span>
#include <vector>

namespace lathe {

struct DropGuess {
    double difference = 0.0;   ///< of top-1, variant - baseline, as a fraction
    size_t points = 0;         ///< measurements it goes by
    double typicalError = 0.0; ///< median |guess - measured| so far; 0 without any
    size_t checked = 0;        ///< guesses that a measurement followed
};

/// How far the layers' settings move the weights, as one number that rises with every control: about the
/// share of the weights' energy that is lost. 0 for layers left as they are.
double noiseOf(std::span<const LayerSettings> settings);

/// Measured drops by the settings of all layers. The drop along the control of a few layers, all others as
/// they are, is a curve over noiseOf(); between measured points it is taken as a straight line.
class ResponseCurves {
public:
    /// @param settings of all layers; replaces an earlier measurement of the same
    void add(const std::vector<LayerSettings> &settings, double difference);
    /// Microseconds; empty where nothing near is known. @param moving layers that move
    std::optional<DropGuess> guess(const std::vector<LayerSettings> &settings,
                                   std::span<const size_t> moving) const;
    /// Notes how good a guess was.
    void check(const DropGuess &guess, double measured);
    void clear();

private:
    struct Point {
        std::vector<LayerSettings> settings;
        double difference = 0.0;
    };
    std::vector<Point> m_points; ///< newest last
    std::vector<double> m_errors;
};

} // namespace lathe
