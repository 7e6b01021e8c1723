#include "core/exporting/graphedit.h"

#include <algorithm>

namespace lathe {
namespace {

template <class Message>
void keepOthers(google::protobuf::RepeatedPtrField<Message> &list, const std::set<int> &gone)
{
    if (gone.empty())
        return;
    int kept = 0;
    for (int i = 0; i < list.size(); ++i)
        if (!gone.contains(i))
            list.SwapElements(kept++, i);
    list.DeleteSubrange(kept, list.size() - kept);
}

} // namespace

void GraphEdit::add(size_t layer, std::shared_ptr<StoragePlan> plan, Plan afterwards)
{
    if (afterwards == Plan::Used)
        m_used.insert(plan.get());
    m_changes[plan->home].plans.push_back(plan.get());
    for (const GoneConstant &constant : plan->gone) {
        const Definition &at = constant.place.definition;
        Changes &home = m_changes[at.graph];
        if (at.kind == Definition::Kind::Initializer)
            home.goneInitializers.insert(at.index);
        else
            home.goneNodes.insert(at.index);
        if (at.graph == 0)
            m_goneInputs.insert(constant.name);
    }
    for (const NodeRef ref : plan->dropped)
        m_changes[ref.graph].goneNodes.insert(ref.node);
    if (!plan->replacement.empty()) {
        const LayerSite &site = m_source.source().content().sites[layer];
        m_changes[site.graph].replacedNodes[site.node] = plan.get();
    }
    m_plans.push_back(std::move(plan));
}

onnx::ModelProto GraphEdit::finish()
{
    m_proto = m_source.source().content().proto;
    std::vector<onnx::GraphProto *>
        graphs; // looked up before nodes move; they move by swapping, so graphs stay where they are
    forEachGraph(*m_proto.mutable_graph(), [&](onnx::GraphProto &graph) { graphs.push_back(&graph); });
    if (m_replaced)
        lathe::replaceConstants(m_source, *m_replaced, *m_proto.mutable_graph());
    for (const auto &[ordinal, changes] : m_changes)
        carryOut(changes, *graphs[static_cast<size_t>(ordinal)]);
    importDomains();
    return std::move(m_proto);
}

void GraphEdit::carryOut(const Changes &changes, onnx::GraphProto &graph)
{
    keepOthers(*graph.mutable_initializer(), changes.goneInitializers);
    if (&graph == m_proto.mutable_graph()) {
        std::set<int> gone;
        for (int i = 0; i < graph.input_size(); ++i)
            if (m_goneInputs.contains(graph.input(i).name()))
                gone.insert(i);
        keepOthers(*graph.mutable_input(), gone);
    }
    google::protobuf::RepeatedPtrField<onnx::NodeProto> nodes;
    for (StoragePlan *plan : changes.plans) {
        addConstants(*plan, graph);
        for (const onnx::NodeProto &node : plan->fragment.nodes)
            *nodes.Add() = node;
    }
    for (int i = 0; i < graph.node_size(); ++i) {
        if (const auto replaced = changes.replacedNodes.find(i); replaced != changes.replacedNodes.end())
            for (const onnx::NodeProto &node : replaced->second->replacement)
                *nodes.Add() = node;
        else if (!changes.goneNodes.contains(i))
            nodes.Add()->Swap(graph.mutable_node(i));
    }
    graph.mutable_node()->Swap(&nodes);
}

/// Shared constants live in the main graph, where all graphs see them.
void GraphEdit::addConstants(StoragePlan &plan, onnx::GraphProto &graph)
{
    const bool moves = m_used.contains(&plan);
    for (onnx::TensorProto &constant : plan.fragment.constants)
        addConstant(moves ? std::move(constant) : constant, graph);
    for (const onnx::SparseTensorProto &constant : plan.fragment.sparse)
        *graph.add_sparse_initializer() = constant;
    for (const auto &[name, constant] : plan.fragment.shared)
        if (m_sharedThere.insert(name).second)
            addConstant(constant, *m_proto.mutable_graph());
}

/// Of operators that are not standard.
void GraphEdit::importDomains()
{
    std::set<std::string> missing;
    for (const auto &plan : m_plans)
        for (const onnx::NodeProto &node : plan->replacement)
            if (!isStandardDomain(node.domain()))
                missing.insert(node.domain());
    for (const auto &import : m_proto.opset_import())
        missing.erase(import.domain());
    for (const std::string &domain : missing) {
        auto *import = m_proto.add_opset_import();
        import->set_domain(domain);
        import->set_version(1);
    }
}

void GraphEdit::addConstant(onnx::TensorProto constant, onnx::GraphProto &graph)
{
    const bool list = m_source.target().listConstants;
    onnx::GraphProto &home =
        list ? *m_proto.mutable_graph() : graph; // a subgraph has no inputs to list it among
    if (list)
        *home.add_input() = listing(constant);
    *home.add_initializer() = std::move(constant);
}

} // namespace lathe
