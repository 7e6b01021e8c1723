#include "core/storage/denseforms.h"

#include <cmath>

namespace lathe {
namespace {

/// Values as they are stored before the cast to the slot's type: what is encoded has float32's digits at
/// most.
ElementType storedType(ElementType storage, const WeightSlot &slot, const ExportTarget &target)
{
    const bool readable = storage != ElementType::Undefined && canDecode(target, storage);
    if (readable && elementBits(storage) < elementBits(slot.type))
        return storage;
    return slot.type == ElementType::Float64 ? ElementType::Float32 : slot.type;
}

std::string asFloats(FragmentBuilder &builder, const std::vector<float> &values, ElementType type)
{
    return builder.constant(fromFloats(type, {static_cast<int64_t>(values.size())}, values));
}

} // namespace

DenseForms::DenseForms(const Matrix &values, ElementType storage, const WeightSlot &slot,
                       const ExportTarget &target)
    : m_slot(slot), m_target(target), m_type(storedType(storage, slot, target)),
      m_values(matrixToConstant(slot.layout, values))
{
    m_kept.resize(m_values.size());
    for (size_t i = 0; i < m_values.size(); ++i)
        if (m_values[i] != 0.0F || std::signbit(m_values[i])) {
            m_kept[i] = 1;
            m_nonzero.push_back(m_values[i]);
        }
}

std::vector<Candidate> DenseForms::candidates() const
{
    const int64_t width = elementBits(m_type) / 8;
    const auto count = static_cast<int64_t>(m_values.size());
    const auto nonzero = static_cast<int64_t>(m_nonzero.size());
    std::vector<Candidate> all{{Message::tr("plain"), count * (elementBits(m_slot.type) / 8),
                                [this] { return plain(m_slot.type); }}};
    if (m_type != m_slot.type)
        all.push_back({Message::tr("plain {}", elementTypeName(m_type)), count * width,
                       [this] { return plain(m_type); }});
    if (nonzero == count || !canDecode(m_target, m_slot.type))
        return all;
    if (canCountKept(m_target, m_nonzero.size()))
        all.push_back({Message::tr("mask + values"),
                       maskBytes(m_kept.size(), m_target.opset) + nonzero * width,
                       [this] { return masked(); }});
    if (m_target.opset >= oldestCumSumOpset && stepsMayPay(m_nonzero.size(), m_kept.size()))
        if (auto steps = bestSteps(m_kept, static_cast<int>(width * 8)))
            all.push_back({Message::tr("gaps + values"),
                           static_cast<int64_t>(steps->steps.size()) * (steps->bits + width * 8) / 8,
                           [this, steps = std::move(*steps)] { return stepped(steps); }});
    return all;
}

Fragment DenseForms::plain(ElementType type) const
{
    FragmentBuilder builder(m_target, m_slot.prefix);
    return cast(builder, builder.constant(fromFloats(type, m_slot.shape, m_values)), type);
}

Fragment DenseForms::masked() const
{
    FragmentBuilder builder(m_target, m_slot.prefix);
    const MaskNodes mask = unpackMask(builder, m_kept);
    std::vector<float> table{0.0F};
    table.insert(table.end(), m_nonzero.begin(), m_nonzero.end());
    const std::string values = builder.node("Gather", {asFloats(builder, table, m_type), mask.positions});
    return cast(builder, reshapeFirst(builder, values, mask.padded, m_slot.shape), m_type);
}

Fragment DenseForms::stepped(const Steps &steps) const
{
    FragmentBuilder builder(m_target, m_slot.prefix);
    std::vector<float> entries;
    for (const int64_t index : steps.index)
        entries.push_back(index < 0 ? 0.0F : m_nonzero[static_cast<size_t>(index)]);
    const std::string stored = asFloats(builder, entries, m_type);
    const std::string values =
        m_type == ElementType::Float32 ? stored : castTo(builder, stored, ElementType::Float32);
    const std::string spread = scatterSteps(builder, steps, values, static_cast<int64_t>(m_values.size()));
    return cast(builder, reshapeTo(builder, spread, m_slot.shape), ElementType::Float32);
}

Fragment DenseForms::cast(FragmentBuilder &builder, const std::string &value, ElementType from) const
{
    return builder.finish(from == m_slot.type ? value : castTo(builder, value, m_slot.type), m_slot.name);
}

} // namespace lathe
