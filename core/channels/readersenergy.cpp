#include "core/channels/readersenergy.h"

#include "core/channels/channelentries.h"

namespace lathe {
namespace {

/// Calls visit(entries, statistics) for the layers that have some. @returns why there is none; empty: there
/// is
template <class Visit>
Message forEachReader(const Model &model, const ChannelGroup &group, const Calibration &calibration,
                      const JobContext &ctx, const Visit &visit)
{
    Message obstacle = Message::tr("no layer reads them whose inputs could be measured");
    bool found = false;
    for (const LayerEntries &reader : readEntries(model, group)) {
        const auto statistics = calibration.of(reader.layer, ctx);
        if (!statistics) {
            obstacle = Message::tr("of the inputs of {} nothing is known, for {}",
                                   model.layers()[reader.layer].name, calibration.obstacle(reader.layer));
            continue;
        }
        found = true;
        visit(reader, *statistics);
    }
    return found ? Message() : obstacle;
}

/// Which of the statistics' columns a number of the weight is multiplied with.
Index columnOf(const Layer &layer, Index row, Index col)
{
    const Index rowsOfGroup = layer.rows / layer.groups;
    return (row / rowsOfGroup) * layer.cols + col;
}

} // namespace

Possible<std::vector<double>> readersEnergy(const Model &model, const ChannelGroup &group,
                                            const Calibration &calibration, const JobContext &ctx)
{
    std::vector<double> scores(group.channels, 0.0);
    const Message obstacle =
        forEachReader(model, group, calibration, ctx, [&](const LayerEntries &of, const InputStatistics &x) {
            const Layer &layer = model.layers()[of.layer];
            std::vector<double> energy(group.channels, 0.0);
            double all = 0.0;
            for (Index r = 0; r < of.weight.rows(); ++r)
                for (Index c = 0; c < of.weight.cols(); ++c) {
                    const double w = of.weight(r, c);
                    const double part = w * w * static_cast<double>(x.meanSquare[columnOf(layer, r, c)]);
                    all += part;
                    if (const int32_t channel = of.channels(r, c); channel >= 0)
                        energy[static_cast<size_t>(channel)] += part;
                }
            for (size_t c = 0; c < energy.size() && all > 0.0; ++c)
                scores[c] += energy[c] / all;
        });
    if (!obstacle.empty())
        return obstacle;
    return scores;
}

Possible<std::vector<double>> readMeans(const Model &model, const ChannelGroup &group,
                                        const Calibration &calibration, const JobContext &ctx)
{
    std::vector<double> sums(group.channels, 0.0), counts(group.channels, 0.0);
    const Message obstacle =
        forEachReader(model, group, calibration, ctx, [&](const LayerEntries &of, const InputStatistics &x) {
            const Layer &layer = model.layers()[of.layer];
            for (Index r = 0; r < of.weight.rows();
                 r += layer.rows / layer.groups) // rows of a group are alike
                for (Index c = 0; c < of.weight.cols(); ++c)
                    if (const int32_t channel = of.channels(r, c); channel >= 0) {
                        sums[static_cast<size_t>(channel)] +=
                            std::abs(static_cast<double>(x.mean[columnOf(layer, r, c)]));
                        counts[static_cast<size_t>(channel)] += 1.0;
                    }
        });
    if (!obstacle.empty())
        return obstacle;
    for (size_t c = 0; c < sums.size(); ++c)
        sums[c] /= std::max(counts[c], 1.0);
    return sums;
}

} // namespace lathe
