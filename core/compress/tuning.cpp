#include "core/compress/tuning.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/model/proto.h"
#include "core/onnx/constants.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe {
namespace {

class Hasher {
public:
    void add(std::span<const std::byte> bytes)
    {
        const uint64_t size = bytes.size(); // so that no two contents run into one
        m_hash.add(std::as_bytes(std::span(&size, 1))).add(bytes);
    }
    void add(const std::string &text) { add(std::as_bytes(std::span(text))); }
    template <class Values>
    void addNumbers(const Values &values)
    {
        add(std::as_bytes(std::span(values.data(), static_cast<size_t>(values.size()))));
    }
    std::string finish() { return hexText(m_hash.finish()); }

private:
    Sha256 m_hash;
};

std::string hashOf(const std::vector<std::optional<TunedLayer>> &layers, const Tuning::Constants &constants)
{
    Hasher hasher;
    for (size_t i = 0; i < layers.size(); ++i) {
        if (!layers[i])
            continue;
        hasher.add(fmt::format("{} {}", i, layers[i]->planKey));
        if (layers[i]->code.weight)
            for (const MatrixEncoding *matrix : matricesOf(*layers[i]->code.weight))
                hasher.addNumbers(decode(*matrix));
        hasher.addNumbers(layers[i]->code.biasShift);
    }
    for (const auto &[name, tensor] : constants) {
        hasher.add(fmt::format("{} {} {}", name, elementTypeName(tensor.type), shapeText(tensor.shape)));
        hasher.add(tensor.bytes);
    }
    return hasher.finish();
}

void refuse(const std::string &name, const Message &why)
{
    throw Error(ErrorCode::InvalidArgument,
                Message::tr("The trained values do not belong to this model: `{}` {}.", name, why));
}

void check(const std::string &name, const Tensor &tensor, const Model &source)
{
    const Model::Content &content = source.content();
    const auto found = content.index->find(0, name);
    if (!found)
        refuse(name, Message::tr("is not in its graph"));
    const auto info = found->kind == Definition::Kind::SparseInitializer
                          ? std::nullopt
                          : constantInfo(*content.index, *found);
    if (!info)
        refuse(name, Message::tr("is no plain constant"));
    if (std::ranges::find(source.layers(), name, &Layer::weightName) != source.layers().end())
        refuse(name, Message::tr("is the weight of a layer"));
    if (info->type != tensor.type || info->shape != tensor.shape)
        refuse(name, Message::tr("is {} {}, not {} {}", elementTypeName(info->type), shapeText(info->shape),
                                 elementTypeName(tensor.type), shapeText(tensor.shape)));
}

void check(const Layer &layer, const LayerCode &code)
{
    const bool fits = [&] {
        if (!code.weight)
            return true;
        const auto *matrix = std::get_if<MatrixEncoding>(code.weight.get());
        return !matrix || (matrix->rows == layer.rows && matrix->cols == layer.cols);
    }();
    const Index shift = code.biasShift.size();
    if (!fits || (shift != 0 && shift != layer.rows))
        refuse(layer.name, Message::tr("has another shape"));
}

} // namespace

Tuning::Tuning(std::vector<std::optional<TunedLayer>> layers, Constants constants, std::string description)
    : m_layers(std::move(layers)), m_constants(std::move(constants)), m_description(std::move(description)),
      m_sha256(hashOf(m_layers, m_constants))
{
}

const TunedLayer *Tuning::layer(size_t index) const
{
    return index < m_layers.size() && m_layers[index] ? &*m_layers[index] : nullptr;
}

void Tuning::refuseOther(const Model &source) const
{
    for (size_t i = 0; i < m_layers.size(); ++i) {
        if (i >= source.layers().size())
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("The trained values are of {} layers, and the model has {}.",
                                    m_layers.size(), source.layers().size()));
        if (m_layers[i])
            check(source.layers()[i], m_layers[i]->code);
    }
    for (const auto &[name, tensor] : m_constants)
        check(name, tensor, source);
}

} // namespace lathe
