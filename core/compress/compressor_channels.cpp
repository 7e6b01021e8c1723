// The part of Compressor that decides which channels go.
#include "core/channels/channelchoice.h"
#include "core/channels/channelscores.h"
#include "core/compress/compressorwork.h"
#include "core/compress/rewrites.h"
#include "core/rewrite/mergechannels.h"
#include "core/rewrite/slim.h"

#include <algorithm>

namespace lathe {
namespace {

/// Layers that make the channels of each group, and those that read them.
struct Members {
    std::vector<std::vector<size_t>> makers, readers; ///< by group
};

Members membersOf(const Model &model, const ChannelGroups &groups)
{
    Members members{std::vector<std::vector<size_t>>(groups.groups.size()),
                    std::vector<std::vector<size_t>>(groups.groups.size())};
    for (size_t g = 0; g < groups.groups.size(); ++g)
        for (const ChannelUse &use : groups.groups[g].uses)
            for (size_t i = 0; use.stored && i < model.layers().size(); ++i) {
                std::vector<size_t> &of = (use.summed ? members.readers : members.makers)[g];
                if (model.layers()[i].weightName == use.tensor && std::ranges::count(of, i) == 0)
                    of.push_back(i);
            }
    return members;
}

bool speaksOfChannels(const Rule &rule)
{
    return std::ranges::any_of(rule.changes,
                               [](const Change &change) { return change.key.starts_with("channels"); });
}

/// Of makers the one that the last rule with a word on channels speaks of.
size_t decidingMaker(const Recipe &recipe, const Model &model, const std::vector<size_t> &makers)
{
    for (auto rule = recipe.rules.rbegin(); rule != recipe.rules.rend(); ++rule)
        for (const size_t maker : makers)
            if (speaksOfChannels(*rule) && globMatches(rule->pattern, model.layers()[maker].name))
                return maker;
    return makers.front();
}

Issue note(const std::string &layer, Message message)
{
    return {Issue::Severity::Note, layer, std::move(message)};
}

/// What the recipe asks of each group.
class Asked {
public:
    Asked(const Recipe &recipe, const std::vector<LayerSettings> &settings, const Model &model,
          const ChannelGroups &groups, std::vector<Issue> &notes)
        : m_recipe(recipe), m_settings(settings), m_model(model), m_groups(groups),
          m_members(membersOf(model, groups)), m_notes(notes)
    {
    }

    std::vector<std::optional<ChannelSettings>> ofGroups()
    {
        std::vector<std::optional<ChannelSettings>> asked(m_groups.groups.size());
        for (size_t g = 0; g < asked.size(); ++g)
            asked[g] = ofGroup(g);
        noteLayersWithoutGroup();
        return asked;
    }

private:
    const std::string &nameOf(size_t layer) const { return m_model.layers()[layer].name; }

    std::optional<ChannelSettings> ofGroup(size_t g)
    {
        const std::vector<size_t> &makers = m_members.makers[g];
        const auto asks = [&](size_t layer) { return m_settings[layer].channels.has_value(); };
        if (std::ranges::none_of(makers, asks))
            return {};
        if (const auto kept = keptMember(g)) {
            m_notes.push_back(
                note(nameOf(makers.front()),
                     Message::tr("{} loses no channels: {} has to change with it, and is kept as it is.",
                                 nameOf(makers.front()), nameOf(*kept))));
            return {};
        }
        const size_t deciding = decidingMaker(m_recipe, m_model, makers);
        for (const size_t maker : makers)
            if (asks(maker) && m_settings[maker].channels != m_settings[deciding].channels)
                m_notes.push_back(
                    note(nameOf(maker),
                         Message::tr("{} shares its channels with {} and follows the settings of that layer.",
                                     nameOf(maker), nameOf(deciding))));
        return m_settings[deciding].channels;
    }

    std::optional<size_t> keptMember(size_t g) const
    {
        for (const std::vector<size_t> *layers : {&m_members.makers[g], &m_members.readers[g]})
            for (const size_t layer : *layers)
                if (m_settings[layer].keep)
                    return layer;
        return {};
    }

    void noteLayersWithoutGroup()
    {
        for (size_t i = 0; i < m_settings.size(); ++i) {
            const bool makes = std::ranges::any_of(m_members.makers, [&](const std::vector<size_t> &makers) {
                return std::ranges::count(makers, i) > 0;
            });
            if (m_settings[i].channels && !makes && !m_model.layers()[i].absent)
                m_notes.push_back(
                    note(nameOf(i), Message::tr("{} makes no channels that can be followed, and keeps "
                                                "its width.",
                                                nameOf(i))));
        }
    }

