#include "core/channels/channelrefit.h"

#include "core/analysis/normalizations.h"
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/channels/channelreaders.h"
#include "core/channels/columnfit.h"
#include "core/channels/inputdamping.h"
#include "core/channels/layerbias.h"
#include "core/methods/matrixinputs.h"

#include <algorithm>
#include <map>
#include <set>

namespace lathe {
namespace {

constexpr int64_t mostBytes = int64_t(2) << 30; ///< of what layers are fitted from at once

/// What happens to the columns of one layer.
struct Plan {
    size_t layer = 0;
    std::vector<uint8_t> gone;     ///< [groups * cols]
    std::vector<ChannelRefit> how; ///< of those that go
    bool has(ChannelRefit refit) const
    {
        for (size_t c = 0; c < gone.size(); ++c)
            if (gone[c] && how[c] == refit)
                return true;
        return false;
    }
};

/// New values of a layer's weight and what its bias gets.
struct Result {
    Matrix weight;
    Vector shift; ///< [rows] or empty
    std::vector<Issue> notes;
};

class Refitter {
public:
    Refitter(const Model &model, const Calibration *calibration, std::vector<Issue> &notes)
        : m_model(model), m_calibration(calibration), m_notes(notes)
    {
    }

    void add(const ChannelGroup &group, const std::vector<size_t> &removed, ChannelRefit how)
    {
        const ChannelReaders found = readersOf(m_model, group);
        const std::set<size_t> channels(removed.begin(), removed.end());
        for (const ChannelReader &reader : found.readers) {
            const std::vector<int32_t> channelAt = channelsByPlace(*reader.use);
            Plan &plan = m_plans[reader.layer];
            plan.layer = reader.layer;
            plan.gone.resize(reader.places.size());
            plan.how.resize(reader.places.size(), ChannelRefit::Off);
            for (size_t c = 0; c < reader.places.size(); ++c) {
                const int32_t channel = channelAt[static_cast<size_t>(reader.places[c])];
                if (channel < 0 || !channels.contains(static_cast<size_t>(channel)))
                    continue;
                plan.gone[c] = 1;
                plan.how[c] = how;
            }
        }
        if (how != ChannelRefit::Off)
            for (const auto &[layer, reason] : found.others)
                note(m_notes, layer, reason);
    }

    Model run(const JobContext &ctx)
    {
        std::vector<const Plan *> plans;
        std::vector<size_t> measured;
        for (const auto &[layer, plan] : m_plans) {
            plans.push_back(&plan);
            if (plan.has(ChannelRefit::Data))
                measured.push_back(layer);
        }
        if (!measured.empty())
            m_calibration->prepare(measured, ctx.part(0.0, 0.5));
        std::vector<Result> results(plans.size());
        const JobContext fitting = ctx.part(measured.empty() ? 0.0 : 0.5, 1.0);
        for (size_t first = 0; first < plans.size();) {
            const size_t count = togetherFrom(plans, first);
            fitting.checkpoint(static_cast<double>(first) / static_cast<double>(plans.size()),
                               Message::tr("fitting layer {} of {}", first + 1, plans.size()));
            const JobContext quiet{ctx.stop, {}, ctx.threads};
            parallelFor(count, quiet, [&](size_t i) { results[first + i] = fit(*plans[first + i], quiet); });
            first += count;
        }
        return edited(plans, results);
    }

private:
    void note(std::vector<Issue> &notes, const std::string &layer, const Message &reason) const
    {
        notes.push_back({Issue::Severity::Note, layer,
                         Message::tr("{} does not make up for channels that go: {}.", layer, reason)});
    }
    void note(std::vector<Issue> &notes, const Plan &plan, const Message &reason) const
    {
        note(notes, m_model.layers()[plan.layer].name, reason);
    }

    size_t togetherFrom(const std::vector<const Plan *> &plans, size_t first) const
    {
        int64_t bytes = 0;
        size_t count = 0;
        while (first + count < plans.size()) {
            const Layer &layer = m_model.layers()[plans[first + count]->layer];
            constexpr int64_t each = sizeof(float) + sizeof(double);
            bytes += plans[first + count]->has(ChannelRefit::Data)
                         ? layer.cols * layer.cols * (each + (layer.groups - 1) * int64_t(sizeof(float)))
                         : 0;
            if (count > 0 && bytes > mostBytes)
                break;
            ++count;
        }
        return count;
    }

    Result fit(const Plan &plan, const JobContext &ctx) const
    {
        Result result{m_model.weight(plan.layer), {}, {}};
        const Matrix before = result.weight;
        const Possible<BiasPlace> place = biasPlace(m_model, plan.layer);
        const bool biased = placesOfAll(plan.layer);
        if (plan.has(ChannelRefit::Data))
            byData(plan, before, biased, result, ctx);
        if (plan.has(ChannelRefit::Constants))
            byConstants(plan, before, place, biased, result);
        zero(plan, result.weight);
        return result;
    }

    /// Whether each of the layers that share the weight has a place for a bias.
    bool placesOfAll(size_t layer) const
    {
        const std::vector<Layer> &layers = m_model.layers();
        for (size_t i = 0; i < layers.size(); ++i)
            if ((i == layer || layers[i].tiedTo == layer) &&
                std::holds_alternative<Message>(biasPlace(m_model, i)))
                return false;
        return true;
    }

