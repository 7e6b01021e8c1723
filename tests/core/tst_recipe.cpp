#include "core/recipe/recipe.h"
#include "tests/support/randomsettings.h"

#include <QtTest>
#include <random>

using namespace lathe;

namespace {

LayerSettings resolved(const std::vector<const char *> &arguments, const std::string &name = "conv1")
{
    Recipe recipe;
    for (const char *argument : arguments)
        recipe.rules.push_back(parseRule(argument));
    return recipe.resolve({name}).front();
}

std::string messageOf(const std::function<void()> &call)
{
    try {
        call();
    } catch (const Error &e) {
        return e.code() == ErrorCode::InvalidArgument ? e.what() : "wrong code";
    }
    return "nothing thrown";
}

/// What a POSIX shell makes of single quotes and backslashes outside them.
std::vector<std::string> shellWords(const std::string &line)
{
    std::vector<std::string> words;
    bool open = false;
    for (size_t i = 0; i < line.size(); ++i) {
        if (line[i] == ' ') {
            open = false;
            continue;
        }
        if (!open)
            words.emplace_back();
        open = true;
        if (line[i] == '\\')
            words.back() += line[++i];
        else if (line[i] == '\'')
            while (line[++i] != '\'')
                words.back() += line[i];
        else
            words.back() += line[i];
    }
    return words;
}

Recipe fromCommandLine(const std::string &line)
{
    Recipe recipe;
    const std::vector<std::string> words = shellWords(line);
    for (size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--set")
            recipe.rules.push_back(parseRule(words[++i]));
        else
            recipe.rules.push_back(parseRule(words[i].substr(std::string("--set=").size())));
    }
    return recipe;
}

} // namespace

class TstRecipe : public QObject {
    Q_OBJECT
private slots:
    void glob_data();
    void glob();
    void escapedName_matchesItselfAlone();
    void patternThatNoFileHolds_isRefused();
    void badChange_isRefusedByNameAndRange_data();
    void badChange_isRefusedByNameAndRange();
    void values_areCanonical_data();
    void values_areCanonical();
    void subKeyAlone_switchesNothingOn();
    void subKey_countsWhateverTheOrder();
    void off_resetsTheWholeMethod();
    void laterRule_wins();
    void rankAndEnergy_replaceEachOther();
    void patternWithColons_isKeptWhole();
    void unmatchedPatterns_areNamed();
    void exactRule_leadsToItsSettingsWhateverCameBefore();
    void withLayer_changesOneLayerAndKeepsOneRuleForIt();
    void withLayer_saysNoMoreThanItMust();
    void laterOfTwoRivals_switchesTheOtherOff();
    void givenUpFormat_leavesOrdinaryBits();
    void commandLine_survivesTheShell();
    void settingsOutsideTheirRange_makeNoRule();
    void summary_data();
    void summary();
};

void TstRecipe::glob_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("matches");
    const auto row = [](const char *pattern, const char *name, bool matches) {
        QTest::addRow("%s on %s", pattern, name) << pattern << name << matches;
    };
    row("*", "", true);
    row("*", "a/b/c", true);
    row("", "", true);
    row("", "a", false);
    row("conv*", "conv1", true);
    row("conv*", "xconv1", false);
    row("*.0", "a.1.0", true);
    row("a*b*c", "aXbXbYc", true);
    row("a*b*c", "aXbXbY", false);
    row("**a**", "a", true);
    row("conv?", "conv1", true);
    row("conv?", "conv", false);
    row("conv?", "conv12", false);
    row("caf?", "café", true);
    row("[a-c]1", "b1", true);
    row("[a-c]1", "d1", false);
    row("[!a-c]1", "d1", true);
    row("[^a-c]1", "a1", false);
    row("[]x]", "]", true);
    row("[a-]", "-", true);
    row("[à-ü]", "é", true);
    row("x[", "x[", true);
    row("x[ab", "x[ab", true);
    row("[\\]]", "]", true);
    row("\\*", "*", true);
    row("\\*", "a", false);
    row("a\\", "a\\", true);
    row("Conv", "conv", false);
}

void TstRecipe::glob()
{
    QFETCH(QString, pattern);
    QFETCH(QString, name);
    QTEST(globMatches(pattern.toStdString(), name.toStdString()), "matches");
}

void TstRecipe::escapedName_matchesItselfAlone()
{
    const std::vector<std::string> names = {"a[0]",
                                            "a*",
                                            "a?",
                                            "a\\",
                                            "a0",
                                            "ax",
                                            "é",
                                            "-a",
                                            "a:b,c=d",
                                            "bad\xFF"
                                            "byte"};
    for (const std::string &name : names)
        for (const std::string &other : names)
            QCOMPARE(globMatches(globEscaped(name), other), name == other);
}

