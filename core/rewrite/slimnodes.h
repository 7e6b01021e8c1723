#pragma once
// What nodes say in numbers when channels are gone. Inside core/rewrite only.
#include "core/rewrite/editedconstants.h"
#include "core/rewrite/removedplaces.h"
#include "core/shapes/shapeinference.h"

#include <map>

namespace lathe {

/// Edits the nodes of a copy of the model. Constants that are needed anew are added to the graph.
class SlimNodes {
public:
    SlimNodes(const Model &model, const RemovedPlaces &removed, onnx::ModelProto &proto,
              EditedConstants &constants);
    /// @throws Error Unsupported naming the node
    void rewrite(const ChannelChange &change);
    /// Puts the nodes that were made before those that need them. Indices of nodes are others then.
    void finish();

private:
    using Numbers = std::vector<int64_t>;

    onnx::NodeProto &node() { return *m_proto.mutable_graph()->mutable_node(m_index); }
    const std::string &input(int i) { return node().input(i); }
    int64_t gone(const std::string &tensor, size_t axis) const
    {
        return m_removed.count(tensor, axis, m_index);
    }
    int64_t goneBefore(const std::string &tensor, size_t axis, int64_t place) const
    {
        return m_removed.before(tensor, axis, place, m_index);
    }
    const Shape &shapeOf(const std::string &tensor) const { return m_values.shapes.at(tensor); }
    size_t axisOf(int64_t given, const std::string &tensor) const;

    Numbers list(const char *name, int place);
    void setList(const char *name, int place, const Numbers &values);
    void setInteger(const std::string &name, int64_t value);
    void setShare(const std::string &name, const std::string &wide);
    void rewriteHiddenSizes();
    void rewriteShape(const std::string &name, int place, const std::vector<size_t> &entries);
    void setEntries(int place, const Numbers &stays, const Numbers &instead);
    bool isScalar(int place) const;
    ElementType typeOfList(int place);
    void rewriteSplit();
    void rewritePads();
    void rewriteSlice();
    void rewriteIndices();
    void nameSqueezedAxes();

    const RemovedPlaces &m_removed;
    onnx::ModelProto &m_proto;
    EditedConstants &m_constants;
    InferredValues m_values; ///< as they were
    int64_t m_opset;
    int m_index = 0;                                      ///< of the node at work
    std::map<int, std::vector<onnx::NodeProto>> m_before; ///< nodes to be put before one
};

} // namespace lathe
