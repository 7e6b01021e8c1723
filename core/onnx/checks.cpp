#include "core/onnx/checks.h"

#include "core/base/error.h"
#include "core/onnx/tensordata.h"

#include <fmt/format.h>
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

/// Values that a node needs from its own graph: its inputs and whatever its subgraphs take from around them.
class Needs {
public:
    explicit Needs(const GraphIndex &index) : m_index(index), m_edges(index.graphs().size())
    {
        for (const NodeRef ref : index.nodes())
            for (const std::string &input : index.node(ref).input())
                if (!input.empty())
                    note(ref, input);
    }
    /// Pairs (maker, user) of node numbers of one graph.
    const std::vector<std::pair<int, int>> &edges(size_t graph) const { return m_edges[graph]; }
    const std::string &unknownName() const { return m_unknown; }

private:
    void note(NodeRef user, const std::string &name)
    {
        const std::optional<Definition> maker = m_index.find(user.graph, name);
        if (!maker) {
            m_unknown = name;
            return;
        }
        if (maker->kind != Definition::Kind::Node)
            return;
        // Seen from the maker's graph, the user is the node whose subgraph (of a subgraph...) holds the
        // reader.
        while (user.graph != maker->graph)
            user = m_index.owner(user.graph);
        m_edges[static_cast<size_t>(maker->graph)].emplace_back(maker->index, user.node);
    }

    const GraphIndex &m_index;
    std::vector<std::vector<std::pair<int, int>>> m_edges;
    std::string m_unknown;
};

/// Kahn's algorithm. @returns a node that can never be reached, or -1.
int nodeOnCycle(int nodes, const std::vector<std::pair<int, int>> &edges)
{
    std::vector<std::vector<int>> users(static_cast<size_t>(nodes));
    std::vector<int> waitingFor(static_cast<size_t>(nodes), 0);
    for (const auto &[maker, user] : edges) {
        users[static_cast<size_t>(maker)].push_back(user);
        ++waitingFor[static_cast<size_t>(user)];
    }
    std::vector<int> ready;
    for (int n = 0; n < nodes; ++n)
        if (waitingFor[static_cast<size_t>(n)] == 0)
            ready.push_back(n);
    while (!ready.empty()) {
        const int done = ready.back();
        ready.pop_back();
        for (const int user : users[static_cast<size_t>(done)])
            if (--waitingFor[static_cast<size_t>(user)] == 0)
                ready.push_back(user);
    }
    // A waiting node may merely follow a cycle; going back along waiting makers must end on it.
    std::vector<int> waitingMaker(static_cast<size_t>(nodes), -1);
    int candidate = -1;
    for (const auto &[maker, user] : edges)
        if (waitingFor[static_cast<size_t>(maker)] > 0 && waitingFor[static_cast<size_t>(user)] > 0)
            waitingMaker[static_cast<size_t>(user)] = candidate = maker;
    for (int step = 0; candidate >= 0 && step < nodes; ++step)
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
                        fmt::format(
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
                    fmt::format("{} holds no graph: it is not an ONNX model, or it is cut short.", source));
    if (model.opset_import_size() == 0)
        throw Error(
            ErrorCode::MalformedModel,
            fmt::format(
                "{} does not say which operator set it uses (no opset_import): it is cut short or was "
                "written wrongly; export it again.",
                source));
    forEachGraph(model.graph(), [&](const onnx::GraphProto &graph) {
        for (const auto &node : graph.node())
            if (node.op_type().empty())
                throw Error(ErrorCode::MalformedModel,
                            fmt::format("{}: node \"{}\" has no operator; the file is damaged.", source,
                                        nodeLabel(node)));
    });
    for (const auto &import : model.opset_import())
        if (isStandardDomain(import.domain()) && (import.version() < 1 || import.version() > plausibleOpset))
            throw Error(
                ErrorCode::MalformedModel,
                fmt::format(
                    "{} asks for version {} of the standard operators, which does not exist; export it "
                    "again with a published opset.",
                    source, import.version()));
}

void checkTensors(const onnx::ModelProto &model, const std::filesystem::path &folder,
                  const std::string &source, ExternalFiles &files)
{
    const auto opened = [&](const onnx::TensorProto &tensor) {
        if (isExternal(tensor))
            openExternalFile(tensor, folder, fmt::format("{}: tensor \"{}\"", source, tensor.name()), files);
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

void checkGraphs(const GraphIndex &index, const std::string &source, std::vector<Issue> &issues)
{
    checkUniqueNames(index, source);
    const Needs needs(index);
    bool unsorted = false;
    for (size_t g = 0; g < index.graphs().size(); ++g) {
        const onnx::GraphProto &graph = *index.graphs()[g].graph;
        if (const int node = nodeOnCycle(graph.node_size(), needs.edges(g)); node >= 0)
            throw Error(
                ErrorCode::MalformedModel,
                fmt::format(
                    "{}: the graph runs in a circle through node \"{}\", so it can never be computed; "
                    "export the model again.",
                    source, nodeLabel(graph.node(node))));
        for (const auto &[maker, user] : needs.edges(g))
            unsorted = unsorted || maker > user;
    }
    if (unsorted)
        issues.push_back(
            {Issue::Severity::Warning,
             {},
             "Nodes are not stored in the order of their computation; some runtimes refuse such a file."});
    if (!needs.unknownName().empty())
        issues.push_back(
            {Issue::Severity::Warning,
             {},
             fmt::format("A node reads \"{}\", which nothing in the model makes.", needs.unknownName())});
}

} // namespace lathe