void TstRecipe::patternThatNoFileHolds_isRefused()
{
    QCOMPARE(messageOf([] { parseRule("fc\xFF:bits=8"); }),
             std::string("A rule's pattern holds bytes that are not UTF-8, which a recipe cannot keep; "
                         "put ? in their places."));
    QVERIFY(globMatches(parseRule("fc?:bits=8").pattern, "fc\xFF"));
}

void TstRecipe::badChange_isRefusedByNameAndRange_data()
{
    QTest::addColumn<QString>("argument");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *argument, const char *message) {
        QTest::newRow(argument) << argument << message;
    };
    row("*:bits=9", "bits takes a whole number from 1 to 8, not 9.");
    row("*:bits=0", "bits takes a whole number from 1 to 8, not 0.");
    row("*:bits=4.5", "bits takes a whole number from 1 to 8, not 4.5.");
    row("*:bits=", "bits takes a whole number from 1 to 8, not \"\".");
    row("*:bits=50%", "bits takes a whole number from 1 to 8, not 50%.");
    row("*:prune=1", "prune takes a share of 0 or more and below 1, as 0.6 or 60%, not 1.");
    row("*:prune=100%", "prune takes a share of 0 or more and below 1, as 0.6 or 60%, not 100%.");
    row("*:prune=-0.5", "prune takes a share of 0 or more and below 1, as 0.6 or 60%, not -0.5.");
    row("*:prune=nan", "prune takes a share of 0 or more and below 1, as 0.6 or 60%, not nan.");
    row("*:prune=0x1", "prune takes a share of 0 or more and below 1, as 0.6 or 60%, not 0x1.");
    row("*:prune=.", "prune takes a share of 0 or more and below 1, as 0.6 or 60%, not ..");
    row("*:prune.method=largest",
        "prune.method takes magnitude, wanda, obs, random, taylor, taylor2, fisher or movement, "
        "not largest.");
    row("*:symmetric=yes", "symmetric takes true or false, not yes.");
    row("*:symmetric=off", "symmetric takes true or false, not off.");
    row("*:granularity=row", "granularity takes tensor, channel or group, not row.");
    row("*:prune.pattern=4:2",
        "prune.pattern takes none, N:M with N below M as 2:4, or blocks of rows x columns "
        "as 4x1, not 4:2.");
    row("*:prune=0.6,prune.pattern=2:4",
        "prune=0.6 and prune.pattern=2:4 contradict each other: that is prune=0.5.");
    row("*:bits=3,format=nf4", "bits=3 and format=nf4 contradict each other: that is bits=4.");
    row("*:bits=16", "bits=16 needs format=fp16 or format=bf16 beside it; without one, bits goes up to 8.");
    row("*:group=32,granularity=tensor",
        "granularity=tensor and group=32 contradict each other: that is granularity=group.");
    row("*:group=1", "group takes a whole number from 2, not 1.");
    row("*:percentile=0.5", "percentile takes a share above 0.5 and up to 1, as 0.999 or 99.9%, not 0.5.");
    row("*:clusters=1", "clusters takes a whole number from 2 to 256, not 1.");
    row("*:clusters=257", "clusters takes a whole number from 2 to 256, not 257.");
    row("*:clusters=16,bits=4",
        "bits and clusters both say how weights are stored; a rule takes one of them.");
    row("*:rank=4,separable=true", "rank and separable both take the layer apart; a rule takes one of them.");
    row("*:channels=1", "channels takes a share of 0 or more and below 1, as 0.3 or 30%, not 1.");
    row("*:channels=0.3,channels.keep=8",
        "channels, channels.keep and channels.budget say how many channels stay in "
        "three ways; a rule takes one of them.");
    row("*:channels.keep=0", "channels.keep takes a whole number from 1, not 0.");
    row("*:channels.budget=50%", "channels.budget takes macs, bytes or latency with the share that stays, as "
                                 "macs:50%, not 50%.");
    row("*:channels.budget=time:50%",
        "channels.budget takes macs, bytes or latency with the share that stays, as "
        "macs:50%, not time:50%.");
    row("*:channels.round=0", "channels.round takes a whole number from 1 to 1024, or auto, not 0.");
    row("*:drop=all", "drop takes smallest, not all.");
    row("*:residual.bits=9", "residual.bits takes a whole number from 1 to 8, or none, not 9.");
    row("*:separable=yes", "separable takes weights or activations, not yes.");
    row("*:rank=0", "rank takes a whole number from 1, or a share of the break-even rank as 50%, not 0.");
    row("*:rank=0%", "rank takes a whole number from 1, or a share of the break-even rank as 50%, not 0%.");
    row("*:rank=1.5", "rank takes a whole number from 1, or a share of the break-even rank as 50%, not 1.5.");
    row("*:rank.energy=1.1", "rank.energy takes a share above 0 and up to 1, as 0.95 or 95%, not 1.1.");
    row("*:rank.energy=0", "rank.energy takes a share above 0 and up to 1, as 0.95 or 95%, not 0.");
    row("*:bit=4", "There is no recipe key bit; the nearest is bits.");
    row("*:prune.methd=magnitude", "There is no recipe key prune.methd; the nearest is prune.method.");
    row("*:=4", "There is no recipe key \"\"; the nearest is bits.");
    row("*:bits=4,bits=5", "bits is given twice in one rule.");
    row("*:rank=4,rank.energy=0.5",
        "rank and rank.energy say the same thing in two ways; a rule takes one of them.");
    row("*:bits=off,symmetric=false",
        "bits=off switches everything of its method off; symmetric has no place beside it in one rule.");
    row("bits=4", "A rule is PATTERN:key=value,key=value; there is no pattern in \"bits=4\".");
    row(":bits=4", "A rule is PATTERN:key=value,key=value; there is no pattern in \":bits=4\".");
    row("*:", "A rule is PATTERN:key=value,key=value; nothing follows the colon in \"*:\".");
    row("*:bits", "A rule is PATTERN:key=value,key=value; there is no = in \"bits\".");
    row("*:bits=4,", "A rule is PATTERN:key=value,key=value; there is no = in \"\".");
}

