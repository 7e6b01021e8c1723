#pragma once
// What the file says of one node of the drawn graph.
#include "core/graph/modelgraph.h"

#include <memory>

namespace lathe {

struct ValueFacts {
    enum class Origin {
        LeftOut,  ///< an optional input that is not given
        Input,    ///< of the model
        Constant, ///< stored in the file
        Folded,   ///< computed from stored constants alone
        Computed
    };
    Origin origin = Origin::Computed;
    std::string name;
    ElementType type = ElementType::Undefined; ///< Undefined: unknown
    Shape shape;                               ///< of stored ones exact, of others at batch 1
    bool hasShape = false;
    int64_t bytes = 0;                  ///< stored for it; 0 when it is no constant
    std::vector<std::string> operators; ///< that make a folded one of constants, in running order
};

struct AttributeFacts {
    std::string name;
    std::string value; ///< "[3, 3]"; long ones and tensors are cut short
};

struct SubgraphFacts {
    std::string attribute;              ///< "then_branch"
    std::vector<std::string> operators; ///< of its nodes, in the file's order, at most 100
    size_t nodes = 0;
};

struct NodeFacts {
    std::string name; ///< empty: it has none
    std::string op;   ///< empty for inputs and outputs of the model
    std::string domain;
    int64_t version = 0; ///< of the domain's operators; 0: the file does not say
    std::string documentation;
    std::vector<AttributeFacts> attributes;
    std::vector<ValueFacts> inputs, outputs;
    std::vector<SubgraphFacts> subgraphs;
};

/// Reads nodes of one model; what it takes to know types and shapes is worked out once.
class NodeReader {
public:
    explicit NodeReader(const Model &model);
    ~NodeReader();

    /// @param node of makeModelGraph(model)
    NodeFacts facts(const GraphNode &node) const;

private:
    struct Knowledge;
    std::unique_ptr<const Knowledge> m_knowledge;
};

/// What stands in another graph of the same values in place of a node.
struct NodeReplacement {
    std::vector<std::string> unpacking; ///< operators that make its constants, in running order
    std::vector<std::string> computing; ///< operators that do its work, in running order; empty: it is gone
};
/// @param variant made from `original`: values that both have have the same names
NodeReplacement replacementOf(const Model &original, const Model &variant, const GraphNode &node);

} // namespace lathe
