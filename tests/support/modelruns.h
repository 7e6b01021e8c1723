#pragma once
// Runs of small models, and how far two of them are apart.
#include "core/runtime/session.h"
#include "tests/support/graphbuilder.h"

#include <algorithm>
#include <cmath>

namespace lathe::test {

inline std::vector<Tensor> feedFor(const Session &session)
{
    std::vector<Tensor> feed;
    for (const ValueInfo &input : session.inputs()) {
        if (isFloat(input.type))
            feed.push_back(fromFloats(input.type, input.shape, toFloats(randomTensor(input.shape, 11))));
        else
            feed.push_back(makeTensor(input.type, input.shape));
    }
    return feed;
}

inline Tensor outputOf(const Model &model, bool optimize = true)
{
    SessionOptions options;
    options.optimize = optimize;
    const Session session(model, options);
    const std::vector<Tensor> feed = feedFor(session);
    return session.run(std::vector<TensorView>(feed.begin(), feed.end()))[0];
}

/// The first output, without optimizations, for inputs of which free dimensions are 1, and whole numbers
/// are 1.
inline Tensor answerOf(const Model &model)
{
    SessionOptions options;
    options.optimize = false;
    const Session session(model, options);
    std::vector<Tensor> feed;
    for (const ValueInfo &input : session.inputs()) {
        Shape shape = input.shape;
        std::ranges::replace_if(
            shape, [](int64_t d) { return d < 0; }, 1);
        if (isFloat(input.type)) {
            feed.push_back(fromFloats(input.type, shape, toFloats(randomTensor(shape, 11))));
            continue;
        }
        feed.push_back(makeTensor(input.type, shape));
        const size_t size = static_cast<size_t>(elementBits(input.type)) / 8;
        for (size_t i = 0; i < feed.back().bytes.size(); i += size)
            feed.back().bytes[i] = std::byte{1};
    }
    return session.run(std::vector<TensorView>(feed.begin(), feed.end()))[0];
}

/// max |a - b| / max |b|; 1e9 for other shapes.
inline double relativeDifference(const Tensor &a, const Tensor &b)
{
    if (a.shape != b.shape || a.type != b.type)
        return 1e9;
    const std::vector<float> x = toFloats(a);
    const std::vector<float> y = toFloats(b);
    double difference = 0.0, magnitude = 0.0;
    for (size_t i = 0; i < x.size(); ++i) {
        difference = std::max(difference, std::abs(double(x[i]) - double(y[i])));
        magnitude = std::max(magnitude, std::abs(double(y[i])));
    }
    return magnitude > 0.0 ? difference / magnitude : difference;
}

} // namespace lathe::test
