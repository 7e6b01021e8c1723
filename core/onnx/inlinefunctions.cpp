#include "core/onnx/inlinefunctions.h"

#include "core/onnx/graphindex.h"
#include "core/onnx/localfunctions.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace lathe {
namespace {

constexpr int64_t mostNodes = 1'000'000;        ///< that may be added to a model
constexpr int64_t mostBytes = int64_t(1) << 30; ///< likewise
constexpr int mostSubgraphLevels = 24;          ///< protobuf reads no deeper file
constexpr size_t longestName = 400;             ///< made here, before a number that makes it unique

using Nodes = google::protobuf::RepeatedPtrField<onnx::NodeProto>;

template <class Visit>
void forEachSubgraph(onnx::NodeProto &node, const Visit &visit)
{
    for (auto &attribute : *node.mutable_attribute()) {
        if (attribute.has_g())
            visit(*attribute.mutable_g());
        for (auto &graph : *attribute.mutable_graphs())
            visit(graph);
    }
}

/// All names of a model; new ones are made beside them.
class Names {
public:
    explicit Names(const onnx::ModelProto &model)
    {
        forEachGraph(model.graph(), [this](const onnx::GraphProto &graph) {
            for (const auto *list : {&graph.input(), &graph.output(), &graph.value_info()})
                for (const auto &value : *list)
                    m_taken.insert(value.name());
            for (const auto &tensor : graph.initializer())
                m_taken.insert(tensor.name());
            for (const auto &tensor : graph.sparse_initializer())
                m_taken.insert(tensor.values().name());
            for (const auto &node : graph.node()) {
                m_taken.insert(node.name());
                m_taken.insert(node.input().begin(), node.input().end());
                m_taken.insert(node.output().begin(), node.output().end());
            }
        });
    }

    std::string free(std::string wanted)
    {
        if (wanted.size() > longestName)
            wanted = wanted.substr(wanted.size() - longestName);
        std::string name = wanted;
        for (int &number = m_lastNumber[wanted]; !m_taken.insert(name).second;)
            name = fmt::format("{}_{}", wanted, number = std::max(number + 1, 2));
        return name;
    }

private:
    std::unordered_set<std::string> m_taken;
    std::unordered_map<std::string, int> m_lastNumber;
};

/// What the names inside a function (or a subgraph of it) are called in the graph of the call.
struct Scope {
    const Scope *around = nullptr;
    std::unordered_map<std::string, std::string> names;

    std::string of(const std::string &name) const
    {
        for (const Scope *scope = this; scope; scope = scope->around)
            if (const auto at = scope->names.find(name); at != scope->names.end())
                return at->second;
        return name;
    }
};

/// One call: everything that its copy of the function's nodes is made by.
class Call {
public:
    Call(const LocalFunction &function, const onnx::NodeProto &node, Names &names)
        : m_function(*function.proto), m_names(names), m_label(nodeLabel(node))
    {
        for (const auto &attribute : function.defaults)
            m_attributes[attribute.name()] = &attribute;
        for (const auto &attribute : node.attribute())
            m_attributes[attribute.name()] = &attribute;
        for (int i = 0; i < m_function.input_size(); ++i)
            m_scope.names[m_function.input(i)] = i < node.input_size() ? node.input(i) : std::string();
        for (int i = 0; i < m_function.output_size(); ++i) {
            const std::string &given = i < node.output_size() ? node.output(i) : std::string();
            const auto [at, isNew] = m_scope.names.try_emplace(m_function.output(i), given);
            if (!isNew && !given.empty())
                m_passed.emplace_back(at->second, given);
            else if (isNew && given.empty())
                m_scope.names.erase(at); // named like the values inside
        }
    }

    /// A value that stands outside of the copy, a constant that all calls share.
    void define(const std::string &inner, const std::string &outer) { m_scope.names[inner] = outer; }

    std::vector<onnx::NodeProto> copy()
    {
        for (const onnx::NodeProto &node : m_function.node())
            nameValues(m_scope, node);
        std::vector<onnx::NodeProto> nodes;
        for (const onnx::NodeProto &node : m_function.node())
            if (!isSharedConstant(m_function, node))
                adopt(nodes.emplace_back(node), m_scope);
        for (const auto &[from, to] : m_passed) { // an output that is an input as it is, or another output
            onnx::NodeProto &node = nodes.emplace_back();
            node.set_name(m_names.free(m_label + "/Identity"));
            node.set_op_type("Identity");
            node.add_input(from);
            node.add_output(to);
        }
        return nodes;
    }

private:
    void nameValue(Scope &scope, const std::string &name)
    {
        if (!name.empty() && !scope.names.contains(name))
            scope.names[name] = m_names.free(fmt::format("{}/{}", m_label, name));
    }

    void nameValues(Scope &scope, const onnx::NodeProto &node)
    {
        for (const std::string &output : node.output())
            nameValue(scope, output);
    }

