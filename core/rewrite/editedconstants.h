#pragma once
// Constants of a graph that is edited. Inside core only.
#include "core/model/proto.h"

#include <set>

namespace lathe {

class EditedConstants {
public:
    /// @param proto a copy of the model's
    EditedConstants(const Model &model, onnx::ModelProto &proto) : m_model(model), m_proto(proto) {}

    void replace(const std::string &name, const Tensor &tensor);
    /// @returns its name: the wanted one, with something behind it where that is taken
    std::string add(onnx::GraphProto &graph, const std::string &wanted, const Tensor &tensor);
    /// A name that no graph has.
    std::string freeName(std::string wanted);
    void mayBeUnread(const std::string &name) { m_candidates.insert(name); }
    /// Takes out what nothing reads any more. Indices of nodes are others then.
    void dropUnread();

private:
    const Model &m_model;
    onnx::ModelProto &m_proto;
    std::set<std::string> m_candidates; ///< that may be read no more
    std::set<std::string> m_names;      ///< given
};

} // namespace lathe
