// Which channels go: what a slim model takes is told right, and ratios, counts and budgets are kept.
#include "core/base/chance.h"
#include "core/base/error.h"
#include "core/channels/channelchoice.h"
#include "core/channels/slimforecast.h"
#include "core/model/proto.h"
#include "core/onnx/constants.h"
#include "core/rewrite/slim.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/messageof.h"

#include <QTest>
#include <cmath>
#include <limits>
#include <map>
#include <set>

using namespace lathe;
using namespace lathe::test;

namespace {

using Removed = std::vector<std::vector<size_t>>;
using Scores = std::vector<std::vector<double>>;
using Settings = std::vector<std::optional<ChannelSettings>>;
using Unit = ChannelSettings::Unit;

Scores randomScores(const ChannelGroups &groups, uint64_t seed)
{
    Chance chance(seed);
    Scores scores;
    for (const ChannelGroup &group : groups.groups) {
        scores.emplace_back(group.channels);
        std::ranges::generate(scores.back(), [&] { return 0.1 + chance.share(); });
    }
    return scores;
}

/// Of what slim() would take, as far as one stays on each axis.
Removed randomRemoval(const Model &model, const ChannelGroups &groups, uint64_t seed)
{
    Chance chance(seed);
    SlimForecast forecast(model, groups);
    Removed removed(groups.groups.size());
    for (size_t g = 0; g < removed.size(); ++g) {
        const double share = chance.share();
        for (size_t c = 0; c < groups.groups[g].channels; ++c)
            if (const std::array one{c};
                !groups.groups[g].locked[c] && chance.share() < share && forecast.canRemove(g, one)) {
                forecast.remove(g, one);
                removed[g].push_back(c);
            }
    }
    return removed;
}

/// Of constants that hold real numbers: nodes are told new shapes by others.
int64_t realBytes(const Model &model)
{
    int64_t bytes = 0;
    const GraphIndex &index = *model.content().index;
    for (const GraphIndex::Entry &graph : index.graphs())
        for (const auto &[name, definition] : graph.names)
            if (const auto info = constantInfo(index, definition); info && isFloat(info->type))
                bytes += elementCount(info->shape) * elementBits(info->type) / 8;
    return bytes;
}

Settings forAll(const ChannelGroups &groups, const ChannelSettings &settings)
{
    return Settings(groups.groups.size(), settings);
}

size_t left(const ChannelGroup &group, const std::vector<size_t> &removed)
{
    return group.channels - removed.size();
}

QString textOf(const ChannelChoice &choice)
{
    QString text;
    for (const Issue &note : choice.notes)
        text += QString::fromStdString(note.message.text()) + "\n";
    return text;
}

const std::vector<std::pair<std::string, Attribute>> padded = {{"pads", std::vector<int64_t>{1, 1, 1, 1}}};

/// Groups a (20 channels), b (16, of a residual sum) and the output's.
GraphBuilder chain(int64_t a = 20, int64_t b = 16)
{
    GraphBuilder graph;
    graph.input("x", {1, 3, 8, 8}).random("a_w", {a, 3, 3, 3}).random("a_b", {a});
    graph.random("b_w", {b, a, 3, 3}).random("c_w", {b, b, 1, 1}).random("d_w", {5, b, 1, 1});
    graph.node("Conv", {"x", "a_w", "a_b"}, {"a"}, padded, "a").node("Relu", {"a"}, {"ra"});
    graph.node("Conv", {"ra", "b_w"}, {"b"}, padded, "b").node("Conv", {"b", "c_w"}, {"c"}, {}, "c");
    graph.node("Add", {"b", "c"}, {"s"}).node("Conv", {"s", "d_w"}, {"d"}, {}, "d").output("d");
    return graph;
}

} // namespace

