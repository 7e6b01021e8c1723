#include "core/coding/huffman.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <queue>

namespace lathe {
namespace {

struct Node {
    uint64_t count;
    uint32_t id; ///< breaks ties, so that the same counts always give the same lengths
    bool operator>(const Node &other) const
    {
        return count != other.count ? count > other.count : id > other.id;
    }
};

class BitWriter {
public:
    void put(uint64_t code, int length)
    {
        for (int bit = length; bit-- > 0;) {
            m_current = static_cast<uint8_t>((m_current << 1U) | ((code >> static_cast<unsigned>(bit)) & 1U));
            if (++m_filled == 8)
                flush();
        }
    }
    std::vector<std::byte> finish()
    {
        if (m_filled > 0) {
            m_current = static_cast<uint8_t>(m_current << (8U - static_cast<unsigned>(m_filled)));
            flush();
        }
        return std::move(m_bytes);
    }

private:
    void flush()
    {
        m_bytes.push_back(static_cast<std::byte>(m_current));
        m_current = 0;
        m_filled = 0;
    }
    std::vector<std::byte> m_bytes;
    uint8_t m_current = 0;
    int m_filled = 0;
};

class BitReader {
public:
    explicit BitReader(std::span<const std::byte> bytes) : m_bytes(bytes) {}
    unsigned next()
    {
        if (m_at / 8 >= m_bytes.size())
            throw Error(ErrorCode::MalformedData, Message::tr("The coded data ends early."));
        const auto byte = std::to_integer<unsigned>(m_bytes[m_at / 8]);
        const unsigned bit = (byte >> (7U - m_at % 8)) & 1U;
        ++m_at;
        return bit;
    }
    /// Nothing but the padding of the last byte is left.
    bool atEnd() const
    {
        if ((m_at + 7) / 8 != m_bytes.size())
            return false;
        const unsigned unread = (8U - m_at % 8) % 8;
        return unread == 0 || (std::to_integer<unsigned>(m_bytes.back()) & ((1U << unread) - 1U)) == 0;
    }

private:
    std::span<const std::byte> m_bytes;
    size_t m_at = 0;
};

} // namespace

std::vector<uint8_t> huffmanLengths(std::span<const uint64_t> counts)
{
    std::priority_queue<Node, std::vector<Node>, std::greater<>> open;
    for (uint32_t s = 0; s < counts.size(); ++s) {
        if (counts[s] > 0)
            open.push({counts[s], s});
    }
    std::vector<uint8_t> lengths(counts.size(), 0);
    if (open.size() == 1)
        lengths[open.top().id] = 1;
    const auto leaves = static_cast<uint32_t>(counts.size());
    std::vector<uint32_t> parent(leaves, 0);
    while (open.size() > 1) {
        const Node a = open.top();
        open.pop();
        const Node b = open.top();
        open.pop();
        const auto joined = static_cast<uint32_t>(parent.size());
        parent.push_back(0);
        parent[a.id] = joined;
        parent[b.id] = joined;
        open.push({a.count + b.count, joined});
    }
    std::vector<uint8_t> depth(parent.size(), 0); // parents come after their children
    for (size_t i = parent.size(); i-- > 0;) {
        if (parent[i] != 0)
            depth[i] = static_cast<uint8_t>(depth[parent[i]] + 1);
        if (i < leaves && parent[i] != 0)
            lengths[i] = depth[i];
    }
    return lengths;
}

HuffmanCode::HuffmanCode(std::vector<uint8_t> lengths)
    : m_lengths(std::move(lengths)), m_codes(m_lengths.size(), 0), m_firstCode(longest + 2, 0),
      m_firstIndex(longest + 2, 0), m_countOfLength(longest + 2, 0)
{
    for (const uint8_t length : m_lengths) {
        if (length > longest)
            throw Error(ErrorCode::MalformedData,
                        Message::tr("A code of {} bits is longer than allowed.", length));
        ++m_countOfLength[length];
    }
    m_countOfLength[0] = 0;
    uint64_t code = 0;
    size_t index = 0;
    for (int length = 1; length <= longest; ++length) {
        code <<= 1U;
        m_firstCode[static_cast<size_t>(length)] = code;
        m_firstIndex[static_cast<size_t>(length)] = index;
        code += m_countOfLength[static_cast<size_t>(length)];
        index += m_countOfLength[static_cast<size_t>(length)];
        if (code > (uint64_t(1) << static_cast<unsigned>(length)))
            throw Error(ErrorCode::MalformedData, Message::tr("The code lengths are no prefix code."));
    }
    const bool single = index == 1 && m_countOfLength[1] == 1;
    if (index > 0 && !single && code != uint64_t(1) << static_cast<unsigned>(longest))
        throw Error(ErrorCode::MalformedData, Message::tr("The code lengths leave codes unused."));
    m_sorted.resize(index);
    std::vector<size_t> next = m_firstIndex;
    for (uint32_t s = 0; s < m_lengths.size(); ++s) {
        const size_t length = m_lengths[s];
        if (length == 0)
            continue;
        m_codes[s] = m_firstCode[length] + (next[length] - m_firstIndex[length]);
        m_sorted[next[length]++] = s;
    }
}

std::vector<std::byte> HuffmanCode::encode(std::span<const uint32_t> symbols) const
{
    BitWriter bits;
    for (const uint32_t s : symbols) {
        if (s >= m_lengths.size() || m_lengths[s] == 0)
            throw Error(ErrorCode::InvalidArgument, Message::tr("Symbol {} has no code.", s));
        bits.put(m_codes[s], m_lengths[s]);
    }
    return bits.finish();
}

std::vector<uint32_t> HuffmanCode::decode(std::span<const std::byte> bits, size_t count) const
{
    if (count > bits.size() * 8)
        throw Error(ErrorCode::MalformedData, Message::tr("The coded data ends early."));
    BitReader reader(bits);
    std::vector<uint32_t> symbols(count);
    for (uint32_t &symbol : symbols) {
        uint64_t code = 0;
        size_t length = 0;
        do {
            if (++length > longest)
                throw Error(ErrorCode::MalformedData,
                            Message::tr("The coded data holds a code that is not in its table."));
            code = (code << 1U) | reader.next();
        } while (code < m_firstCode[length] || code - m_firstCode[length] >= m_countOfLength[length]);
        symbol = m_sorted[m_firstIndex[length] + static_cast<size_t>(code - m_firstCode[length])];
    }
    if (!reader.atEnd())
        throw Error(ErrorCode::MalformedData, Message::tr("The coded data goes on after its last symbol."));
    return symbols;
}

double shannonBits(std::span<const uint64_t> counts)
{
    const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
    double bits = 0.0;
    for (const uint64_t n : counts) {
        if (n > 0)
            bits -= static_cast<double>(n) * std::log2(static_cast<double>(n) / total);
    }
    return bits;
}

} // namespace lathe
