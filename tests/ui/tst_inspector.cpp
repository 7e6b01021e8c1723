#include "tests/ui/sample.h"
#include "ui/inspector.h"
#include "ui/methodgroup.h"
#include "ui/theme.h"

#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QStandardPaths>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

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
    void methodsThatAreOff_areFoldedUp();
    void more_isClosedAndRemembered();
    void more_saysWhatIsUnusualInside();
    void quantizeAndCluster_excludeEachOther();
    void rankAndSeparable_excludeEachOther();
    void clusterSlider_doubles();
    void typedGroup_isTaken_data();
    void typedGroup_isTaken();
    void typedPattern_isTakenOrRefused();
    void nofm_setsTheRatioAndLocksIt();
    void format_setsTheBitsAndLocksThem();
    void mixedChoice_isSaidAndSetForAll();
    void forms_areOnlyForTheLayersTheySuit();
    void separable_saysWhyItIsNotForThisLayer();
    void calibration_isAskedForWhereItIsNeeded();
    void calibration_namesLayersWithoutStatistics();

private:
    struct Edited {
        LayerSettings result; ///< of the change applied to `from`
        QString description;
        bool dragging = false;
        QVector<int> layers;
    };
    void makeInspector();
    void select(const QVector<LayerSettings> &settings);
    MethodGroup *group(int index) const { return m_inspector->findChildren<MethodGroup *>().at(index); }
    MarkSlider *slider(int index) const { return group(index)->value()->slider(); }
    MixedSpinBox *spin(int index) const { return group(index)->value()->spinBox(); }
    QString visibleText() const;
    QPoint onSlider(int index, int value) const
    {
        return {slider(index)->positionOf(value), slider(index)->height() / 2};
    }

    ChoiceBox *box(int index, const QString &name) const
    {
        for (ChoiceBox *box : group(index)->choices())
            if (box->choice().name == name)
                return box;
        return nullptr;
    }
    void openMore(int index) const
    {
        if (!group(index)->more()->isChecked())
            QTest::mouseClick(group(index)->more(), Qt::LeftButton);
    }

    static constexpr int Prune = Inspector::Prune, Quantize = Inspector::Quantize,
                         Cluster = Inspector::Cluster, Rank = Inspector::Rank,
                         Separable = Inspector::Separable;
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
            .ranks = {LayerFacts::Ranks{fullRank, breakEven}, LayerFacts::Ranks{60, 40}},
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
    startClean();
    makeInspector();
}

void TstInspector::makeInspector()
{
    m_edits.clear();
    m_from = {};
    m_inspector = std::make_unique<Inspector>();
    connect(m_inspector.get(), &Inspector::edited, this,
            [this](const std::function<void(LayerSettings &)> &change, const QString &description,
                   bool dragging, const QVector<int> &layers) {
                LayerSettings s = m_from;
                change(s);
                m_edits << Edited{s, description, dragging, layers};
            });
    m_inspector->resize(320, 640);
    m_inspector->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_inspector.get()));
    m_inspector->activateWindow();
}

void TstInspector::select(const QVector<LayerSettings> &settings)
{
    QVector<Inspector::Facts> all;
    for (qsizetype i = 0; i < settings.size(); ++i) {
        all << facts(QStringLiteral("conv_%1").arg(i));
        all.last().layer = int(i);
    }
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
    QCOMPARE(box(Quantize, "Scale per")->currentText(), QString("Per channel"));
    QCOMPARE(box(Quantize, "Symmetry")->currentText(), QString("asymmetric"));
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
    ChoiceBox *scale = box(Quantize, "Scale per");
    scale->setFocus();
    QTest::keyClick(scale, Qt::Key_Down);
    QCOMPARE(m_edits.size(), 1);
    QCOMPARE(m_edits[0].result.quantize->granularity, Granularity::Tensor);
    QCOMPARE(m_edits[0].result.quantize->bits, 3);
    QCOMPARE(m_edits[0].description, QString("Quantize: scale per → Per tensor"));
    openMore(Quantize);
    QTest::keyClick(box(Quantize, "Symmetry"), Qt::Key_Down);
    QVERIFY(!m_edits[1].result.quantize->symmetric);
    QCOMPARE(m_edits[1].result.quantize->bits, 3);
}