    void adopt(onnx::NodeProto &node, const Scope &scope)
    {
        node.set_name(
            m_names.free(fmt::format("{}/{}", m_label, node.name().empty() ? node.op_type() : node.name())));
        for (std::string &input : *node.mutable_input())
            input = scope.of(input);
        for (std::string &output : *node.mutable_output())
            output = scope.of(output);
        auto &attributes = *node.mutable_attribute();
        int kept = 0;
        for (int i = 0; i < attributes.size(); ++i)
            if (adopt(attributes[i], scope))
                attributes.SwapElements(kept++, i);
        attributes.DeleteSubrange(kept, attributes.size() - kept);
    }

    /// @returns false for an attribute that the call leaves out.
    bool adopt(onnx::AttributeProto &attribute, const Scope &scope)
    {
        if (!attribute.ref_attr_name().empty()) {
            const auto given = m_attributes.find(attribute.ref_attr_name());
            if (given == m_attributes.end())
                return false;
            const std::string name = attribute.name();
            attribute = *given->second; // graphs in it speak of values around the call
            attribute.set_name(name);
            return true;
        }
        if (attribute.has_g())
            adopt(*attribute.mutable_g(), scope);
        for (auto &graph : *attribute.mutable_graphs())
            adopt(graph, scope);
        return true;
    }

    void adopt(onnx::GraphProto &graph, const Scope &around)
    {
        Scope scope{&around, {}};
        for (auto &input : *graph.mutable_input())
            nameValue(scope, input.name());
        for (auto &tensor : *graph.mutable_initializer())
            nameValue(scope, tensor.name());
        for (auto &tensor : *graph.mutable_sparse_initializer())
            nameValue(scope, tensor.values().name());
        for (const auto &node : graph.node())
            nameValues(scope, node);
        for (auto *list : {graph.mutable_input(), graph.mutable_output(), graph.mutable_value_info()})
            for (auto &value : *list)
                value.set_name(scope.of(value.name()));
        for (auto &tensor : *graph.mutable_initializer())
            tensor.set_name(scope.of(tensor.name()));
        for (auto &tensor : *graph.mutable_sparse_initializer())
            tensor.mutable_values()->set_name(scope.of(tensor.values().name()));
        for (auto &node : *graph.mutable_node())
            adopt(node, scope);
    }

    const onnx::FunctionProto &m_function;
    Names &m_names;
    std::string m_label;
    Scope m_scope;
    std::map<std::string, const onnx::AttributeProto *> m_attributes;
    std::vector<std::pair<std::string, std::string>> m_passed;
};

class Inliner {
public:
    explicit Inliner(onnx::ModelProto &model) : m_model(model), m_functions(model), m_names(model) {}

    std::vector<Issue> run()
    {
        inlineInto(*m_model.mutable_graph(), 0);
        for (onnx::TensorProto &tensor : m_constants)
            *m_model.mutable_graph()->add_initializer() = std::move(tensor);
        const std::set<std::string> freed = removeUncalled();
        updateImports(freed);
        std::vector<Issue> issues;
        for (const auto &[name, reason] : m_left)
            issues.push_back({Issue::Severity::Warning,
                              {},
                              Message::tr("The function \"{}\" is not looked into: {}. Layers inside it are "
                                          "neither counted nor compressed.",
                                          name, reason)});
        return issues;
    }

private:
    bool hasCall(const onnx::GraphProto &graph) const
    {
        bool some = false;
        forEachGraph(graph, [&](const onnx::GraphProto &part) {
            some = some || std::any_of(part.node().begin(), part.node().end(), [this](const auto &node) {
                       return m_functions.find(node) != nullptr;
                   });
        });
        return some;
    }

    void inlineInto(onnx::GraphProto &graph, int level)
    {
        if (!hasCall(graph))
            return;
        Nodes nodes;
        for (auto &node : *graph.mutable_node())
            place(std::move(node), nodes, level);
        graph.mutable_node()->Swap(&nodes);
    }

    /// Appends the node, or what it calls.
    void place(onnx::NodeProto &&node, Nodes &nodes, int level)
    {
        forEachSubgraph(node, [&](onnx::GraphProto &graph) { inlineInto(graph, level + 1); });
        const LocalFunction *function = m_functions.find(node);
        if (!function || !mayReplace(*function, node, level)) {
            *nodes.Add() = std::move(node);
            return;
        }
        Call call(*function, node, m_names);
        for (const onnx::NodeProto &inner : function->proto->node())
            if (isSharedConstant(*function->proto, inner))
                call.define(inner.output(0), sharedConstant(*function, inner));
        for (onnx::NodeProto &inner : call.copy())
            place(std::move(inner), nodes, level);
    }

