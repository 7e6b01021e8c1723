#pragma once
// The protobuf behind a Model: for runtime, compress and exporting only (link lathe::model_proto).
#include "core/base/inputfile.h"
#include "core/model/model.h"

#include <mutex>
#include <onnx/onnx_pb.h>

namespace lathe {

class GraphIndex; // core/onnx/graphindex.h
class GraphView;  // core/onnx/graphview.h

/// Where a layer's node stands.
struct LayerSite {
    int graph = -1; ///< ordinal: see graphAt()
    int node = -1;  ///< index in that graph
    int input = -1; ///< which input of the node is the weight
};

/// A node that multiplies what is computed, or whose weight is no layer's.
struct OtherProduct {
    LayerSite site;
    std::vector<Shape> inputs; ///< at batch 1; empty where unknown
    Shape output;
    std::optional<int64_t> macs; ///< for one sample; empty when shapes are unknown
    bool repeated = false;       ///< it stands in a loop: that many for each step
};

struct Model::Content {
    explicit Content(std::shared_ptr<const onnx::ModelProto> model) : owner(std::move(model)), proto(*owner)
    {
    }

    std::shared_ptr<const onnx::ModelProto>
        owner; ///< shared by the models that differ only in what was found out
    const onnx::ModelProto &proto;
    std::string label; ///< what error sentences call the model: its file
    std::filesystem::path path;
    std::filesystem::path folder; ///< of external data
    std::map<std::string, std::shared_ptr<const InputFile>>
        externalFiles;                       ///< by location as written in the model
    std::shared_ptr<const GraphIndex> index; ///< of `proto`
    std::shared_ptr<const GraphView> view;   ///< of `index`
    int64_t fileBytes = 0;                   ///< 0: not a file
    mutable std::once_flag hashOnce;
    mutable std::string hash; ///< of a file: taken while it was read
    std::vector<ValueInfo> inputs;
    std::vector<ValueInfo> outputs;
    std::map<std::string, int64_t> opsets;
    std::map<std::string, std::string> metadata;
    std::vector<Layer> layers;
    std::vector<LayerSite> sites; ///< as layers
    std::vector<OtherProduct> products;
    bool hasOtherWork = false; ///< something multiplies so that shapes do not tell how often
    std::vector<Issue> issues;
};

/// A model around an edited proto: layers, shapes and checks as for a loaded file. External tensors of
/// `origin` stay reachable.
/// @throws Error MalformedModel
Model modelFromProto(onnx::ModelProto proto, const Model &origin);

/// The same graph with another list of layers.
Model withLayers(const Model &model, std::vector<Layer> layers, std::vector<LayerSite> sites);

/// The bytes of a tensor, typed fields (float_data, int32_data, ...) packed as raw data would be; external
/// data read from its file.
/// @throws Error MalformedModel naming the tensor, FileUnreadable (external data that has been changed)
Tensor readTensor(const onnx::TensorProto &proto, const Model::Content &content);
/// Raw-data TensorProto.
onnx::TensorProto makeTensorProto(const std::string &name, const Tensor &tensor);

/// The graph (main or subgraph) that defines the constant, and where in it: an initializer or a Constant
/// node.
struct ConstantSite {
    onnx::GraphProto *graph = nullptr;
    int initializer = -1;  ///< index, or -1
    int constantNode = -1; ///< index, or -1
};
/// The graph that LayerSite means: 0 is the main graph, then subgraphs as they are met, depth first in node
/// order. The numbers hold for a copy of the layer's model until nodes with subgraphs are added or removed.
onnx::GraphProto &graphAt(onnx::ModelProto &proto, int ordinal);

/// Shape of a layer's weight where its node reads it, after the nodes that only reorder the stored constant.
Shape weightShapeAtNode(const Model &model, size_t layer);

/// Constants of all graphs by name; the innermost meaning of a name is not needed because ONNX names are
/// unique along scopes.
/// @returns site with graph == nullptr when there is none.
ConstantSite findConstant(onnx::ModelProto &proto, const std::string &name);

} // namespace lathe
