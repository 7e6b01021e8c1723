#include "core/archive/streamcoder.h"

#include "core/archive/cellcoder.h"
#include "core/archive/codelengths.h"
#include "core/archive/graphcoder.h"
#include "core/archive/zstdcodec.h"
#include "core/base/error.h"
#include "core/coding/huffman.h"
#include "core/coding/numbercoder.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace lathe {
namespace {

constexpr int widestWord = 16;
constexpr int widestCode = 8;
/// A code length takes a byte or less, so a table that has more entries than the stream has bytes never pays.
constexpr size_t entriesForEachByte = 1;
/// What is decoded bit by bit takes time, so less may come out of it than of other sections.
constexpr size_t largestGraph = size_t{1} << 20U, mostGraphExpansion = 400, mostNumberExpansion = 100;
/// Gaps of this many codes or more start with entries without a code behind them.
constexpr uint32_t emptyGap = 255;

std::vector<uint64_t> countsOf(std::span<const uint32_t> symbols, size_t kinds)
{
    std::vector<uint64_t> counts(kinds, 0);
    for (const uint32_t symbol : symbols)
        ++counts[symbol];
    return counts;
}

/// Symbols with their own code; the decoder has to know how many there are and of how many kinds.
int64_t writeHuffman(ByteWriter &out, std::span<const uint32_t> symbols, size_t kinds)
{
    const size_t before = out.size();
    const HuffmanCode code(huffmanLengths(countsOf(symbols, kinds)));
    writeCodeLengths(out, code.lengths());
    const size_t table = out.size() - before;
    const Bytes bits = code.encode(symbols);
    out.number(bits.size());
    out.append(bits);
    return static_cast<int64_t>(table);
}

std::vector<uint32_t> readHuffman(ByteReader &in, size_t count, size_t kinds)
{
    const HuffmanCode code(readCodeLengths(in, kinds));
    return code.decode(in.take(in.number()), count);
}

bool mayExpandTo(size_t coded, size_t raw)
{
    return raw / mostExpansion <= coded;
}

/// Bits of all words, without the table.
uint64_t huffmanBits(std::span<const uint64_t> counts)
{
    const std::vector<uint8_t> lengths = huffmanLengths(counts);
    return std::inner_product(counts.begin(), counts.end(), lengths.begin(), uint64_t{0});
}

Coded codedWords(ByteView raw, int width)
{
    ByteWriter out;
    out.byte(static_cast<uint8_t>(width));
    const int64_t table = writeHuffman(out, splitCodes(raw, width), size_t{1} << width);
    return {Coder::Words, out.take(), table};
}

Bytes wordsDecoded(ByteReader &in, size_t rawBytes)
{
    const int width = in.byte();
    if (width < 1 || width > widestWord)
        throw Error(ErrorCode::MalformedData, Message::tr("Its words have an unknown width."));
    const std::vector<uint32_t> words = readHuffman(in, codeCount(rawBytes, width), size_t{1} << width);
    CodeJoiner bytes(width, rawBytes);
    for (const uint32_t word : words)
        bytes.put(word);
    return bytes.finish();
}

/// Gaps and codes of a stream that holds one code most of the time.
struct Runs {
    uint32_t common = 0;
    std::vector<uint32_t> gaps, codes;
};

std::optional<Runs> runsOf(std::span<const uint32_t> codes, int width)
{
    const std::vector<uint64_t> counts = countsOf(codes, size_t{1} << width);
    const auto most = std::max_element(counts.begin(), counts.end());
    if (*most * 2 < codes.size())
        return std::nullopt;
    Runs runs;
    runs.common = static_cast<uint32_t>(most - counts.begin());
    uint32_t gap = 0;
    for (const uint32_t code : codes) {
        if (code == runs.common) {
            if (++gap == emptyGap) {
                runs.gaps.push_back(emptyGap);
                gap = 0;
            }
            continue;
        }
        runs.gaps.push_back(gap);
        runs.codes.push_back(code);
        gap = 0;
    }
    return runs;
}

std::optional<Coded> codedRuns(ByteView raw, int width)
{
    const std::optional<Runs> runs = runsOf(splitCodes(raw, width), width);
    if (!runs)
        return std::nullopt;
    ByteWriter out;
    out.byte(static_cast<uint8_t>(width));
    out.byte(static_cast<uint8_t>(runs->common));
    out.number(runs->gaps.size());
    out.number(runs->codes.size());
    int64_t table = writeHuffman(out, runs->gaps, emptyGap + 1);
    if (width > 1) // of two codes, one is common
        table += writeHuffman(out, runs->codes, size_t{1} << width);
    return Coded{Coder::Runs, out.take(), table};
}

Bytes runsDecoded(ByteReader &in, size_t rawBytes)
{
    const int width = in.byte();
    const uint32_t common = in.byte();
    if (width < 1 || width > widestCode || common >> width != 0)
        throw Error(ErrorCode::MalformedData, Message::tr("Its codes have an unknown width."));
    const uint64_t gapCount = in.number(), valueCount = in.number();
    const std::vector<uint32_t> gaps = readHuffman(in, gapCount, emptyGap + 1);
    const std::vector<uint32_t> values =
        width > 1 ? readHuffman(in, valueCount, size_t{1} << width) : std::vector<uint32_t>{};
    size_t left = codeCount(rawBytes, width), next = 0;
    if (left / (emptyGap + 1) > gaps.size()) // a gap stands for that many codes at most
        throw Error(ErrorCode::MalformedData, Message::tr("Its gaps end early."));
    CodeJoiner bytes(width, rawBytes);
    const auto repeat = [&](size_t count) {
        if (count > left)
            throw Error(ErrorCode::MalformedData, Message::tr("Its gaps lead beyond its end."));
        left -= count;
        for (; count > 0; --count)
            bytes.put(common);
    };
    for (const uint32_t gap : gaps) {
        repeat(gap);
        if (gap == emptyGap)
            continue;
        if (left-- == 0 || next == valueCount)
            throw Error(ErrorCode::MalformedData, Message::tr("Its gaps and codes do not agree."));
        bytes.put(width > 1 ? values[next] : common ^ 1U);
        ++next;
    }
    repeat(left);
    if (next != valueCount)
        throw Error(ErrorCode::MalformedData, Message::tr("Its gaps and codes do not agree."));
    return bytes.finish();
}

Bytes inPlanes(ByteView raw, size_t width)
{
    Bytes planes;
    planes.reserve(raw.size());
    for (size_t plane = 0; plane < width; ++plane)
        for (size_t i = plane; i < raw.size(); i += width)
            planes.push_back(raw[i]);
    return planes;
}

Coded codedPlanes(ByteView raw, int width)
{
    ByteWriter out;
    out.byte(static_cast<uint8_t>(width));
    out.append(zstdPacked(inPlanes(raw, static_cast<size_t>(width)), raw.size() / mostExpansion));
    return {Coder::Planes, out.take(), 0};
}

Bytes planesDecoded(ByteReader &in, size_t rawBytes, const JobContext &ctx)
{
    const size_t width = in.byte();
    if (width == 0)
        throw Error(ErrorCode::MalformedData, Message::tr("Its numbers have no width."));
    const Bytes planes = zstdUnpacked(in.take(in.left()), rawBytes, ctx);
    Bytes raw(rawBytes);
    size_t next = 0;
    for (size_t plane = 0; plane < width; ++plane)
        for (size_t i = plane; i < raw.size(); i += width)
            raw[i] = planes[next++];
    return raw;
}

Bytes numbersDecoded(ByteReader &in, size_t rawBytes, const JobContext &ctx)
{
    const size_t width = in.byte();
    if (width != 1 && width != 2 && width != 4 && width != 8)
        throw Error(ErrorCode::MalformedData, Message::tr("Its numbers have no width."));
    if (rawBytes / mostNumberExpansion > in.left())
        throw Error(ErrorCode::MalformedData, Message::tr("It claims to be larger than it can be."));
    return numbersUnpacked(in.take(in.left()), rawBytes, width, [&ctx] { ctx.throwIfCancelled(); });
}

void keepShorter(Coded &best, Coded other, size_t rawBytes)
{
    if (other.bytes.size() < best.bytes.size() && mayExpandTo(other.bytes.size(), rawBytes))
        best = std::move(other);
}

/// Ordered by bits without tables, so that most of the others need not be built.
std::vector<std::pair<uint64_t, int>> wordWidths(ByteView raw)
{
    std::vector<std::pair<uint64_t, int>> widths;
    for (int width = 1; width <= widestWord; ++width) {
        const size_t kinds = size_t{1} << width;
        if (width > widestCode && kinds > raw.size() * entriesForEachByte)
            break;
        widths.emplace_back(huffmanBits(countsOf(splitCodes(raw, width), kinds)), width);
    }
    std::sort(widths.begin(), widths.end());
    return widths;
}

} // namespace

