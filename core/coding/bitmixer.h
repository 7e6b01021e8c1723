#pragma once
// Several opinions on a bit made into one, by how right each of them was before.
#include "core/coding/adaptivebit.h"

#include <cstddef>
#include <span>
#include <vector>

namespace lathe {

/// Logistic mixing (Mahoney 2005, PAQ): probabilities are added as ln(p / (1 - p)) with weights that follow
/// the gradient of the code length. Weights stand in sets, of which each bit names the one that fits it.
class BitMixer {
public:
    /// @param rate of learning, in sixteenths
    BitMixer(size_t inputs, size_t sets, int rate);

    /// Of 16 bits, that the bit is one.
    /// @param opinions one for each input, as stretch() tells them. They have to live until learn().
    uint32_t mixed(std::span<const int> opinions, size_t set);
    void learn(int bit);

private:
    static constexpr int64_t weightLimit = 1 << 22; ///< 64
    size_t m_inputs;
    int m_rate;
    std::vector<int32_t> m_weights; ///< 16.16
    std::span<const int> m_opinions;
    int32_t *m_chosen = nullptr;
    int m_p16 = 0;
};

inline uint32_t BitMixer::mixed(std::span<const int> opinions, size_t set)
{
    m_opinions = opinions;
    m_chosen = m_weights.data() + set * m_inputs;
    int64_t sum = 0;
    for (size_t i = 0; i < m_inputs; ++i)
        sum += int64_t{m_chosen[i]} * opinions[i];
    m_p16 = squash(static_cast<int>(sum >> 16));
    return static_cast<uint32_t>(m_p16);
}

inline void BitMixer::learn(int bit)
{
    const int64_t error = static_cast<int64_t>(bit ? 65535 - m_p16 : -m_p16) * m_rate;
    for (size_t i = 0; i < m_inputs; ++i) {
        const int64_t next = m_chosen[i] + ((error * m_opinions[i] + (1 << 19)) >> 20);
        m_chosen[i] = static_cast<int32_t>(next < -weightLimit  ? -weightLimit
                                           : next > weightLimit ? weightLimit
                                                                : next);
    }
}

} // namespace lathe