void TstRecipe::badChange_isRefusedByNameAndRange()
{
    QFETCH(QString, argument);
    QFETCH(QString, message);
    QCOMPARE(QString::fromStdString(messageOf([&] { parseRule(argument.toStdString()); })), message);
}

void TstRecipe::values_areCanonical_data()
{
    QTest::addColumn<QString>("given");
    QTest::addColumn<QString>("canonical");
    const auto row = [](const char *given, const char *canonical) {
        QTest::newRow(given) << given << canonical;
    };
    row("prune=60%", "prune=0.6");
    row("prune=.5", "prune=0.5");
    row("prune=0.50", "prune=0.5");
    row("prune=57%", "prune=0.57");
    row("prune=0", "prune=0");
    row("prune=0.00001", "prune=0.00001");
    row("bits=08", "bits=8");
    row("rank=064", "rank=64");
    row("rank=1000000", "rank=1000000");
    row("rank=57%", "rank=57%");
    row("rank=0.5%", "rank=0.5%");
    row("rank=150%", "rank=150%");
    row("rank.energy=95%", "rank.energy=0.95");
    row("rank.energy=1.0", "rank.energy=1");
    row("prune.pattern=2:4", "prune=0.5,prune.pattern=2:4");
    row("prune.pattern=1x1,prune=0.5", "prune=0.5,prune.pattern=none");
    row("format=nf4", "bits=4,format=nf4");
    row("bits=4,group=64", "bits=4,granularity=group,group=64");
    row("percentile=99.9%", "percentile=0.999");
    row("clusters=16,clusters.group=all", "clusters=16,clusters.group=all");
    row("channels=30%", "channels=0.3");
    row("channels.budget=latency:0.6", "channels.budget=latency:60%");
    row("drop=true", "drop=smallest");
    row("drop=false", "drop=off");
    row("separable=true", "separable=weights");
    row("separable=false", "separable=off");
    row(" granularity = tensor , bits = 3 ", "bits=3,granularity=tensor");
}

void TstRecipe::values_areCanonical()
{
    QFETCH(QString, given);
    QFETCH(QString, canonical);
    Recipe recipe;
    recipe.rules.push_back(parseRule("*:" + given.toStdString()));
    QCOMPARE(QString::fromStdString(toCommandLine(recipe)), "--set '*:" + canonical + "'");
    QCOMPARE(parseRule("*:" + canonical.toStdString()), recipe.rules.front());
}

void TstRecipe::subKeyAlone_switchesNothingOn()
{
    QVERIFY(
        resolved({"*:symmetric=false,granularity=tensor,prune.method=magnitude,rank.method=svd"}).empty());
}

void TstRecipe::subKey_countsWhateverTheOrder()
{
    const LayerSettings expected{{}, QuantizeSettings{4, false, Granularity::Tensor}, {}};
    QCOMPARE(resolved({"*:bits=4,symmetric=false,granularity=tensor"}), expected);
    QCOMPARE(resolved({"*:bits=4", "conv*:symmetric=false", "*:granularity=tensor"}), expected);
    QCOMPARE(resolved({"*:symmetric=false", "*:granularity=tensor", "conv1:bits=4"}), expected);
}

