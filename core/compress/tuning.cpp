#include "core/compress/tuning.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/compress/plan.h"
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

/// What a matrix is made of, where other codes may stand for the same values.
void addStructure(Hasher &hasher, const MatrixEncoding &matrix)
{
    hasher.add(fmt::format("{} {} {}", matrix.rows, matrix.cols, matrix.values.index()));
    hasher.addNumbers(matrix.kept);
    const auto addCodes = [&](const auto &codes) {
        hasher.add(fmt::format("{} {}", codes.bits, codes.scales.group));
        hasher.addNumbers(codes.codes);
        hasher.addNumbers(codes.scales.values);
    };
    if (const auto *dense = std::get_if<DenseValues>(&matrix.values))
        hasher.add(elementTypeName(dense->storage));
    if (const auto *uniform = std::get_if<UniformCodes>(&matrix.values)) {
        addCodes(*uniform);
        hasher.addNumbers(uniform->zeroPoints);
    }
    if (const auto *codebook = std::get_if<CodebookCodes>(&matrix.values)) {
        addCodes(*codebook);
        hasher.add(fmt::format("{} {}", codebook->entries, codebook->rowsPerTable));
        hasher.addNumbers(codebook->tables);
    }
}

std::string hashOf(const std::vector<std::optional<TunedLayer>> &layers, const Tuning::Constants &constants,
                   const Tuning::Removed &removed)
{
    Hasher hasher;
    for (size_t i = 0; i < layers.size(); ++i) {
        if (!layers[i])
            continue;
        hasher.add(fmt::format("{} {}", i, layers[i]->planKey));
        if (layers[i]->code.weight)
            for (const MatrixEncoding *matrix : matricesOf(*layers[i]->code.weight)) {
                addStructure(hasher, *matrix);
                hasher.addNumbers(decode(*matrix));
            }
        hasher.addNumbers(layers[i]->code.biasShift);
    }
    for (const auto &[name, tensor] : constants) {
        hasher.add(fmt::format("{} {} {}", name, elementTypeName(tensor.type), shapeText(tensor.shape)));
        hasher.add(tensor.bytes);
    }
    for (size_t g = 0; g < removed.size(); ++g)
        if (!removed[g].empty()) {
            hasher.add(fmt::format("channels {}", g));
            hasher.addNumbers(removed[g]);
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

/// Whether factors that fit each other stand for the layer's weight.
bool fitsFactors(const FactorEncoding &factors, const KernelShape &kernel, const Layer &layer)
{
    const Index groups = layer.kind == LayerKind::Conv ? layer.groups : 1;
    const KernelShape &own = factors.kernel;
    return factors.groups == groups && factors.factors.back().rows == layer.rows &&
           std::tuple(own.out, own.in, own.height, own.width) ==
               std::tuple(kernel.out, kernel.in, kernel.height, kernel.width) &&
           (factors.form != FactorForm::Product || factors.factors.front().cols == layer.cols) &&
           (!factors.residual ||
            (factors.residual->rows == layer.rows && factors.residual->cols == layer.cols));
}

void check(const Layer &layer, const LayerCode &code)
{
    const bool fits = [&] {
        if (!code.weight)
            return true;
        if (const auto *matrix = std::get_if<MatrixEncoding>(code.weight.get()))
            return matrix->rows == layer.rows && matrix->cols == layer.cols;
        return fitsFactors(std::get<FactorEncoding>(*code.weight), kernelOf(layer), layer);
    }();
    const Index shift = code.biasShift.size();
    if (!fits || (shift != 0 && shift != layer.rows))
        refuse(layer.name, Message::tr("has another shape"));
}

} // namespace

bool samePlanButBias(const std::string &a, const std::string &b)
{
    const auto stripped = [](std::string key) {
        constexpr std::string_view bias = "bias_correction=";
        if (const size_t from = key.find(bias); from != std::string::npos)
            key.erase(from, key.find(',', from) + 1 - from);
        return key;
    };
    return stripped(a) == stripped(b);
}

Tuning::Tuning(std::vector<std::optional<TunedLayer>> layers, Constants constants, Source source,
               std::optional<Calibrated> calibrated, Removed removed)
    : m_layers(std::move(layers)), m_constants(std::move(constants)), m_source(std::move(source)),
      m_calibrated(std::move(calibrated)), m_removed(std::move(removed)),
      m_sha256(hashOf(m_layers, m_constants, m_removed))
{
}

bool Tuning::mayHaveSeen(const std::string &data) const
{
    const auto isPart = [](const std::string &name, const std::string &of) {
        const size_t colon = of.rfind(':');
        return colon != std::string::npos && (name == of.substr(0, colon) || name == of.substr(colon + 1));
    };
    // What it was calibrated on before has no name.
    return m_calibrated || !m_source.data ||
           std::ranges::any_of(*m_source.data, [&](const std::string &name) {
               return name == data || isPart(name, data) || isPart(data, name);
           });
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
