#pragma once
// A model in the form ONNX Runtime takes it: bytes, and tensors that stay outside of them.
#include "core/model/model.h"

#include <span>
#include <string>
#include <vector>

namespace lathe {

struct SessionModel {
    struct OutsideTensor {
        std::string name;
        ElementType type = ElementType::Undefined;
        Shape shape;
        std::span<const std::byte> bytes; ///< in `read`, or inside the model's content; outlives the session
        std::shared_ptr<const std::vector<std::byte>> read; ///< external data, shared by sessions
    };
    std::string bytes;                  ///< a serialized ModelProto
    std::vector<OutsideTensor> outside; ///< initializers of the main graph that `bytes` only names
};

/// External data is read and left outside (the runtime itself would map its file), and so are large weights
/// when the file would pass protobuf's limit of 2 GB; external data of subgraphs and Constant nodes, which
/// the runtime cannot be given from outside, goes inside.
/// @param extraOutputs values of the main graph that become outputs.
/// @throws Error InvalidArgument (an extra output that no node gives), MalformedModel, Unsupported (over 2 GB
/// all the same).
SessionModel makeSessionModel(const Model &model, const std::vector<std::string> &extraOutputs);

} // namespace lathe
