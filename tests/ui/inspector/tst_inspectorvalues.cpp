// The number of each method in the inspector: by slider, keys, wheel and box.
#include "tests/ui/inspector/inspectortest.h"

#include <QWheelEvent>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstInspectorValues : public InspectorTest {
    Q_OBJECT
private slots:
    void init() { start(); }
    void cleanup() { m_inspector.reset(); }

    void sliderKeys_changeTheValueByOneStep();
    void shiftKeys_areFine();
    void sliderDrag_isOneDragWithOneEnd();
    void clickOnTheGroove_jumpsThere();
    void doubleClick_resets();
    void wheel_onlyWithFocus();
    void spinBox_setsTheValueOnEnter();
    void mixedSpin_takesTheNumberItHoldsAlready();
    void rankUnit_convertsTheRank();
    void rankUnit_ofManyLayersIsAShare();
    void rankAboveBreakEven_warns();
    void setSelectionWhileDragging_leavesTheControl();
    void clusterSlider_doubles();
    void sliderOfWhatIsOff_switchesItOn();
    void numberOfWhatIsOff_switchesItOn();
};

void TstInspectorValues::sliderKeys_changeTheValueByOneStep()
{
    select({withBits(8)});
    QTest::keyClick(slider(Quantize), Qt::Key_Left);
    QCOMPARE(m_edits.size(), 1);
    QCOMPARE(m_edits[0].result.quantize->bits, 7);
    QCOMPARE(m_edits[0].description, QString("Bits 8 → 7"));
    QVERIFY(!m_edits[0].dragging);
    QTest::keyClick(slider(Quantize), Qt::Key_Home);
    QCOMPARE(m_edits[1].description, QString("Bits 7 → 1"));
    QCOMPARE(spin(Quantize)->value(), 1.0);
}