Coded codedNumbers(ByteView raw, int width)
{
    Coded best{Coder::Stored, Bytes(raw.begin(), raw.end()), 0};
    keepShorter(best, {Coder::Zstd, zstdPacked(raw, raw.size() / mostExpansion), 0}, raw.size());
    if (width > 1)
        keepShorter(best, codedPlanes(raw, width), raw.size());
    return best;
}

Coded codedCodes(ByteView raw)
{
    Coded best = codedNumbers(raw, 1);
    for (const auto &[bits, width] : wordWidths(raw))
        if (bits / 8 < best.bytes.size())
            keepShorter(best, codedWords(raw, width), raw.size());
    for (int width = 1; width <= widestCode; ++width)
        if (std::optional<Coded> runs = codedRuns(raw, width))
            keepShorter(best, std::move(*runs), raw.size());
    return best;
}

Coded codedFloats(ByteView raw, int width)
{
    ByteWriter out;
    out.byte(static_cast<uint8_t>(width));
    out.append(numbersPacked(raw, static_cast<size_t>(width)));
    return {Coder::Numbers, out.take(), 0};
}

Coded codedRest(ByteView rest, const std::vector<Hole> &holes)
{
    Coded best = codedNumbers(rest, 1);
    if (rest.size() > largestGraph)
        return best;
    Coded graph{Coder::Graph, graphPacked(rest, holes), 0};
    if (rest.size() / mostGraphExpansion <= graph.bytes.size())
        keepShorter(best, std::move(graph), rest.size());
    return best;
}

