#pragma once
// From a node's weight input back to the constant that feeds it. Inside core/model only.
#include "core/model/layer.h"
#include "core/onnx/constants.h"
#include "core/onnx/graphindex.h"

namespace lathe {

/// Collects the steps of a WeightLayout, leaving out those that change nothing.
class LayoutBuilder {
public:
    explicit LayoutBuilder(Shape shape = {}) : m_shape(std::move(shape)) {}
    const Shape &shape() const { return m_shape; }
    bool reshape(Shape to); ///< false: another number of elements
    bool
    transpose(std::vector<int64_t> permutation); ///< empty: all dimensions reversed. false: no permutation
    WeightLayout layout() const { return {m_steps}; }

private:
    Shape m_shape;
    std::vector<LayoutStep> m_steps;
};

struct WeightPath {
    enum class Origin {
        Constant, ///< one stored constant, only reordered on its way
        Computed, ///< made of constants alone, but by arithmetic
        Dynamic   ///< depends on what is fed
    };
    Origin origin = Origin::Dynamic;
    Definition root;                           ///< Constant only
    std::string rootName;                      ///< Constant only
    ElementType type = ElementType::Undefined; ///< of the root
    Shape rootShape;
    LayoutBuilder layout; ///< root to the node's input
    Message obstacle;     ///< why the weight cannot be replaced; empty: it can
};

class WeightTracer {
public:
    WeightTracer(const GraphIndex &index, const ExternalFiles &files, const std::string &source)
        : m_index(index), m_files(files), m_source(source)
    {
    }
    WeightPath trace(int graph, const std::string &name) const;

private:
    bool follow(WeightPath &path, const onnx::NodeProto &node, int graph) const;
    bool madeOfConstants(int graph, const std::string &name) const;
    std::optional<Shape> wholeNumbers(int graph, const std::string &name) const;
    std::optional<Shape> withOtherRank(const onnx::NodeProto &node, int graph, const Shape &from) const;
    std::optional<Shape> reshapedTo(const onnx::NodeProto &node, int graph, const Shape &from) const;

    const GraphIndex &m_index;
    const ExternalFiles &m_files;
    const std::string &m_source;
    mutable std::unordered_map<const onnx::NodeProto *, bool>
        m_madeOfConstants; ///< what was found out so far
};

} // namespace lathe
