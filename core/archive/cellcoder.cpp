#include "core/archive/cellcoder.h"

#include "core/base/error.h"
#include "core/coding/huffman.h"
#include "core/coding/matrixcoder.h"

#include <algorithm>
#include <numeric>

namespace lathe {
namespace {

constexpr int widestCode = 8;
/// So many cells a byte, and some more, are decoded at most: what a damaged archive claims must not take
/// hours.
constexpr uint64_t mostCells = 512, someCells = 4096;
/// Columns of a stream of which the shape is not known.
constexpr uint32_t unknownColumns = 4096;
/// A mask is filled up with zeros to less than that many more bits.
constexpr uint64_t mostFilling = 4096;
constexpr uint64_t pieceCells = uint64_t{1} << 16U;

using Cells = std::vector<uint16_t>; ///< of a pair: 0 for what is not kept, else code + 1

[[noreturn]] void refuse(const Message &why)
{
    throw Error(ErrorCode::MalformedData, why);
}

std::vector<uint64_t> countsOf(const Cells &cells, int kinds)
{
    std::vector<uint64_t> counts(static_cast<size_t>(kinds), 0);
    for (const uint16_t cell : cells)
        ++counts[cell];
    return counts;
}

/// A share of 65536 as 16 steps of each doubling: it is where adaptive probabilities start from.
uint16_t shareOf(uint8_t step)
{
    return static_cast<uint16_t>(std::min((16U + step % 16U) << step / 16U, 65535U));
}
uint8_t stepOf(uint64_t share)
{
    uint8_t step = 0;
    while (step < 255 && shareOf(static_cast<uint8_t>(step + 1)) <= share)
        ++step;
    return step;
}

MatrixForm formOf(const Cells &cells, int kinds, const CellGrid &grid)
{
    const std::vector<uint64_t> counts = countsOf(cells, kinds);
    const auto most = std::max_element(counts.begin(), counts.end());
    MatrixForm form;
    form.kinds = kinds;
    form.common = static_cast<int>(most - counts.begin());
    form.others = shareOf(stepOf((cells.size() - *most) * 65536 / cells.size()));
    const bool known =
        grid.columns > 0 && grid.columns <= std::min<uint64_t>(MatrixForm::mostColumns, cells.size());
    form.columns =
        known ? grid.columns : static_cast<uint32_t>(std::clamp<size_t>(cells.size(), 1, unknownColumns));
    if (known && grid.period >= 1 && grid.period <= form.columns)
        form.period = grid.period;
    if (known && grid.stride < form.columns)
        form.stride = grid.stride;
    return form;
}

/// What the form says beyond the number of kinds, and the cells.
void writeCells(ByteWriter &out, const Cells &cells, const MatrixForm &form)
{
    out.number(static_cast<uint64_t>(form.common));
    out.byte(stepOf(form.others));
    out.number(form.columns);
    out.number(form.period);
    out.number(form.stride);
    MatrixEncoder encoder(form);
    const std::span<const uint16_t> all(cells);
    for (size_t at = 0; at < cells.size(); at += form.columns)
        encoder.add(all.subspan(at, std::min<size_t>(form.columns, cells.size() - at)));
    out.append(encoder.finish());
}

template <class Sink>
void readCells(ByteReader &in, int kinds, uint64_t cells, const JobContext &ctx, Sink &&sink)
{
    if (cells > mostCells * in.left() + someCells)
        refuse(Message::tr("It claims to be larger than it can be."));
    MatrixForm form;
    form.kinds = kinds;
    form.common = static_cast<int>(std::min<uint64_t>(in.number(), MatrixForm::mostKinds));
    form.others = shareOf(in.byte());
    for (uint32_t *number : {&form.columns, &form.period, &form.stride})
        *number = static_cast<uint32_t>(std::min<uint64_t>(in.number(), MatrixForm::mostColumns + 1));
    if (!form.isValid() || form.columns > cells)
        refuse(Message::tr("Its matrix has an unknown form."));
    MatrixDecoder decoder(form, in.take(in.left()));
    std::vector<uint16_t> row(form.columns);
    uint64_t sinceLook = pieceCells;
    for (uint64_t left = cells; left > 0;) {
        if (sinceLook >= pieceCells) {
            ctx.throwIfCancelled();
            sinceLook = 0;
        }
        const auto count = static_cast<size_t>(std::min<uint64_t>(left, form.columns));
        const std::span<uint16_t> part = std::span(row).first(count);
        decoder.next(part);
        for (const uint16_t cell : part)
            sink(cell);
        left -= count;
        sinceLook += count;
    }
    decoder.expectEnd();
}

int widthOf(ByteReader &in)
{
    const int width = in.byte();
    if (width < 1 || width > widestCode)
        refuse(Message::tr("Its codes have an unknown width."));
    return width;
}

bool allZero(std::span<const uint32_t> values)
{
    return std::ranges::all_of(values, [](uint32_t value) { return value == 0; });
}

/// What two streams say together.
struct Sparse {
    Cells cells;
    uint32_t zero = 0; ///< the code of what is not kept
};

std::optional<Sparse> maskedCells(const SparsePair &pair, uint64_t count)
{
    const std::vector<uint32_t> kept = splitCodes(pair.positions, 1),
                                codes = splitCodes(pair.codes, pair.codeBits);
    if (count == 0 || count > kept.size() || kept.size() - count >= mostFilling || codes.empty() ||
        !allZero(std::span(kept).subspan(count)))
        return std::nullopt;
    Sparse result{Cells(count), codes.front()};
    size_t next = 1;
    for (size_t i = 0; i < count; ++i) {
        if (kept[i] == 0)
            continue;
        if (next == codes.size())
            return std::nullopt;
        result.cells[i] = static_cast<uint16_t>(codes[next++] + 1);
    }
    return allZero(std::span(codes).subspan(next)) ? std::optional(std::move(result)) : std::nullopt;
}

/// Entries that only carry on a step that is too long are left out, as they can be made again.
std::optional<Sparse> steppedCells(const SparsePair &pair, uint64_t count)
{
    const std::vector<uint32_t> steps = splitCodes(pair.positions, pair.stepBits),
                                codes = splitCodes(pair.codes, pair.codeBits);
    const auto whole = [](ByteView bytes, int width) {
        return bytes.size() * 8 % static_cast<size_t>(width) == 0;
    };
    if (steps.size() != codes.size() || !whole(pair.positions, pair.stepBits) ||
        !whole(pair.codes, pair.codeBits))
        return std::nullopt;
    const uint32_t longest = (1U << pair.stepBits) - 1;
    std::vector<uint64_t> empty(size_t{1} << pair.codeBits, 0);
    for (size_t i = 0; i + 1 < steps.size(); ++i)
        empty[codes[i]] += steps[i] == longest ? 1U : 0U;
    Sparse result{Cells(count),
                  static_cast<uint32_t>(std::max_element(empty.begin(), empty.end()) - empty.begin())};
    uint64_t position = 0;
    for (size_t i = 0; i < steps.size(); ++i) {
        position += steps[i];
        if (position >= count || (i > 0 && steps[i] == 0))
            return std::nullopt;
        const bool carriesOn = steps[i] == longest && codes[i] == result.zero && i + 1 < steps.size();
        if (!carriesOn)
            result.cells[position] = static_cast<uint16_t>(codes[i] + 1);
    }
    return result;
}

std::optional<Sparse> sparseCells(const SparsePair &pair, uint64_t count)
{
    return pair.stepBits > 0 ? steppedCells(pair, count) : maskedCells(pair, count);
}

/// Of two streams, told apart by which comes first in the file.
struct PairSizes {
    uint64_t positions, codes;
};

Bytes joined(bool positionsFirst, const Bytes &positions, const Bytes &codes)
{
    Bytes bytes = positionsFirst ? positions : codes;
    const Bytes &second = positionsFirst ? codes : positions;
    bytes.insert(bytes.end(), second.begin(), second.end());
    return bytes;
}

void fill(CodeJoiner &joiner, uint64_t done, uint64_t all)
{
    for (; done < all; ++done)
        joiner.put(0);
}

std::pair<Bytes, Bytes> maskDecoded(ByteReader &in, const PairSizes &sizes, int width, uint32_t zero,
                                    uint64_t cells, const JobContext &ctx)
{
    const uint64_t codeRoom = codeCount(sizes.codes, width);
    if (cells > sizes.positions * 8 || sizes.positions * 8 - cells >= mostFilling ||
        codeRoom > cells + 1 + widestCode)
        refuse(Message::tr("Its mask and codes do not agree."));
    CodeJoiner mask(1, sizes.positions), codes(width, sizes.codes);
    codes.put(zero);
    uint64_t kept = 1;
    readCells(in, (1 << width) + 1, cells, ctx, [&](uint16_t cell) {
        mask.put(cell != 0 ? 1 : 0);
        if (cell == 0)
            return;
        if (kept++ >= codeRoom)
            refuse(Message::tr("Its mask and codes do not agree."));
        codes.put(cell - 1U);
    });
    fill(mask, cells, sizes.positions * 8);
    fill(codes, kept, codeRoom);
    return {mask.finish(), codes.finish()};
}

std::pair<Bytes, Bytes> stepsDecoded(ByteReader &in, const PairSizes &sizes, int stepBits, int width,
                                     uint32_t zero, uint64_t cells, const JobContext &ctx)
{
    const uint64_t room = sizes.codes * 8 / static_cast<uint64_t>(width);
    if (room != sizes.positions * 8 / static_cast<uint64_t>(stepBits) || room > cells)
        refuse(Message::tr("Its steps and codes do not agree."));
    CodeJoiner steps(stepBits, sizes.positions), codes(width, sizes.codes);
    const uint64_t longest = (uint64_t{1} << static_cast<unsigned>(stepBits)) - 1;
    uint64_t at = 0, last = 0, entries = 0;
    const auto entry = [&](uint64_t step, uint32_t code) {
        if (entries++ >= room)
            refuse(Message::tr("Its steps and codes do not agree."));
        steps.put(static_cast<uint32_t>(step));
        codes.put(code);
    };
    readCells(in, (1 << width) + 1, cells, ctx, [&](uint16_t cell) {
        if (cell != 0) {
            uint64_t step = at - last;
            for (; step > longest; step -= longest)
                entry(longest, zero);
            entry(step, cell - 1U);
            last = at;
        }
        ++at;
    });
    return {steps.finish(), codes.finish()};
}

} // namespace

std::optional<Coded> codedCells(ByteView codes, int width, const CellGrid &grid)
{
    const std::vector<uint32_t> split = splitCodes(codes, width);
    const Cells cells(split.begin(), split.end());
    if (cells.empty())
        return std::nullopt;
    ByteWriter out;
    out.byte(static_cast<uint8_t>(width));
    writeCells(out, cells, formOf(cells, 1 << width, grid));
    if (cells.size() > mostCells * out.size())
        return std::nullopt;
    return Coded{Coder::Cells, out.take(), 0};
}

std::optional<Coded> codedPair(const SparsePair &pair, const CellGrid &grid)
{
    const std::optional<Sparse> sparse = sparseCells(pair, grid.cells);
    if (!sparse || sparse->cells.empty())
        return std::nullopt;
    ByteWriter out;
    const int steps = std::max(pair.stepBits - 1, 0);
    out.byte(static_cast<uint8_t>(steps << 4 | (pair.codeBits - 1) << 1 | (pair.positionsFirst ? 1 : 0)));
    out.byte(static_cast<uint8_t>(sparse->zero));
    out.number(sparse->cells.size());
    writeCells(out, sparse->cells, formOf(sparse->cells, (1 << pair.codeBits) + 1, grid));
    if (sparse->cells.size() > mostCells * out.size())
        return std::nullopt;
    return Coded{pair.stepBits > 0 ? Coder::Steps : Coder::Mask, out.take(), 0};
}

Bytes cellsDecoded(Coder coder, ByteView coded, std::span<const uint64_t> sizes, const JobContext &ctx)
{
    ByteReader in(coded);
    if (sizes.size() != (coder == Coder::Cells ? 1U : 2U))
        refuse(Message::tr("Its number of streams is not the one of its coder."));
    if (coder == Coder::Cells) {
        const int width = widthOf(in);
        const uint64_t cells = codeCount(sizes[0], width);
        if (cells > mostCells * coded.size() + someCells)
            refuse(Message::tr("It claims to be larger than it can be."));
        CodeJoiner bytes(width, sizes[0]);
        readCells(in, 1 << width, cells, ctx, [&](uint16_t cell) { bytes.put(cell); });
        return bytes.finish();
    }
    const uint8_t widths = in.byte();
    const bool positionsFirst = (widths & 1U) != 0;
    const PairSizes of = positionsFirst ? PairSizes{sizes[0], sizes[1]} : PairSizes{sizes[1], sizes[0]};
    const int stepBits = coder == Coder::Steps ? (widths >> 4 & 7) + 1 : 0, width = (widths >> 1 & 7) + 1;
    const uint32_t zero = in.byte();
    const uint64_t cells = in.number();
    if (zero >> static_cast<unsigned>(width) != 0)
        refuse(Message::tr("Its codes have an unknown width."));
    if (cells > mostCells * coded.size() + someCells)
        refuse(Message::tr("It claims to be larger than it can be."));
    const auto [positions, codes] = stepBits > 0 ? stepsDecoded(in, of, stepBits, width, zero, cells, ctx)
                                                 : maskDecoded(in, of, width, zero, cells, ctx);
    return joined(positionsFirst, positions, codes);
}

double cellBits(ByteView codes, int width)
{
    const std::vector<uint32_t> split = splitCodes(codes, width);
    return shannonBits(countsOf(Cells(split.begin(), split.end()), 1 << width));
}

double cellBits(const SparsePair &pair, const CellGrid &grid)
{
    const std::optional<Sparse> sparse = sparseCells(pair, grid.cells);
    return sparse ? shannonBits(countsOf(sparse->cells, (1 << pair.codeBits) + 1)) : 0.0;
}

} // namespace lathe