Bytes decoded(Coder coder, ByteView coded, std::span<const uint64_t> sizes, const std::vector<Hole> &holes,
              const JobContext &ctx)
{
    const auto rawBytes = static_cast<size_t>(std::accumulate(sizes.begin(), sizes.end(), uint64_t{0}));
    ByteReader in(coded);
    Bytes raw;
    switch (coder) {
    case Coder::Stored:
        if (coded.size() != rawBytes)
            throw Error(ErrorCode::MalformedData, Message::tr("Its length is not the declared one."));
        return {coded.begin(), coded.end()};
    case Coder::Zstd:
        return zstdUnpacked(coded, rawBytes, ctx);
    case Coder::Planes:
        return planesDecoded(in, rawBytes, ctx);
    case Coder::Words:
        raw = wordsDecoded(in, rawBytes);
        break;
    case Coder::Runs:
        raw = runsDecoded(in, rawBytes);
        break;
    case Coder::Cells:
    case Coder::Mask:
    case Coder::Steps:
        return cellsDecoded(coder, coded, sizes, ctx);
    case Coder::Numbers:
        return numbersDecoded(in, rawBytes, ctx);
    case Coder::Graph:
        if (rawBytes > largestGraph || rawBytes / mostGraphExpansion > coded.size())
            throw Error(ErrorCode::MalformedData, Message::tr("It claims to be larger than it can be."));
        return graphUnpacked(coded, rawBytes, holes, ctx);
    default:
        throw Error(ErrorCode::MalformedData, Message::tr("It is coded in an unknown way."));
    }
    in.expectEnd();
    return raw;
}

} // namespace lathe
