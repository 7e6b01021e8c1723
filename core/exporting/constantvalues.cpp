#include "core/exporting/constantvalues.h"

#include "core/exporting/storedvalues.h"
#include "core/model/proto.h"
#include "core/onnx/constants.h"

#include <cmath>
#include <unordered_set>

namespace lathe {
namespace {

constexpr size_t partBytes = size_t{1} << 20;

bool isNibble(ElementType type)
{
    return type == ElementType::Int4 || type == ElementType::UInt4;
}

/// Collects what is asked for from one part of the numbers after the other.
class Summary {
public:
    Summary(ConstantValues &values, size_t first) : m_values(values), m_first(first) {}

    void add(double value)
    {
        if (m_values.first.size() < m_first)
            m_values.first.push_back(value);
        countDistinct(value);
        if (!std::isfinite(value)) {
            ++m_values.nonFinite;
            return;
        }
        m_values.zeros += value == 0.0;
        m_values.minimum = m_count == 0 ? value : std::min(m_values.minimum, value);
        m_values.maximum = m_count == 0 ? value : std::max(m_values.maximum, value);
        ++m_count; // Welford 1962
        const double away = value - m_values.mean;
        m_values.mean += away / static_cast<double>(m_count);
        m_squares += away * (value - m_values.mean);
    }
    void finish()
    {
        m_values.distinct = static_cast<int64_t>(m_different.size());
        if (m_count > 0)
            m_values.deviation = std::sqrt(m_squares / static_cast<double>(m_count));
    }

private:
    void countDistinct(double value)
    {
        if (m_values.manyDistinct)
            return;
        m_different.insert(std::isnan(value) ? std::nan("") : value + 0.0); // one zero
        if (static_cast<int64_t>(m_different.size()) > mostDistinct) {
            m_values.manyDistinct = true;
            m_different.erase(m_different.begin());
        }
    }
    struct Same {
        bool operator()(double a, double b) const { return a == b || (std::isnan(a) && std::isnan(b)); }
    };

    ConstantValues &m_values;
    size_t m_first;
    int64_t m_count = 0;
    double m_squares = 0.0;
    std::unordered_set<double, std::hash<double>, Same> m_different;
};

template <class T>
void addAll(const Tensor &part, Summary &summary)
{
    for (const T value : part.as<T>())
        summary.add(static_cast<double>(value));
}

/// @param count of numbers in the part
void addPart(const Tensor &part, int64_t count, Summary &summary)
{
    if (isNibble(part.type)) {
        for (int64_t i = 0; i < count; ++i) {
            const int byte = std::to_integer<int>(part.bytes[static_cast<size_t>(i / 2)]);
            const int nibble = i % 2 == 0 ? byte & 15 : byte >> 4;
            summary.add(part.type == ElementType::Int4 && nibble > 7 ? nibble - 16 : nibble);
        }
    } else if (part.type == ElementType::Int64) {
        addAll<int64_t>(part, summary);
    } else if (part.type == ElementType::Int32) {
        addAll<int32_t>(part, summary);
    } else if (part.type == ElementType::UInt32) {
        addAll<uint32_t>(part, summary);
    } else if (part.type == ElementType::UInt64) {
        addAll<uint64_t>(part, summary);
    } else if (part.type == ElementType::Float64) {
        addAll<double>(part, summary);
    } else {
        for (const float value : toFloats(part))
            summary.add(value);
    }
}

/// Where a stored constant's bytes lie, without reading them; none: it has to be read as a whole.
class Parts {
public:
    Parts(const onnx::TensorProto &tensor, const Model::Content &content, int64_t bytes) : m_tensor(tensor)
    {
        if (isExternal(tensor))
            m_external =
                externalPlace(tensor, content.externalFiles, Message::tr("{}", content.label), bytes);
    }
    bool isReadable() const { return m_external || !m_tensor.raw_data().empty(); }
    void read(size_t from, std::span<std::byte> to) const
    {
        if (m_external)
            m_external->file->read(m_external->offset + from, to);
        else
            std::memcpy(to.data(), m_tensor.raw_data().data() + from, to.size());
    }

private:
    const onnx::TensorProto &m_tensor;
    std::optional<ExternalPlace> m_external;
};

/// @returns false: the tensor's bytes do not lie in one piece
bool addByParts(const onnx::TensorProto &proto, const Model::Content &content, ConstantValues &values,
                Summary &summary, const JobContext &ctx)
{
    const std::optional<int64_t> bytes = denseBytes(proto);
    const int bits = elementBits(values.type);
    if (!bytes || bits == 0)
        return false;
    const Parts parts(proto, content, *bytes);
    if (!parts.isReadable())
        return false;
    const auto total = static_cast<size_t>(*bytes);
    int64_t left = values.count;
    for (size_t from = 0; from < total; from += partBytes) {
        ctx.checkpoint(static_cast<double>(from) / static_cast<double>(total), Message::tr("reading values"));
        Tensor part{values.type, {}, std::vector<std::byte>(std::min(partBytes, total - from))};
        parts.read(from, part.bytes);
        const int64_t count = std::min(left, static_cast<int64_t>(part.bytes.size()) * 8 / bits);
        part.shape = {count};
        addPart(part, count, summary);
        left -= count;
    }
    return true;
}

} // namespace

ConstantValues readConstantValues(const Model &model, const std::string &name, size_t first,
                                  const JobContext &ctx)
{
    const Model::Content &content = model.content();
    ConstantValues values;
    Summary summary(values, first);
    const auto definition = content.index->find(0, name);
    const auto info = definition ? constantInfo(*content.index, *definition) : std::nullopt;
    if (info && definition->kind == Definition::Kind::Initializer) {
        values.type = info->type;
        values.shape = info->shape;
        values.count = std::max<int64_t>(elementCount(info->shape), 0);
        if (addByParts(content.proto.graph().initializer(definition->index), content, values, summary, ctx)) {
            summary.finish();
            return values;
        }
    }
    Tensor tensor;
    if (info && definition->kind != Definition::Kind::SparseInitializer) {
        tensor = readConstant(*content.index, *definition, content.externalFiles, content.label);
    } else {
        const ValuePlace place{0, name};
        visitStoredValues(model, std::span(&place, 1), ctx,
                          [&](size_t, StoredValue value) { tensor = std::move(value.tensor); });
    }
    values.type = tensor.type;
    values.shape = tensor.shape;
    values.count = std::max<int64_t>(tensor.count(), 0);
    addPart(tensor, values.count, summary);
    summary.finish();
    return values;
}

} // namespace lathe
