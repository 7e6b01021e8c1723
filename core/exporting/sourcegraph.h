#pragma once
// What an export must know of the graph it starts from. Inside core/exporting only.
#include "core/onnx/graphindex.h"
#include "core/storage/fragment.h"

#include <optional>
#include <unordered_set>

namespace lathe {

/// The stored constant of a layer, and how much of the file goes with it.
struct ConstantPlace {
    Definition definition;
    int64_t fileBytes = 0; ///< as it would be written, inline
};

class SourceGraph {
public:
    explicit SourceGraph(const Model &source);
    const Model &source() const { return m_source; }
    const ExportTarget &target() const { return m_target; }

    /// New names of a layer start so; a capital letter or a dot follows.
    std::string layerPrefix(size_t layer) const;
    /// `wanted`, or with a number behind it where a node of any graph or function has that name already.
    std::string freeNodeName(const std::string &wanted) const;
    ConstantPlace constantOf(size_t layer) const; ///< nothing found: kind Input, 0 bytes
    /// The same for a name as graph `graph` sees it.
    ConstantPlace constantCalled(const std::string &name, int graph) const;
    /// The values of a stored constant; none for anything else.
    std::optional<Tensor> constantValue(const std::string &name, int graph) const;
    /// One node reads the value that graph `graph` calls so, and no graph returns it.
    bool isReadOnce(std::string_view name, int graph) const;
    const onnx::NodeProto &node(size_t layer) const;
    /// In which the layer's node computes: another one than the constant's where a Cast lies between.
    ElementType computeType(size_t layer) const;
    /// Input `name` of the main graph, in bytes of the file; 0 when there is none.
    int64_t listingBytes(const std::string &name) const;

    /// The nodes between the stored constant and the layer's node, where nothing else reads the constant or
    /// anything on its way, so that all of it can be replaced; none when something does.
    std::optional<std::vector<NodeRef>> ownWay(size_t layer) const;
    /// What an export with other operators than the source's may use.
    void setTarget(ExportTarget target) { m_target = std::move(target); }

private:
    Model m_source;
    ExportTarget m_target;
    std::unordered_set<std::string_view> m_nodeNames;
    std::unordered_map<std::string_view, const onnx::ValueInfoProto *> m_inputs;
};

} // namespace lathe