void TstInspectorValues::shiftKeys_areFine()
{
    LayerSettings s;
    s.prune = PruneSettings{.ratio = 0.5};
    select({s});
    QTest::keyClick(slider(Prune), Qt::Key_Right);
    QCOMPARE(m_edits.last().result.prune->ratio, 0.51);
    QTest::keyClick(slider(Prune), Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(m_edits.last().result.prune->ratio, 0.511);
    QCOMPARE(m_edits.last().description, QString("Pruning 51 % → 51.1 %"));
}

void TstInspectorValues::sliderDrag_isOneDragWithOneEnd()
{
    select({withBits(8)});
    MarkSlider *s = slider(Quantize);
    QTest::mousePress(s, Qt::LeftButton, {}, onSlider(Quantize, 8));
    for (const int bits : {6, 5, 4})
        QTest::mouseMove(s, onSlider(Quantize, bits));
    QTest::mouseRelease(s, Qt::LeftButton, {}, onSlider(Quantize, 4));
    QCOMPARE(m_edits.size(), 4);
    for (int i = 0; i < 3; ++i)
        QVERIFY(m_edits[i].dragging);
    QVERIFY(!m_edits[3].dragging);
    QCOMPARE(m_edits[3].result.quantize->bits, 4);
    for (const Edited &e : m_edits)
        QVERIFY(e.description.startsWith("Bits 8 → ")); // the value before the drag, not before the last move
    QCOMPARE(m_edits[3].description, QString("Bits 8 → 4"));
    QTest::mouseClick(s, Qt::LeftButton, {}, onSlider(Quantize, 4)); // taken and let go: nothing
    QCOMPARE(m_edits.size(), 4);
}

void TstInspectorValues::clickOnTheGroove_jumpsThere()
{
    select({withBits(8)});
    QTest::mouseClick(slider(Quantize), Qt::LeftButton, {}, onSlider(Quantize, 2));
    QCOMPARE(m_edits.last().result.quantize->bits, 2);
    QVERIFY(!m_edits.last().dragging);
}

void TstInspectorValues::doubleClick_resets()
{
    select({withBits(3)});
    QTest::mouseDClick(slider(Quantize), Qt::LeftButton, {}, onSlider(Quantize, 3));
    QCOMPARE(m_edits.last().result.quantize->bits, 8);
    QVERIFY(!m_edits.last().dragging);
    QVERIFY(!slider(Quantize)->isSliderDown());
}

void TstInspectorValues::wheel_onlyWithFocus()
{
    select({withBits(4)});
    const auto turn = [this](QWidget *widget) {
        const QPointF at(widget->rect().center());
        QWheelEvent event(at, widget->mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(widget, &event);
    };
    slider(Prune)->setFocus();
    turn(slider(Quantize));
    turn(spin(Quantize));
    QCOMPARE(m_edits.size(), 0);
    slider(Quantize)->setFocus();
    turn(slider(Quantize));
    QCOMPARE(m_edits.size(), 1);
}

void TstInspectorValues::spinBox_setsTheValueOnEnter()
{
    select({withRank(20)});
    spin(Rank)->setFocus();
    spin(Rank)->selectAll();
    QTest::keyClicks(spin(Rank), "64");
    QCOMPARE(m_edits.size(), 0); // not 6 first
    QTest::keyClick(spin(Rank), Qt::Key_Return);
    QCOMPARE(m_edits.size(), 1);
    QCOMPARE(m_edits[0].result.rank->value, 64.0);
    QCOMPARE(m_edits[0].description, QString("Rank 20 → 64"));
    QCOMPARE(slider(Rank)->value(), 64);
}

void TstInspectorValues::mixedSpin_takesTheNumberItHoldsAlready()
{
    select({withBits(8), withBits(2)}); // in between lies 5
    spin(Quantize)->setFocus();
    QTest::keyClick(spin(Quantize), Qt::Key_Return);
    QCOMPARE(m_edits.size(), 0); // nothing was typed
    spin(Quantize)->selectAll();
    QTest::keyClicks(spin(Quantize), "5");
    QTest::keyClick(spin(Quantize), Qt::Key_Return);
    QCOMPARE(m_edits.size(), 1);
    QCOMPARE(m_edits[0].result.quantize->bits, 5);
    QCOMPARE(spin(Quantize)->text(), QString("5"));
}

void TstInspectorValues::rankUnit_convertsTheRank()
{
    select({withRank(40)});
    ChoiceBox *unit = box(Rank, "Rank given as");
    QTest::keyClick(unit, Qt::Key_Down);
    QCOMPARE(m_edits[0].result, withRank(0.43, RankSettings::Unit::ShareOfBreakEven)); // 40 of 93
    QCOMPARE(spin(Rank)->text(), QString("43.0 %"));
    QTest::keyClick(unit, Qt::Key_Up);
    QCOMPARE(m_edits[1].result, withRank(40));
    QTest::keyClick(unit, Qt::Key_End);
    QCOMPARE(m_edits[2].result, withRank(0.95, RankSettings::Unit::Energy));
}

void TstInspectorValues::rankUnit_ofManyLayersIsAShare()
{
    m_inspector->setSelection({facts("a", 128, 93), facts("b", 16, 9)}, {{}, {}});
    QTest::keyClick(group(Rank)->check(), Qt::Key_Space);
    QCOMPARE(m_edits[0].result, withRank(0.5, RankSettings::Unit::ShareOfBreakEven));
}

void TstInspectorValues::rankAboveBreakEven_warns()
{
    select({withRank(93)});
    QVERIFY(!visibleText().contains("Above break-even"));
    QVERIFY(visibleText().contains("Break-even 93"));
    QTest::keyClick(slider(Rank), Qt::Key_Right);
    QVERIFY(visibleText().contains("Above break-even"));
    QVERIFY(visibleText().contains("rank 93 or below"));
}

void TstInspectorValues::setSelectionWhileDragging_leavesTheControl()
{
    select({withBits(8)});
    MarkSlider *s = slider(Quantize);
    QTest::mousePress(s, Qt::LeftButton, {}, onSlider(Quantize, 8));
    QTest::mouseMove(s, onSlider(Quantize, 3));
    select({withBits(6)}); // an answer to an earlier move
    QCOMPARE(s->value(), 3);
    QVERIFY(s->isSliderDown());
    QTest::mouseRelease(s, Qt::LeftButton, {}, onSlider(Quantize, 3));
    QCOMPARE(m_edits.last().result.quantize->bits, 3);
    QVERIFY(!m_edits.last().dragging);
}

void TstInspectorValues::clusterSlider_doubles()
{
    LayerSettings s;
    s.cluster = ClusterSettings{};
    select({s});
    QCOMPARE(spin(Cluster)->text(), QString("16"));
    QTest::keyClick(slider(Cluster), Qt::Key_Right);
    QCOMPARE(m_edits.last().result.cluster->clusters, 32);
    QTest::keyClick(slider(Cluster), Qt::Key_End);
    QCOMPARE(m_edits.last().result.cluster->clusters, 256);
    QTest::keyClick(slider(Cluster), Qt::Key_Home);
    QCOMPARE(m_edits.last().result.cluster->clusters, 2);
    spin(Cluster)->selectAll();
    QTest::keyClicks(spin(Cluster), "20"); // any number by the box
    QTest::keyClick(spin(Cluster), Qt::Key_Return);
    QCOMPARE(m_edits.last().result.cluster->clusters, 20);
}

void TstInspectorValues::sliderOfWhatIsOff_switchesItOn()
{
    select({{}});
    MarkSlider *s = slider(Quantize);
    QTest::mousePress(s, Qt::LeftButton, {}, onSlider(Quantize, 8));
    QCOMPARE(m_edits.size(), 0);
    QTest::mouseMove(s, onSlider(Quantize, 5));
    QCOMPARE(m_edits.last().result, withBits(5));
    QVERIFY(m_edits.last().dragging);
    QVERIFY(group(Quantize)->check()->isChecked());
    QVERIFY(s->isSliderDown() && !s->isDimmed());
    QTest::mouseRelease(s, Qt::LeftButton, {}, onSlider(Quantize, 5));
    QVERIFY(!m_edits.last().dragging);
    QCOMPARE(m_edits.last().description, QString("Bits – → 5"));

    QTest::keyClick(slider(Prune), Qt::Key_Right);
    QCOMPARE(m_edits.last().result.prune->ratio, 0.51);
    QVERIFY(group(Prune)->check()->isChecked());
}

void TstInspectorValues::numberOfWhatIsOff_switchesItOn()
{
    select({{}});
    QCOMPARE(spin(Quantize)->text(), QString("8"));
    spin(Quantize)->setFocus();
    QTest::keyClick(spin(Quantize), Qt::Key_Return);
    QCOMPARE(m_edits.size(), 0); // nothing was typed
    spin(Quantize)->selectAll();
    QTest::keyClicks(spin(Quantize), "8"); // the one that it shows
    QTest::keyClick(spin(Quantize), Qt::Key_Return);
    QCOMPARE(m_edits.size(), 1);
    QCOMPARE(m_edits[0].result, withBits(8));
    QVERIFY(group(Quantize)->check()->isChecked());
}

QTEST_MAIN(TstInspectorValues)
#include "tst_inspectorvalues.moc"
