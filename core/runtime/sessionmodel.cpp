#include "core/runtime/sessionmodel.h"

#include "core/base/error.h"
#include "core/model/proto.h"
#include "core/onnx/externaldata.h"
#include "core/onnx/protocopy.h"

#include <fmt/format.h>
#include <unordered_set>

namespace lathe {
namespace {

constexpr size_t inlineLimit = size_t(1) << 28; ///< above, large weights go outside: no copy is made of them
constexpr size_t largeTensor = size_t(1) << 20;
constexpr size_t protobufLimit = (size_t(1) << 31) - 1;

Shape shapeOf(const onnx::TensorProto &tensor)
{
    return {tensor.dims().begin(), tensor.dims().end()};
}

std::shared_ptr<const std::vector<std::byte>> externalData(const onnx::TensorProto &tensor,
                                                           const Model::Content &content)
{
    const int bits = elementBits(static_cast<ElementType>(tensor.data_type()));
    const int64_t size = (elementCount(shapeOf(tensor)) * bits + 7) / 8;
    const ExternalPlace place = externalPlace(tensor, content.externalFiles,
                                              Message::verbatim(fmt::format("\"{}\"", tensor.name())), size);
    return place.file->shared(place.offset, place.size);
}

/// Decides for each tensor of a model whether it goes into the copy or stays outside.
class TensorSorter {
public:
    TensorSorter(const Model::Content &content, std::vector<SessionModel::OutsideTensor> *outside)
        : m_content(content), m_outside(outside), m_large(content.proto.ByteSizeLong() > inlineLimit)
    {
        for (const auto &tensor : content.proto.graph().initializer())
            m_ofMainGraph.insert(&tensor);
    }
    void copy(const onnx::TensorProto &from, onnx::TensorProto &to) const
    {
        const bool mayStay = m_ofMainGraph.contains(&from) && elementCount(shapeOf(from)) > 0;
        if (isExternal(from) && mayStay)
            keepOutside(from, externalData(from, m_content), to);
        else if (isExternal(from))
            to = makeTensorProto(from.name(), readTensor(from, m_content));
        else if (m_large && mayStay && from.raw_data().size() >= largeTensor)
            keepOutside(from, nullptr, to);
        else
            to = from;
    }

private:
    void keepOutside(const onnx::TensorProto &from, std::shared_ptr<const std::vector<std::byte>> read,
                     onnx::TensorProto &to) const
    {
        to.set_name(from.name());
        to.set_data_type(from.data_type());
        *to.mutable_dims() = from.dims();
        to.set_data_location(onnx::TensorProto::EXTERNAL);
        auto *entry = to.add_external_data();
        entry->set_key("location");
        entry->set_value("given by the caller");
        const auto bytes =
            read ? std::span<const std::byte>(*read) : std::as_bytes(std::span(from.raw_data()));
        m_outside->push_back(
            {from.name(), static_cast<ElementType>(from.data_type()), shapeOf(from), bytes, std::move(read)});
    }

    const Model::Content &m_content;
    std::vector<SessionModel::OutsideTensor> *m_outside;
    bool m_large;
    std::unordered_set<const onnx::TensorProto *> m_ofMainGraph;
};

void addOutputs(const std::vector<std::string> &extraOutputs, onnx::GraphProto *graph)
{
    std::unordered_set<std::string> values;
    std::unordered_set<std::string> outputs;
    for (const auto &node : graph->node())
        values.insert(node.output().begin(), node.output().end());
    for (const auto &output : graph->output())
        outputs.insert(output.name());
    for (const std::string &name : extraOutputs) {
        if (name.empty() || !values.contains(name))
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("No node of the model gives a value \"{}\".", name));
        if (outputs.insert(name).second)
            graph->add_output()->set_name(name);
    }
}

} // namespace

SessionModel makeSessionModel(const Model &model, const std::vector<std::string> &extraOutputs)
{
    SessionModel result;
    onnx::ModelProto proto;
    const TensorSorter sorter(model.content(), &result.outside);
    copyModel(model.content().proto, proto,
              [&sorter](const onnx::TensorProto &from, onnx::TensorProto &to) { sorter.copy(from, to); });
    addOutputs(extraOutputs, proto.mutable_graph());
    if (proto.ByteSizeLong() > protobufLimit)
        throw Error(
            ErrorCode::Unsupported,
            Message::tr("The model holds more than 2 GB outside its weights; ONNX Runtime cannot load it."));
    if (!proto.SerializeToString(&result.bytes))
        throw Error(ErrorCode::MalformedModel, Message::tr("The model cannot be written as ONNX."));
    return result;
}

} // namespace lathe
