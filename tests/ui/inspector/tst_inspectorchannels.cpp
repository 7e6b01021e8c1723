// Channels and blocks in the inspector.
#include "core/recipe/recipe.h"
#include "tests/ui/inspector/inspectortest.h"

#include <QStandardItemModel>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstInspectorChannels : public InspectorTest {
    Q_OBJECT
private slots:
    void init() { start(); }
    void cleanup() { m_inspector.reset(); }

    void channels_areOfferedWhereSomeCanGo();
    void drop_isOfferedWhereABlockCanGo();
    void value_isTheShareThatGoes();
    void budget_saysWhatGoesInsteadOfWhatStays();
    void count_locksTheShare();
    void bits_areOfTheWeightsThatAreLeft();
    void layerThatOthersNarrowed_isNotAsItWas();
    void everyCriterion_canBeChosen();
    void criterionByData_asksForThem();
    void merging_leavesTheCriterionIdle();
    void choices_changeOnlyTheirKey_data();
    void choices_changeOnlyTheirKey();

private:
    static LayerSettings withChannels(const ChannelSettings &channels) { return {.channels = channels}; }
    void choose(ChoiceBox *box, int key)
    {
        const int row = box->findData(key);
        QVERIFY(row >= 0);
        box->setCurrentIndex(row);
        emit box->activated(row);
    }
};

void TstInspectorChannels::channels_areOfferedWhereSomeCanGo()
{
    Inspector::Facts fc = facts("fc");
    fc.noChannels = "they are the output logits";
    m_inspector->setSelection({fc}, {{}});
    QVERIFY(!group(Channels)->check()->isEnabled());
    QCOMPARE(group(Channels)->check()->toolTip(), fc.noChannels);
    m_inspector->setSelection({facts("conv")}, {{}});
    QVERIFY(group(Channels)->check()->isEnabled());
    QTest::keyClick(group(Channels)->check(), Qt::Key_Space);
    QCOMPARE(m_edits.last().result.channels, std::optional(ChannelSettings{.value = 0.3}));
    QCOMPARE(m_edits.last().description, QString("Channels on"));
    QVERIFY(!needsCalibration(m_edits.last().result)); // what is offered first needs no data
}

void TstInspectorChannels::drop_isOfferedWhereABlockCanGo()
{
    Inspector::Facts stem = facts("stem");
    stem.noDrop = "its output has another shape than anything before it";
    m_inspector->setSelection({stem}, {{}});
    QVERIFY(!group(Drop)->check()->isEnabled());
    QCOMPARE(group(Drop)->check()->toolTip(), stem.noDrop);
    m_inspector->setSelection({facts("conv")}, {{}});
    QTest::keyClick(group(Drop)->check(), Qt::Key_Space);
    QVERIFY(m_edits.last().result.drop);
    QCOMPARE(m_edits.last().description, QString("Block dropped"));
}

void TstInspectorChannels::value_isTheShareThatGoes()
{
    select({withChannels({.value = 0.25})});
    QCOMPARE(spin(Channels)->value(), 25.0);
    QTest::keyClick(slider(Channels), Qt::Key_Right);
    QVERIFY(m_edits.last().result.channels->value > 0.25);
    QCOMPARE(m_edits.last().result.channels->unit, ChannelSettings::Unit::Ratio);
}

void TstInspectorChannels::budget_saysWhatGoesInsteadOfWhatStays()
{
    select({withChannels({.unit = ChannelSettings::Unit::Budget, .value = 0.8})});
    QCOMPARE(spin(Channels)->value(), 20.0);
    spin(Channels)->setFocus();
    QTest::keyClick(spin(Channels), Qt::Key_Up);
    const ChannelSettings after = *m_edits.last().result.channels;
    QCOMPARE(after.unit, ChannelSettings::Unit::Budget);
    QVERIFY(after.value < 0.8);
    openMore(Channels);
    choose(box(Channels, "So much goes"), 0); // of the channels
    QCOMPARE(m_edits.last().result.channels->unit, ChannelSettings::Unit::Ratio);
    QVERIFY(std::abs(m_edits.last().result.channels->value - (1.0 - after.value)) < 1e-9);
}

void TstInspectorChannels::count_locksTheShare()
{
    select({withChannels({.unit = ChannelSettings::Unit::Keep, .value = 12})});
    QVERIFY(!slider(Channels)->isEnabled());
    const QString why = slider(Channels)->parentWidget()->toolTip();
    QVERIFY2(why.contains("12 channel"), qPrintable(why));
}