    const Recipe &m_recipe;
    const std::vector<LayerSettings> &m_settings;
    const Model &m_model;
    const ChannelGroups &m_groups;
    const Members m_members;
    std::vector<Issue> &m_notes;
};

void refuseWithoutData(const Members &members, const Model &model, const ChannelGroups &groups,
                       const std::vector<std::optional<ChannelSettings>> &asked)
{
    for (size_t g = 0; g < asked.size(); ++g)
        if (asked[g] && groups.groups[g].prunable() > 0 && goesByData(*asked[g]))
            refuseWithoutCalibration(model.layers()[members.makers[g].front()], {.channels = asked[g]});
}

/// Groups whose channels cannot be made one keep them all.
void leaveUnmerged(std::vector<std::optional<ChannelSettings>> &asked, const Model &model,
                   const ChannelGroups &groups, std::vector<Issue> &notes)
{
    for (size_t g = 0; g < asked.size(); ++g) {
        if (!asked[g] || asked[g]->method != ChannelMethod::Merge || groups.groups[g].prunable() == 0)
            continue;
        const Message obstacle = mergeObstacle(model, groups.groups[g]);
        if (obstacle.empty())
            continue;
        const std::string &name = groups.groups[g].name;
        notes.push_back(note(name, Message::tr("Channels of {} are not merged: {}.", name, obstacle)));
        asked[g].reset();
    }
}

/// Of those about one group.
std::vector<Issue> notesOf(const std::vector<Issue> &notes, const ChannelGroup &group)
{
    std::vector<Issue> own;
    std::ranges::copy_if(notes, std::back_inserter(own),
                         [&](const Issue &issue) { return issue.layer == group.name; });
    return own;
}

void takeChoice(RewritePlan &plan, RemovedChannels removed,
                const std::vector<std::optional<ChannelSettings>> &asked)
{
    if (std::ranges::all_of(removed, [](const auto &channels) { return channels.empty(); }))
        return;
    for (size_t g = 0; g < removed.size(); ++g) {
        std::ranges::sort(removed[g]);
        const bool goes = asked[g] && !removed[g].empty();
        plan.refits.push_back(goes ? asked[g]->refit : ChannelRefit::Off);
        plan.merged.push_back(goes && asked[g]->method == ChannelMethod::Merge);
    }
    plan.removed = std::move(removed);
}

/// How many channels of each group go, where that needs no measuring and no scores.
std::vector<std::optional<size_t>> countsAsked(const Model &model, const ChannelGroups &groups,
                                               std::vector<std::optional<ChannelSettings>> asked)
{
    std::vector<std::optional<size_t>> counts(asked.size());
    std::vector<std::vector<double>> scores(asked.size());
    std::vector<bool> isCounted(asked.size());
    for (size_t g = 0; g < asked.size(); ++g) {
        isCounted[g] = !asked[g] || (asked[g]->unit != ChannelSettings::Unit::Budget &&
                                     asked[g]->method != ChannelMethod::Merge);
        if (!isCounted[g])
            asked[g].reset();
        scores[g].assign(groups.groups[g].channels, 0.0);
    }
    const ChannelChoice choice = chooseChannels({model, groups, asked, scores});
    for (size_t g = 0; g < asked.size(); ++g)
        if (isCounted[g])
            counts[g] = choice.removed[g].size();
    return counts;
}

/// What was learned in a model that had lost channels is of no other one. @throws Error InvalidArgument
RemovedChannels removedAsLearned(const Tuning &tuning, const Model &model, const ChannelGroups &groups,
                                 const std::vector<std::optional<ChannelSettings>> &asked)
{
    RemovedChannels removed = tuning.removed();
    const auto fits = [&](size_t g) {
        return g < groups.groups.size() &&
               std::ranges::all_of(removed[g], [&](size_t c) { return c < groups.groups[g].channels; });
    };
    for (size_t g = 0; g < removed.size(); ++g)
        if (!removed[g].empty() && !fits(g))
            throw Error(
                ErrorCode::InvalidArgument,
                Message::tr("The trained values do not belong to this model: they are of one with other "
                            "channels."));
    removed.resize(groups.groups.size());
    const std::vector<std::optional<size_t>> counts = countsAsked(model, groups, asked);
    for (size_t g = 0; g < removed.size(); ++g)
        if (counts[g] && *counts[g] != removed[g].size())
            throw Error(
                ErrorCode::InvalidArgument,
                Message::tr("The trained values are of a model that lost {} channels of {}, and the recipe "
                            "takes {}: use the recipe that they were trained with, or recover anew.",
                            removed[g].size(), groups.groups[g].name, *counts[g]));
    return removed;
}

} // namespace

std::vector<std::vector<double>> WideModel::scores(const std::vector<std::optional<ChannelCriterion>> &wanted,
                                                   const Calibration *calibration, std::vector<Issue> &notes,
                                                   const JobContext &ctx)
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::optional<ChannelCriterion>> unknown(wanted.size());
    for (size_t g = 0; g < wanted.size(); ++g)
        if (wanted[g] && !m_scored.contains({g, *wanted[g]}))
            unknown[g] = wanted[g];
    if (std::ranges::any_of(unknown, [](const auto &criterion) { return criterion.has_value(); })) {
        ChannelSources sources{calibration};
        if (calibration != nullptr)
            sources.activations = [calibration](std::span<const ValueAxis> axes, const JobContext &inner) {
                return calibration->onAxes(axes, inner);
            };
        ChannelScores found = channelScores(model, *groups, unknown, sources, ctx);
        for (size_t g = 0; g < unknown.size(); ++g)
            if (unknown[g])
                m_scored[{g, *unknown[g]}] = {std::move(found.byGroup[g]),
                                              notesOf(found.notes, groups->groups[g])};
    }
    std::vector<std::vector<double>> scores(wanted.size());
    for (size_t g = 0; g < wanted.size(); ++g)
        if (wanted[g]) {
            const Scored &scored = m_scored.at({g, *wanted[g]});
            scores[g] = scored.scores;
            notes.insert(notes.end(), scored.notes.begin(), scored.notes.end());
        }
    return scores;
}

