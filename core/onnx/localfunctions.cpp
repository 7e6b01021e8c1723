#include "core/onnx/localfunctions.h"

#include "core/onnx/graphindex.h"

#include <algorithm>
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>

namespace lathe {
namespace {

using google::protobuf::FieldDescriptor;

// Fields by number: an older libonnx keeps them as unknown ones, and both must read a file in the same way.
constexpr int overloadOfNode = 8;
constexpr int overloadOfFunction = 13;
constexpr int defaultsOfFunction = 11;

constexpr int deepest = 64;                       ///< functions that call functions
constexpr int64_t mostNodes = 500'000;            ///< of a function with what it calls
constexpr int64_t mostBytes = int64_t(512) << 20; ///< likewise

std::string textField(const google::protobuf::Message &message, int number)
{
    if (const FieldDescriptor *field = message.GetDescriptor()->FindFieldByNumber(number))
        return message.GetReflection()->GetString(message, field);
    std::string text;
    const auto &unknown = message.GetReflection()->GetUnknownFields(message);
    for (int i = 0; i < unknown.field_count(); ++i)
        if (const auto &field = unknown.field(i);
            field.number() == number && field.type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED)
            text = field.length_delimited();
    return text;
}

std::vector<onnx::AttributeProto> defaultsOf(const onnx::FunctionProto &function)
{
    std::vector<onnx::AttributeProto> defaults;
    const auto *reflection = onnx::FunctionProto::GetReflection();
    if (const FieldDescriptor *field = function.GetDescriptor()->FindFieldByNumber(defaultsOfFunction)) {
        for (int i = 0; i < reflection->FieldSize(function, field); ++i)
            defaults.push_back(static_cast<const onnx::AttributeProto &>(
                reflection->GetRepeatedMessage(function, field, i)));
        return defaults;
    }
    const auto &unknown = reflection->GetUnknownFields(function);
    for (int i = 0; i < unknown.field_count(); ++i)
        if (const auto &field = unknown.field(i);
            field.number() == defaultsOfFunction &&
            field.type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED)
            if (onnx::AttributeProto attribute; attribute.ParseFromString(field.length_delimited()))
                defaults.push_back(std::move(attribute));
    return defaults;
}

std::string plainDomain(const std::string &domain)
{
    return isStandardDomain(domain) ? std::string() : domain;
}

} // namespace

bool isSharedConstant(const onnx::FunctionProto &function, const onnx::NodeProto &node)
{
    if (node.op_type() != "Constant" || !isStandardDomain(node.domain()) || node.output_size() != 1)
        return false;
    const auto *value = findAttribute(node, "value");
    const auto &outputs = function.output();
    return value && value->has_t() && value->ref_attr_name().empty() &&
           std::find(outputs.begin(), outputs.end(), node.output(0)) == outputs.end();
}

LocalFunctions::Key LocalFunctions::keyOf(const google::protobuf::Message &message, const std::string &domain,
                                          const std::string &name, int overloadField)
{
    return {plainDomain(domain), name, textField(message, overloadField)};
}

LocalFunctions::LocalFunctions(const onnx::ModelProto &model)
{
    for (const auto &import : model.opset_import())
        m_imports[plainDomain(import.domain())] = import.version();
    for (const onnx::FunctionProto &function : model.functions()) {
        const auto [at, isNew] =
            m_entries.try_emplace(keyOf(function, function.domain(), function.name(), overloadOfFunction));
        LocalFunction &described = at->second.function;
        if (!isNew)
            described.obstacle = Message::tr("the model defines it twice");
        described.proto = &function;
        described.name = plainDomain(function.domain()).empty()
                             ? function.name()
                             : fmt::format("{}.{}", function.domain(), function.name());
        described.defaults = defaultsOf(function);
    }
    for (auto &[key, entry] : m_entries)
        measure(entry, 0);
}

const LocalFunction *LocalFunctions::find(const onnx::NodeProto &node) const
{
    if (m_entries.empty())
        return nullptr;
    const auto at = m_entries.find(keyOf(node, node.domain(), node.op_type(), overloadOfNode));
    return at == m_entries.end() ? nullptr : &at->second.function;
}

void LocalFunctions::measure(Entry &entry, int level)
{
    if (entry.state != State::New)
        return;
    entry.state = State::Open;
    LocalFunction &function = entry.function;
    if (level > deepest)
        function.obstacle = Message::tr("functions call each other too deeply");
    for (const onnx::NodeProto &node : function.proto->node()) {
        if (!function.obstacle.empty())
            break;
        if (!isSharedConstant(*function.proto, node))
            measure(function, node, level, 0);
    }
    entry.state = State::Done;
}

void LocalFunctions::measure(LocalFunction &function, const onnx::NodeProto &node, int level, int subgraphs)
{
    const auto called = m_entries.find(keyOf(node, node.domain(), node.op_type(), overloadOfNode));
    function.subgraphLevels = std::max(function.subgraphLevels, subgraphs);
    if (called == m_entries.end()) {
        addVersion(function, plainDomain(node.domain()));
    } else if (called->second.state == State::Open) {
        function.obstacle = Message::tr("it calls itself");
    } else {
        measure(called->second, level + 1);
        const LocalFunction &inner = called->second.function;
        if (inner.obstacle.empty()) {
            function.nodes += inner.nodes;
            function.bytes += inner.bytes;
            function.subgraphLevels = std::max(function.subgraphLevels, subgraphs + inner.subgraphLevels);
        }
    }
    ++function.nodes;
    if (subgraphs == 0)
        function.bytes += static_cast<int64_t>(node.ByteSizeLong());
    if (function.nodes > mostNodes || function.bytes > mostBytes)
        function.obstacle = Message::tr("it is too large to be put in place of each call");
    const auto into = [&](const onnx::GraphProto &graph) {
        for (const onnx::NodeProto &inner : graph.node())
            if (function.obstacle.empty())
                measure(function, inner, level, subgraphs + 1);
    };
    for (const auto &attribute : node.attribute()) {
        function.references += attribute.ref_attr_name().empty() ? 0 : 1;
        if (attribute.has_g())
            into(attribute.g());
        for (const auto &graph : attribute.graphs())
            into(graph);
    }
}

/// Operators mean what the version says that the function imports; inside the graph it is the model's.
void LocalFunctions::addVersion(LocalFunction &function, const std::string &domain)
{
    for (const auto &import : function.proto->opset_import()) {
        if (plainDomain(import.domain()) != domain)
            continue;
        const auto [at, isNew] = m_imports.try_emplace(domain, import.version());
        if (at->second != import.version())
            function.obstacle =
                Message::tr("it uses version {} of the operator set {} and the model version {}",
                            import.version(), domain.empty() ? "ai.onnx" : domain, at->second);
    }
}

} // namespace lathe
