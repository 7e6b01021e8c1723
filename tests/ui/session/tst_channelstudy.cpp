// Channels and blocks of the open model, followed in the background.
#include "tests/support/residualmodel.h"
#include "tests/ui/sample.h"
#include "ui/session/channelstudy.h"
#include "ui/session/layerfacts.h"

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstChannelStudy : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        startClean();
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    }

    void map_saysWhatTheCompressorSays_data();
    void map_saysWhatTheCompressorSays();
    void untilTheyAreKnown_theFactsSaySo();
    void otherData_leaveWhatIsKnown();
    void deadChannels_areThoseThatGoExactly();
    void deadChannels_thatNoCriterionNames_haveNoSettings();

private:
    /// conv a (6 channels) -> Relu -> conv b. @param dead rows of a (axis 0) or columns of b (axis 1) that
    /// are zero
    static Model withDead(size_t axis, const std::vector<size_t> &dead);
    static bool wait(const std::function<bool()> &condition) { return QTest::qWaitFor(condition, patience); }
};

Model TstChannelStudy::withDead(size_t axis, const std::vector<size_t> &dead)
{
    Tensor a = randomTensor({6, 3, 3, 3}, 1), b = randomTensor({5, 6, 1, 1}, 2);
    Tensor &zeroed = axis == 0 ? a : b;
    const size_t inner = axis == 0 ? 27 : 1;
    const std::span<float> values = zeroed.as<float>();
    for (size_t i = 0; i < values.size(); ++i)
        if (std::ranges::count(dead, i / inner % 6) > 0)
            values[i] = 0.0F;
    if (axis == 1) // so that no norm takes them for small ones
        for (size_t i = 0; i < a.as<float>().size(); ++i)
            if (std::ranges::count(dead, i / 27) > 0)
                a.as<float>()[i] = 10.0F;
    GraphBuilder graph;
    graph.input("x", {1, 3, 8, 8}).output("y").constant("a_w", a).constant("b_w", b);
    graph.node("Conv", {"x", "a_w"}, {"a"}, {}, "a").node("Relu", {"a"}, {"r"}, {}, "relu");
    graph.node("Conv", {"r", "b_w"}, {"y"}, {}, "b");
    return graph.build();
}

void TstChannelStudy::map_saysWhatTheCompressorSays_data()
{
    QTest::addColumn<QString>("which");
    QTest::newRow("sample") << "sample";
    QTest::newRow("residual") << "residual";
    QTest::newRow("tied") << "tied";
}

void TstChannelStudy::map_saysWhatTheCompressorSays()
{
    QFETCH(QString, which);
    const Model model = which == "sample"     ? Model::load(samplePath().toStdString())
                        : which == "residual" ? residualBlocks(4, true).build()
                                              : residualModel(4);
    const Compressor compressor(model);
    const auto map = channelMap(compressor, {});
    QCOMPARE(map->groupOfLayer.size(), model.layers().size());
    for (size_t i = 0; i < model.layers().size(); ++i) {
        QCOMPARE(map->noChannels[i].empty(), compressor.channelObstacle(i).empty());
        QCOMPARE(map->noDrop[i], compressor.dropObstacle(i));
        if (const int group = map->indexOf(int(i)); group >= 0)
            QVERIFY(std::ranges::count(map->makers[size_t(group)], int(i)) == 1);
    }
}

void TstChannelStudy::untilTheyAreKnown_theFactsSaySo()
{
    const Compressor compressor(Model::load(samplePath().toStdString()));
    QVERIFY(layerFacts(compressor, nullptr, 0).noChannels.contains("being looked for"));
    QVERIFY(layerFacts(compressor, nullptr, 0).noDrop.contains("being looked for"));
    const auto map = channelMap(compressor, {});
    QVERIFY(layerFacts(compressor, map.get(), 0).noChannels.isEmpty());
    QVERIFY(layerFacts(compressor, map.get(), 5).noChannels.contains("output logits"));
    QVERIFY(!layerFacts(compressor, map.get(), 0).noDrop.contains("being looked for"));
}

void TstChannelStudy::otherData_leaveWhatIsKnown()
{
    const Model model = Model::load(samplePath().toStdString());
    ChannelStudy study;
    QSignalSpy changed(&study, &ChannelStudy::changed);
    study.setCompressor(std::make_shared<const Compressor>(model), true);
    QVERIFY(!study.map());
    QVERIFY(wait([&] { return study.isDone(); }));
    const auto map = study.map();
    QVERIFY(map != nullptr);
    study.setCompressor(std::make_shared<const Compressor>(model), false);
    QCOMPARE(study.map(), map);
    study.setCompressor(std::make_shared<const Compressor>(residualModel(3)), true);
    QVERIFY(!study.map());
    QVERIFY(wait([&] { return study.isDone(); }));
    QVERIFY(study.map() != map);
    QCOMPARE(changed.size(), 2);
}

void TstChannelStudy::deadChannels_areThoseThatGoExactly()
{
    const std::vector<size_t> dead{1, 4};
    const Model model = withDead(0, dead);
    ChannelStudy study;
    study.setCompressor(std::make_shared<const Compressor>(model), true);
    QVERIFY(wait([&] { return study.isDeadKnown(); }));
    QCOMPARE(study.dead()->size(), size_t(1));
    const DeadChannels &found = study.dead()->front();
    QVERIFY(found.channels == dead);
    QVERIFY(found.settings.has_value());
    LayerSettings settings;
    settings.channels = found.settings;
    const CompressedModel compressed = Compressor(model).compress({{}, {exactRule("a", settings)}});
    QCOMPARE(compressed.source.layers()[0].rows, Index(4));
    QVERIFY(std::ranges::count(compressed.narrowing->removed, dead) == 1);
}

/// Nothing is read of them, but what makes them is like the others.
void TstChannelStudy::deadChannels_thatNoCriterionNames_haveNoSettings()
{
    const Model model = withDead(1, {2});
    ChannelStudy study;
    study.setCompressor(std::make_shared<const Compressor>(model), true);
    QVERIFY(wait([&] { return study.isDeadKnown(); }));
    QCOMPARE(study.dead()->size(), size_t(1));
    QVERIFY(study.dead()->front().channels == std::vector<size_t>{2});
    QVERIFY(!study.dead()->front().settings);
}

QTEST_MAIN(TstChannelStudy)
#include "tst_channelstudy.moc"
