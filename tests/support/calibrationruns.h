#pragma once
// Gathers the statistics of layer inputs in tests, and says how far two of them are apart.
#include "core/calibrate/calibration.h"
#include "tests/support/graphbuilder.h"

#include <functional>

namespace lathe::test {

using Matrixd = Eigen::MatrixXd;

inline CalibrationOptions everything()
{
    CalibrationOptions options;
    options.allColumns = true;
    options.cacheFolder.clear();
    return options;
}

inline std::shared_ptr<const InputStatistics> gathered(const Model &model, const SampleSet &samples,
                                                       const CalibrationOptions &options = everything(),
                                                       size_t layer = 0, const JobContext &ctx = {})
{
    return GatheredStatistics(model, samples, options).of(layer, ctx);
}

inline double distance(const Matrixd &a, const Matrixd &b)
{
    return a.rows() == b.rows() && a.cols() == b.cols() ? (a - b).norm() / std::max(1e-12, b.norm()) : 1e9;
}

inline double distance(const InputStatistics &a, const InputStatistics &b)
{
    const double moments = distance(a.secondMoment.cast<double>(), b.secondMoment.cast<double>());
    const double squares = distance(a.meanSquare.cast<double>(), b.meanSquare.cast<double>());
    const double means = distance(a.mean.cast<double>(), b.mean.cast<double>());
    return a.columns == b.columns && a.low == b.low && a.high == b.high ? std::max({moments, squares, means})
                                                                        : 1e9;
}

inline bool identical(const InputStatistics &a, const InputStatistics &b)
{
    return a.samples == b.samples && a.columns == b.columns && a.secondMoment == b.secondMoment &&
           a.meanSquare == b.meanSquare && a.mean == b.mean && a.low == b.low && a.high == b.high;
}

/// A chain of convolutions with a product at the end.
inline Model smallNetwork(int64_t batch = -1, int64_t side = 12)
{
    GraphBuilder builder;
    builder.input("x", {batch, 3, side, side}).output("y", {batch, 5});
    builder.random("w1", {8, 3, 3, 3}, 0.3F)
        .random("w2", {8, 1, 3, 3}, 0.5F)
        .random("w3", {16, 8, 1, 1}, 0.4F);
    builder.random("w4", {16, 5}, 0.3F);
    const std::vector<std::pair<std::string, Attribute>> same = {{"pads", std::vector<int64_t>{1, 1, 1, 1}}};
    auto grouped = same;
    grouped.emplace_back("group", int64_t(8));
    builder.node("Conv", {"x", "w1"}, {"a"}, same, "c1").node("Relu", {"a"}, {"b"});
    builder.node("Conv", {"b", "w2"}, {"c"}, grouped, "c2").node("Relu", {"c"}, {"d"});
    builder.node("Conv", {"d", "w3"}, {"e"}, {}, "c3").node("GlobalAveragePool", {"e"}, {"f"});
    builder.node("Flatten", {"f"}, {"g"}).node("MatMul", {"g", "w4"}, {"y"}, {}, "m4");
    return builder.build();
}

constexpr size_t networkLayers = 4;

inline std::string refusal(const std::function<void()> &action)
{
    try {
        action();
    } catch (const Error &e) {
        return e.what();
    }
    return {};
}

} // namespace lathe::test