class TstChannelChoice : public QObject {
    Q_OBJECT
private slots:
    void forecast_isWhatSlimMakes_data();
    void forecast_isWhatSlimMakes();
    void forecast_comesBack();
    void sharedConstants_areCounted();
    void canRemove_isWhatSlimTakes();
    void counts_data();
    void counts();
    void lowestScores_goFirst();
    void lockedChannels_neverGo();
    void rounding_holdsOnEachAxis();
    void roundingOfTheRuntime_isOfBlocks();
    void impossibleWishes_areNoted_data();
    void impossibleWishes_areNoted();
    void budgets_areKept_data();
    void budgets_areKept();
    void budget_isTheNaiveGreedyChoice();
    void budget_afterRatio_countsWhatHasGone();
    void criteriaOfOneBudget_meetOnOneScale();
    void unreachableBudget_namesTheLeast();
    void time_isReachedInFewMeasurements();
    void timeThatCutsDoNotSave_keepsTheGroup();
    void timeInBlocks_cutsWholeBlocks();
    void unreachableTime_namesTheLeast();
    void weirdScores_breakNothing();
};

void TstChannelChoice::forecast_isWhatSlimMakes_data()
{
    QTest::addColumn<QString>("file");
    for (const char *name : {"models/mnist-8", "models/fashion_mnist_cnn", "models/resnet20_cifar10",
                             "models/resnet56_cifar10", "models/mobilenetv2", "models/squeezenet1.1",
                             "models/squeezenet_fp16", "models/vit_cifar10_ibp_3_3_8",
                             "odd-models/byte_sb_bidi_lstm", "odd-models/Ultraface.version-RFB-320",
                             "odd-models/yolox_nano", "odd-models/micro_kws_m_static_fp32",
                             "odd-models/bert_toy_optimized", "tasks/super-resolution/esrgan_slim_x4"})
        QTest::newRow(name) << QString(name) + ".onnx";
}

void TstChannelChoice::forecast_isWhatSlimMakes()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, file);
    const Model model = Model::load(testData() + "/" + file.toStdString());
    const ChannelGroups groups = channelGroups(model);
    for (const uint64_t seed : {1U, 2U, 3U}) {
        const Removed removed = randomRemoval(model, groups, seed);
        SlimForecast forecast(model, groups);
        QCOMPARE(forecast.of(SlimForecast::Cost::Macs), model.macs().value_or(0));
        QCOMPARE(forecast.of(SlimForecast::Cost::Bytes), storedBytes(model));
        for (size_t g = 0; g < removed.size(); ++g)
            forecast.remove(g, removed[g]);
        const Model slimmed = slim(model, groups, removed);
        QCOMPARE(slimmed.macs().has_value(), model.macs().has_value());
        if (model.macs())
            QCOMPARE(forecast.of(SlimForecast::Cost::Macs), *slimmed.macs());
        QCOMPARE(forecast.of(SlimForecast::Cost::Bytes) - storedBytes(model) + realBytes(model),
                 realBytes(slimmed));
        QVERIFY(forecast.of(SlimForecast::Cost::Bytes) < storedBytes(model));
    }
}

void TstChannelChoice::forecast_comesBack()
{
    const Model model = chain().build();
    const ChannelGroups groups = channelGroups(model);
    SlimForecast forecast(model, groups);
    using enum SlimForecast::Cost;
    const int64_t macs = forecast.of(Macs), bytes = forecast.of(Bytes);
    const std::vector<size_t> some{3, 5, 19};
    const int64_t saved = forecast.saved(Macs, 0, some);
    QCOMPARE(saved, int64_t(3 * (3 * 9 + 16 * 9) * 64)); // rows of a, columns of b, at 8 x 8 places
    QCOMPARE(forecast.of(Macs), macs);
    QCOMPARE(forecast.saved(Bytes, 0, some), int64_t(3 * (3 * 9 + 1 + 16 * 9) * 4));
    forecast.remove(0, some);
    QCOMPARE(forecast.of(Macs), macs - saved);
    forecast.putBack(0, some);
    QCOMPARE(forecast.of(Macs), macs);
    QCOMPARE(forecast.of(Bytes), bytes);
    QCOMPARE(forecast.ofWhole(Macs), *model.macs());
}

