#include "core/recover/fromfile.h"

#include "core/base/error.h"
#include "core/exporting/readableweights.h"
#include "core/exporting/replacedconstants.h"
#include "core/model/layermatching.h"
#include "core/model/proto.h"

#include <algorithm>

namespace lathe {
namespace {

/// Its zeros are a mask; without any it has none.
MatrixEncoding maskedByZeros(Matrix weight)
{
    MatrixEncoding encoding{weight.rows(), weight.cols(), {}, DenseValues{}};
    if ((weight.array() == 0.0F).any()) {
        encoding.kept.resize(static_cast<size_t>(weight.size()));
        std::transform(weight.data(), weight.data() + weight.size(), encoding.kept.begin(),
                       [](float value) { return value == 0.0F ? 0 : 1; });
    }
    std::get<DenseValues>(encoding.values).values = std::move(weight);
    return encoding;
}

double shareOfZeros(const MatrixEncoding &encoding)
{
    const auto zeros = std::ranges::count(encoding.kept, uint8_t(0));
    return static_cast<double>(zeros) / static_cast<double>(encoding.rows * encoding.cols);
}

std::optional<Tensor> constantOf(const Model &model, const std::string &name)
{
    const Model::Content &content = model.content();
    for (const auto &constant : content.proto.graph().initializer())
        if (constant.name() == name)
            return readTensor(constant, content);
    return {};
}

/// Floats of the main graph that both have under one name, and that differ.
Tuning::Constants changedConstants(const Model &original, const Model &file)
{
    Tuning::Constants changed;
    for (const std::string &name : replaceableConstants(SourceGraph(original))) {
        const auto before = constantOf(original, name), after = constantOf(file, name);
        if (before && after && before->type == after->type && before->shape == after->shape &&
            before->bytes != after->bytes)
            changed.emplace(name, *after);
    }
    return changed;
}

[[noreturn]] void refuse(const Model &file, const Layer &layer, const Message &why)
{
    throw Error(ErrorCode::Unsupported,
                Message::tr("{} cannot be recovered by this model: of its layer {} {}.",
                            file.path().filename().string(), layer.name, why));
}

} // namespace

FromFile valuesOfFile(const Model &original, const Model &file, const JobContext &ctx)
{
    const ReadableModel readable = readableModel(file, ctx);
    const LayerMatching matching =
        matchLayers(original.layers(), readable.model.layers(), feedingLayers(readable.model));
    FromFile result;
    result.recipe.name = file.path().stem().string();
    std::vector<std::optional<TunedLayer>> layers(original.layers().size());
    for (size_t i = 0; i < layers.size(); ++i) {
        const Layer &layer = original.layers()[i];
        if (!layer.compressible() || layer.tiedTo)
            continue;
        ctx.throwIfCancelled();
        const auto &match = matching.matches[i];
        if (!match)
            refuse(file, layer, Message::tr("there is none"));
        if (!readable.isReadable(match->parts))
            refuse(file, layer, Message::tr("the weight cannot be read"));
        Matrix weight = readable.weight(match->parts);
        if (weight.rows() != layer.rows || weight.cols() != layer.cols)
            refuse(file, layer, Message::tr("the weight has another shape"));
        if (!weight.allFinite())
            throw Error(ErrorCode::NumericFailure,
                        Message::tr("The weight of {} in {} holds NaN or infinity.", layer.name,
                                    file.path().filename().string()));
        const bool same = weight == original.weight(i);
        MatrixEncoding encoding = maskedByZeros(std::move(weight));
        if (same && encoding.kept.empty())
            continue;
        LayerSettings settings;
        settings.prune = PruneSettings{shareOfZeros(encoding)};
        result.recipe.rules.push_back(exactRule(layer.name, settings));
        layers[i] = TunedLayer{{}, {std::make_shared<const Encoding>(std::move(encoding)), {}}, {}};
    }
    Compressor compressor(original);
    const CompressedModel pruned = compressor.compress(result.recipe, ctx);
    for (size_t i = 0; i < layers.size(); ++i)
        if (layers[i])
            layers[i]->planKey = pruned.layers[i].planKey;
    result.tuning =
        std::make_shared<const Tuning>(std::move(layers), changedConstants(original, readable.model),
                                       "values of " + file.path().filename().string());
    return result;
}

} // namespace lathe
