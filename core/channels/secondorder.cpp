#include "core/channels/secondorder.h"

#include "core/channels/channelelimination.h"
#include "core/channels/channelreaders.h"
#include "core/channels/inputdamping.h"
#include "core/channels/layerbias.h"
#include "core/methods/matrixinputs.h"

namespace lathe {
namespace {

/// Of one layer, by its groups.
struct Reader {
    std::vector<ChannelElimination> parts;
    double energy = 0.0;
};

/// Of a layer of which nothing is known.
std::shared_ptr<const InputStatistics> alikeInputs(const Layer &layer)
{
    auto statistics = std::make_shared<InputStatistics>();
    statistics->samples = statistics->columns = 1;
    statistics->meanSquare = Vector::Ones(layer.groups * layer.cols);
    statistics->mean = Vector::Zero(layer.groups * layer.cols);
    return statistics;
}

Reader readerOf(const Model &model, const ChannelReader &found, size_t channels,
                const Calibration &calibration, const JobContext &ctx)
{
    const Layer &layer = model.layers()[found.layer];
    const Matrix weight = model.weight(found.layer);
    const auto known = calibration.of(found.layer, ctx);
    const MatrixInputs inputs(known ? known : alikeInputs(layer), layer.groups);
    const double damping = dampingOf(known ? *known : *alikeInputs(layer), layer.cols);
    const bool centered = std::holds_alternative<BiasPlace>(biasPlace(model, found.layer));
    const std::vector<int32_t> channelAt = channelsByPlace(*found.use);
    const Index rows = layer.rows / layer.groups;
    Reader reader;
    for (Index g = 0; g < layer.groups; ++g) {
        std::vector<ChannelElimination::Columns> columns(channels);
        for (Index c = 0; c < layer.cols; ++c) {
            const int32_t place = found.places[static_cast<size_t>(g * layer.cols + c)];
            if (const int32_t channel = channelAt[static_cast<size_t>(place)]; channel >= 0)
                columns[static_cast<size_t>(channel)].push_back(c);
        }
        const Matrix hessian = inputs.hasHessians() ? inputs.hessian(g, centered)
                               : centered           ? Matrix(inputs.variance(g))
                                                    : Matrix(inputs.meanSquare(g));
        reader.parts.emplace_back(weight.middleRows(g * rows, rows), hessian, std::move(columns), damping,
                                  ctx);
        reader.energy += reader.parts.back().energy();
    }
    return reader;
}

} // namespace

std::vector<double> secondOrderScores(const Model &model, const ChannelGroups &groups, size_t group,
                                      const Calibration &calibration, const JobContext &ctx)
{
    const ChannelGroup &chosen = groups.groups.at(group);
    const ChannelReaders found = readersOf(model, chosen);
    std::vector<size_t> layers;
    for (const ChannelReader &reader : found.readers)
        layers.push_back(reader.layer);
    calibration.prepare(layers, ctx.part(0.0, 0.5));
    const JobContext quiet{ctx.stop, {}, ctx.threads};
    std::vector<Reader> readers;
    for (const ChannelReader &reader : found.readers) {
        ctx.throwIfCancelled();
        Reader made = readerOf(model, reader, chosen.channels, calibration, quiet);
        if (made.energy > 0.0)
            readers.push_back(std::move(made));
    }
    std::vector<size_t> left;
    for (size_t c = 0; c < chosen.channels; ++c)
        if (!chosen.locked[c])
            left.push_back(c);
    std::vector<double> scores(chosen.channels, 0.0);
    const size_t all = left.size();
    double lost = 0.0;
    while (!left.empty()) {
        ctx.checkpoint(1.0 - 0.5 * static_cast<double>(left.size()) / static_cast<double>(all),
                       Message::tr("ordering the channels of {}", chosen.name));
        size_t best = 0;
        double least = 0.0;
        for (size_t i = 0; i < left.size(); ++i) {
            double cost = 0.0;
            for (const Reader &reader : readers)
                for (const ChannelElimination &part : reader.parts)
                    cost += part.cost(left[i]) / reader.energy;
            if (i == 0 || cost < least) {
                best = i;
                least = cost;
            }
        }
        lost += least;
        scores[left[best]] = lost;
        for (Reader &reader : readers)
            for (ChannelElimination &part : reader.parts)
                part.remove(left[best], quiet);
        left.erase(left.begin() + static_cast<ptrdiff_t>(best));
    }
    for (size_t c = 0; c < chosen.channels; ++c)
        if (chosen.locked[c])
            scores[c] = lost;
    return scores;
}

} // namespace lathe