/// Two layers share a bias: once both lose channels each has its own, and the common one is gone.
void TstChannelChoice::sharedConstants_areCounted()
{
    GraphBuilder graph;
    graph.input("x", {1, 2, 4, 4}).random("a_w", {6, 2, 1, 1}).random("b_w", {6, 6, 1, 1});
    graph.random("zeros", {6}).random("c_w", {2, 6, 1, 1});
    graph.node("Conv", {"x", "a_w", "zeros"}, {"a"}, {}, "a");
    graph.node("Conv", {"a", "b_w", "zeros"}, {"b"}, {}, "b");
    graph.node("Conv", {"b", "c_w"}, {"c"}, {}, "c").output("c");
    const Model model = graph.build();
    const ChannelGroups groups = channelGroups(model);
    for (const Removed &removed : {Removed{{1}, {}, {}}, Removed{{1, 2}, {0}, {}}, Removed{{}, {5}, {}}}) {
        SlimForecast forecast(model, groups);
        for (size_t g = 0; g < removed.size(); ++g)
            forecast.remove(g, removed[g]);
        QCOMPARE(forecast.of(SlimForecast::Cost::Bytes), realBytes(slim(model, groups, removed)));
    }
}

/// A slice reads two of the channels only, a concatenation joins two groups.
void TstChannelChoice::canRemove_isWhatSlimTakes()
{
    const auto numbers = [](int64_t value) {
        Tensor tensor = makeTensor(ElementType::Int64, {1});
        tensor.as<int64_t>()[0] = value;
        return tensor;
    };
    GraphBuilder graph;
    graph.input("x", {1, 3, 4, 4}).random("a_w", {4, 3, 1, 1}).random("b_w", {3, 3, 1, 1});
    graph.random("c_w", {5, 7, 1, 1}).random("d_w", {5, 2, 1, 1});
    graph.constant("from", numbers(0)).constant("to", numbers(2)).constant("axis", numbers(1));
    graph.node("Conv", {"x", "a_w"}, {"a"}, {}, "a").node("Conv", {"x", "b_w"}, {"b"}, {}, "b");
    graph.node("Concat", {"a", "b"}, {"j"}, {{"axis", int64_t(1)}});
    graph.node("Slice", {"a", "from", "to", "axis"}, {"s"}).node("Conv", {"s", "d_w"}, {"d"}, {}, "d");
    graph.node("Conv", {"j", "c_w"}, {"c"}, {}, "c").node("Add", {"c", "d"}, {"y"}).output("y");
    const Model model = graph.build();
    const ChannelGroups groups = channelGroups(model);
    const SlimForecast forecast(model, groups);
    for (size_t g = 0; g < 2; ++g)
        for (size_t bits = 1; bits < size_t(1) << groups.groups[g].channels; ++bits) {
            Removed removed(groups.groups.size());
            for (size_t c = 0; c < groups.groups[g].channels; ++c)
                if ((bits >> c & 1U) != 0)
                    removed[g].push_back(c);
            const bool isTaken = messageOf([&] { slim(model, groups, removed); }).isEmpty();
            QCOMPARE(forecast.canRemove(g, removed[g]), isTaken);
        }
    ChannelSettings most{.value = 0.99};
    const Scores scores = randomScores(groups, 5);
    const ChannelChoice choice = chooseChannels({model, groups, forAll(groups, most), scores});
    QCOMPARE(choice.removed[0].size(), size_t(3));
    QCOMPARE(std::ranges::count_if(choice.removed[0], [](size_t c) { return c < 2; }), ptrdiff_t(1));
    QCOMPARE(choice.removed[1].size(), size_t(2));
    slim(model, groups, choice.removed);
}

void TstChannelChoice::counts_data()
{
    QTest::addColumn<int>("unit");
    QTest::addColumn<double>("value");
    QTest::addColumn<int>("round");
    QTest::addColumn<int>("least");
    QTest::addColumn<size_t>("left"); // of 20
    const auto row = [](const char *name, Unit unit, double value, int round, int least, size_t left) {
        QTest::newRow(name) << static_cast<int>(unit) << value << round << least << left;
    };
    row("nothing", Unit::Ratio, 0.0, 1, 1, 20);
    row("half", Unit::Ratio, 0.5, 1, 1, 10);
    row("all but one", Unit::Ratio, 0.999, 1, 1, 1);
    row("to multiples of 8", Unit::Ratio, 0.5, 8, 1, 16);
    row("to fewer multiples", Unit::Ratio, 0.6, 8, 1, 8);
    row("never none of them", Unit::Ratio, 0.999, 8, 1, 8);
    row("at least 12", Unit::Ratio, 0.75, 1, 12, 12);
    row("at least 12 in eights", Unit::Ratio, 0.75, 8, 12, 16);
    row("keep 7", Unit::Keep, 7, 1, 1, 7);
    row("keep all", Unit::Keep, 20, 1, 1, 20);
    row("keep 7 in fours", Unit::Keep, 7, 4, 1, 8);
    row("keep 4, at least 6", Unit::Keep, 4, 1, 6, 6);
}

