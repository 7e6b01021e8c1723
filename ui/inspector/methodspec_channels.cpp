#include "ui/base/messages.h"
#include "ui/base/settingstext.h"
#include "ui/inspector/methodspecparts.h"

#include <QCoreApplication>

#include <cmath>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::MethodSpec)
};

using Unit = ChannelSettings::Unit;

/// What a ratio and the budgets are chosen by; a count is for rules alone, as layers differ in width.
constexpr int keepKey = 4;

int amountKey(const ChannelSettings &channels)
{
    if (channels.unit == Unit::Keep)
        return keepKey;
    return channels.unit == Unit::Ratio ? 0 : 1 + keyOf(channels.budget);
}

/// The slider says what goes, of channels as of a budget.
double shareGone(const ChannelSettings &channels)
{
    return channels.unit == Unit::Ratio ? channels.value : 1.0 - channels.value;
}

void setShareGone(ChannelSettings &channels, double share)
{
    channels.value = channels.unit == Unit::Ratio ? share : 1.0 - share;
}

void setAmount(ChannelSettings &channels, int key)
{
    const double gone = channels.unit == Unit::Keep ? defaultChannels.value : shareGone(channels);
    channels.unit = key == 0 ? Unit::Ratio : Unit::Budget;
    if (key > 0)
        channels.budget = static_cast<ChannelBudget>(key - 1);
    setShareGone(channels, gone);
}

Choice amountChoice()
{
    return {
        .name = Words::tr("So much goes"),
        .hint = Words::tr("Of each layer's channels, or of what the whole model takes: then the layers "
                          "with the same setting share what has to go"),
        .entries = {{0, Words::tr("of the channels"), Words::tr("The same share of each layer's channels")},
                    {1, Words::tr("of the MACs"),
                     Words::tr("Channels go where they save most multiplications for what they are worth.")},
                    {2, Words::tr("of the bytes"),
                     Words::tr("Channels go where they save most of the file for what they are worth.")},
                    {3, Words::tr("of the time"),
                     Words::tr("As measured on this machine; channels go only where that saves time.")}},
        .get = [](const LayerSettings &s) { return amountKey(*s.channels); },
        .set = [](LayerSettings &s, int key) { setAmount(*s.channels, key); },
        .textOf = [](int) { return Words::tr("by a count"); }};
}

Choice criterionChoice()
{
    Choice choice{
        .name = Words::tr("Which channels go"),
        .hint = Words::tr("How the channels that matter least are found"),
        .entries = {},
        .get = [](const LayerSettings &s) { return keyOf(s.channels->criterion); },
        .set = [](LayerSettings &s, int key) { s.channels->criterion = static_cast<ChannelCriterion>(key); },
        .idle =
            [](const LayerSettings &s) {
                return s.channels->method == ChannelMethod::Merge
                           ? Words::tr("Channels that are merged are chosen by how alike they are.")
                           : QString();
            }};
    for (const ChannelCriterionInfo &criterion : channelCriteria)
        choice.entries.push_back({keyOf(criterion.criterion), messageText(criterion.label()),
                                  messageText(criterion.hint()), criterion.byInputs || criterion.byGradients,
                                  criterion.byInputs      ? &LayerFacts::noCalibration
                                  : criterion.byGradients ? &LayerFacts::noGradients
                                                          : nullptr});
    return choice;
}

Choice methodChoice()
{
    return {.name = Words::tr("They are"),
            .hint = Words::tr("Whether channels go, or those that are alike become one"),
            .entries = {{keyOf(ChannelMethod::Remove), Words::tr("removed"), {}},
                        {keyOf(ChannelMethod::Merge), Words::tr("merged"),
                         Words::tr(
                             "Channels that are alike become one, which is read in place of all of them.")}},
            .get = [](const LayerSettings &s) { return keyOf(s.channels->method); },
            .set = [](LayerSettings &s, int key) { s.channels->method = static_cast<ChannelMethod>(key); }};
}

Choice refitChoice()
{
    return {.name = Words::tr("Layers behind"),
            .hint = Words::tr("How the layers that read the channels make up for those that go"),
            .entries = {{keyOf(ChannelRefit::Off), Words::tr("stay as they are"), {}},
                        {keyOf(ChannelRefit::Constants), Words::tr("get their mean"),
                         Words::tr("Their bias gets what the channels give on average, as far as "
                                   "normalizations say it.")},
                        {keyOf(ChannelRefit::Data), Words::tr("are fitted"),
                         Words::tr("Least squares on calibration data: the best that the channels that stay "
                                   "can give"),
                         true, &LayerFacts::noCalibration}},
            .get = [](const LayerSettings &s) { return keyOf(s.channels->refit); },
            .set = [](LayerSettings &s, int key) { s.channels->refit = static_cast<ChannelRefit>(key); }};
}