void TstRecipe::off_resetsTheWholeMethod()
{
    QVERIFY(resolved({"*:bits=4,symmetric=false", "conv1:bits=off"}).empty());
    const LayerSettings plain{{}, QuantizeSettings{4, true, Granularity::Channel}, {}};
    QCOMPARE(resolved({"*:bits=2,symmetric=false", "conv1:bits=off", "conv1:bits=4"}), plain);
    QVERIFY(resolved({"*:rank.energy=0.5", "conv1:rank=off"}).empty());
    QVERIFY(resolved({"*:prune=0.5", "conv1:prune=off"}).empty());
}

void TstRecipe::laterRule_wins()
{
    QCOMPARE(resolved({"*:prune=0.5", "conv*:prune=0.25", "fc:prune=0.75"}).prune->ratio, 0.25);
    QCOMPARE(resolved({"conv*:prune=0.25", "*:prune=0.5"}).prune->ratio, 0.5);
}

void TstRecipe::rankAndEnergy_replaceEachOther()
{
    QCOMPARE(*resolved({"*:rank=8", "*:rank.energy=0.9"}).rank,
             (RankSettings{RankSettings::Unit::Energy, 0.9}));
    QCOMPARE(*resolved({"*:rank.energy=0.9", "*:rank=50%"}).rank,
             (RankSettings{RankSettings::Unit::ShareOfBreakEven, 0.5}));
    QCOMPARE(*resolved({"*:rank=50%", "*:rank=8"}).rank, (RankSettings{RankSettings::Unit::Rank, 8.0}));
}

void TstRecipe::patternWithColons_isKeptWhole()
{
    const Rule rule = parseRule("serving_default:0/Mat,Mul=1:bits=8");
    QCOMPARE(rule.pattern, std::string("serving_default:0/Mat,Mul=1"));
    QCOMPARE(rule.changes, (std::vector<Change>{{"bits", "8"}}));
}

void TstRecipe::unmatchedPatterns_areNamed()
{
    Recipe recipe;
    for (const char *argument : {"conv*:bits=8", "fc:bits=8", "xyz?:bits=4", "*:prune=0.5"})
        recipe.rules.push_back(parseRule(argument));
    QCOMPARE(recipe.unmatchedPatterns({"conv1", "conv2"}), (std::vector<std::string>{"fc", "xyz?"}));
}

void TstRecipe::exactRule_leadsToItsSettingsWhateverCameBefore()
{
    std::mt19937 random(3);
    for (int i = 0; i < 300; ++i) {
        Recipe recipe;
        recipe.rules.push_back(exactRule("conv[1]", randomSettings(random)));
        recipe.rules.push_back(parseRule("*:symmetric=false,granularity=tensor,rank.energy=0.5,prune=0.1"));
        const LayerSettings settings = randomSettings(random);
        recipe.rules.push_back(exactRule("conv[1]", settings));
        QCOMPARE(recipe.resolve({"conv[1]"}).front(), settings);
    }
}

void TstRecipe::withLayer_changesOneLayerAndKeepsOneRuleForIt()
{
    const std::vector<std::string> names = {"conv1", "conv2", "fc?"};
    std::mt19937 random(4);
    Recipe recipe;
    recipe.rules.push_back(parseRule("conv*:prune=0.5,bits=4,symmetric=false"));
    for (int i = 0; i < 200; ++i) {
        const size_t changed = random() % names.size();
        const LayerSettings settings = randomSettings(random);
        std::vector<LayerSettings> expected = recipe.resolve(names);
        expected[changed] = settings;
        recipe = recipe.withLayer(names[changed], settings);
        QCOMPARE(recipe.resolve(names), expected);
        QVERIFY(recipe.rules.size() <= 1 + names.size());
        QVERIFY(std::ranges::count(recipe.rules, globEscaped(names[changed]), &Rule::pattern) <= 1);
    }
}

void TstRecipe::withLayer_saysNoMoreThanItMust()
{
    const LayerSettings fourBits{{}, QuantizeSettings{.bits = 4}};
    Recipe recipe = Recipe().withLayer("fc", fourBits);
    QCOMPARE(recipe.rules, std::vector<Rule>{parseRule("fc:bits=4")});
    QVERIFY(recipe.withLayer("fc", {}).rules.empty());
    recipe.rules = {parseRule("*:bits=4,group=32,prune=0.5")};
    QCOMPARE(recipe.withLayer("fc", fourBits).rules.back(),
             parseRule("fc:prune=off,bits=4,granularity=channel"));
}

