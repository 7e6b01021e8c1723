#include "core/coding/bitmixer.h"

namespace lathe {

BitMixer::BitMixer(size_t inputs, size_t sets, int rate)
    : m_inputs(inputs), m_rate(rate),
      m_weights(inputs * sets, static_cast<int32_t>((1 << 16) / static_cast<int>(inputs)))
{
}

} // namespace lathe
