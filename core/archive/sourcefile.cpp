#include "core/archive/sourcefile.h"

#include "core/archive/container.h"
#include "core/base/error.h"
#include "core/model/proto.h"
#include "core/onnx/checks.h"
#include "core/onnx/tensordata.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <set>

namespace lathe {
namespace {

/// What a section, and each of its stretches of a file, add to the directory.
constexpr size_t sectionBytes = 3, placeBytes = 4;
/// Floats of one width up to that size are coded together, as they are few in each constant; larger ones are
/// left to zstd, which takes about one per cent more and a hundredth of the time.
constexpr uint64_t fewNumbers = 4096;

bool holdsCodes(const TensorPlace &place)
{
    const int bits = elementBits(place.type);
    return bits == 4 || bits == 8;
}

Bytes bytesOf(const SourceFile &file, const TensorPlace &place)
{
    return file.file->read(place.offset, place.size);
}

TensorUse useOf(const TensorPlace &place, const TensorUses &uses)
{
    const auto found = uses.find(place.name);
    TensorUse use = found != uses.end() ? found->second : TensorUse{};
    if (use.codeBits == 0)
        use.codeBits = elementBits(place.type);
    return use;
}

/// Tables of what a graph computes with, such as powers of two, are better foreseen with the graph.
bool areMeasured(const SourceFile &file, const TensorPlace &place)
{
    if (place.size > fewNumbers)
        return true;
    const Bytes bytes = bytesOf(file, place);
    const size_t width = static_cast<size_t>(elementBits(place.type)) / 8;
    std::set<std::string_view> different;
    for (size_t at = 0; at + width <= bytes.size(); at += width)
        different.emplace(reinterpret_cast<const char *>(bytes.data()) + at, width);
    return different.size() >= 4 && different.size() * 2 > bytes.size() / width;
}

/// In order, none over another.
std::vector<TensorPlace> apart(std::vector<TensorPlace> places)
{
    std::ranges::sort(places, {}, &TensorPlace::offset);
    std::vector<TensorPlace> chosen;
    uint64_t end = 0;
    for (TensorPlace &place : places) {
        if (elementBits(place.type) == 0 || place.size == 0 || place.offset < end)
            continue;
        end = place.offset + place.size;
        chosen.push_back(std::move(place));
    }
    return chosen;
}

std::map<std::string, std::vector<TensorPlace>> externalPlaces(const Model::Content &content)
{
    std::map<std::string, std::vector<TensorPlace>> places;
    const auto add = [&](const onnx::TensorProto &tensor) {
        if (!isExternal(tensor))
            return;
        const ExternalPlace data = externalPlace(
            tensor, content.externalFiles, Message::verbatim(content.label), denseBytes(tensor).value_or(0));
        for (const auto &[location, file] : content.externalFiles)
            if (file == data.file && data.size > 0)
                places[location].push_back({tensor.name(), typeOf(tensor), data.offset, data.size});
    };
    forEachTensor(content.proto, {add, [&](const onnx::SparseTensorProto &sparse) {
                                      add(sparse.values());
                                      add(sparse.indices());
                                  }});
    return places;
}

Unit codesUnit(const SourceFile &file, std::vector<size_t> places, const TensorUses &uses)
{
    Unit unit{std::move(places), true, {}, {}, 0, 0, 0.0, {}, 0, {}};
    std::ranges::sort(unit.places);
    for (const size_t place : unit.places) {
        const TensorUse use = useOf(file.places[place], uses);
        if (unit.places.size() > 1 && !use.codes.empty())
            continue; // the codes say it
        unit.name = file.places[place].name;
        unit.codeBits = use.codeBits;
        unit.layer = use.layer;
    }
    return unit;
}

/// The place of the codes that go with a mask or steps.
std::optional<size_t> partner(const SourceFile &file, size_t place, const TensorUses &uses)
{
    const std::string codes = useOf(file.places[place], uses).codes;
    for (size_t i = 0; !codes.empty() && i < file.places.size(); ++i)
        if (i != place && file.places[i].name == codes && file.places[i].type == ElementType::UInt8 &&
            file.places[place].type == ElementType::UInt8)
            return i;
    return std::nullopt;
}

void keepShorter(Coded &best, Coded other)
{
    if (other.bytes.size() < best.bytes.size())
        best = std::move(other);
}

size_t overhead(size_t sections, size_t places)
{
    return sections * sectionBytes + places * placeBytes;
}

/// The bytes of a mask or steps and of their codes, and how their cells lie.
struct PairBytes {
    Bytes first, second; ///< in order of the file
    bool positionsFirst = true;
    TensorUse use; ///< of the mask or steps