void TstChannelChoice::counts()
{
    QFETCH(int, unit);
    QFETCH(double, value);
    QFETCH(int, round);
    QFETCH(int, least);
    QFETCH(size_t, left);
    const Model model = chain().build();
    const ChannelGroups groups = channelGroups(model);
    Settings settings(groups.groups.size());
    settings[0] = {.unit = static_cast<Unit>(unit), .value = value, .round = round, .leastLeft = least};
    const Scores scores = randomScores(groups, 3);
    const ChannelChoice choice = chooseChannels({model, groups, settings, scores});
    QCOMPARE(::left(groups.groups[0], choice.removed[0]), left);
    QVERIFY(choice.removed[1].empty());
    QVERIFY2(choice.notes.empty(), qPrintable(textOf(choice)));
}

void TstChannelChoice::lowestScores_goFirst()
{
    const Model model = chain().build();
    const ChannelGroups groups = channelGroups(model);
    const Scores scores = randomScores(groups, 4);
    const ChannelChoice choice = chooseChannels({model, groups, forAll(groups, {.value = 0.3}), scores});
    const std::set<size_t> gone(choice.removed[0].begin(), choice.removed[0].end());
    QCOMPARE(gone.size(), size_t(6));
    for (const size_t removed : gone)
        for (size_t kept = 0; kept < groups.groups[0].channels; ++kept)
            QVERIFY(gone.contains(kept) || scores[0][removed] <= scores[0][kept]);
}

void TstChannelChoice::lockedChannels_neverGo()
{
    LATHE_NEED_TEST_DATA();
    for (const char *name : {"resnet20_cifar10", "mobilenetv2", "squeezenet1.1"}) {
        const Model model = Model::load(testData() + "/models/" + name + ".onnx");
        const ChannelGroups groups = channelGroups(model);
        const Scores scores = randomScores(groups, 6);
        const ChannelChoice choice =
            chooseChannels({model, groups, forAll(groups, {.value = 0.7, .round = 4}), scores});
        for (size_t g = 0; g < groups.groups.size(); ++g) {
            for (const size_t channel : choice.removed[g])
                QVERIFY(!groups.groups[g].locked[channel]);
            QVERIFY(choice.removed[g].empty() || left(groups.groups[g], choice.removed[g]) % 4 == 0);
        }
        const Model slimmed = slim(model, groups, choice.removed);
        QVERIFY(*slimmed.macs() < *model.macs() / 3);
    }
}

/// A split reads 12 channels here and 8 there: each part stays a multiple, though the group has 20.
void TstChannelChoice::rounding_holdsOnEachAxis()
{
    GraphBuilder graph;
    graph.input("x", {1, 3, 4, 4}).random("a_w", {20, 3, 1, 1}).random("b_w", {5, 12, 1, 1});
    graph.random("c_w", {5, 8, 1, 1});
    Tensor sizes = makeTensor(ElementType::Int64, {2});
    sizes.as<int64_t>()[0] = 12;
    sizes.as<int64_t>()[1] = 8;
    graph.constant("sizes", sizes).node("Conv", {"x", "a_w"}, {"a"}, {}, "a");
    graph.node("Split", {"a", "sizes"}, {"p", "q"}, {{"axis", int64_t(1)}});
    graph.node("Conv", {"p", "b_w"}, {"b"}, {}, "b").node("Conv", {"q", "c_w"}, {"c"}, {}, "c");
    graph.node("Add", {"b", "c"}, {"y"}).output("y");
    const Model model = graph.build();
    const ChannelGroups groups = channelGroups(model);
    const Scores scores = randomScores(groups, 8);
    for (const int round : {1, 2, 4}) {
        size_t before = 0;
        for (const double ratio : {0.1, 0.3, 0.5, 0.7, 0.9, 0.99}) {
            const ChannelChoice choice =
                chooseChannels({model, groups, forAll(groups, {.value = ratio, .round = round}), scores});
            const auto inFirst = std::ranges::count_if(choice.removed[0], [](size_t c) { return c < 12; });
            const auto inSecond = std::ssize(choice.removed[0]) - inFirst;
            QVERIFY((12 - inFirst) % round == 0 && (8 - inSecond) % round == 0);
            QVERIFY(inFirst < 12 && inSecond < 8);
            QVERIFY(static_cast<double>(inFirst + inSecond) <= std::round(ratio * 20));
            QVERIFY(choice.removed[0].size() >= before);
            before = choice.removed[0].size();
            slim(model, groups, choice.removed);
        }
        QVERIFY(before >= 12);
    }
}