    void byData(const Plan &plan, const Matrix &before, bool biased, Result &result,
                const JobContext &ctx) const
    {
        const auto statistics = m_calibration->of(plan.layer, ctx);
        if (!statistics)
            return note(result.notes, plan, m_calibration->obstacle(plan.layer));
        const Layer &layer = m_model.layers()[plan.layer];
        if (biased)
            result.shift = Vector::Zero(layer.rows);
        if (statistics->secondMoment.size() == 0) {
            if (biased)
                result.shift = meanOfGone(plan, before, statistics->mean, ChannelRefit::Data);
            result.notes.push_back(
                {Issue::Severity::Note, layer.name,
                 biased ? Message::tr("{} is too wide to make up for channels by other than its bias.",
                                      layer.name)
                        : Message::tr("{} is too wide to make up for channels that go.", layer.name)});
            return;
        }
        const Index rows = layer.rows / layer.groups;
        for (Index g = 0; g < layer.groups; ++g) {
            std::vector<Index> gone, kept;
            for (Index c = 0; c < layer.cols; ++c) {
                const auto at = static_cast<size_t>(g * layer.cols + c);
                if (!plan.gone[at])
                    kept.push_back(c);
                else if (plan.how[at] == ChannelRefit::Data)
                    gone.push_back(c);
            }
            const Vector mean =
                biased ? statistics->mean.segment(g * layer.cols, layer.cols).eval() : Vector();
            const ColumnFit fit = fitColumns(before.middleRows(g * rows, rows),
                                             statistics->secondMoment.middleRows(g * layer.cols, layer.cols),
                                             mean, gone, kept, dampingOf(*statistics, layer.cols), ctx);
            for (size_t c = 0; c < kept.size(); ++c)
                result.weight.col(kept[c]).segment(g * rows, rows) += fit.change.col(static_cast<Index>(c));
            if (biased)
                result.shift.segment(g * rows, rows) = fit.shift;
        }
    }

    void byConstants(const Plan &plan, const Matrix &before, const Possible<BiasPlace> &place, bool biased,
                     Result &result) const
    {
        if (const auto *obstacle = std::get_if<Message>(&place))
            return note(result.notes, plan, *obstacle);
        if (!biased)
            return note(result.notes, plan, Message::tr("a layer that shares its weight has no bias"));
        const auto mean = m_normalizations.inputMean(plan.layer, before);
        if (!mean)
            return note(result.notes, plan, Message::tr("no normalization says what it gets on average"));
        const Vector shift = meanOfGone(plan, before, *mean, ChannelRefit::Constants);
        result.shift = result.shift.size() > 0 ? Vector(result.shift + shift) : shift;
    }

    /// What the columns that go give on average [rows].
    Vector meanOfGone(const Plan &plan, const Matrix &weight, const Vector &mean, ChannelRefit how) const
    {
        Vector gone = Vector::Zero(mean.size());
        for (Index c = 0; c < mean.size(); ++c)
            if (plan.gone[static_cast<size_t>(c)] && plan.how[static_cast<size_t>(c)] == how)
                gone[c] = mean[c];
        return productOfMeans(weight, gone, m_model.layers()[plan.layer].groups);
    }

    void zero(const Plan &plan, Matrix &weight) const
    {
        const Layer &layer = m_model.layers()[plan.layer];
        const Index rows = layer.rows / layer.groups;
        for (Index g = 0; g < layer.groups; ++g)
            for (Index c = 0; c < layer.cols; ++c)
                if (plan.gone[static_cast<size_t>(g * layer.cols + c)])
                    weight.col(c).segment(g * rows, rows).setZero();
    }

    Model edited(const std::vector<const Plan *> &plans, std::vector<Result> &results)
    {
        const std::vector<Layer> &layers = m_model.layers();
        onnx::ModelProto proto = m_model.content().proto;
        EditedConstants constants(m_model, proto);
        for (size_t p = 0; p < plans.size(); ++p) {
            const Layer &layer = layers[plans[p]->layer];
            const std::vector<float> stored = matrixToConstant(layer.layout, results[p].weight);
            constants.replace(layer.weightName, fromFloats(layer.weightType, layer.weightShape, stored));
            for (size_t i = 0; i < layers.size() && results[p].shift.size() > 0; ++i)
                if (i == plans[p]->layer || layers[i].tiedTo == plans[p]->layer)
                    addToBias(m_model, i, std::get<BiasPlace>(biasPlace(m_model, i)), results[p].shift, proto,
                              constants);
            m_notes.insert(m_notes.end(), results[p].notes.begin(), results[p].notes.end());
            results[p] = {};
        }
        constants.dropUnread();
        return modelFromProto(std::move(proto), m_model);
    }

    const Model &m_model;
    const Normalizations m_normalizations{m_model};
    const Calibration *m_calibration;
    std::vector<Issue> &m_notes;
    std::map<size_t, Plan> m_plans; ///< by layer
};

} // namespace

Model refitted(const Model &model, const ChannelGroups &groups,
               const std::vector<std::vector<size_t>> &removed, const std::vector<ChannelRefit> &how,
               const Calibration *calibration, std::vector<Issue> &notes, const JobContext &ctx)
{
    if (removed.size() != groups.groups.size() || how.size() != removed.size())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("There are {} groups of channels, not {}.", groups.groups.size(),
                                std::min(removed.size(), how.size())));
    Refitter refitter(model, calibration, notes);
    bool any = false;
    for (size_t g = 0; g < removed.size(); ++g) {
        if (removed[g].empty())
            continue;
        if (how[g] == ChannelRefit::Data && !calibration)
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("Layers make up for removed channels by calibration data only when there "
                                    "are some."));
        any = true;
        refitter.add(groups.groups[g], removed[g], how[g]);
    }
    return any ? refitter.run(ctx) : model;
}

Vector biasAdded(const Model &before, const Model &refitted, size_t layer)
{
    const Vector old = biasOf(before, layer), now = biasOf(refitted, layer);
    return old.size() == now.size() ? Vector(now - old) : Vector();
}

} // namespace lathe
