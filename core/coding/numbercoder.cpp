#include "core/coding/numbercoder.h"

#include "core/base/error.h"
#include "core/coding/bitcoder.h"
#include "core/coding/bitmixer.h"

#include <algorithm>

namespace lathe {
namespace {

// Everything here is part of the archive's format.

constexpr int mixerRate = 20;
constexpr unsigned prefixBits = 12; ///< of a number, its sign apart, of which each is known by all before it
constexpr size_t pieceNumbers = 1024;

class NumberModel {
public:
    explicit NumberModel(size_t width)
        : m_bits(static_cast<unsigned>(width) * 8), m_byPrefix((size_t{1} << prefixBits) + m_bits + 1),
          m_bySign(m_byPrefix.size() * 2), m_byLast(size_t{m_bits} << 16U), m_byPlace(size_t{m_bits} * 256),
          m_mixer(inputs, m_bits, mixerRate)
    {
    }

    template <class Bits>
    uint64_t number(Bits &bits, uint64_t given)
    {
        uint64_t number = 0; // its bits so far
        for (unsigned done = 0; done < m_bits; ++done) {
            const auto bit = static_cast<int>(given >> (m_bits - 1 - done) & 1U);
            number = number * 2 + static_cast<uint64_t>(code(bits, bit, number, done));
        }
        m_last = number;
        return number;
    }

private:
    static constexpr size_t inputs = 4;

    template <class Bits>
    int code(Bits &bits, int bit, uint64_t number, unsigned done)
    {
        const uint64_t sign = done > 0 ? number >> (done - 1) & 1U : 0;
        const size_t prefix = prefixOf(number, done);
        const size_t ofByte = (size_t{1} << done % 8) - 1 + (number & ((uint64_t{1} << done % 8) - 1));
        const uint64_t last = m_last >> (m_bits - std::min(m_bits, done + 1U)) & 255U;
        const std::array<AdaptiveBit *, inputs> asked{
            &m_byPrefix[prefix], &m_bySign[prefix * 2 + sign],
            &m_byLast[(size_t{done} << 16U) + (last << 8U) + (number & 255U)],
            &m_byPlace[size_t{done} * 256 + ofByte]};
        std::array<int, inputs> said{};
        for (size_t i = 0; i < inputs; ++i)
            said[i] = stretch(asked[i]->p12());
        const int coded = bits.code(bit, m_mixer.mixed(said, done));
        m_mixer.learn(coded);
        for (AdaptiveBit *one : asked)
            one->learn(coded);
        return coded;
    }
    /// What came so far without the sign; behind the prefix only how much that was.
    static size_t prefixOf(uint64_t number, unsigned done)
    {
        if (done == 0)
            return 0;
        if (done > prefixBits)
            return (size_t{1} << prefixBits) + done;
        const uint64_t behindSign = uint64_t{1} << (done - 1);
        return behindSign + (number & (behindSign - 1));
    }

    unsigned m_bits;
    std::vector<AdaptiveBit> m_byPrefix, m_bySign, m_byLast, m_byPlace;
    BitMixer m_mixer;
    uint64_t m_last = 0;
};

} // namespace

std::vector<std::byte> numbersPacked(std::span<const std::byte> bytes, size_t width)
{
    NumberModel model(width);
    BitEncoder bits;
    for (size_t at = 0; at + width <= bytes.size(); at += width) {
        uint64_t number = 0;
        for (size_t i = width; i-- > 0;)
            number = number << 8U | std::to_integer<uint64_t>(bytes[at + i]);
        model.number(bits, number);
    }
    return bits.finish();
}

std::vector<std::byte> numbersUnpacked(std::span<const std::byte> packed, size_t bytes, size_t width,
                                       const std::function<void()> &between)
{
    NumberModel model(width);
    BitDecoder bits(packed);
    std::vector<std::byte> result;
    while (result.size() + width <= bytes && !bits.beyondEnd()) {
        uint64_t number = model.number(bits, 0);
        for (size_t i = 0; i < width; ++i, number >>= 8U)
            result.push_back(static_cast<std::byte>(number));
        if (between && result.size() % (pieceNumbers * width) == 0)
            between();
    }
    if (result.size() != bytes || bits.beyondEnd() || !bits.atEnd())
        throw Error(ErrorCode::MalformedData, Message::tr("Its numbers do not end where its bytes do."));
    return result;
}

} // namespace lathe
