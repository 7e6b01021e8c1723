#include "core/channels/weightscores.h"

#include "core/base/chance.h"
#include "core/base/fileio.h"
#include "core/channels/channelentries.h"
#include "core/model/proto.h"
#include "core/onnx/graphindex.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace lathe {
namespace {

/// Calls visit(values, channels) for each weight with rows that make the channels: arrays of one length.
/// Where no layer's weight can be read, the constants that rows are made of stand for them.
template <class Visit>
void forEachMade(const Model &model, const ChannelGroup &group, const Visit &visit)
{
    const std::vector<LayerEntries> made = madeEntries(model, group);
    for (const LayerEntries &entries : made)
        visit(std::span(entries.weight.data(), static_cast<size_t>(entries.weight.size())),
              std::span(entries.channels.data(), static_cast<size_t>(entries.channels.size())));
    if (!made.empty())
        return;
    for (const ChannelUse &use : group.uses) {
        if (!use.stored || use.summed || std::ssize(use.places) == 0)
            continue;
        const StoredEntries entries = storedEntries(model, use);
        if (std::cmp_greater(entries.values.size(), use.length)) // biases and scales are no weights
            visit(std::span<const float>(entries.values), std::span<const int32_t>(entries.channels));
    }
}

template <class Of>
std::vector<double> sums(const Model &model, const ChannelGroup &group, const Of &of)
{
    std::vector<double> sums(group.channels, 0.0);
    forEachMade(model, group, [&](std::span<const float> values, std::span<const int32_t> channels) {
        for (size_t i = 0; i < values.size(); ++i)
            if (channels[i] >= 0)
                sums[static_cast<size_t>(channels[i])] += of(static_cast<double>(values[i]));
    });
    return sums;
}

/// The products of all channels' weights with each other's; a channel's numbers stand in the order of the
/// weight's.
Eigen::MatrixXd productsOf(const Model &model, const ChannelGroup &group)
{
    constexpr Index atOnce = 1024;
    const auto count = static_cast<Index>(group.channels);
    Eigen::MatrixXd products = Eigen::MatrixXd::Zero(count, count);
    forEachMade(model, group, [&](std::span<const float> values, std::span<const int32_t> channels) {
        std::vector<std::vector<float>> rows(group.channels);
        for (size_t i = 0; i < values.size(); ++i)
            if (channels[i] >= 0)
                rows[static_cast<size_t>(channels[i])].push_back(values[i]);
        const auto longest = std::ssize(*std::ranges::max_element(rows, {}, &std::vector<float>::size));
        for (Index first = 0; first < longest; first += atOnce) {
            Eigen::MatrixXd block = Eigen::MatrixXd::Zero(count, std::min(atOnce, longest - first));
            for (Index c = 0; c < count; ++c) {
                const std::vector<float> &row = rows[static_cast<size_t>(c)];
                for (Index i = 0; i < block.cols() && first + i < std::ssize(row); ++i)
                    block(c, i) = row[static_cast<size_t>(first + i)];
            }
            products += block * block.transpose();
        }
    });
    return products;
}

bool isNormalization(const std::string &op)
{
    static constexpr std::array<std::string_view, 5> ops{"BatchNormalization", "InstanceNormalization",
                                                         "GroupNormalization", "LayerNormalization",
                                                         "RMSNormalization"};
    return std::ranges::find(ops, op) != ops.end();
}

} // namespace

std::vector<double> l1Scores(const Model &model, const ChannelGroup &group)
{
    return sums(model, group, [](double w) { return std::abs(w); });
}

std::vector<double> l2Scores(const Model &model, const ChannelGroup &group)
{
    std::vector<double> scores = sums(model, group, [](double w) { return w * w; });
    for (double &score : scores)
        score = std::sqrt(score);
    return scores;
}

std::vector<double> medianScores(const Model &model, const ChannelGroup &group)
{
    const Eigen::MatrixXd products = productsOf(model, group);
    std::vector<double> scores(group.channels, 0.0);
    for (Index a = 0; a < products.rows(); ++a)
        for (Index b = 0; b < products.rows(); ++b)
            scores[static_cast<size_t>(a)] +=
                std::sqrt(std::max(products(a, a) + products(b, b) - 2.0 * products(a, b), 0.0));
    return scores;
}

Possible<std::vector<double>> normalizationScores(const Model &model, const ChannelGroup &group)
{
    std::vector<double> scales(group.channels, 0.0), counts(group.channels, 0.0);
    const onnx::GraphProto &graph = model.content().proto.graph();
    for (int node = 0; node < graph.node_size(); ++node) {
        if (!isNormalization(graph.node(node).op_type()) || graph.node(node).input_size() < 2)
            continue;
        for (const ChannelUse &use : group.uses) {
            const bool isScale = use.stored && use.tensor == graph.node(node).input(1) &&
                                 (use.readerIndex < 0 || use.readerIndex == node);
            if (!isScale)
                continue;
            const StoredEntries entries = storedEntries(model, use);
            for (size_t i = 0; i < entries.values.size(); ++i)
                if (const int32_t channel = entries.channels[i]; channel >= 0) {
                    scales[static_cast<size_t>(channel)] += std::abs(static_cast<double>(entries.values[i]));
                    counts[static_cast<size_t>(channel)] += 1.0;
                }
        }
    }
    for (size_t c = 0; c < scales.size(); ++c) {
        if (counts[c] == 0.0)
            return Message::tr("no normalization with scales of its own takes them all");
        scales[c] /= counts[c];
    }
    return scales;
}

std::vector<double> randomScores(const ChannelGroup &group)
{
    const std::string digest = sha256Hex(group.name);
    Chance chance(std::stoull(digest.substr(0, 16), nullptr, 16));
    std::vector<double> scores(group.channels);
    std::ranges::generate(scores, [&] { return chance.share(); });
    return scores;
}

} // namespace lathe