    bool mayReplace(const LocalFunction &function, const onnx::NodeProto &node, int level)
    {
        Message obstacle = function.obstacle;
        const int64_t given = function.references * static_cast<int64_t>(node.ByteSizeLong());
        if (obstacle.empty() && (node.input_size() > function.proto->input_size() ||
                                 node.output_size() > function.proto->output_size()))
            obstacle = Message::tr("a call gives it more inputs, or takes more outputs, than it has");
        else if (obstacle.empty() && level + function.subgraphLevels > mostSubgraphLevels)
            obstacle = Message::tr("its branches lie too deep inside each other");
        else if (obstacle.empty() &&
                 (m_nodes + function.nodes > mostNodes || m_bytes + function.bytes + given > mostBytes))
            obstacle = Message::tr("it is too large to be put in place of each call");
        if (!obstacle.empty()) {
            m_left.try_emplace(function.name, obstacle);
            return false;
        }
        m_placed.insert(function.proto);
        m_nodes += function.proto->node_size(); // what it calls is counted when it is placed
        m_bytes += given;
        for (const onnx::NodeProto &inner : function.proto->node())
            if (!isSharedConstant(*function.proto, inner))
                m_bytes += static_cast<int64_t>(inner.ByteSizeLong());
        return true;
    }

    const std::string &sharedConstant(const LocalFunction &function, const onnx::NodeProto &node)
    {
        const auto [at, isNew] = m_constantOf.try_emplace(&node);
        if (isNew) {
            at->second = m_names.free(fmt::format("{}/{}", function.proto->name(), node.output(0)));
            m_constants.push_back(findAttribute(node, "value")->t());
            m_constants.back().set_name(at->second);
        }
        return at->second;
    }

    /// @returns the domains of what is gone.
    std::set<std::string> removeUncalled()
    {
        std::set<const onnx::FunctionProto *> called;
        std::vector<const onnx::FunctionProto *> open;
        const auto look = [&](const onnx::NodeProto &node) {
            if (const LocalFunction *function = m_functions.find(node))
                if (called.insert(function->proto).second)
                    open.push_back(function->proto);
        };
        forEachNode(m_model.graph(), look);
        while (!open.empty()) {
            const onnx::FunctionProto *function = open.back();
            open.pop_back();
            for (const onnx::NodeProto &node : function->node())
                forEachNode(node, look);
        }
        std::set<std::string> freed;
        auto &functions = *m_model.mutable_functions();
        int kept = 0;
        for (int i = 0; i < functions.size(); ++i) {
            if (called.contains(&functions[i]) || !m_placed.contains(&functions[i]))
                functions.SwapElements(kept++, i);
            else
                freed.insert(functions[i].domain());
        }
        functions.DeleteSubrange(kept, functions.size() - kept);
        return freed;
    }

    template <class Visit>
    static void forEachNode(const onnx::GraphProto &graph, const Visit &visit)
    {
        forEachGraph(graph, [&](const onnx::GraphProto &part) {
            std::for_each(part.node().begin(), part.node().end(), visit);
        });
    }
    template <class Visit>
    static void forEachNode(const onnx::NodeProto &node, const Visit &visit)
    {
        visit(node);
        for (const auto &attribute : node.attribute()) {
            if (attribute.has_g())
                forEachNode(attribute.g(), visit);
            for (const auto &graph : attribute.graphs())
                forEachNode(graph, visit);
        }
    }

    /// Adds what nodes from functions need, takes away what only the calls needed.
    void updateImports(const std::set<std::string> &freed)
    {
        std::set<std::string> used;
        const auto use = [&](const onnx::NodeProto &node) {
            used.insert(isStandardDomain(node.domain()) ? std::string() : node.domain());
        };
        forEachNode(m_model.graph(), use);
        for (const auto &function : m_model.functions())
            for (const auto &node : function.node())
                forEachNode(node, use);
        auto &imports = *m_model.mutable_opset_import();
        for (int i = imports.size() - 1; i >= 0; --i)
            if (const std::string &domain = imports[i].domain();
                !isStandardDomain(domain) && freed.contains(domain) && !used.contains(domain))
                imports.DeleteSubrange(i, 1);
        for (const auto &import : imports)
            used.erase(isStandardDomain(import.domain()) ? std::string() : import.domain());
        for (const auto &[domain, version] : m_functions.imports())
            if (used.contains(domain)) {
                auto *import = imports.Add();
                import->set_domain(domain);
                import->set_version(version);
            }
    }

    onnx::ModelProto &m_model;
    LocalFunctions m_functions;
    Names m_names;
    std::vector<onnx::TensorProto> m_constants;
    std::map<const onnx::NodeProto *, std::string> m_constantOf;
    std::set<const onnx::FunctionProto *> m_placed;
    std::map<std::string, Message> m_left; ///< function and why
    int64_t m_nodes = 0, m_bytes = 0;
};

} // namespace

std::vector<Issue> inlineFunctions(onnx::ModelProto &model)
{
    if (model.functions_size() == 0)
        return {};
    return Inliner(model).run();
}

} // namespace lathe
