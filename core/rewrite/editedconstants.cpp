#include "core/rewrite/editedconstants.h"

#include "core/base/error.h"
#include "core/onnx/graphview.h"

#include <algorithm>
#include <map>

namespace lathe {
namespace {

constexpr int64_t unlistedFrom = 4; ///< IR version from which on constants need not be inputs, too

void dropConstants(onnx::GraphProto &graph, const std::set<std::string> &names)
{
    const auto isDropped = [&](const auto &what) { return names.contains(what.name()); };
    auto &initializers = *graph.mutable_initializer();
    initializers.erase(std::remove_if(initializers.begin(), initializers.end(), isDropped),
                       initializers.end());
    auto &inputs = *graph.mutable_input(); // old files list their constants there
    inputs.erase(std::remove_if(inputs.begin(), inputs.end(), isDropped), inputs.end());
    auto &nodes = *graph.mutable_node();
    nodes.erase(std::remove_if(nodes.begin(), nodes.end(),
                               [&](const onnx::NodeProto &node) {
                                   return node.op_type() == "Constant" && node.output_size() == 1 &&
                                          names.contains(node.output(0));
                               }),
                nodes.end());
}

} // namespace

void EditedConstants::replace(const std::string &name, const Tensor &tensor)
{
    const ConstantSite site = findConstant(m_proto, name);
    if (!site.graph)
        throw Error(ErrorCode::Internal, Message::tr("The constant {} is not found again.", name));
    if (site.initializer >= 0) {
        *site.graph->mutable_initializer(site.initializer) = makeTensorProto(name, tensor);
        return;
    }
    onnx::NodeProto &node = *site.graph->mutable_node(site.constantNode);
    node.clear_attribute();
    onnx::AttributeProto &value = *node.add_attribute();
    value.set_name("value");
    value.set_type(onnx::AttributeProto::TENSOR);
    *value.mutable_t() = makeTensorProto("", tensor);
}

/// Inputs that a constant is listed among are those of the main graph: subgraphs of If have none.
std::string EditedConstants::add(onnx::GraphProto &graph, const std::string &wanted, const Tensor &tensor)
{
    std::string name = freeName(wanted);
    const bool listed = m_proto.ir_version() < unlistedFrom;
    onnx::GraphProto &home = listed ? *m_proto.mutable_graph() : graph;
    *home.add_initializer() = makeTensorProto(name, tensor);
    if (!listed)
        return name;
    onnx::ValueInfoProto &input = *home.add_input();
    input.set_name(name);
    auto &type = *input.mutable_type()->mutable_tensor_type();
    type.set_elem_type(static_cast<int>(tensor.type));
    for (const int64_t dimension : tensor.shape)
        type.mutable_shape()->add_dim()->set_dim_value(dimension);
    return name;
}

std::string EditedConstants::freeName(std::string wanted)
{
    const auto isTaken = [&] {
        return std::ranges::any_of(m_model.content().index->graphs(),
                                   [&](const auto &entry) { return entry.names.contains(wanted); }) ||
               !m_names.insert(wanted).second;
    };
    while (isTaken())
        wanted += '_';
    return wanted;
}

void EditedConstants::dropUnread()
{
    const GraphIndex index(m_proto);
    const GraphView view(index);
    std::map<int, std::set<std::string>> unread; // graphs may have constants of one name
    for (const std::string &name : m_candidates)
        for (int graph = 0; graph < static_cast<int>(index.graphs().size()); ++graph)
            if (index.graphs()[static_cast<size_t>(graph)].names.contains(name) &&
                view.readers(graph, name).empty() && !view.isOutput(graph, name))
                unread[graph].insert(name);
    for (const auto &[ordinal, names] : unread)
        dropConstants(graphAt(m_proto, ordinal), names);
}

} // namespace lathe
