#pragma once
// A model's main graph as steps over tensors that know their gradient. Inside core/train/torch only.
#include "core/onnx/externaldata.h"
#include "core/train/torch/operators.h"

#include <functional>
#include <memory>
#include <mutex>

namespace lathe {
class GraphView;
}

namespace lathe::train {

/// Keeps pointers into the model, which must outlive it unchanged.
class TorchGraph {
public:
    using Values = std::unordered_map<std::string, at::Tensor>;

    /// A node that cannot be computed here.
    struct Missing {
        std::string node; ///< its label
        std::string operatorType;
    };

    /// Reads all constants. @param precision of floating values: at::kFloat or at::kDouble
    /// @throws Error MalformedModel
    TorchGraph(const onnx::ModelProto &model, const ExternalFiles &files, const std::string &source,
               at::ScalarType precision = at::kFloat);

    /// Called after each node with what it gave first.
    using Watch = std::function<void(const onnx::NodeProto &, const at::Tensor &)>;

    /// Nodes on the way to these values (empty: the graph's outputs) that nothing here computes.
    std::vector<Missing> missing(const std::vector<std::string> &wanted = {}) const;

    /// By name, as they stand in the model; floating ones in the precision.
    const Values &constants() const { return m_constants; }
    const std::vector<std::string> &inputs() const { return m_inputs; } ///< that are no constants
    const std::vector<std::string> &outputs() const { return m_outputs; }

    /// The values of these names, in their order.
    /// @param given inputs, and values that stand in for constants or for what nodes would compute
    /// @param statistics gets, by the names of the constants that hold them, the running statistics of
    /// normalizations that have gone by their batch
    /// @throws Error Unsupported, MalformedModel (naming the node)
    std::vector<at::Tensor> run(const Values &given, const std::vector<std::string> &wanted, Mode mode = {},
                                Values *statistics = nullptr, const Watch &watch = nullptr) const;
    /// The given value that holds something else than numbers, or the label of the first node that makes such
    /// of numbers; empty: none.
    std::string firstNotFinite(const Values &given, const std::vector<std::string> &wanted, Mode mode) const;

private:
    struct Node {
        Step step;
        Operator compute = nullptr;
        std::vector<int> inputs; ///< slots; -1: left out
        std::vector<int> outputs;
        bool ownStatistics = false; ///< a batch normalization whose statistics can be learned
    };
    /// The nodes that are needed, and after each the values that nobody reads any more.
    struct Plan {
        std::vector<size_t> nodes;
        std::vector<std::vector<int>> freed;
    };

    struct Started {
        std::vector<at::Tensor> values; ///< by slot
        std::vector<int> wanted;
        std::shared_ptr<const Plan> plan;
    };

    at::Tensor laidOut(at::Tensor value, const std::string &name) const;
    Started start(const Values &given, const std::vector<std::string> &wanted) const;
    int slotOf(const std::string &name) const; ///< @throws Error InvalidArgument
    int slot(const std::string &name);
    void readConstants(const ExternalFiles &files, const std::string &source);
    void addNodes();
    bool hasOwnStatistics(const onnx::NodeProto &node, const GraphView &view) const;
    std::shared_ptr<const Plan> planFor(const std::vector<int> &given, const std::vector<int> &wanted) const;
    void compute(const Node &node, std::vector<at::Tensor> &values, Mode mode, Values *statistics) const;

    const onnx::ModelProto &m_model;
    at::ScalarType m_precision;
    std::unordered_map<std::string, int> m_slots;
    std::vector<Node> m_nodes; ///< in running order
    std::vector<int> m_maker;  ///< by slot: node, or -1
    Values m_constants;
    std::vector<at::Tensor> m_initial; ///< by slot: the constants
    std::vector<std::string> m_inputs, m_outputs;
    bool m_hasConvolutions = false;
    mutable std::mutex m_mutex;
    mutable std::map<std::pair<std::vector<int>, std::vector<int>>, std::shared_ptr<const Plan>> m_plans;
};

} // namespace lathe::train
