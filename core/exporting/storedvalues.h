#pragma once
// What a file's stored weights unpack to. Internal to core/exporting.
#include "core/base/job.h"
#include "core/model/model.h"

namespace lathe {

struct StoredValue {
    Tensor tensor; ///< type Undefined: there is none, or it is inside a subgraph, where no run shows it
    bool isMatrix = false; ///< only codes that an operator unpacks by itself: float32 [rows, cols]
};

/// Constants as they are; what nodes make of constants, by ONNX Runtime without optimizations.
/// @throws Error Unsupported (the nodes cannot be run), MalformedModel. @throws Cancelled
std::map<std::string, StoredValue> storedValues(const Model &file, const std::vector<std::string> &names,
                                                const JobContext &ctx);
/// A constant that the graph holds as it is; type Undefined when it does not.
Tensor plainConstant(const Model &model, const std::string &name);

} // namespace lathe