void TstRecipe::laterOfTwoRivals_switchesTheOtherOff()
{
    QCOMPARE(resolved({"*:bits=8", "conv1:clusters=16"}), (LayerSettings{.cluster = ClusterSettings{16}}));
    QCOMPARE(resolved({"*:clusters=16", "conv1:bits=4"}), (LayerSettings{.quantize = QuantizeSettings{4}}));
    QCOMPARE(resolved({"*:rank=8", "conv1:separable=true"}),
             (LayerSettings{.separable = SeparableSettings{}}));
    QCOMPARE(resolved({"*:separable=true", "conv1:rank=8"}),
             (LayerSettings{.rank = RankSettings{RankSettings::Unit::Rank, 8.0}}));
}

void TstRecipe::givenUpFormat_leavesOrdinaryBits()
{
    QCOMPARE(resolved({"*:format=fp16", "conv1:format=uniform"}).quantize->bits, 8);
    QCOMPARE(resolved({"*:format=ternary", "conv1:bits=6"}).quantize->bits, 2); // the format still says so
}

void TstRecipe::commandLine_survivesTheShell()
{
    std::mt19937 random(5);
    const std::vector<std::string> names = {"conv1",           "it's", "a b", "a[0]", "x:y", "-dash", "a\\b",
                                            "$HOME `x` \"q\"", "é"};
    for (int i = 0; i < 300; ++i) {
        Recipe recipe;
        for (unsigned rules = random() % 4; rules > 0; --rules)
            recipe.rules.push_back(exactRule(names[random() % names.size()], randomSettings(random)));
        recipe.rules.push_back(parseRule("it's*:symmetric=false"));
        QCOMPARE(fromCommandLine(toCommandLine(recipe)), recipe);
    }
    QCOMPARE(toCommandLine(Recipe{}), std::string());
}

void TstRecipe::settingsOutsideTheirRange_makeNoRule()
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    for (const double ratio : {-0.5, 1.0, nan, infinity}) {
        const LayerSettings settings{PruneSettings{ratio}, {}, {}};
        QVERIFY(messageOf([&] { exactRule("fc", settings); }).starts_with("prune takes"));
    }
    const LayerSettings nineBits{{}, QuantizeSettings{9}, {}};
    QVERIFY(messageOf([&] { exactRule("fc", nineBits); }).starts_with("bits takes"));
    for (const double rank : {0.0, 2.5, -3.0, nan}) {
        const LayerSettings settings{{}, {}, RankSettings{RankSettings::Unit::Rank, rank}};
        QVERIFY(messageOf([&] { exactRule("fc", settings); }).starts_with("rank takes"));
    }
}

void TstRecipe::summary_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << "*:bits=off"
                             << "as it is";
    QTest::newRow("all") << "*:prune=50%,rank=64,bits=4"
                         << "50 % pruned, rank 64, 4 bits";
    QTest::newRow("share") << "*:rank=33%"
                           << "rank 33 % of break-even";
    QTest::newRow("energy") << "*:rank.energy=0.955"
                            << "rank for 95.5 % of the energy";
    QTest::newRow("pattern") << "*:prune.pattern=2:4,prune.method=obs"
                             << "50 % pruned 2:4 (OBS)";
    QTest::newRow("group") << "*:bits=4,group=32,rounding=gptq"
                           << "4 bits group 32 (GPTQ)";
    QTest::newRow("residual") << "*:rank=8,rank.method=asvd,rank.bits=8,residual.bits=3"
                              << "rank 8 on activations at 8 bits + 3-bit residual";
    QTest::newRow("clusters") << "*:clusters=16,separable=true"
                              << "separable, 16 clusters";
    QTest::newRow("channels") << "*:channels=0.3,channels.criterion=median,channels.refit=data"
                              << "30 % of the channels removed (Geometric median) refitted";
    QTest::newRow("kept channels") << "*:channels.keep=8,drop=true"
                                   << "block dropped, 8 channels";
    QTest::newRow("budget") << "*:channels.budget=macs:50%,bits=4"
                            << "channels for 50 % of the MACs, 4 bits";
    QTest::newRow("bit") << "*:bits=1,symmetric=false,granularity=tensor"
                         << "1 bit asymmetric per tensor";
}

void TstRecipe::summary()
{
    QFETCH(QString, rule);
    QTEST(QString::fromStdString(lathe::summary(resolved({rule.toUtf8().constData()})).text()), "text");
}

QTEST_APPLESS_MAIN(TstRecipe)
#include "tst_recipe.moc"