std::shared_ptr<const ChannelGroups> Compressor::channels(const JobContext &ctx) const
{
    return m_rewrites->wide(m_origin, {}, {}, ctx)->groups;
}

Message Compressor::channelObstacle(size_t layer) const
{
    const auto groups = channels();
    const Members members = membersOf(m_origin, *groups);
    Message obstacle = Message::tr("what becomes of its outputs cannot be followed");
    for (size_t g = 0; g < groups->groups.size(); ++g) {
        const ChannelGroup &group = groups->groups[g];
        if (std::ranges::count(members.makers[g], layer) == 0)
            continue;
        if (group.prunable() > 0)
            return {};
        if (!group.locks.empty())
            obstacle = group.locks.front().reason;
    }
    return obstacle;
}

void Compressor::planChannels(const Recipe &recipe, ResolvedRecipe &resolved, const Tuning *tuning,
                              const JobContext &ctx)
{
    const std::vector<LayerSettings> &settings = resolved.settings;
    if (std::ranges::none_of(settings, [](const LayerSettings &s) { return s.channels.has_value(); }))
        return;
    const auto wide = m_rewrites->wide(m_origin, resolved.rewrite.folded, resolved.rewrite.dropped, ctx);
    auto asked = Asked(recipe, settings, wide->model, *wide->groups, resolved.notes).ofGroups();
    leaveUnmerged(asked, wide->model, *wide->groups, resolved.notes);
    if (tuning != nullptr && !tuning->removed().empty())
        return takeChoice(resolved.rewrite, removedAsLearned(*tuning, wide->model, *wide->groups, asked),
                          asked);
    if (!m_calibration)
        refuseWithoutData(membersOf(wide->model, *wide->groups), wide->model, *wide->groups, asked);
    std::vector<std::optional<ChannelCriterion>> criteria(asked.size());
    for (size_t g = 0; g < asked.size(); ++g)
        if (asked[g] && wide->groups->groups[g].prunable() > 0)
            criteria[g] = asked[g]->criterion;
    const auto scores = wide->scores(criteria, m_calibration.get(), resolved.notes, ctx);
    const auto time = [&](const RemovedChannels &removed) {
        return wide->time.shareOf(slim(wide->model, *wide->groups, removed), ctx);
    };
    const bool isWhole = resolved.rewrite.folded.empty() && resolved.rewrite.dropped.empty();
    ChannelChoice choice =
        chooseChannels({wide->model, *wide->groups, asked, scores, time, isWhole ? nullptr : &m_origin}, ctx);
    std::ranges::move(choice.notes, std::back_inserter(resolved.notes));
    takeChoice(resolved.rewrite, std::move(choice.removed), asked);
}

} // namespace lathe