Choice roundChoice()
{
    const auto text = [](int key) { return Words::tr("multiples of %1").arg(key); };
    Choice choice{.name = Words::tr("Left are"),
                  .hint = Words::tr("As many channels stay as a multiple of this: the runtime computes "
                                    "channels in blocks, and a block that is not full saves no time."),
                  .entries = {{1, Words::tr("any number"), {}},
                              {0, Words::tr("whole blocks"),
                               Words::tr("As many as the runtime computes at once "
                                         "on this processor")}},
                  .get = [](const LayerSettings &s) { return s.channels->round; },
                  .set = [](LayerSettings &s, int key) { s.channels->round = key; },
                  .textOf = text,
                  .parse = [](const QString &typed) { return wholeNumberIn(typed, 1, 1024); }};
    for (const int multiple : {4, 8, 16, 32})
        choice.entries.push_back({multiple, text(multiple), {}});
    return choice;
}

Choice leastChoice()
{
    const auto text = [](int key) { return Words::tr("%n channel(s)", nullptr, key); };
    Choice choice{.name = Words::tr("At least"),
                  .hint = Words::tr("So many channels stay in each layer, whatever goes"),
                  .entries = {},
                  .get = [](const LayerSettings &s) { return s.channels->leastLeft; },
                  .set = [](LayerSettings &s, int key) { s.channels->leastLeft = key; },
                  .textOf = text,
                  .parse = [](const QString &typed) { return wholeNumberIn(typed, 1, 1 << 20); }};
    for (const int least : {1, 2, 4, 8, 16, 32})
        choice.entries.push_back({least, text(least), {}});
    return choice;
}

} // namespace

MethodSpec channelsSpec()
{
    MethodSpec spec = specOf(&LayerSettings::channels);
    spec.id = QStringLiteral("channels");
    spec.title = Words::tr("Channels");
    spec.key = QStringLiteral("N");
    spec.purpose = Words::tr("a narrower network");
    spec.hint = Words::tr("Takes whole channels out of the network, with all that can only go with them: the "
                          "model becomes smaller and faster everywhere.");
    spec.turnedOn = Words::tr("Channels on");
    spec.allTurnedOn = Words::tr("Channels of %1 layers on");
    spec.turnedOff = Words::tr("Channels off");
    spec.allTurnedOff = Words::tr("Channels of %1 layers off");
    spec.obstacle = &LayerFacts::noChannels;
    spec.value =
        MethodValue{.name = Words::tr("Share that goes"),
                    .scale = {.minimum = 0,
                              .maximum = 95,
                              .fine = 0.5,
                              .coarse = 5,
                              .reset = defaultChannels.value * 100,
                              .unit = Words::tr(" %")},
                    .get = [](const LayerSettings &s) -> std::optional<double> {
                        if (!s.channels)
                            return {};
                        return s.channels->unit == Unit::Keep ? 0.0 : 100.0 * shareGone(*s.channels);
                    },
                    .set = [](LayerSettings &s, double shown) { setShareGone(*s.channels, shown / 100.0); },
                    .text = percentText,
                    .one = Words::tr("Channels"),
                    .many = Words::tr("Channels of %1 layers"),
                    .locked =
                        [](const LayerSettings &s) {
                            return s.channels && s.channels->unit == Unit::Keep
                                       ? Words::tr("%n channel(s) stay, whatever share that is.", nullptr,
                                                   int(std::lround(s.channels->value)))
                                       : QString();
                        }};
    spec.row = {criterionChoice()};
    spec.more = {amountChoice(), refitChoice(), methodChoice(), roundChoice(), leastChoice()};
    return spec;
}

MethodSpec dropSpec()
{
    MethodSpec spec = specOf(&LayerSettings::drop);
    spec.id = QStringLiteral("drop");
    spec.title = Words::tr("Drop");
    spec.purpose = Words::tr("a whole block");
    spec.hint =
        Words::tr("Leaves out the smallest part of the network around the layer that its input can stand "
                  "for.");
    spec.turnedOn = Words::tr("Block dropped");
    spec.allTurnedOn = Words::tr("Blocks of %1 layers dropped");
    spec.turnedOff = Words::tr("Block back");
    spec.allTurnedOff = Words::tr("Blocks of %1 layers back");
    spec.obstacle = &LayerFacts::noDrop;
    return spec;
}

} // namespace lathe::ui
