#include "ui/inspector.h"
#include "ui/methodgroup.h"
#include "ui/theme.h"

#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

using namespace lathe;
using namespace lathe::ui;

class TstInspector : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup() { m_inspector.reset(); }

    void noSelection_saysWhatToDo();
    void untouchableLayer_saysWhy();
    void settings_areShown();
    void check_switchesOnWithADefault();
    void uncheckedMethod_keepsItsValue();
    void sliderKeys_changeTheValueByOneStep();
    void shiftKeys_areFine();
    void sliderDrag_isOneDragWithOneEnd();
    void clickOnTheGroove_jumpsThere();
    void doubleClick_resets();
    void wheel_onlyWithFocus();
    void spinBox_setsTheValueOnEnter();
    void mixedValues_areSaidAndOneChangeAppliesToAll();
    void mixedSpin_takesTheNumberItHoldsAlready();
    void partlyChecked_clickSwitchesAllOn();
    void choices_changeOnlyTheirKey();
    void rankUnit_convertsTheRank();
    void rankUnit_ofManyLayersIsAShare();
    void rankAboveBreakEven_warns();
    void keep_clearsEverything();
    void setSelectionWhileDragging_leavesTheControl();
    void updateFacts_changesFiguresOnly();
    void untouchableAmongOthers_isLeftOut();
    void allControls_areNamed();

private:
    struct Edited {
        LayerSettings result; ///< of the change applied to `from`
        QString description;
        bool dragging = false;
    };
    void select(const QVector<LayerSettings> &settings);
    MethodGroup *group(int index) const { return m_inspector->findChildren<MethodGroup *>().at(index); }
    MarkSlider *slider(int index) const { return group(index)->value()->slider(); }
    MixedSpinBox *spin(int index) const { return group(index)->value()->spinBox(); }
    QString visibleText() const;
    QPoint onSlider(int index, int value) const
    {
        return {slider(index)->positionOf(value), slider(index)->height() / 2};
    }

    enum { Prune, Quantize, Rank };
    std::unique_ptr<Inspector> m_inspector;
    QVector<Edited> m_edits;
    LayerSettings m_from; ///< what changes are applied to
};

namespace {

Inspector::Facts facts(const QString &name, int fullRank = 128, int breakEven = 93)
{
    return {.name = name,
            .op = "Conv",
            .weights = 36864,
            .originalBytes = 412'000,
            .storedBytes = 54'000,
            .relativeError = 0.021,
            .fullRank = fullRank,
            .breakEvenRank = breakEven,
            .compressible = true,
            .whyNot = {}};
}

LayerSettings withBits(int bits)
{
    LayerSettings s;
    s.quantize = QuantizeSettings{.bits = bits};
    return s;
}

LayerSettings withRank(double value, RankSettings::Unit unit = RankSettings::Unit::Rank)
{
    LayerSettings s;
    s.rank = RankSettings{.unit = unit, .value = value};
    return s;
}

} // namespace

void TstInspector::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    applyTheme(Scheme::Light);
}

void TstInspector::init()
{
    m_edits.clear();
    m_from = {};
    m_inspector = std::make_unique<Inspector>();
    connect(m_inspector.get(), &Inspector::edited, this,
            [this](const std::function<void(LayerSettings &)> &change, const QString &description,
                   bool dragging) {
                LayerSettings s = m_from;
                change(s);
                m_edits << Edited{s, description, dragging};
            });
    m_inspector->resize(320, 640);
    m_inspector->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_inspector.get()));
    m_inspector->activateWindow();
}

void TstInspector::select(const QVector<LayerSettings> &settings)
{
    QVector<Inspector::Facts> all;
    for (qsizetype i = 0; i < settings.size(); ++i)
        all << facts(QStringLiteral("conv_%1").arg(i));
    m_inspector->setSelection(all, settings);
    QCoreApplication::processEvents();
}

QString TstInspector::visibleText() const
{
    QStringList texts;
    for (const QLabel *label : m_inspector->findChildren<QLabel *>())
        if (label->isVisible())
            texts << label->text();
    return texts.join('|');
}

void TstInspector::noSelection_saysWhatToDo()
{
    QVERIFY(visibleText().contains("Select a layer"));
    QVERIFY(!slider(Quantize)->isVisible());
}

void TstInspector::untouchableLayer_saysWhy()
{
    Inspector::Facts f = facts("conv1");
    f.compressible = false;
    f.whyNot = "it holds NaN at 3 places.";
    m_inspector->setSelection({f}, {{}});
    QVERIFY(visibleText().contains("it holds NaN at 3 places."));
    QVERIFY(!slider(Quantize)->isVisible());
}

