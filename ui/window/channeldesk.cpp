#include "ui/window/channeldesk.h"

#include "core/channels/channelscores.h"
#include "ui/base/messages.h"
#include "ui/session/workbench.h"

#include <algorithm>
#include <numeric>

namespace lathe::ui {
namespace {

constexpr size_t mostRemembered = 64;

const ChannelGroup *groupNamed(const ChannelGroups &groups, const ChannelGroup &like)
{
    const auto found = std::ranges::find_if(groups.groups, [&](const ChannelGroup &group) {
        return group.name == like.name && group.channels == like.channels;
    });
    return found == groups.groups.end() ? nullptr : &*found;
}

/// By channel; empty: it can go.
std::vector<QString> locksOf(const ChannelGroup &group)
{
    std::vector<QString> locks(group.channels);
    for (const ChannelLock &lock : group.locks)
        for (const size_t channel : lock.channels)
            locks[channel] = messageText(lock.reason);
    return locks;
}

/// Those that can go first, by score.
std::vector<size_t> orderOf(const ChannelGroup &group, const std::vector<double> &scores)
{
    std::vector<size_t> order(group.channels);
    std::iota(order.begin(), order.end(), size_t(0));
    std::ranges::stable_sort(order, [&](size_t a, size_t b) {
        return group.locked[a] != group.locked[b] ? bool(group.locked[b]) : scores[a] < scores[b];
    });
    return order;
}

} // namespace

ChannelDesk::ChannelDesk(Workbench &workbench, QObject *parent)
    : QObject(parent), m_workbench(workbench), m_edits(workbench), m_chart(new ChannelChart)
{
    m_runner.setThreads(1); // the other cores measure
    m_runner.setTitle(tr("Scoring channels"));
    m_runner.setRepeatable(true);
    connect(&workbench, &Workbench::modelChanged, this, [this] {
        m_runner.abandon();
        m_current.reset();
        m_known.clear();
        m_scored.clear();
        m_shownLayer = -1;
        m_chart->clear();
    });
    connect(workbench.focus(), &LayerFocus::analysisChanged, this, &ChannelDesk::refresh);
    connect(workbench.channels(), &ChannelStudy::changed, this, &ChannelDesk::refresh);
    connect(&workbench, &Workbench::recipeChanged, this, &ChannelDesk::refresh);
    connect(&workbench, &Workbench::resultsChanged, this, &ChannelDesk::refresh);
    connect(&workbench, &Workbench::dataChanged, this, &ChannelDesk::refresh);
    connect(m_chart, &DrawnChart::shown, this, &ChannelDesk::refresh);
    connect(m_chart, &ChannelChart::ratioDragged, this,
            [this](double ratio) { m_edits.setChannelRatio(ratio, true); });
    connect(m_chart, &ChannelChart::ratioReleased, this,
            [this](double ratio) { m_edits.setChannelRatio(ratio, false); });
}

int ChannelDesk::layer() const
{
    return m_workbench.focus()->layer();
}

QString ChannelDesk::whyNothing() const
{
    if (m_workbench.focus()->layers().size() > 1)
        return tr("Select one layer to see what its channels are worth.");
    const QString failure = m_workbench.channels()->failure();
    if (!failure.isEmpty())
        return tr("The channels of this model cannot be followed: %1").arg(failure);
    const auto &map = m_workbench.channels()->map();
    if (!map)
        return tr("The channels are being looked for.");
    const Message &obstacle = map->noChannels[static_cast<size_t>(layer())];
    if (obstacle.empty())
        return {};
    const Layer &facts = m_workbench.model().layers()[static_cast<size_t>(layer())];
    return tr("No channels of %1 can go: %2.").arg(QString::fromStdString(facts.name), messageText(obstacle));
}

/// What can be seen of it alone is worked out; the rest is as it was.
void ChannelDesk::refresh()
{
    if (!m_workbench.hasModel() || !m_chart->isVisible())
        return;
    if (m_workbench.focus()->layers().isEmpty()) {
        m_chart->clear();
        return;
    }
    if (const QString why = whyNothing(); !why.isEmpty()) {
        m_chart->clear(why);
        return;
    }
    const Subject now = subject();
    if (const auto known = m_known.find(keyOf(now)); known != m_known.end())
        show(now, known->second);
    else
        score(now);
}

ChannelDesk::Subject ChannelDesk::subject() const
{
    const auto &map = m_workbench.channels()->map();
    const auto index = static_cast<size_t>(map->indexOf(layer()));
    Subject now{.model = m_workbench.model(), .groups = map->groups, .index = index, .calibration = {}};
    const auto &compressed = m_workbench.previews().preview().compressed;
    if (compressed && compressed->narrowing)
        if (const ChannelGroup *same = groupNamed(*compressed->narrowing->groups, now.group())) {
            now.model = compressed->narrowing->wide;
            now.groups = compressed->narrowing->groups;
            now.index = static_cast<size_t>(same - now.groups->groups.data());
        }
    if (const auto settings = m_edits.channelSettings())
        now.criterion = settings->criterion;
    const ChannelCriterionInfo &info = criterionOf(now.criterion);
    const auto calibration = m_workbench.calibration();
    if (!info.byInputs && !info.byGradients)
        return now;
    if (calibration)
        now.calibration = calibration;
    else
        now.criterion = ChannelCriterion::L2;
    return now;
}

ChannelDesk::Key ChannelDesk::keyOf(const Subject &subject)
{
    return {&subject.model.content(), subject.calibration.get(), subject.group().name, subject.criterion};
}

void ChannelDesk::score(const Subject &subject)
{
    const Key key = keyOf(subject);
    if (m_current == key)
        return;
    if (m_shownLayer != layer())
        m_chart->clear(tr("What the channels are worth is being worked out."));
    m_current = key;
    m_runner.start(
        [subject](const JobContext &ctx) {
            std::vector<std::optional<ChannelCriterion>> wanted(subject.groups->groups.size());
            wanted[subject.index] = subject.criterion;
            ChannelSources sources{.calibration = subject.calibration.get()};
            if (subject.calibration)
                sources.activations = [&subject](std::span<const ValueAxis> axes, const JobContext &inner) {
                    return subject.calibration->onAxes(axes, inner);
                };
            ChannelScores found = channelScores(subject.model, *subject.groups, wanted, sources, ctx);
            return Scores{std::move(found.byGroup[subject.index]), !found.notes.empty()};
        },
        [this, subject](const Outcome<Scores> &outcome) {
            m_current.reset();
            if (const auto *scores = std::get_if<Scores>(&outcome)) {
                remember(subject, *scores);
                refresh();
            } else if (const auto *error = std::get_if<Error>(&outcome)) {
                m_chart->clear(messageText(error->message()));
            }
        });
}

/// A few: each may hold a model of its own.
void ChannelDesk::remember(const Subject &subject, const Scores &scores)
{
    if (m_scored.size() >= mostRemembered) {
        m_scored.clear();
        m_known.clear();
    }
    m_scored.push_back(subject);
    m_known[keyOf(subject)] = scores;
}

void ChannelDesk::show(const Subject &subject, const Scores &scores)
{
    const ChannelGroup &group = subject.group();
    const auto &map = m_workbench.channels()->map();
    const auto others = map->makers[static_cast<size_t>(map->indexOf(layer()))].size() - 1;
    RankedChannels ranked;
    ranked.subject = QString::fromStdString(m_workbench.model().layers()[static_cast<size_t>(layer())].name);
    if (others > 0)
        ranked.subject =
            tr("%1 with %n other layer(s)", nullptr, static_cast<int>(others)).arg(ranked.subject);
    ranked.measure =
        messageText(criterionOf(scores.byNorm ? ChannelCriterion::L2 : subject.criterion).label());
    const std::vector<QString> locks = locksOf(group);
    for (const size_t channel : orderOf(group, scores.values))
        ranked.channels.push_back({.number = static_cast<int>(channel),
                                   .score = scores.values[channel],
                                   .bytes = group.bytes[channel],
                                   .macs = group.macs[channel],
                                   .lock = locks[channel]});
    m_shownLayer = layer();
    m_chart->setChannels(ranked);
    m_chart->setLine(m_edits.channelLine());
    m_chart->setGone(gone(group));
}

/// Empty while the recipe has other settings than what came out.
std::vector<bool> ChannelDesk::gone(const ChannelGroup &group) const
{
    const auto &compressed = m_workbench.previews().preview().compressed;
    const auto &map = m_workbench.channels()->map();
    const std::vector<int> &makers = map->makers[static_cast<size_t>(map->indexOf(layer()))];
    if (!compressed ||
        std::ranges::any_of(makers, [this](int maker) { return m_workbench.previews().isOutdated(maker); }))
        return {};
    std::vector<bool> gone(group.channels);
    if (!compressed->narrowing)
        return gone;
    const ChannelGroups &groups = *compressed->narrowing->groups;
    const ChannelGroup *same = groupNamed(groups, group);
    const auto index =
        same != nullptr ? static_cast<size_t>(same - groups.groups.data()) : groups.groups.size();
    if (index < compressed->narrowing->removed.size())
        for (const size_t channel : compressed->narrowing->removed[index])
            gone[channel] = true;
    return gone;
}

} // namespace lathe::ui
