#include "core/compress/maskedmodel.h"

#include "core/channels/channelrefit.h"
#include "core/compress/compressorwork.h"

#include <algorithm>
#include <set>

namespace lathe {
namespace {

using Places = std::vector<int64_t>;

struct RemovedOf {
    std::map<size_t, Places> axes;
    std::map<size_t, Places> summed; ///< those of them that are read over: others change by it
};

/// Of each constant that loses some places.
std::map<std::string, RemovedOf> removedPlaces(const Narrowing &narrowing)
{
    std::map<std::string, RemovedOf> places;
    for (size_t g = 0; g < narrowing.removed.size(); ++g)
        for (const ChannelUse &use : narrowing.groups->groups[g].uses) {
            if (!use.stored || narrowing.removed[g].empty())
                continue;
            RemovedOf &ofTensor = places[use.tensor];
            for (const size_t channel : narrowing.removed[g])
                for (const int32_t place : use.of(channel)) {
                    ofTensor.axes[use.axis].push_back(place);
                    if (use.summed)
                        ofTensor.summed[use.axis].push_back(place);
                }
        }
    for (auto &[tensor, removed] : places)
        for (auto *axes : {&removed.axes, &removed.summed})
            for (auto &[axis, ofAxis] : *axes) {
                std::ranges::sort(ofAxis);
                const auto [first, last] = std::ranges::unique(ofAxis);
                ofAxis.erase(first, last);
            }
    return places;
}

/// By axis of a constant of that shape.
std::vector<Places> byAxis(const std::map<size_t, Places> &axes, size_t rank)
{
    std::vector<Places> places(rank);
    for (const auto &[axis, ofAxis] : axes)
        places.at(axis) = ofAxis;
    return places;
}

/// Where each place of a wide axis is on the narrow one; -1: it went.
std::vector<int64_t> narrowPlaces(int64_t length, const Places &removed)
{
    std::vector<int64_t> places(static_cast<size_t>(length));
    for (const int64_t place : removed)
        places.at(static_cast<size_t>(place)) = -1;
    int64_t next = 0;
    for (int64_t &place : places)
        place = place < 0 ? -1 : next++;
    return places;
}

/// Goes through all places of a constant of the shape, in the order of its values.
template <class Visit>
void forEachPlace(const Shape &shape, const Visit &visit)
{
    std::vector<size_t> at(shape.size());
    const int64_t count = elementCount(shape);
    for (int64_t i = 0; i < count; ++i) {
        visit(static_cast<size_t>(i), at);
        for (size_t d = shape.size(); d-- > 0;) {
            if (++at[d] < static_cast<size_t>(shape[d]))
                break;
            at[d] = 0;
        }
    }
}

/// Writes values of a narrow constant to their places in the wide one.
void spreadOut(std::span<const float> narrow, std::vector<float> &wide, const Shape &shape,
               const std::vector<Places> &removed)
{
    std::vector<std::vector<int64_t>> places;
    std::vector<int64_t> strides(shape.size(), 1);
    for (size_t d = 0; d < shape.size(); ++d)
        places.push_back(narrowPlaces(shape[d], removed[d]));
    for (size_t d = shape.size(); d-- > 1;)
        strides[d - 1] = strides[d] * (shape[d] - std::ssize(removed[d]));
    forEachPlace(shape, [&](size_t i, const std::vector<size_t> &at) {
        int64_t from = 0;
        bool gone = false;
        for (size_t d = 0; d < shape.size(); ++d) {
            const int64_t place = places[d][at[d]];
            gone = gone || place < 0;
            from += place * strides[d];
        }
        if (!gone)
            wide[i] = narrow[static_cast<size_t>(from)];
    });
}

bool isAmong(const std::vector<Places> &removed, const std::vector<size_t> &at)
{
    for (size_t d = 0; d < at.size(); ++d)
        if (std::ranges::binary_search(removed[d], static_cast<int64_t>(at[d])))
            return true;
    return false;
}

/// By row of a layer's matrix, whether any of it stays.
std::vector<bool> rowsThatStay(const Layer &wide, const std::vector<Places> &removed)
{
    // Rows are marked by a constant that says of each value which row it is in.
    Matrix marks(wide.rows, wide.cols);
    for (Index row = 0; row < wide.rows; ++row)
        marks.row(row).setConstant(static_cast<float>(row));
    const std::vector<float> ofConstant = matrixToConstant(wide.layout, marks);
    std::vector<bool> stays(static_cast<size_t>(wide.rows));
    forEachPlace(wide.weightShape, [&](size_t i, const std::vector<size_t> &at) {
        if (!isAmong(removed, at))
            stays[static_cast<size_t>(ofConstant[i])] = true;
    });
    return stays;
}

/// Zeros for the rows that went, as no reader asks for them.
Vector spreadRows(const Vector &narrow, const Layer &wide, const std::vector<Places> &removed)
{
    if (narrow.size() == 0 || narrow.size() == wide.rows)
        return narrow;
    const std::vector<bool> stays = rowsThatStay(wide, removed);
    Vector spread = Vector::Zero(wide.rows);
    Index next = 0;
    for (Index row = 0; row < wide.rows; ++row)
        if (stays[static_cast<size_t>(row)] && next < narrow.size())
            spread[row] = narrow[next++];
    return spread;
}

Vector gatheredRows(const Vector &wideRows, const Layer &wide, const std::vector<Places> &removed)
{
    if (wideRows.size() == 0)
        return {};
    const std::vector<bool> stays = rowsThatStay(wide, removed);
    Vector narrow(std::ranges::count(stays, true));
    Index next = 0;
    for (Index row = 0; row < wide.rows; ++row)
        if (stays[static_cast<size_t>(row)])
            narrow[next++] = wideRows[row];
    return narrow;
}

Tensor gathered(const Tensor &wide, const std::vector<Places> &removed)
{
    Shape shape = wide.shape;
    for (size_t d = 0; d < shape.size(); ++d)
        shape[d] -= std::ssize(removed[d]);
    const std::vector<float> values = toFloats(wide);
    std::vector<float> left;
    left.reserve(static_cast<size_t>(elementCount(shape)));
    forEachPlace(wide.shape, [&](size_t i, const std::vector<size_t> &at) {
        if (!isAmong(removed, at))
            left.push_back(values[i]);
    });
    return fromFloats(wide.type, shape, left);
}

/// What is left of a plain layer is still read as it was where rows went, so that it need not change with
/// them.
std::shared_ptr<const Encoding> spreadEncoding(const CompressedModel &compressed, size_t index,
                                               const std::vector<Places> &removed,
                                               const std::vector<Places> &summed)
{
    const Layer &wide = compressed.narrowing->wide.layers()[index];
    const Layer &narrow = compressed.source.layers()[index];
    const auto &code = compressed.layers[index].code.weight;
    const Matrix values = code ? decode(*code) : compressed.source.weight(index);
    const std::vector<float> before = matrixToConstant(wide.layout, compressed.narrowing->wide.weight(index));
    std::vector<float> constant(before.size());
    if (!code)
        forEachPlace(wide.weightShape, [&](size_t i, const std::vector<size_t> &at) {
            constant[i] = isAmong(summed, at) ? 0.0F : before[i];
        });
    spreadOut(matrixToConstant(narrow.layout, values), constant, wide.weightShape, removed);
    MatrixEncoding encoding{wide.rows, wide.cols, {}, DenseValues{}};
    encoding.values = DenseValues{constantToMatrix(wide.layout, constant, wide.rows, wide.cols)};
    return std::make_shared<const Encoding>(std::move(encoding));
}

} // namespace

bool isMaskable(const Narrowing &narrowing)
{
    const std::vector<Layer> &layers = narrowing.wide.layers();
    for (size_t g = 0; g < narrowing.removed.size(); ++g) {
        const ChannelGroup &group = narrowing.groups->groups[g];
        if (narrowing.removed[g].empty())
            continue;
        const bool hasReader = std::ranges::any_of(group.uses, &ChannelUse::summed);
        const bool allAreLayers = std::ranges::all_of(group.uses, [&](const ChannelUse &use) {
            return !use.stored || !use.summed || std::ranges::any_of(layers, [&](const Layer &layer) {
                return layer.weightName == use.tensor && layer.untouchable.empty();
            });
        });
        const bool merged =
            g < narrowing.merged.size() && narrowing.merged[g]; // those that stay are others, too
        if (merged || !group.mixed.empty() || !hasReader || !allAreLayers)
            return false;
    }
    return true;
}

bool isMaskable(const CompressedModel &compressed)
{
    return compressed.narrowing && compressed.constants().empty() && isMaskable(*compressed.narrowing);
}

std::vector<size_t> changedWith(const Narrowing &narrowing, const std::vector<size_t> &layers)
{
    const std::vector<Layer> &all = narrowing.wide.layers();
    std::set<size_t> changed(layers.begin(), layers.end());
    for (const ChannelGroup &group : narrowing.groups->groups) {
        const auto isOf = [&](size_t layer, bool summed) {
            return std::ranges::any_of(group.uses, [&](const ChannelUse &use) {
                return use.stored && use.summed == summed && use.tensor == all[layer].weightName;
            });
        };
        if (std::ranges::none_of(layers, [&](size_t layer) { return isOf(layer, false); }))
            continue;
        for (size_t i = 0; i < all.size(); ++i)
            if (isOf(i, true))
                changed.insert(i);
    }
    return {changed.begin(), changed.end()};
}

CompressedModel MaskedModels::masked(const CompressedModel &compressed)
{
    if (!compressed.narrowing)
        return compressed;
    const Narrowing &narrowing = *compressed.narrowing;
    const auto places = removedPlaces(narrowing);
    CompressedModel result = compressed;
    result.narrowing = nullptr;
    result.source = narrowing.wide;
    const std::lock_guard lock(m_mutex);
    if (m_wide != &narrowing.wide.content() || m_refits != narrowing.refits) {
        m_known.clear();
        m_wide = &narrowing.wide.content();
        m_refits = narrowing.refits;
    }
    for (size_t i = 0; i < result.layers.size(); ++i) {
        const Layer &layer = narrowing.wide.layers()[i];
        const auto found = places.find(layer.weightName);
        LayerCode &code = result.layers[i].code;
        if (found == places.end() || !layer.untouchable.empty() || layer.tiedTo)
            continue;
        if (!code.weight && code.biasShift.size() == 0 && found->second.summed.empty())
            continue; // it still makes what nothing reads any more
        const std::vector<Places> removed = byAxis(found->second.axes, layer.weightShape.size());
        const std::vector<Places> summed = byAxis(found->second.summed, layer.weightShape.size());
        const std::vector<Places> &decisive = code.weight ? removed : summed;
        constexpr size_t most = 8; // about as many as a control gives while it is dragged to and fro
        std::list<Known> &known = m_known[i];
        const auto same = std::ranges::find_if(
            known, [&](const Known &k) { return k.from == code.weight && k.removed == decisive; });
        if (same != known.end()) {
            known.splice(known.begin(), known, same);
        } else {
            known.push_front({code.weight, decisive, spreadEncoding(compressed, i, removed, summed)});
            if (known.size() > most)
                known.pop_back();
        }
        code.weight = known.front().made;
        code.biasShift = spreadRows(code.biasShift, layer, removed);
        if (const Vector added = biasAdded(narrowing.wide, narrowing.filled, i);
            added.size() > 0 && !added.isZero(0))
            code.biasShift = code.biasShift.size() > 0 ? Vector(code.biasShift + added) : added;
    }
    followTies(result);
    return result;
}

CompressedModel widened(const CompressedModel &narrow)
{
    const Narrowing &narrowing = *narrow.narrowing;
    const auto places = removedPlaces(narrowing);
    MaskedModels masks;
    CompressedModel wide = masks.masked(narrow);
    const std::vector<Layer> &layers = wide.source.layers();
    for (size_t i = 0; i < layers.size(); ++i) {
        const Layer &layer = layers[i];
        if (!layer.compressible())
            continue;
        LayerCode &code = wide.layers[i].code;
        MatrixEncoding encoding{layer.rows,
                                layer.cols,
                                {},
                                DenseValues{code.weight ? decode(*code.weight) : wide.source.weight(i)}};
        const auto found = places.find(layer.weightName);
        if (found != places.end() && !found->second.summed.empty()) {
            const std::vector<Places> summed = byAxis(found->second.summed, layer.weightShape.size());
            std::vector<float> kept(static_cast<size_t>(elementCount(layer.weightShape)));
            forEachPlace(layer.weightShape, [&](size_t p, const std::vector<size_t> &at) {
                kept[p] = isAmong(summed, at) ? 0.0F : 1.0F;
            });
            const Matrix mask = constantToMatrix(layer.layout, kept, layer.rows, layer.cols);
            encoding.kept.assign(mask.data(), mask.data() + mask.size());
        }
        code.weight = std::make_shared<const Encoding>(std::move(encoding));
    }
    followTies(wide);
    return wide;
}

std::shared_ptr<const Tuning> narrowedTuning(const CompressedModel &wide, const CompressedModel &narrow,
                                             const Tuning::Constants &constants, Tuning::Source source)
{
    const Narrowing &narrowing = *narrow.narrowing;
    const auto places = removedPlaces(narrowing);
    const auto removedOf = [&](const std::string &name, size_t rank) {
        const auto found = places.find(name);
        return found != places.end() ? byAxis(found->second.axes, rank) : std::vector<Places>(rank);
    };
    std::vector<std::optional<TunedLayer>> layers(wide.layers.size());
    for (size_t i = 0; i < layers.size(); ++i) {
        const Layer &layer = wide.source.layers()[i], &left = narrow.source.layers()[i];
        if (!layer.compressible() || !wide.layers[i].code.weight)
            continue;
        const std::vector<Places> removed = removedOf(layer.weightName, layer.weightShape.size());
        const std::vector<float> constant =
            matrixToConstant(layer.layout, decode(*wide.layers[i].code.weight));
        const Tensor rest = gathered(makeTensor(layer.weightShape, constant), removed);
        MatrixEncoding encoding{
            left.rows,
            left.cols,
            {},
            DenseValues{constantToMatrix(left.layout, toFloats(rest), left.rows, left.cols)}};
        Vector shift = wide.layers[i].code.biasShift; // that of the narrow model's own bias is in it
        if (const Vector added = biasAdded(narrowing.wide, narrowing.filled, i);
            added.size() > 0 && !added.isZero(0))
            shift = shift.size() > 0 ? Vector(shift - added) : Vector(-added);
        layers[i] = TunedLayer{
            {},
            {std::make_shared<const Encoding>(std::move(encoding)), gatheredRows(shift, layer, removed)},
            {}};
    }
    Tuning::Constants left;
    for (const auto &[name, tensor] : constants)
        left.emplace(name, gathered(tensor, removedOf(name, tensor.shape.size())));
    std::optional<Tuning::Calibrated> calibrated;
    if (!narrow.calibration.empty())
        calibrated = {narrow.calibration.text(), narrow.calibrationHash};
    return std::make_shared<const Tuning>(std::move(layers), std::move(left), std::move(source),
                                          std::move(calibrated), narrowing.removed);
}

} // namespace lathe
