#include "core/archive/graphcoder.h"

#include "core/archive/graphprimer.h"
#include "core/base/error.h"
#include "core/coding/bitcoder.h"
#include "core/coding/bitmixer.h"

#include <algorithm>

namespace lathe {
namespace {

// Everything here is part of the archive's format.

constexpr uint32_t hashFactor = 0x9E3779B1U;
constexpr uint32_t limit = 255; ///< of AdaptiveBit: names and numbers change
constexpr int mixerRate = 50;
constexpr unsigned tableBits = 18;

uint32_t hashed(uint32_t a, uint32_t b)
{
    uint32_t h = (a ^ b * hashFactor) * 0x85EBCA6BU;
    h ^= h >> 15U;
    return h * hashFactor;
}

/// The last place that began with the same bytes, and what came there.
class Match {
public:
    explicit Match(size_t length) : m_length(length), m_places(size_t{1} << matchBits) {}

    void add(const Bytes &history)
    {
        if (m_place > 0 && history[m_place] == history.back()) {
            ++m_place;
            ++m_run;
        } else {
            m_place = 0;
        }
        if (history.size() < m_length)
            return;
        uint32_t hash = 0;
        for (size_t i = history.size() - m_length; i < history.size(); ++i)
            hash = hashed(hash, std::to_integer<uint32_t>(history[i]));
        uint32_t &place = m_places[hash >> (32U - matchBits)];
        if (m_place == 0) {
            m_place = place;
            for (m_run = 0; m_run < longest && m_run < m_place &&
                            history[m_place - 1 - m_run] == history[history.size() - 1 - m_run];)
                ++m_run;
            if (m_run < m_length)
                m_place = 0;
        }
        place = static_cast<uint32_t>(history.size());
    }
    uint32_t expected(const Bytes &history) const
    {
        return m_place > 0 ? std::to_integer<uint32_t>(history[m_place]) : GraphReading::nothing;
    }
    size_t run() const { return m_place > 0 ? std::min(m_run, longest) : 0; }

private:
    static constexpr unsigned matchBits = 16;
    static constexpr size_t longest = 32;
    size_t m_length;
    std::vector<uint32_t> m_places;
    size_t m_place = 0, m_run = 0;
};

class GraphModel {
public:
    GraphModel()
        : m_learned(contexts, std::vector<AdaptiveBit>(size_t{1} << tableBits)),
          m_expectation((GraphReading::hints + matches) * GraphReading::paths * 2),
          m_byPath(inputs, GraphReading::paths, mixerRate), m_byMatch(inputs, 64, mixerRate)
    {
    }

    template <class Bits>
    void code(Bits &bits, std::span<std::byte> bytes, const std::vector<Hole> &holes, const JobContext &ctx)
    {
        m_reading.begin(holes);
        for (size_t i = 0; i < bytes.size(); ++i) {
            if (i % pieceBytes == 0)
                ctx.throwIfCancelled();
            bytes[i] = byte(bits, bytes[i]);
        }
    }

private:
    static constexpr size_t contexts = 9, matches = 2, inputs = contexts + GraphReading::hints + matches;
    static constexpr size_t pieceBytes = size_t{1} << 14U;

    template <class Bits>
    std::byte byte(Bits &bits, std::byte given)
    {
        beginByte();
        uint32_t partial = 1;
        for (unsigned level = 8; level-- > 0;)
            partial = partial * 2 +
                      static_cast<uint32_t>(
                          bit(bits, std::to_integer<int>(given >> level & std::byte{1}), partial, level));
        const auto coded = static_cast<uint8_t>(partial);
        m_history.push_back(std::byte{coded});
        m_reading.add(coded);
        m_long.add(m_history);
        m_short.add(m_history);
        return std::byte{coded};
    }

    uint32_t back(size_t distance) const
    {
        return m_history.size() >= distance
                   ? std::to_integer<uint32_t>(m_history[m_history.size() - distance])
                   : 0;
    }