    SparsePair pair(int codeBits) const
    {
        return {positionsFirst ? first : second, use.isSteps ? use.codeBits : 0,
                positionsFirst ? second : first, codeBits, positionsFirst};
    }
};

PairBytes pairBytes(const SourceFile &file, const TensorUses &uses, const Unit &unit)
{
    const TensorPlace &first = file.places[unit.places[0]], &second = file.places[unit.places[1]];
    const bool positionsFirst = !useOf(first, uses).codes.empty();
    return {bytesOf(file, first), bytesOf(file, second), positionsFirst,
            useOf(positionsFirst ? first : second, uses)};
}

void encodePair(const SourceFile &file, const TensorUses &uses, Unit &unit)
{
    const PairBytes bytes = pairBytes(file, uses, unit);
    std::vector<Coded> apart{codedCodes(bytes.first), codedCodes(bytes.second)};
    unit.huffman.bytes.resize(apart[0].bytes.size() + apart[1].bytes.size());
    unit.huffman.tableBytes = apart[0].tableBytes + apart[1].tableBytes;
    unit.huffman.coder = apart[bytes.positionsFirst ? 1 : 0].coder;
    unit.codes = bytes.use.grid.cells;
    unit.boundBits = cellBits(bytes.pair(unit.codeBits), bytes.use.grid);
    std::optional<Coded> together = rangeCoded(file, uses, unit);
    if (together)
        unit.rangeBytes = together->bytes.size();
    const size_t raw = bytes.first.size() + bytes.second.size(), huffman = unit.huffman.bytes.size();
    if (together && together->bytes.size() <= huffman) {
        if (together->bytes.size() + overhead(1, 2) < raw)
            unit.taken.push_back(std::move(*together));
    } else if (huffman + overhead(2, 2) < raw) {
        unit.taken = std::move(apart);
    }
}

void encodeCodes(const SourceFile &file, const TensorUses &uses, Unit &unit)
{
    const Bytes raw = bytesOf(file, file.places[unit.places.front()]);
    Coded best = codedCodes(raw);
    unit.huffman = best;
    unit.codes = codeCount(raw.size(), unit.codeBits);
    unit.boundBits = cellBits(raw, unit.codeBits);
    if (std::optional<Coded> cells = rangeCoded(file, uses, unit)) {
        unit.rangeBytes = cells->bytes.size();
        keepShorter(best, std::move(*cells));
    }
    if (best.bytes.size() + overhead(1, 1) < raw.size())
        unit.taken.push_back(std::move(best));
}

void encodeNumbers(const SourceFile &file, Unit &unit)
{
    Bytes raw;
    for (const size_t place : unit.places) {
        const Bytes bytes = bytesOf(file, file.places[place]);
        raw.insert(raw.end(), bytes.begin(), bytes.end());
    }
    const ElementType type = file.places[unit.places.front()].type;
    const int width = elementBits(type) / 8;
    Coded best = codedNumbers(raw, width);
    if (isFloat(type) && file.places[unit.places.front()].size <= fewNumbers)
        keepShorter(best, codedFloats(raw, width));
    const bool better =
        best.coder == Coder::Planes || best.coder == Coder::Numbers; // else it is foreseen with the rest
    if (better && best.bytes.size() + overhead(1, unit.places.size()) < raw.size())
        unit.taken.push_back(std::move(best));
}

} // namespace

uint64_t Unit::bytes() const
{
    return std::accumulate(taken.begin(), taken.end(), uint64_t{0},
                           [](uint64_t sum, const Coded &part) { return sum + part.bytes.size(); });
}

uint64_t SourceFile::rawBytes(const Unit &unit) const
{
    return std::accumulate(unit.places.begin(), unit.places.end(), uint64_t{0},
                           [this](uint64_t sum, size_t place) { return sum + places[place].size; });
}

std::vector<SourceFile::Cut> SourceFile::cuts() const
{
    std::vector<Cut> cuts;
    size_t section = 0;
    for (const Unit &unit : units) {
        for (size_t i = 0; !unit.taken.empty() && i < unit.places.size(); ++i)
            cuts.push_back({places[unit.places[i]], section + (unit.taken.size() > 1 ? i : 0)});
        section += unit.taken.size();
    }
    std::ranges::sort(cuts, {}, [](const Cut &cut) { return cut.place.offset; });
    return cuts;
}

std::vector<Hole> holesOf(const std::vector<SourceFile::Cut> &cuts)
{
    std::vector<Hole> holes;
    uint64_t cut = 0;
    for (const SourceFile::Cut &one : cuts) {
        holes.push_back({one.place.offset - cut, one.place.size});
        cut += one.place.size;
    }
    return holes;
}

Bytes SourceFile::restBytes(const std::vector<Hole> &holes) const
{
    Bytes left;
    uint64_t at = 0; // of the file
    const auto add = [&](uint64_t end) {
        file->forEachPiece(at, end - at,
                           [&left](ByteView piece) { left.insert(left.end(), piece.begin(), piece.end()); });
    };
    for (const Hole &hole : holes) {
        const uint64_t begin = at + hole.at - left.size();
        add(begin);
        at = begin + hole.size;
    }
    add(file->size());
    return left;
}

std::vector<SourceFile> sourceFiles(const Model &model, std::shared_ptr<const InputFile> onnxFile)
{
    const Model::Content &content = model.content();
    std::vector<TensorPlace> inside = tensorPlaces(onnxFile->readAll());
    std::vector<SourceFile> files{{"", std::move(onnxFile), apart(std::move(inside)), {}, {}, {}}};
    auto external = externalPlaces(content);
    for (const auto &[location, file] : content.externalFiles) {
        if (!isRestorableName(location))
            throw Error(ErrorCode::Unsupported,
                        Message::tr("{} cannot be packed: its external data \"{}\" has a name that cannot be "
                                    "restored everywhere. Save the model with its data inside first.",
                                    content.label, location));
        files.push_back({location, file, apart(std::move(external[location])), {}, {}, {}});
    }
    return files;
}

std::vector<Unit> unitsOf(const SourceFile &file, const TensorUses &uses)
{
    constexpr uint64_t leastCodes = 12, leastNumbers = 1024; // bytes
    std::vector<Unit> units;
    std::vector<bool> used(file.places.size(), false);
    std::map<ElementType, std::vector<size_t>> few;
    for (size_t i = 0; i < file.places.size(); ++i) // pairs first: either of the two may come first
        if (const std::optional<size_t> codes = partner(file, i, uses); codes && !used[i] && !used[*codes]) {
            units.push_back(codesUnit(file, {i, *codes}, uses));
            used[i] = used[*codes] = true;
        }
    for (size_t i = 0; i < file.places.size(); ++i) {
        const TensorPlace &place = file.places[i];
        if (used[i])
            continue;
        if (holdsCodes(place)) {
            if (place.size >= leastCodes)
                units.push_back(codesUnit(file, {i}, uses));
        } else if (isFloat(place.type) && areMeasured(file, place) && place.size <= fewNumbers) {
            few[place.type].push_back(i);
        } else if (place.size >= leastNumbers && (place.size > fewNumbers || !isFloat(place.type))) {
            units.push_back({{i}, false, {}, {}, 0, 0, 0.0, {}, 0, {}});
        }
    }
    for (auto &[type, places] : few)
        units.push_back({std::move(places), false, {}, {}, 0, 0, 0.0, {}, 0, {}});
    std::ranges::sort(units, {}, [](const Unit &unit) { return unit.places.front(); });
    return units;
}

std::optional<Coded> rangeCoded(const SourceFile &file, const TensorUses &uses, const Unit &unit)
{
    if (unit.places.size() == 2) {
        const PairBytes bytes = pairBytes(file, uses, unit);
        return codedPair(bytes.pair(unit.codeBits), bytes.use.grid);
    }
    const TensorPlace &place = file.places[unit.places.front()];
    return codedCells(bytesOf(file, place), unit.codeBits, useOf(place, uses).grid);
}

void encodeUnit(const SourceFile &file, const TensorUses &uses, Unit &unit)
{
    if (!unit.isCodes)
        encodeNumbers(file, unit);
    else if (unit.places.size() == 2)
        encodePair(file, uses, unit);
    else
        encodeCodes(file, uses, unit);
}

} // namespace lathe