void TstInspector::settings_areShown()
{
    LayerSettings s = withBits(3);
    s.prune = PruneSettings{.ratio = 0.375};
    s.quantize->symmetric = false;
    select({s});
    QCOMPARE(spin(Prune)->text(), QString("37.5 %"));
    QCOMPARE(slider(Quantize)->value(), 3);
    QVERIFY(group(Prune)->check()->isChecked());
    QVERIFY(!group(Rank)->check()->isChecked());
    QVERIFY(!slider(Rank)->isEnabled());
    const auto boxes = group(Quantize)->findChildren<QComboBox *>();
    QCOMPARE(boxes[0]->currentText(), QString("Per channel"));
    QCOMPARE(boxes[1]->currentText(), QString("Asymmetric"));
    QVERIFY(visibleText().contains("412 kB → 54 kB"));
    QVERIFY(visibleText().contains("7.6×"));
    QVERIFY(visibleText().contains("weight error 2.1 %"));
    QCOMPARE(m_edits.size(), 0); // showing is not editing
}

void TstInspector::check_switchesOnWithADefault()
{
    select({{}});
    QTest::mouseClick(group(Quantize)->check(), Qt::LeftButton, {},
                      QPoint(8, group(Quantize)->check()->height() / 2));
    QCOMPARE(m_edits.size(), 1);
    QCOMPARE(m_edits[0].result, withBits(8));
    QCOMPARE(m_edits[0].description, QString("Quantization on"));
    group(Rank)->check()->setFocus();
    QTest::keyClick(group(Rank)->check(), Qt::Key_Space);
    QCOMPARE(m_edits[1].result, withRank(46)); // half of break-even
}

void TstInspector::uncheckedMethod_keepsItsValue()
{
    select({withBits(3)});
    QTest::keyClick(group(Quantize)->check(), Qt::Key_Space);
    m_from = withBits(3);
    QVERIFY(!m_edits[0].result.quantize);
    QCOMPARE(m_edits[0].description, QString("Quantization off"));
    select({{}}); // as the window answers
    QCOMPARE(slider(Quantize)->value(), 3);
    m_from = {};
    QTest::keyClick(group(Quantize)->check(), Qt::Key_Space);
    QCOMPARE(m_edits[1].result, withBits(3));
}

void TstInspector::sliderKeys_changeTheValueByOneStep()
{
    select({withBits(8)});
    m_from = withBits(8);
    QTest::keyClick(slider(Quantize), Qt::Key_Left);
    QCOMPARE(m_edits.size(), 1);
    QCOMPARE(m_edits[0].result.quantize->bits, 7);
    QCOMPARE(m_edits[0].description, QString("Bits 8 → 7"));
    QVERIFY(!m_edits[0].dragging);
    QTest::keyClick(slider(Quantize), Qt::Key_Home);
    QCOMPARE(m_edits[1].description, QString("Bits 7 → 1"));
    QCOMPARE(spin(Quantize)->value(), 1.0);
}

void TstInspector::shiftKeys_areFine()
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

void TstInspector::sliderDrag_isOneDragWithOneEnd()
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

void TstInspector::clickOnTheGroove_jumpsThere()
{
    select({withBits(8)});
    QTest::mouseClick(slider(Quantize), Qt::LeftButton, {}, onSlider(Quantize, 2));
    QCOMPARE(m_edits.last().result.quantize->bits, 2);
    QVERIFY(!m_edits.last().dragging);
}

void TstInspector::doubleClick_resets()
{
    select({withBits(3)});
    QTest::mouseDClick(slider(Quantize), Qt::LeftButton, {}, onSlider(Quantize, 3));
    QCOMPARE(m_edits.last().result.quantize->bits, 8);
    QVERIFY(!m_edits.last().dragging);
    QVERIFY(!slider(Quantize)->isSliderDown());
}

void TstInspector::wheel_onlyWithFocus()
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

void TstInspector::spinBox_setsTheValueOnEnter()
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

void TstInspector::mixedValues_areSaidAndOneChangeAppliesToAll()
{
    select({withBits(8), withBits(2), withBits(4)});
    QCOMPARE(spin(Quantize)->text(), QString("mixed"));
    QVERIFY(visibleText().contains("2–8"));
    QTest::keyClick(slider(Quantize), Qt::Key_Home);
    QCOMPARE(m_edits.size(), 1);
    QCOMPARE(m_edits[0].result.quantize->bits, 1);
    QCOMPARE(m_edits[0].description, QString("Bits of 3 layers 2–8 → 1"));
    QCOMPARE(spin(Quantize)->text(), QString("1"));
    QVERIFY(!visibleText().contains("2–8"));
}

void TstInspector::mixedSpin_takesTheNumberItHoldsAlready()
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

void TstInspector::partlyChecked_clickSwitchesAllOn()
{
    select({withBits(3), {}});
    QCOMPARE(group(Quantize)->check()->checkState(), Qt::PartiallyChecked);
    QTest::keyClick(group(Quantize)->check(), Qt::Key_Space);
    QCOMPARE(m_edits[0].result, withBits(3));
    QCOMPARE(m_edits[0].description, QString("Quantization of 2 layers on"));
    QCOMPARE(group(Quantize)->check()->checkState(), Qt::Checked);
    QTest::keyClick(group(Quantize)->check(), Qt::Key_Space);
    QVERIFY(!m_edits[1].result.quantize);
    QCOMPARE(group(Quantize)->check()->checkState(), Qt::Unchecked);
}

