#pragma once
// The protobuf behind a Model: for runtime, compress and exporting only (link lathe::model_proto).
#include "core/base/fileio.h"
#include "core/model/model.h"

#include <mutex>
#include <onnx/onnx_pb.h>

namespace lathe {

struct Model::Content {
    onnx::ModelProto proto;
    std::filesystem::path path;
    std::filesystem::path folder;                                        ///< of external data
    std::map<std::string, std::shared_ptr<const MappedFile>> mappedFiles; ///< by location as written in the model
    int64_t fileBytes = 0;
    mutable std::once_flag hashOnce;
    mutable std::string hash;
    std::vector<ValueInfo> inputs;
    std::vector<ValueInfo> outputs;
    std::map<std::string, int64_t> opsets;
    std::map<std::string, std::string> metadata;
    std::vector<Layer> layers;
    std::vector<Issue> issues;
};

/// A model around an edited proto: layers, shapes and checks as for a loaded file. External tensors of `origin` stay reachable.
/// @throws Error MalformedModel
Model modelFromProto(onnx::ModelProto proto, const Model &origin);

/// The bytes of a tensor, typed fields (float_data, int32_data, ...) packed as raw data would be; external data mapped.
/// @throws Error MalformedModel naming the tensor
Tensor readTensor(const onnx::TensorProto &proto, const Model::Content &content);
/// Raw-data TensorProto.
onnx::TensorProto makeTensorProto(const std::string &name, const Tensor &tensor);

/// The graph (main or subgraph) that defines the constant, and where in it: an initializer or a Constant node.
struct ConstantSite {
    onnx::GraphProto *graph = nullptr;
    int initializer = -1;  ///< index, or -1
    int constantNode = -1; ///< index, or -1
};
/// Constants of all graphs by name; the innermost meaning of a name is not needed because ONNX names are unique along scopes.
/// @returns site with graph == nullptr when there is none.
ConstantSite findConstant(onnx::ModelProto &proto, const std::string &name);

} // namespace lathe
