#include "core/calibrate/graphpart.h"

#include "core/base/error.h"
#include "core/model/proto.h"
#include "core/onnx/graphview.h"

#include <set>

namespace lathe {
namespace {

class Part {
public:
    Part(const Model &model, const std::map<std::string, ValueInfo> &known)
        : m_model(model), m_source(model.content().proto), m_view(*model.content().view), m_known(known),
          m_graph(*m_proto.mutable_graph())
    {
        m_proto.set_ir_version(m_source.ir_version());
        *m_proto.mutable_opset_import() = m_source.opset_import();
        *m_proto.mutable_functions() = m_source.functions();
        m_graph.set_name(m_source.graph().name());
    }

    Model of(const std::string &wanted)
    {
        const auto maker = m_view.producer(0, wanted);
        if (!maker || maker->graph != 0)
            throw Error(ErrorCode::Unsupported, Message::tr("nothing in the graph makes `{}`", wanted));
        collect(maker->node);
        for (const int node : m_view.order(0))
            if (m_needed.contains(node))
                *m_graph.add_node() = m_source.graph().node(node);
        addConstants();
        addInputs();
        m_graph.add_output()->set_name(wanted);
        return modelFromProto(std::move(m_proto), m_model);
    }

private:
    void collect(int from)
    {
        std::vector<int> open{from};
        while (!open.empty()) {
            const int node = open.back();
            open.pop_back();
            if (!m_needed.insert(node).second)
                continue;
            for (const GraphView::Read &read : m_view.reads({0, node})) {
                m_reads.insert(read.name);
                if (!m_known.contains(std::string(read.name)) && read.maker &&
                    read.maker->kind == Definition::Kind::Node)
                    open.push_back(read.maker->index);
            }
        }
    }

    void addConstants()
    {
        for (const auto &constant : m_source.graph().initializer())
            if (m_reads.contains(constant.name()))
                *m_graph.add_initializer() = constant;
        for (const auto &constant : m_source.graph().sparse_initializer())
            if (m_reads.contains(constant.values().name()))
                *m_graph.add_sparse_initializer() = constant;
    }

    /// The model's own, of any number of samples where that is free, and what is known.
    void addInputs()
    {
        for (const auto &input : m_source.graph().input()) // of IR 3: constants too
            if (m_reads.contains(input.name()))
                *m_graph.add_input() = input;
        for (const auto &[name, info] : m_known) {
            if (!m_reads.contains(name))
                continue;
            auto &added = *m_graph.add_input();
            added.set_name(name);
            auto &type = *added.mutable_type()->mutable_tensor_type();
            type.set_elem_type(static_cast<int>(info.type));
            for (size_t d = 0; d < info.shape.size(); ++d)
                type.mutable_shape()->add_dim();
        }
    }

    const Model &m_model;
    const onnx::ModelProto &m_source;
    const GraphView &m_view;
    const std::map<std::string, ValueInfo> &m_known;
    onnx::ModelProto m_proto;
    onnx::GraphProto &m_graph;
    std::set<int> m_needed;
    std::set<std::string_view> m_reads;
};

} // namespace

Model graphPart(const Model &model, const std::string &wanted, const std::map<std::string, ValueInfo> &known)
{
    return Part(model, known).of(wanted);
}

} // namespace lathe