    void beginByte()
    {
        const GraphReading &r = m_reading;
        const uint32_t position = std::min<uint32_t>(r.position(), 255);
        const auto left = static_cast<uint32_t>(std::min<uint64_t>(r.left(), 15));
        const std::array<uint32_t, GraphReading::hints> &e = r.expected();
        const uint32_t last = back(1), last2 = last | back(2) << 8U,
                       last4 = last2 | back(3) << 16U | back(4) << 24U;
        size_t i = 0;
        const auto context = [&](uint32_t a, uint32_t b, uint32_t c = 0) {
            m_hashes[i] = hashed(hashed(a, static_cast<uint32_t>(i) * 0x10001U + 1), hashed(b, c));
            ++i;
        };
        context(r.path(), r.isDigest() ? 0 : position, r.isDigest() ? 0 : left);
        context(last2, r.path());
        context(last4 & 0xFFFFFFU, 0);
        context(last4, 0);
        context(r.path(), e[GraphReading::SameAgain], position << 16U | last);
        context(r.path(), e[GraphReading::LastOutput] << 16U | e[GraphReading::NextOutput], left);
        context(r.path(), r.operators(), position << 8U | last);
        context(r.path(), r.fields(), position);
        context(r.path(), e[GraphReading::NextConstant] << 16U | e[GraphReading::Length], last);
        for (size_t hint = 0; hint < GraphReading::hints; ++hint)
            m_guesses[hint] = e[hint];
        m_guesses[GraphReading::hints] = m_long.expected(m_history);
        m_guesses[GraphReading::hints + 1] = m_short.expected(m_history);
        m_runs[0] = m_long.run();
        m_runs[1] = m_short.run();
    }

    template <class Bits>
    int bit(Bits &bits, int given, uint32_t partial, unsigned level)
    {
        std::array<AdaptiveBit *, inputs> asked{};
        std::array<int, inputs> said{};
        for (size_t i = 0; i < contexts; ++i)
            asked[i] = &m_learned[i][hashed(m_hashes[i], partial) >> (32U - tableBits)];
        for (size_t i = 0; i < m_guesses.size(); ++i) {
            const uint32_t guess = m_guesses[i] | 0x100U;
            if (m_guesses[i] == GraphReading::nothing || guess >> (level + 1) != partial)
                continue; // it has no opinion, or was wrong before
            const size_t kind =
                i < GraphReading::hints ? size_t{m_reading.path()} : m_runs[i - GraphReading::hints];
            asked[contexts + i] =
                &m_expectation[(i * GraphReading::paths + kind) * 2 + (guess >> level & 1U)];
        }
        for (size_t i = 0; i < inputs; ++i)
            said[i] = asked[i] ? stretch(asked[i]->p12()) : 0;
        const size_t set =
            m_runs[0] + (m_guesses[GraphReading::NextOutput] != GraphReading::nothing ? 33 : 0);
        const uint32_t p =
            (m_byPath.mixed(said, m_reading.path()) + m_byMatch.mixed(said, std::min<size_t>(set, 63))) / 2;
        const int coded = bits.code(given, std::clamp<uint32_t>(p, 1, 65535));
        m_byPath.learn(coded);
        m_byMatch.learn(coded);
        for (AdaptiveBit *one : asked)
            if (one)
                one->learn(coded, limit);
        return coded;
    }

    std::vector<std::vector<AdaptiveBit>> m_learned;
    std::vector<AdaptiveBit> m_expectation;
    BitMixer m_byPath, m_byMatch;
    Bytes m_history;
    GraphReading m_reading;
    Match m_long{6}, m_short{3};
    std::array<uint32_t, contexts> m_hashes{};
    std::array<uint32_t, GraphReading::hints + matches> m_guesses{};
    std::array<size_t, matches> m_runs{};
};

/// A model that has read the graphs that every reader knows.
GraphModel primed()
{
    static const GraphModel model = [] {
        GraphModel reading;
        ByteReader in(graphPrimer());
        std::vector<std::pair<Bytes, std::vector<Hole>>> graphs(in.number());
        for (auto &[bytes, holes] : graphs) {
            bytes.resize(in.number());
            holes.resize(in.number());
            uint64_t at = 0;
            for (Hole &hole : holes) {
                hole.at = at += in.number();
                hole.size = in.number();
            }
        }
        BitDecoder bits(in.take(in.left()));
        for (auto &[bytes, holes] : graphs)
            reading.code(bits, bytes, holes, {});
        return reading;
    }();
    return model;
}

} // namespace

Bytes graphPacked(ByteView bytes, const std::vector<Hole> &holes)
{
    GraphModel model = primed();
    BitEncoder bits;
    Bytes copy(bytes.begin(), bytes.end());
    model.code(bits, copy, holes, {});
    return bits.finish();
}

Bytes graphUnpacked(ByteView packed, size_t rawBytes, const std::vector<Hole> &holes, const JobContext &ctx)
{
    GraphModel model = primed();
    BitDecoder bits(packed);
    Bytes bytes(rawBytes);
    model.code(bits, bytes, holes, ctx);
    if (bits.beyondEnd() || !bits.atEnd())
        throw Error(ErrorCode::MalformedData, Message::tr("Its graph does not end where its bytes do."));
    return bytes;
}

} // namespace lathe