void TstChannelChoice::roundingOfTheRuntime_isOfBlocks()
{
    const Model model = chain(64, 48).build();
    const ChannelGroups groups = channelGroups(model);
    const Scores scores = randomScores(groups, 9);
    const ChannelChoice choice =
        chooseChannels({model, groups, forAll(groups, {.value = 0.4, .round = 0}), scores});
    QVERIFY(!choice.removed[0].empty());
    QCOMPARE(left(groups.groups[0], choice.removed[0]) % 8, size_t(0));
    QVERIFY(choice.removed[0].size() <= 26);
}

void TstChannelChoice::impossibleWishes_areNoted_data()
{
    QTest::addColumn<int>("group");
    QTest::addColumn<int>("unit");
    QTest::addColumn<double>("value");
    QTest::addColumn<int>("round");
    QTest::addColumn<int>("least");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, int group, Unit unit, double value, int round, int least,
                        const char *words) {
        QTest::newRow(name) << group << static_cast<int>(unit) << value << round << least << QString(words);
    };
    row("keep more than there are", 0, Unit::Keep, 21, 1, 1,
        "Nothing of `a` goes: 21 of its channels shall stay, but it has 20.");
    row("round larger than the group", 0, Unit::Ratio, 0.5, 32, 1,
        "Nothing of `a` goes: a multiple of 32 shall stay, but it has only 20 channels.");
    row("least is all", 0, Unit::Ratio, 0.5, 1, 20,
        "Nothing of `a` goes: at least 20 of its 20 channels shall stay.");
    row("too few for a step", 0, Unit::Ratio, 0.1, 8, 1,
        "Nothing of `a` goes: 2 of its 20 channels would, but of those that stay at least 1 and a multiple "
        "of 8 have to.");
    row("less than one", 0, Unit::Ratio, 0.01, 1, 1,
        "Nothing of `a` goes: the ratio 0.01 is less than one of the 20 channels that can.");
    row("the output's", 2, Unit::Ratio, 0.5, 1, 1,
        "No channel of `d` can go: they are part of the output d.");
}

void TstChannelChoice::impossibleWishes_areNoted()
{
    QFETCH(int, group);
    QFETCH(int, unit);
    QFETCH(double, value);
    QFETCH(int, round);
    QFETCH(int, least);
    QFETCH(QString, words);
    const Model model = chain().build();
    const ChannelGroups groups = channelGroups(model);
    Settings settings(groups.groups.size());
    const auto g = static_cast<size_t>(group);
    settings[g] = {.unit = static_cast<Unit>(unit), .value = value, .round = round, .leastLeft = least};
    const Scores scores = randomScores(groups, 3);
    const ChannelChoice choice = chooseChannels({model, groups, settings, scores});
    for (const auto &removed : choice.removed)
        QVERIFY(removed.empty());
    QCOMPARE(choice.notes.size(), size_t(1));
    QCOMPARE(QString::fromStdString(choice.notes[0].message.text()), words);
    QCOMPARE(choice.notes[0].layer, groups.groups[g].name);
}

void TstChannelChoice::budgets_areKept_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("budget");
    QTest::addColumn<double>("share");
    QTest::addColumn<int>("round");
    for (const char *name : {"resnet20_cifar10", "resnet56_cifar10", "mobilenetv2", "squeezenet1.1"})
        for (const auto budget : {ChannelBudget::Macs, ChannelBudget::Bytes})
            for (const auto &[share, round] : {std::pair(0.8, 1), {0.4, 1}, {0.5, 8}})
                QTest::addRow("%s, %s, %.1f, by %d", name, budget == ChannelBudget::Macs ? "MACs" : "bytes",
                              share, round)
                    << QString(name) << static_cast<int>(budget) << share << round;
}