void TstInspector::rankUnit_convertsTheRank()
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
    QCOMPARE(m_edits[0].description, QString("Keep as it is"));
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

void TstInspector::methodsThatAreOff_areFoldedUp()
{
    select({withBits(4)});
    QVERIFY(slider(Quantize)->isVisible());
    QVERIFY(!slider(Prune)->isVisible());
    QTest::keyClick(group(Prune)->check(), Qt::Key_Space);
    QVERIFY(slider(Prune)->isVisible());
}

void TstInspector::more_isClosedAndRemembered()
{
    select({withBits(4)});
    ChoiceBox *range = box(Quantize, "Range");
    QVERIFY(!range->isVisible());
    QTest::keyClick(group(Quantize)->more(), Qt::Key_Space);
    QVERIFY(range->isVisible());
    m_inspector.reset();
    makeInspector(); // another inspector, as in the next run
    select({withBits(4)});
    QVERIFY(box(Quantize, "Range")->isVisible());
    QTest::mouseClick(group(Quantize)->more(), Qt::LeftButton);
    QVERIFY(!box(Quantize, "Range")->isVisible());
}

void TstInspector::more_saysWhatIsUnusualInside()
{
    LayerSettings s = withBits(4);
    select({s});
    QVERIFY(!visibleText().contains("least squares"));
    s.quantize->range = RangeMethod::Mse;
    s.quantize->symmetric = false;
    select({s});
    QVERIFY(visibleText().contains("asymmetric · least squares"));
    select({s, withBits(4)});
    QVERIFY(visibleText().contains("Symmetry: mixed · Range: mixed"));
}

void TstInspector::quantizeAndCluster_excludeEachOther()
{
    select({withBits(3)});
    m_from = withBits(3);
    QTest::keyClick(group(Cluster)->check(), Qt::Key_Space);
    QCOMPARE(m_edits[0].result.cluster, std::optional(ClusterSettings()));
    QVERIFY(!m_edits[0].result.quantize);
    QVERIFY(!group(Quantize)->check()->isChecked());
    m_from = m_edits[0].result;
    QTest::keyClick(group(Quantize)->check(), Qt::Key_Space);
    QCOMPARE(m_edits[1].result, withBits(3)); // as it was, and the clusters are off
}

void TstInspector::rankAndSeparable_excludeEachOther()
{
    select({withRank(20)});
    m_from = withRank(20);
    QTest::keyClick(group(Separable)->check(), Qt::Key_Space);
    QVERIFY(m_edits[0].result.separable);
    QVERIFY(!m_edits[0].result.rank);
    QVERIFY(!group(Rank)->check()->isChecked());
}

void TstInspector::clusterSlider_doubles()
{
    LayerSettings s;
    s.cluster = ClusterSettings{};
    select({s});
    QCOMPARE(spin(Cluster)->text(), QString("16"));
    m_from = s;
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

void TstInspector::typedGroup_isTaken_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<int>("granularity");
    QTest::addColumn<int>("group");
    QTest::newRow("number") << "48" << int(Granularity::Group) << 48;
    QTest::newRow("words") << "groups of 64" << int(Granularity::Group) << 64;
    QTest::newRow("tensor") << "per tensor" << int(Granularity::Tensor) << 32;
    QTest::newRow("too small") << "1" << int(Granularity::Channel) << 32;
    QTest::newRow("nonsense") << "many" << int(Granularity::Channel) << 32;
}

void TstInspector::typedGroup_isTaken()
{
    QFETCH(QString, typed);
    QFETCH(int, granularity);
    QFETCH(int, group);
    select({withBits(4)});
    m_from = withBits(4);
    ChoiceBox *scale = box(Quantize, "Scale per");
    scale->setFocus();
    scale->lineEdit()->selectAll();
    QTest::keyClicks(scale, typed);
    QTest::keyClick(scale, Qt::Key_Return);
    const LayerSettings result = m_edits.isEmpty() ? m_from : m_edits.last().result;
    QCOMPARE(int(result.quantize->granularity), granularity);
    QCOMPARE(result.quantize->group, group);
    QVERIFY(m_edits.size() <= 1);
    const QString shown = granularity == int(Granularity::Channel)  ? "Per channel"
                          : granularity == int(Granularity::Tensor) ? "Per tensor"
                                                                    : QString("Groups of %1").arg(group);
    QCOMPARE(scale->currentText(), shown);
}

