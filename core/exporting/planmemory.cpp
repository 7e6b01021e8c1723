#include "core/exporting/planmemory.h"

namespace lathe {
namespace {

constexpr int64_t mostDenseBytes = int64_t(256) << 20; ///< of plans, which hold plain weights

std::optional<std::vector<std::byte>> bytesOf(const Tensor *bias)
{
    return bias ? std::optional(bias->bytes) : std::nullopt;
}

} // namespace

PlanMemory::PlanMemory(size_t layers) : m_compact(layers), m_dense(layers) {}

PlanMemory::Plan PlanMemory::find(size_t layer, Storage storage, const LayerCode &code,
                                  const Tensor *bias) const
{
    if (storage != Storage::Compact && storage != Storage::Dense)
        return nullptr;
    const std::lock_guard lock(m_mutex);
    const Entry &last = (storage == Storage::Compact ? m_compact : m_dense)[layer];
    return last.plan && last.code == code && last.bias == bytesOf(bias) ? last.plan : nullptr;
}

void PlanMemory::keep(size_t layer, Storage storage, const LayerCode &code, const Tensor *bias, Plan plan)
{
    const std::lock_guard lock(m_mutex);
    if (storage == Storage::Compact)
        m_compact[layer] = {code, bytesOf(bias), std::move(plan)};
    if (storage != Storage::Dense)
        return;
    Entry &last = m_dense[layer];
    const int64_t others = m_denseBytes - (last.plan ? last.plan->addedBytes : 0);
    if (others + plan->addedBytes > mostDenseBytes)
        return;
    m_denseBytes = others + plan->addedBytes;
    last = {code, bytesOf(bias), std::move(plan)};
}

} // namespace lathe