void TstChannelChoice::budgets_areKept()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, name);
    QFETCH(int, budget);
    QFETCH(double, share);
    QFETCH(int, round);
    const Model model = Model::load(testData() + "/models/" + name.toStdString() + ".onnx");
    const ChannelGroups groups = channelGroups(model);
    const ChannelSettings wish{
        .unit = Unit::Budget, .value = share, .budget = static_cast<ChannelBudget>(budget), .round = round};
    const Scores scores = randomScores(groups, 12);
    const ChannelChoice choice = chooseChannels({model, groups, forAll(groups, wish), scores});
    const Model slimmed = slim(model, groups, choice.removed);
    const double reached =
        budget == static_cast<int>(ChannelBudget::Macs)
            ? static_cast<double>(*slimmed.macs()) / static_cast<double>(*model.macs())
            : static_cast<double>(storedBytes(slimmed)) / static_cast<double>(storedBytes(model));
    QVERIFY2(reached <= share, qPrintable(QString::number(reached, 'g', 10)));
    const auto cost = budget == static_cast<int>(ChannelBudget::Macs) ? SlimForecast::Cost::Macs
                                                                      : SlimForecast::Cost::Bytes;
    SlimForecast forecast(model, groups);
    for (size_t g = 0; g < groups.groups.size(); ++g)
        forecast.remove(g, choice.removed[g]);
    for (size_t g = 0; g < groups.groups.size(); ++g) {
        std::vector<size_t> gone = choice.removed[g];
        if (gone.empty())
            continue;
        QCOMPARE(left(groups.groups[g], gone) % static_cast<size_t>(round), size_t(0));
        // The last step of none could have stayed.
        std::ranges::sort(gone, {}, [&](size_t c) { return scores[g][c]; });
        const size_t rest = groups.groups[g].channels % static_cast<size_t>(round);
        const size_t step = gone.size() <= rest ? gone.size() : static_cast<size_t>(round);
        const std::span<const size_t> last = std::span(gone).last(step);
        forecast.putBack(g, last);
        QVERIFY(static_cast<double>(forecast.of(cost)) > share * static_cast<double>(forecast.ofWhole(cost)));
        forecast.remove(g, last);
    }
}

/// Each time the one channel whose score is least for what the model made without it takes less.
void TstChannelChoice::budget_isTheNaiveGreedyChoice()
{
    const Model model = chain(8, 6).build();
    const ChannelGroups groups = channelGroups(model);
    for (const uint64_t seed : {1U, 2U, 3U, 4U}) {
        const Scores scores = randomScores(groups, seed);
        Removed naive(groups.groups.size());
        const double wanted = 0.35 * static_cast<double>(*model.macs());
        while (static_cast<double>(*slim(model, groups, naive).macs()) > wanted) {
            const int64_t now = *slim(model, groups, naive).macs();
            std::pair<size_t, size_t> best;
            double least = std::numeric_limits<double>::infinity();
            for (size_t g = 0; g < 2; ++g)
                for (size_t c = 0; c < groups.groups[g].channels; ++c) {
                    Removed trial = naive;
                    if (std::ranges::find(naive[g], c) != naive[g].end() ||
                        naive[g].size() + 1 == groups.groups[g].channels)
                        continue;
                    trial[g].push_back(c);
                    const double price =
                        scores[g][c] / static_cast<double>(now - *slim(model, groups, trial).macs());
                    if (price < least) {
                        least = price;
                        best = {g, c};
                    }
                }
            naive[best.first].push_back(best.second);
        }
        for (bool isChanged = true; isChanged;) { // and those of the last ones back that fit
            isChanged = false;
            double most = -1.0;
            Removed better;
            for (size_t g = 0; g < 2; ++g) {
                Removed trial = naive;
                if (trial[g].empty())
                    continue;
                trial[g].pop_back();
                const double score = scores[g][naive[g].back()];
                if (score > most && static_cast<double>(*slim(model, groups, trial).macs()) <= wanted) {
                    most = score;
                    better = trial;
                    isChanged = true;
                }
            }
            naive = isChanged ? better : naive;
        }
        for (auto &removed : naive)
            std::ranges::sort(removed);
        const ChannelChoice choice =
            chooseChannels({model, groups, forAll(groups, {.unit = Unit::Budget, .value = 0.35}), scores});
        QCOMPARE(choice.removed, naive);
        QCOMPARE(choice.notes.size(), size_t(1)); // of the output's
    }
}