void TstInspector::typedPattern_isTakenOrRefused()
{
    LayerSettings s;
    s.prune = PruneSettings{.ratio = 0.25};
    select({s});
    m_from = s;
    openMore(Prune);
    ChoiceBox *pattern = box(Prune, "Pattern");
    const auto type = [&](const QString &text) {
        pattern->setFocus();
        pattern->lineEdit()->selectAll();
        QTest::keyClicks(pattern, text);
        QTest::keyClick(pattern, Qt::Key_Return);
    };
    type("8x2");
    const PrunePattern blocks{PrunePattern::Kind::Block, 8, 2};
    QCOMPARE(m_edits.last().result.prune->pattern, blocks);
    QCOMPARE(m_edits.last().result.prune->ratio, 0.25);
    type("5:4"); // no five of four
    QCOMPARE(m_edits.size(), 1);
    QCOMPARE(pattern->currentText(), QString("blocks of 8×2"));
    type("3:4");
    QCOMPARE(m_edits.last().result.prune->ratio, 0.25); // as the pattern says
    type("none");
    QCOMPARE(m_edits.last().result.prune->pattern, PrunePattern());
}

void TstInspector::nofm_setsTheRatioAndLocksIt()
{
    LayerSettings s;
    s.prune = PruneSettings{.ratio = 0.9};
    select({s});
    m_from = s;
    openMore(Prune);
    ChoiceBox *pattern = box(Prune, "Pattern");
    QTest::keyClick(pattern, Qt::Key_Down);
    QCOMPARE(pattern->currentText(), QString("2:4"));
    QCOMPARE(m_edits.last().result.prune->ratio, 0.5);
    QCOMPARE(spin(Prune)->text(), QString("50.0 %"));
    QVERIFY(!slider(Prune)->isEnabled());
    QVERIFY(group(Prune)->value()->toolTip().contains("2:4"));
    QVERIFY(!box(Prune, "Ratio holds")->isEnabled());
    QTest::keyClick(pattern, Qt::Key_Up);
    QVERIFY(slider(Prune)->isEnabled());
}

void TstInspector::format_setsTheBitsAndLocksThem()
{
    select({withBits(8)});
    m_from = withBits(8);
    openMore(Quantize);
    ChoiceBox *format = box(Quantize, "Values");
    QTest::keyClick(format, Qt::Key_Down);
    QCOMPARE(m_edits.last().result.quantize->format, NumberFormat::Nf4);
    QCOMPARE(m_edits.last().result.quantize->bits, 4);
    QCOMPARE(spin(Quantize)->text(), QString("4"));
    QVERIFY(!slider(Quantize)->isEnabled());
    QVERIFY(!box(Quantize, "Symmetry")->isEnabled());
    QTest::keyClick(format, Qt::Key_End);
    QCOMPARE(m_edits.last().result.quantize->format, NumberFormat::Bf16);
    QCOMPARE(spin(Quantize)->text(), QString("16"));
    QVERIFY(!box(Quantize, "Scale per")->isEnabled());
    QTest::keyClick(format, Qt::Key_Home);
    QVERIFY(slider(Quantize)->isEnabled());
    QCOMPARE(spin(Quantize)->text(), QString("8"));
}

void TstInspector::mixedChoice_isSaidAndSetForAll()
{
    LayerSettings grouped = withBits(4);
    grouped.quantize->granularity = Granularity::Group;
    grouped.quantize->rounding = Rounding::Gptq;
    select({withBits(4), grouped});
    ChoiceBox *rounding = box(Quantize, "Rounding");
    QCOMPARE(rounding->currentIndex(), -1);
    QCOMPARE(box(Quantize, "Scale per")->currentText(), QString());
    QCOMPARE(box(Quantize, "Scale per")->lineEdit()->placeholderText(), QString("mixed"));
    QTest::keyClick(rounding, Qt::Key_Down);
    QCOMPARE(m_edits.size(), 1);
    QCOMPARE(m_edits[0].result.quantize->rounding, Rounding::Nearest);
    QCOMPARE(m_edits[0].layers, QVector<int>({0, 1}));
}