void TstInspectorChannels::bits_areOfTheWeightsThatAreLeft()
{
    Inspector::Facts f = facts("conv");
    f.weightsLeft = 13'824;
    f.theoreticalBits = 8 * f.storedBytes;
    m_inspector->setSelection({f}, {withChannels({.value = 0.625})});
    QVERIFY2(visibleText().contains("31.25 bits a weight"), qPrintable(visibleText()));
}

void TstInspectorChannels::layerThatOthersNarrowed_isNotAsItWas()
{
    Inspector::Facts f = facts("conv");
    m_inspector->setSelection({f}, {LayerSettings()});
    QVERIFY(visibleText().contains("stays as it is"));
    f.weightsLeft = 13'824;
    m_inspector->setSelection({f}, {LayerSettings()});
    QVERIFY2(!visibleText().contains("stays as it is"), qPrintable(visibleText()));
    QVERIFY2(visibleText().contains(QChar(0x2192)), qPrintable(visibleText())); // from so much to so much
}

void TstInspectorChannels::everyCriterion_canBeChosen()
{
    m_inspector->setCalibration("250 samples of digits");
    for (const ChannelCriterionInfo &info : channelCriteria) {
        if (info.criterion == ChannelCriterion::L2)
            continue;
        select({withChannels({.value = 0.5})});
        m_edits.clear();
        choose(box(Channels, "Which channels go"), int(info.criterion));
        QCOMPARE(m_edits.size(), 1);
        QCOMPARE(m_edits[0].result.channels,
                 std::optional(ChannelSettings{.value = 0.5, .criterion = info.criterion}));
    }
}

void TstInspectorChannels::criterionByData_asksForThem()
{
    select({withChannels({.value = 0.5})});
    QVERIFY(!visibleText().contains("Choose data"));
    select({withChannels({.value = 0.5, .criterion = ChannelCriterion::Energy})});
    QVERIFY2(visibleText().contains("Choose data"), qPrintable(visibleText()));
    select({withChannels({.value = 0.5, .refit = ChannelRefit::Data})});
    QVERIFY2(visibleText().contains("Choose data"), qPrintable(visibleText()));
    m_inspector->setCalibration("250 samples of digits");
    QVERIFY(!visibleText().contains("Choose data"));
}

void TstInspectorChannels::merging_leavesTheCriterionIdle()
{
    select({withChannels({.value = 0.5})});
    QVERIFY(box(Channels, "Which channels go")->isEnabled());
    select({withChannels({.value = 0.5, .method = ChannelMethod::Merge})});
    QVERIFY(!box(Channels, "Which channels go")->isEnabled());
}

void TstInspectorChannels::choices_changeOnlyTheirKey_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("key");
    QTest::addColumn<LayerSettings>("wanted");
    const auto row = [](const char *name, const QString &choice, int key, const ChannelSettings &wanted) {
        QTest::newRow(name) << choice << key << withChannels(wanted);
    };
    row("merge", "They are", int(ChannelMethod::Merge), {.value = 0.5, .method = ChannelMethod::Merge});
    row("refit", "Layers behind", int(ChannelRefit::Constants),
        {.value = 0.5, .refit = ChannelRefit::Constants});
    row("round", "Left are", 8, {.value = 0.5, .round = 8});
    row("blocks of the runtime", "Left are", 0, {.value = 0.5, .round = 0});
    row("least", "At least", 4, {.value = 0.5, .leastLeft = 4});
    row("MACs", "So much goes", 1, {.unit = ChannelSettings::Unit::Budget, .value = 0.5});
    row("time", "So much goes", 3,
        {.unit = ChannelSettings::Unit::Budget, .value = 0.5, .budget = ChannelBudget::Latency});
}

void TstInspectorChannels::choices_changeOnlyTheirKey()
{
    QFETCH(QString, name);
    QFETCH(int, key);
    QFETCH(LayerSettings, wanted);
    m_inspector->setCalibration("250 samples of digits");
    select({withChannels({.value = 0.5})});
    openMore(Channels);
    QVERIFY(box(Channels, name));
    choose(box(Channels, name), key);
    QCOMPARE(m_edits.size(), 1);
    QVERIFY(m_edits[0].result == wanted);
}

QTEST_MAIN(TstInspectorChannels)
#include "tst_inspectorchannels.moc"