void TstChannelChoice::budget_afterRatio_countsWhatHasGone()
{
    const Model model = chain().build();
    const ChannelGroups groups = channelGroups(model);
    const Scores scores = randomScores(groups, 21);
    Settings settings(groups.groups.size());
    settings[0] = {.value = 0.5};
    settings[1] = {.unit = Unit::Budget, .value = 0.45};
    const ChannelChoice choice = chooseChannels({model, groups, settings, scores});
    QCOMPARE(choice.removed[0].size(), size_t(10));
    QVERIFY(!choice.removed[1].empty());
    QVERIFY(static_cast<double>(*slim(model, groups, choice.removed).macs()) <=
            0.45 * static_cast<double>(*model.macs()));
    settings[1]->value = 0.9; // the ratio alone reaches it
    QVERIFY(chooseChannels({model, groups, settings, scores}).removed[1].empty());
}

/// Scores of another criterion that are a thousand times as large do not keep their group from being cut.
void TstChannelChoice::criteriaOfOneBudget_meetOnOneScale()
{
    const Model model = chain(16, 16).build();
    const ChannelGroups groups = channelGroups(model);
    Scores scores = randomScores(groups, 22);
    Settings settings = forAll(groups, {.unit = Unit::Budget, .value = 0.5});
    settings[1]->criterion = ChannelCriterion::Taylor;
    const Removed before = chooseChannels({model, groups, settings, scores}).removed;
    for (double &score : scores[1])
        score *= 1000.0;
    QCOMPARE(chooseChannels({model, groups, settings, scores}).removed, before);
}

void TstChannelChoice::unreachableBudget_namesTheLeast()
{
    const Model model = chain().build();
    const ChannelGroups groups = channelGroups(model);
    const Scores scores = randomScores(groups, 23);
    ErrorCode code = ErrorCode::Internal;
    const ChannelSettings wish{.unit = Unit::Budget, .value = 0.05, .leastLeft = 8};
    const QString message = messageOf(
        [&] {
            chooseChannels({model, groups, forAll(groups, wish), scores});
        },
        &code);
    Removed most(groups.groups.size());
    for (size_t g = 0; g < 2; ++g)
        for (size_t c = 0; c + 8 < groups.groups[g].channels; ++c)
            most[g].push_back(c);
    const double least =
        100.0 * static_cast<double>(*slim(model, groups, most).macs()) / static_cast<double>(*model.macs());
    QCOMPARE(message, QString("The channels that can go leave %1 % of the model's MACs at least, not 5.0 %: "
                              "ask for more, or let channels of more layers go.")
                          .arg(least, 0, 'f', 1));
    QVERIFY(code == ErrorCode::InvalidArgument);
}

namespace {

/// A machine on which each channel of a group takes so long.
struct Machine {
    const ChannelGroups &groups;
    std::vector<double> ofChannel; ///< by group
    size_t block = 1;              ///< channels that it computes at once
    mutable int measured = 0;

    double operator()(const Removed &removed) const
    {
        ++measured;
        return time(removed) / time(Removed(removed.size()));
    }
    double time(const Removed &removed) const
    {
        double sum = 1.0;
        for (size_t g = 0; g < ofChannel.size(); ++g) {
            const size_t stay = groups.groups[g].channels - removed[g].size();
            sum += ofChannel[g] * static_cast<double>((stay + block - 1) / block * block);
        }
        return sum;
    }
};

} // namespace