void TstInspector::forms_areOnlyForTheLayersTheySuit()
{
    Inspector::Facts conv = facts("conv"), fc = facts("fc");
    conv.layer = 4;
    fc.layer = 7;
    fc.noSpatial = fc.noTucker = "it is no convolution";
    const auto isOffered = [this](const QString &text) {
        ChoiceBox *form = box(Rank, "Form");
        const auto *items = qobject_cast<QStandardItemModel *>(form->model());
        return items->item(form->findText(text))->isEnabled();
    };
    m_inspector->setSelection({fc}, {withRank(20)});
    QVERIFY(isOffered("by channel"));
    QVERIFY(!isOffered("spatial"));
    m_inspector->setSelection({conv, fc}, {withRank(20), withRank(20)});
    QVERIFY(isOffered("spatial"));
    openMore(Rank);
    ChoiceBox *form = box(Rank, "Form");
    QVERIFY(form->itemData(1, Qt::ToolTipRole).toString().contains("Not for 1 of the 2 layers"));
    QTest::keyClick(form, Qt::Key_Down);
    QCOMPARE(m_edits.last().result.rank->form, RankForm::Spatial);
    QCOMPARE(m_edits.last().layers, QVector<int>({4}));
    QCOMPARE(form->currentIndex(), -1); // now they differ
}

void TstInspector::separable_saysWhyItIsNotForThisLayer()
{
    Inspector::Facts fc = facts("fc");
    fc.noSeparable = "it is no convolution";
    m_inspector->setSelection({fc}, {{}});
    QVERIFY(!group(Separable)->check()->isEnabled());
    QCOMPARE(group(Separable)->check()->toolTip(), fc.noSeparable);
    LayerSettings on; // by a rule for all layers: it can be switched off here
    on.separable = SeparableSettings{};
    m_inspector->setSelection({fc}, {on});
    QVERIFY(group(Separable)->check()->isEnabled());
    m_inspector->setSelection({facts("conv")}, {{}});
    QVERIFY(group(Separable)->check()->isEnabled());
    QVERIFY(group(Separable)->check()->toolTip() != fc.noSeparable);
}

void TstInspector::calibration_isAskedForWhereItIsNeeded()
{
    LayerSettings s = withBits(4);
    select({s});
    QVERIFY(!visibleText().contains("Choose calibration data"));
    s.quantize->rounding = Rounding::Gptq;
    select({s});
    QVERIFY(visibleText().contains("Choose calibration data…"));
    QSignalSpy requested(m_inspector.get(), &Inspector::calibrationRequested);
    for (QLabel *label : group(Quantize)->findChildren<QLabel *>())
        if (label->text().contains("<a"))
            emit label->linkActivated("#");
    QCOMPARE(requested.size(), 1);
    m_inspector->setCalibration("250 samples of digits");
    QVERIFY(!visibleText().contains("Choose calibration data"));
    QVERIFY(visibleText().contains("Uses 250 samples of digits."));
}

void TstInspector::calibration_namesLayersWithoutStatistics()
{
    m_inspector->setCalibration("250 samples of digits");
    Inspector::Facts f = facts("lstm/R");
    f.noCalibration = "its input is made inside the layer";
    LayerSettings s = withBits(4);
    m_inspector->setSelection({f}, {s});
    ChoiceBox *rounding = box(Quantize, "Rounding");
    const auto *items = qobject_cast<QStandardItemModel *>(rounding->model());
    QVERIFY(!items->item(1)->isEnabled());
    QVERIFY(items->item(1)->toolTip().contains(f.noCalibration));
    s.quantize->rounding = Rounding::Gptq;
    m_inspector->setSelection({f}, {s});
    QVERIFY(visibleText().contains("No statistics of lstm/R: its input is made inside the layer."));
}

QTEST_MAIN(TstInspector)
#include "tst_inspector.moc"
