#include "core/onnx/checks.h"

#include "core/base/error.h"
#include "core/onnx/tensordata.h"

#include <algorithm>
#include <unordered_set>

namespace lathe {
namespace {

constexpr int64_t plausibleOpset = 1000; ///< versions grow by about two a year and stand below 30

void visitTensors(const onnx::GraphProto &graph, const TensorVisitor &visitor);

void visitTensors(const onnx::NodeProto &node, const TensorVisitor &visitor)
{
    for (const auto &attribute : node.attribute()) {
        if (attribute.has_t())
            visitor.dense(attribute.t());
        for (const auto &tensor : attribute.tensors())
            visitor.dense(tensor);
        if (attribute.has_sparse_tensor())
            visitor.sparse(attribute.sparse_tensor());
        for (const auto &tensor : attribute.sparse_tensors())
            visitor.sparse(tensor);
        if (attribute.has_g())
            visitTensors(attribute.g(), visitor);
        for (const auto &graph : attribute.graphs())
            visitTensors(graph, visitor);
    }
}

void visitTensors(const onnx::GraphProto &graph, const TensorVisitor &visitor)
{
    for (const auto &tensor : graph.initializer())
        visitor.dense(tensor);
    for (const auto &tensor : graph.sparse_initializer())
        visitor.sparse(tensor);
    for (const auto &node : graph.node())
        visitTensors(node, visitor);
}

/// A node on a circle, in a graph that has one.
int nodeOnCircle(const GraphView &view, int graph)
{
    const auto nodes =
        static_cast<size_t>(view.index().graphs()[static_cast<size_t>(graph)].graph->node_size());
    std::vector<bool> waits(nodes, true);
    for (const int node : view.order(graph))
        waits[static_cast<size_t>(node)] = false;
    // A waiting node may merely follow a circle; going back along waiting makers must end on it.
    std::vector<int> waitingMaker(nodes, -1);
    int candidate = -1;
    for (size_t user = 0; user < nodes; ++user)
        for (const GraphView::Read &read : view.reads({graph, static_cast<int>(user)}))
            if (waits[user] && read.maker && read.maker->kind == Definition::Kind::Node &&
                read.maker->graph == graph && waits[static_cast<size_t>(read.maker->index)])
                waitingMaker[user] = candidate = read.maker->index;
    for (size_t step = 0; step < nodes; ++step)
        candidate = waitingMaker[static_cast<size_t>(candidate)];
    return candidate;
}

void checkUniqueNames(const GraphIndex &index, const std::string &source)
{
    for (const GraphIndex::Entry &entry : index.graphs()) {
        std::unordered_set<std::string_view> made;
        for (const auto &node : entry.graph->node())
            for (const std::string &output : node.output())
                if (!output.empty() && !made.insert(output).second)
                    throw Error(
                        ErrorCode::MalformedModel,
                        Message::tr(
                            "{}: the value \"{}\" is made by two nodes (one of them \"{}\"); export the "
                            "model again.",
                            source, output, nodeLabel(node)));
    }
}

} // namespace

void forEachTensor(const onnx::ModelProto &model, const TensorVisitor &visitor)
{
    visitTensors(model.graph(), visitor);
    for (const auto &function : model.functions())
        for (const auto &node : function.node())
            visitTensors(node, visitor);
}

void checkHeader(const onnx::ModelProto &model, const std::string &source)
{
    if (!model.has_graph() || (model.graph().node_size() == 0 && model.graph().output_size() == 0))
        throw Error(ErrorCode::MalformedModel,
                    Message::tr("{} holds no graph: it is not an ONNX model, or it is cut short.", source));
    if (model.opset_import_size() == 0)
        throw Error(
            ErrorCode::MalformedModel,
            Message::tr(
                "{} does not say which operator set it uses (no opset_import): it is cut short or was "
                "written wrongly; export it again.",
                source));
    forEachGraph(model.graph(), [&](const onnx::GraphProto &graph) {
        for (const auto &node : graph.node())
            if (node.op_type().empty())
                throw Error(ErrorCode::MalformedModel,
                            Message::tr("{}: node \"{}\" has no operator; the file is damaged.", source,
                                        nodeLabel(node)));
    });
    for (const auto &import : model.opset_import())
        if (isStandardDomain(import.domain()) && (import.version() < 1 || import.version() > plausibleOpset))
            throw Error(
                ErrorCode::MalformedModel,
                Message::tr(
                    "{} asks for version {} of the standard operators, which does not exist; export it "
                    "again with a published opset.",
                    source, import.version()));
}

void checkTensors(const onnx::ModelProto &model, const std::filesystem::path &folder,
                  const std::string &source, ExternalFiles &files)
{
    const auto opened = [&](const onnx::TensorProto &tensor) {
        if (isExternal(tensor))
            openExternalFile(tensor, folder, Message::tr("{}: tensor \"{}\"", source, tensor.name()), files);
    };
    forEachTensor(model, {[&](const onnx::TensorProto &tensor) {
                              opened(tensor);
                              checkTensor(tensor, files, source);
                          },
                          [&](const onnx::SparseTensorProto &tensor) {
                              opened(tensor.values());
                              opened(tensor.indices());
                              checkSparseTensor(tensor, files, source);
                          }});
}

void checkGraphs(const GraphView &view, const std::string &source, std::vector<Issue> &issues)
{
    checkUniqueNames(view.index(), source);
    bool unsorted = false;
    for (int g = 0; g < static_cast<int>(view.index().graphs().size()); ++g) {
        if (view.hasCircle(g))
            throw Error(
                ErrorCode::MalformedModel,
                Message::tr(
                    "{}: the graph runs in a circle through node \"{}\", so it can never be computed; "
                    "export the model again.",
                    source, nodeLabel(view.index().node(NodeRef{g, nodeOnCircle(view, g)}))));
        unsorted = unsorted || !std::ranges::is_sorted(view.order(g));
    }
    if (unsorted)
        issues.push_back({Issue::Severity::Warning,
                          {},
                          Message::tr("Nodes are not stored in the order of their computation; some runtimes "
                                      "refuse such a file.")});
    if (!view.unmade().empty())
        issues.push_back(
            {Issue::Severity::Warning,
             {},
             Message::tr("A node reads \"{}\", which nothing in the model makes.", view.unmade().back())});
}

} // namespace lathe
