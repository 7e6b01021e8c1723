#include "core/storage/constantpart.h"

#include "core/model/proto.h"

#include <algorithm>

namespace lathe {
namespace {

using Kind = Definition::Kind;

void addMaker(const GraphIndex &index, const Definition &maker, onnx::GraphProto &part)
{
    const onnx::GraphProto &home = *index.graphs()[static_cast<size_t>(maker.graph)].graph;
    switch (maker.kind) {
    case Kind::Input:
        throw Error(ErrorCode::Unsupported,
                    Message::tr("It depends on the input \"{}\".", home.input(maker.index).name()));
    case Kind::Initializer:
        *part.add_initializer() = home.initializer(maker.index);
        break;
    case Kind::SparseInitializer:
        *part.add_sparse_initializer() = home.sparse_initializer(maker.index);
        break;
    case Kind::Node: {
        onnx::NodeProto &node = *part.add_node();
        node = home.node(maker.index);
        node.clear_name(); // of nodes in different graphs two may be equal
    }
    }
}

} // namespace

Model constantPart(const Model &file, std::span<const ValuePlace> values)
{
    constexpr int64_t irWithFreeInitializers = 4; // older ones list every constant as an input
    const Model::Content &content = file.content();
    onnx::ModelProto proto;
    proto.set_ir_version(std::max(content.proto.ir_version(), irWithFreeInitializers));
    *proto.mutable_opset_import() = content.proto.opset_import();
    *proto.mutable_functions() = content.proto.functions();
    proto.mutable_graph()->set_name("constants");
    for (const Definition &maker : makersOf(*content.view, values))
        addMaker(*content.index, maker, *proto.mutable_graph());
    return modelFromProto(std::move(proto), file);
}

} // namespace lathe