void TstInspector::choices_changeOnlyTheirKey()
{
    select({withBits(3)});
    m_from = withBits(3);
    const auto boxes = group(Quantize)->findChildren<QComboBox *>();
    boxes[0]->setFocus();
    QTest::keyClick(boxes[0], Qt::Key_Down);
    QCOMPARE(m_edits.size(), 1);
    QCOMPARE(m_edits[0].result.quantize->granularity, Granularity::Tensor);
    QCOMPARE(m_edits[0].result.quantize->bits, 3);
    QTest::keyClick(boxes[1], Qt::Key_Down);
    QVERIFY(!m_edits[1].result.quantize->symmetric);
    QCOMPARE(m_edits[1].result.quantize->bits, 3);
}

void TstInspector::rankUnit_convertsTheRank()
{
    select({withRank(40)});
    auto *unit = group(Rank)->findChild<QComboBox *>();
    QTest::keyClick(unit, Qt::Key_Down);
    QCOMPARE(m_edits[0].result, withRank(0.43, RankSettings::Unit::ShareOfBreakEven)); // 40 of 93
    QCOMPARE(spin(Rank)->text(), QString("43.0 %"));
    QTest::keyClick(unit, Qt::Key_Up);
    QCOMPARE(m_edits[1].result, withRank(40));
    QTest::keyClick(unit, Qt::Key_End);
    QCOMPARE(m_edits[2].result, withRank(0.95, RankSettings::Unit::Energy));
}

void TstInspector::rankUnit_ofManyLayersIsAShare()
{
    m_inspector->setSelection({facts("a", 128, 93), facts("b", 16, 9)}, {{}, {}});
    QTest::keyClick(group(Rank)->check(), Qt::Key_Space);
    QCOMPARE(m_edits[0].result, withRank(0.5, RankSettings::Unit::ShareOfBreakEven));
}

void TstInspector::rankAboveBreakEven_warns()
{
    select({withRank(93)});
    QVERIFY(!visibleText().contains("Above break-even"));
    QVERIFY(visibleText().contains("Break-even 93"));
    QTest::keyClick(slider(Rank), Qt::Key_Right);
    QVERIFY(visibleText().contains("Above break-even"));
    QVERIFY(visibleText().contains("rank 93 or below"));
}

void TstInspector::keep_clearsEverything()
{
    auto *keep = m_inspector->findChild<QPushButton *>();
    select({{}});
    QVERIFY(!keep->isEnabled());
    LayerSettings s = withBits(3);
    s.prune = PruneSettings{.ratio = 0.5};
    select({s});
    m_from = s;
    QVERIFY(keep->isEnabled());
    QTest::mouseClick(keep, Qt::LeftButton);
    QVERIFY(m_edits[0].result.empty());
    QCOMPARE(m_edits[0].description, QString("Keep conv_0 as it is"));
    QVERIFY(!keep->isEnabled());
}

void TstInspector::setSelectionWhileDragging_leavesTheControl()
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

void TstInspector::updateFacts_changesFiguresOnly()
{
    select({withBits(8)});
    spin(Quantize)->setFocus();
    spin(Quantize)->selectAll();
    QTest::keyClicks(spin(Quantize), "3");
    Inspector::Facts f = facts("conv_0");
    f.storedBytes = 103'000;
    m_inspector->updateFacts({f});
    QVERIFY(visibleText().contains("412 kB → 103 kB"));
    QVERIFY(visibleText().contains("4.0×"));
    QCOMPARE(spin(Quantize)->text(), QString("3")); // what is being typed stands
    QCOMPARE(m_edits.size(), 0);
}

void TstInspector::untouchableAmongOthers_isLeftOut()
{
    Inspector::Facts broken = facts("broken");
    broken.compressible = false;
    m_inspector->setSelection({facts("a"), broken}, {withBits(4), {}});
    QVERIFY(visibleText().contains("1 of them cannot be compressed"));
    QCOMPARE(group(Quantize)->check()->checkState(), Qt::Checked);
    QTest::keyClick(slider(Quantize), Qt::Key_Left);
    QCOMPARE(m_edits[0].description, QString("Bits 4 → 3"));
}

void TstInspector::allControls_areNamed()
{
    select({withBits(4)});
    for (const QWidget *widget : m_inspector->findChildren<QWidget *>()) {
        const bool control = qobject_cast<const QSlider *>(widget) ||
                             qobject_cast<const QComboBox *>(widget) ||
                             qobject_cast<const MixedSpinBox *>(widget);
        if (control)
            QVERIFY2(!widget->accessibleName().isEmpty(), widget->metaObject()->className());
    }
}

QTEST_MAIN(TstInspector)
#include "tst_inspector.moc"
