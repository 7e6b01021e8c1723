#include "core/certify/layercolumns.h"

#include "core/base/text.h"
#include "core/compress/entropycost.h"

#include <fmt/format.h>
#include <memory>

namespace lathe {
namespace {

Message figure(std::string text)
{
    return Message::verbatim(std::move(text));
}

Message bits(int64_t bits)
{
    return figure(bytesText(bytesOfBits(bits)));
}

/// Of one layer, or of all together.
struct LayerCounts {
    int64_t parameters = 0, left = 0, before = 0, theoreticalBits = 0, after = 0;
    EntropyCost entropy;

    LayerCounts &operator+=(const LayerCounts &other)
    {
        parameters += other.parameters;
        left += other.left;
        before += other.before;
        theoreticalBits += other.theoreticalBits;
        after += other.after;
        entropy += other.entropy;
        return *this;
    }
};

std::vector<LayerCounts> countsOf(const CompressedModel &compressed, const BuiltModel &built)
{
    std::vector<LayerCounts> counts;
    for (size_t i = 0; i < compressed.layers.size(); ++i) {
        const Layer &layer = compressed.origin.layers()[i], &left = compressed.source.layers()[i];
        counts.push_back(
            {layer.tiedTo ? 0 : layer.parameters, left.tiedTo || left.absent ? 0 : left.parameters,
             layer.tiedTo ? 0 : layer.fileBytes, bitsInTheory(compressed.layers[i], built.layers[i]),
             built.layers[i].bytes, entropyCost(compressed, i)});
    }
    return counts;
}

} // namespace

std::vector<LayerColumn> layerColumns(const CompressedModel &compressed, const BuiltModel &built)
{
    const auto counts = std::make_shared<const std::vector<LayerCounts>>(countsOf(compressed, built));
    LayerCounts all;
    for (const LayerCounts &layer : *counts)
        all += layer;
    const auto results = &compressed.layers;
    const auto layers = &compressed.origin.layers();
    const auto storage = &built.layers;
    const auto output = [results](size_t i) {
        const std::optional<double> &error = (*results)[i].normalizedError;
        return error ? decibelText(signalToNoiseDecibel(*error)) : figure(noFigure);
    };
    const auto rank = [results](size_t i) {
        return figure((*results)[i].rank > 0 ? fmt::format("{}", (*results)[i].rank) : noFigure);
    };
    std::vector<LayerColumn> columns{
        {Message::tr("Layer"), true, [layers](size_t i) { return figure((*layers)[i].name); },
         Message::tr("All layers")},
        {Message::tr("Parameters"), false,
         [counts](size_t i) { return figure(countText((*counts)[i].parameters)); },
         figure(countText(all.parameters))},
        {Message::tr("Settings"), true, [results](size_t i) { return summary((*results)[i].settings); }, {}},
        {Message::tr("Stored as"), true, [storage](size_t i) { return (*storage)[i].form; }, {}},
        {Message::tr("Before"), false, [counts](size_t i) { return figure(bytesText((*counts)[i].before)); },
         figure(bytesText(all.before))},
        {Message::tr("Theory"), false, [counts](size_t i) { return bits((*counts)[i].theoreticalBits); },
         bits(all.theoreticalBits)},
        {Message::tr("After"), false, [counts](size_t i) { return figure(bytesText((*counts)[i].after)); },
         figure(bytesText(all.after))},
        {Message::tr("Huffman"), false, [counts](size_t i) { return bits((*counts)[i].entropy.huffmanBits); },
         bits(all.entropy.huffmanBits)},
        {Message::tr("Shannon"), false, [counts](size_t i) { return bits((*counts)[i].entropy.shannonBits); },
         bits(all.entropy.shannonBits)},
        {Message::tr("Error"),
         false,
         [results](size_t i) { return percentMessage((*results)[i].relativeError); },
         {}},
        {Message::tr("Output"), false, output, {}},
        {Message::tr("Zeros"),
         false,
         [results](size_t i) { return percentMessage((*results)[i].sparsity); },
         {}},
        {Message::tr("Rank"), false, rank, {}},
    };
    if (all.left != all.parameters) // channels or blocks went
        columns.insert(columns.begin() + 2,
                       {Message::tr("Left"), false,
                        [counts](size_t i) { return figure(countText((*counts)[i].left)); },
                        figure(countText(all.left))});
    return columns;
}

} // namespace lathe
