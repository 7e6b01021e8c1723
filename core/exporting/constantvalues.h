#pragma once
// The numbers of one constant, as a person looks at them.
#include "core/base/job.h"
#include "core/model/model.h"

namespace lathe {

struct ConstantValues {
    ElementType type = ElementType::Undefined;
    Shape shape;
    int64_t count = 0;
    std::vector<double> first; ///< the first ones, as many as were asked for at most
    double minimum = 0.0, maximum = 0.0, mean = 0.0, deviation = 0.0; ///< of the finite ones
    int64_t zeros = 0;
    int64_t nonFinite = 0;
    int64_t distinct = 0;      ///< different numbers; not more than mostDistinct
    bool manyDistinct = false; ///< there are more
};

constexpr int64_t mostDistinct = 65536;

/// A constant of the main graph: a stored one is read part by part, external data too, so that it takes no
/// memory of its size; one that nodes make of constants is computed by running them alone.
/// @param first how many numbers to hand back @throws Error Unsupported (no numbers, or nodes that cannot be
/// run), MalformedModel, FileUnreadable. @throws Cancelled
ConstantValues readConstantValues(const Model &model, const std::string &name, size_t first,
                                  const JobContext &ctx = {});

} // namespace lathe