void TstChannelChoice::time_isReachedInFewMeasurements()
{
    const Model model = chain(64, 64).build();
    const ChannelGroups groups = channelGroups(model);
    const Machine machine{groups, {0.5, 0.2}};
    const ChannelSettings wish{
        .unit = Unit::Budget, .value = 0.6, .budget = ChannelBudget::Latency, .round = 4};
    for (const uint64_t seed : {1U, 2U, 3U}) {
        machine.measured = 0;
        const Scores scores = randomScores(groups, seed);
        const ChannelChoice choice =
            chooseChannels({model, groups, forAll(groups, wish), scores, std::cref(machine)});
        QVERIFY2(machine.measured <= 2 + 8, qPrintable(QString::number(machine.measured)));
        const double reached = machine(choice.removed);
        QVERIFY2(reached <= 0.6 && reached > 0.55, qPrintable(QString::number(reached)));
        QVERIFY(!choice.removed[0].empty() && choice.removed[0].size() % 4 == 0);
    }
}

void TstChannelChoice::timeThatCutsDoNotSave_keepsTheGroup()
{
    const Model model = chain(64, 64).build();
    const ChannelGroups groups = channelGroups(model);
    const Scores scores = randomScores(groups, 31);
    const Machine machine{groups, {0.5, 0.0}};
    const ChannelSettings wish{
        .unit = Unit::Budget, .value = 0.5, .budget = ChannelBudget::Latency, .round = 8};
    const ChannelChoice choice =
        chooseChannels({model, groups, forAll(groups, wish), scores, std::cref(machine)});
    QVERIFY(choice.removed[1].empty());
    QVERIFY(machine(choice.removed) <= 0.5);
}

/// Of a machine that computes 16 at once steps of 4 save nothing one by one: they are taken four by four.
void TstChannelChoice::timeInBlocks_cutsWholeBlocks()
{
    const Model model = chain(64, 48).build();
    const ChannelGroups groups = channelGroups(model);
    const Scores scores = randomScores(groups, 32);
    const Machine machine{groups, {0.5, 0.3}, 16};
    const ChannelSettings wish{
        .unit = Unit::Budget, .value = 0.7, .budget = ChannelBudget::Latency, .round = 4};
    const ChannelChoice choice =
        chooseChannels({model, groups, forAll(groups, wish), scores, std::cref(machine)});
    QVERIFY(machine(choice.removed) <= 0.7);
    for (size_t g = 0; g < 2; ++g)
        QCOMPARE(choice.removed[g].size() % 16, size_t(0));
}

void TstChannelChoice::unreachableTime_namesTheLeast()
{
    const Model model = chain(64, 64).build();
    const ChannelGroups groups = channelGroups(model);
    const Scores scores = randomScores(groups, 33);
    const auto nothingHelps = [](const Removed &) { return 1.0; };
    const ChannelSettings wish{.unit = Unit::Budget, .value = 0.5, .budget = ChannelBudget::Latency};
    const auto settings = forAll(groups, wish);
    QVERIFY(messageOf([&] {
                chooseChannels({model, groups, settings, scores, nothingHelps});
            }).contains("leave 100.0 % of the model's time at least, not 50.0 %"));
    QVERIFY(messageOf([&] {
                chooseChannels({model, groups, settings, scores});
            }).contains("Nothing measures the time"));
}

/// What cannot be compared stays longest.
void TstChannelChoice::weirdScores_breakNothing()
{
    const Model model = chain().build();
    const ChannelGroups groups = channelGroups(model);
    Scores scores = randomScores(groups, 41);
    scores[0][3] = std::numeric_limits<double>::quiet_NaN();
    scores[0][4] = std::numeric_limits<double>::infinity();
    scores[0][5] = -1.0;
    std::ranges::fill(scores[1], 0.0);
    const ChannelChoice half = chooseChannels({model, groups, forAll(groups, {.value = 0.5}), scores});
    QCOMPARE(half.removed[0].size(), size_t(10));
    QVERIFY(std::ranges::find(half.removed[0], size_t(3)) == half.removed[0].end());
    QVERIFY(std::ranges::find(half.removed[0], size_t(4)) == half.removed[0].end());
    QVERIFY(std::ranges::find(half.removed[0], size_t(5)) != half.removed[0].end());
    const ChannelChoice budget =
        chooseChannels({model, groups, forAll(groups, {.unit = Unit::Budget, .value = 0.5}), scores});
    QVERIFY(static_cast<double>(*slim(model, groups, budget.removed).macs()) <=
            0.5 * static_cast<double>(*model.macs()));
}

QTEST_APPLESS_MAIN(TstChannelChoice)
#include "tst_channelchoice.moc"
