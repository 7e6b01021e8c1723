// The inspector as a whole: what it says of the selection, methods switched on and off.
#include "tests/ui/inspector/inspectortest.h"

#include <QPushButton>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstInspector : public InspectorTest {
    Q_OBJECT
private slots:
    void init() { start(); }
    void cleanup() { m_inspector.reset(); }

    void noSelection_saysWhatToDo();
    void untouchableLayer_saysWhy();
    void result_isADashUntilItIsKnown();
    void theory_isNeverAboveWhatIsStored();
    void settings_areShown();
    void check_switchesOnWithADefault();
    void uncheckedMethod_keepsItsValue();
    void mixedValues_areSaidAndOneChangeAppliesToAll();
    void partlyChecked_clickSwitchesAllOn();
    void updateFacts_changesFiguresOnly();
    void untouchableAmongOthers_isLeftOut();
    void allControls_areNamed();
    void methodsThatAreOff_areDimmed();
    void switching_movesNothing_data();
    void switching_movesNothing();
    void unusualChoices_moveNothing_data();
    void unusualChoices_moveNothing();
    void unusualChoice_isSaidBesideTheSwitch();
    void more_staysWhereItIs();
    void whatIsSaidOfData_movesNothing_data();
    void whatIsSaidOfData_movesNothing();
    void dataOnTheirWay_areNotMissing();
    void warningOfTheRank_movesNothing();
    void manyWords_giveWayToTheWidth();
    void quantizeAndCluster_excludeEachOther();
    void rankAndSeparable_excludeEachOther();

private:
    /// Of all that can be used.
    QVector<QRect> places() const
    {
        QCoreApplication::processEvents();
        QVector<QRect> all;
        for (const QWidget *widget : m_inspector->findChildren<QWidget *>())
            if (widget->isVisible() &&
                (qobject_cast<const QAbstractButton *>(widget) ||
                 qobject_cast<const QAbstractSlider *>(widget) || qobject_cast<const QComboBox *>(widget)))
                all << QRect(widget->mapTo(m_inspector.get(), QPoint()), widget->size());
        return all;
    }
};

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

/// A session that comes back says nothing of what its recipe gives before that is known.
void TstInspector::result_isADashUntilItIsKnown()
{
    Inspector::Facts f = facts("conv1");
    f.pending = true;
    f.storedBytes = f.originalBytes;
    f.theoreticalBits = 8 * f.originalBytes;
    m_inspector->setSelection({f}, {withBits(4)});
    QCOMPARE(m_inspector->findChild<QLabel *>("resultSizes")->text(), QString("412 kB → –"));
    QVERIFY(!visibleText().contains("1.0×"));
    QVERIFY(visibleText().contains("not computed yet"));
    QVERIFY(!visibleText().contains("bits a weight"));
    m_inspector->setSelection({facts("conv1")}, {withBits(4)});
    QCOMPARE(m_inspector->findChild<QLabel *>("resultSizes")->text(), QString("412 kB → 54 kB"));
    QVERIFY(visibleText().contains("7.6×"));
}

/// What is stored leads; in theory it is less, or the same form says so already.
void TstInspector::theory_isNeverAboveWhatIsStored()
{
    Inspector::Facts f = facts("conv1");
    f.theoreticalBits = 8 * 50'000;
    m_inspector->setSelection({f}, {withBits(4)});
    QVERIFY(visibleText().contains("11.72 bits a weight, in theory 50 kB"));
    f.theoreticalBits = 8 * f.storedBytes;
    m_inspector->setSelection({f}, {withBits(4)});
    QVERIFY(visibleText().contains("11.72 bits a weight"));
    QVERIFY(!visibleText().contains("in theory"));
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
    QVERIFY(slider(Rank)->isDimmed());
    QVERIFY(!slider(Quantize)->isDimmed());
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
    LayerSettings both = withRank(46); // half of break-even
    both.quantize = withBits(8).quantize;
    QCOMPARE(m_edits[1].result, both);
}

void TstInspector::uncheckedMethod_keepsItsValue()
{
    select({withBits(3)});
    QTest::keyClick(group(Quantize)->check(), Qt::Key_Space);
    QVERIFY(!m_edits[0].result.quantize);
    QCOMPARE(m_edits[0].description, QString("Quantization off"));
    select({{}}); // as the window answers
    QCOMPARE(slider(Quantize)->value(), 3);
    QTest::keyClick(group(Quantize)->check(), Qt::Key_Space);
    QCOMPARE(m_edits[1].result, withBits(3));
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

void TstInspector::methodsThatAreOff_areDimmed()
{
    select({withBits(4)});
    QVERIFY(slider(Quantize)->isVisible() && slider(Prune)->isVisible());
    QVERIFY(slider(Prune)->isDimmed() && slider(Prune)->isEnabled());
    QVERIFY(!box(Prune, "Which weights go")->isEnabled());
    QTest::keyClick(group(Prune)->check(), Qt::Key_Space);
    QVERIFY(!slider(Prune)->isDimmed());
    QVERIFY(box(Prune, "Which weights go")->isEnabled());
}

void TstInspector::switching_movesNothing_data()
{
    QTest::addColumn<int>("method");
    QTest::addColumn<bool>("open");
    for (const bool open : {false, true})
        for (const auto &[name, method] : {std::pair{"prune", Prune}, std::pair{"quantize", Quantize},
                                           std::pair{"cluster", Cluster}, std::pair{"rank", Rank}})
            QTest::addRow("%s, %s", name, open ? "open" : "closed") << method << open;
}

void TstInspector::switching_movesNothing()
{
    QFETCH(int, method);
    QFETCH(bool, open);
    LayerSettings used; // and switched off again: what it chose of this method is remembered
    used.prune = PruneSettings{.ratio = 0.5, .scope = PruneScope::Global};
    used.rank = RankSettings{.value = 100}; // above break-even
    used.cluster = ClusterSettings{.weighting = ClusterWeighting::Activation};
    select({used});
    used = withBits(4);
    used.quantize->symmetric = false;
    select({used});
    select({{}});
    if (open)
        openMore(method);
    const QVector<QRect> before = places();
    const QSize least = m_inspector->minimumSizeHint();
    QTest::keyClick(group(method)->check(), Qt::Key_Space);
    QVERIFY(group(method)->check()->isChecked());
    QCOMPARE(places(), before);
    QCOMPARE(m_inspector->minimumSizeHint(), least);
    QTest::keyClick(group(method)->check(), Qt::Key_Space);
    QCOMPARE(places(), before);
}

void TstInspector::unusualChoices_moveNothing_data()
{
    QTest::addColumn<QString>("preset");
    for (const Preset &preset : presets())
        QTest::newRow(qPrintable(preset.name)) << preset.name;
}

/// Nor does a walk from a layer with a preset's settings to one without.
void TstInspector::unusualChoices_moveNothing()
{
    QFETCH(QString, preset);
    Recipe recipe;
    recipe.rules = presetNamed(preset).rules;
    const LayerSettings of = recipe.resolve({"conv_0"}).front();
    select({of}); // a remark keeps its room from the first one on
    select({{}});
    const QVector<QRect> before = places();
    for (const LayerSettings &settings : {of, withBits(4), of, LayerSettings()}) {
        select({settings});
        QCOMPARE(places(), before);
    }
}

void TstInspector::unusualChoice_isSaidBesideTheSwitch()
{
    LayerSettings settings = withBits(4);
    settings.quantize->symmetric = false;
    select({settings});
    QVERIFY(visibleText().contains("Symmetry: asymmetric"));
    openMore(Quantize);
    QVERIFY(!visibleText().contains("Symmetry: asymmetric")); // it stands below
}

void TstInspector::more_staysWhereItIs()
{
    select({withBits(4)});
    const auto place = [this] {
        QCoreApplication::processEvents();
        return group(Quantize)->more()->mapTo(m_inspector.get(), QPoint());
    };
    const QPoint closed = place(), slide = slider(Quantize)->mapTo(m_inspector.get(), QPoint());
    QTest::mouseClick(group(Quantize)->more(), Qt::LeftButton);
    QCOMPARE(place(), closed);
    QCOMPARE(slider(Quantize)->mapTo(m_inspector.get(), QPoint()), slide);
    QTest::mouseClick(group(Quantize)->more(), Qt::LeftButton);
    QCOMPARE(place(), closed);
}

void TstInspector::whatIsSaidOfData_movesNothing_data()
{
    QTest::addColumn<QString>("calibration");
    QTest::newRow("none") << QString();
    QTest::newRow("long") << QString("270 samples of the half of digits that is not measured");
}

void TstInspector::whatIsSaidOfData_movesNothing()
{
    QFETCH(QString, calibration);
    m_inspector->setCalibration(calibration);
    LayerSettings settings = withBits(4);
    select({settings});
    const auto places = [&] {
        QVector<QPoint> found;
        for (const MethodGroup *group : m_inspector->findChildren<MethodGroup *>())
            found << group->check()->mapTo(m_inspector.get(), QPoint());
        return found;
    };
    const QVector<QPoint> before = places();
    settings.quantize->rounding = Rounding::Gptq;
    settings.prune = PruneSettings{.method = PruneMethod::Wanda};
    select({settings});
    QVERIFY(visibleText().contains(calibration.isEmpty() ? "Choose data…" : "uses 270 samples"));
    QCOMPARE(places(), before);
}

/// A session that comes back with GPTQ waits for its data, and asks for none.
void TstInspector::dataOnTheirWay_areNotMissing()
{
    LayerSettings settings = withBits(4);
    settings.quantize->rounding = Rounding::Gptq;
    m_inspector->setDataComing(true);
    select({settings});
    QVERIFY(!visibleText().contains("Choose data…"));
    m_inspector->setDataComing(false); // there were none
    QVERIFY(visibleText().contains("Choose data…"));
    m_inspector->setDataComing(true);
    m_inspector->setCalibration("270 samples");
    m_inspector->setDataComing(false);
    QVERIFY(!visibleText().contains("Choose data…") && visibleText().contains("uses 270 samples"));
}

void TstInspector::warningOfTheRank_movesNothing()
{
    select({withRank(20)});
    const auto place = [&] { return group(Separable)->mapTo(m_inspector.get(), QPoint()); };
    const QPoint before = place();
    select({withRank(100)});
    QVERIFY(visibleText().contains("Above break-even"));
    QCOMPARE(place(), before);
}

void TstInspector::manyWords_giveWayToTheWidth()
{
    select({{}});
    const int before = m_inspector->minimumSizeHint().width();
    QVERIFY2(before <= 280, qPrintable(QString::number(before)));
    Inspector::Facts many = facts(QString(200, 'n'));
    many.noCalibration = QString(20, 'w') + QString(" and nothing else").repeated(20);
    LayerSettings all = withRank(100); // warns
    all.prune = PruneSettings{.ratio = 0.5};
    all.quantize = QuantizeSettings{.rounding = Rounding::Gptq};
    m_inspector->setSelection({many}, {all});
    QCoreApplication::processEvents();
    QCOMPARE(m_inspector->minimumSizeHint().width(), before);
}

void TstInspector::quantizeAndCluster_excludeEachOther()
{
    select({withBits(3)});
    QTest::keyClick(group(Cluster)->check(), Qt::Key_Space);
    QCOMPARE(m_edits[0].result.cluster, std::optional(ClusterSettings()));
    QVERIFY(!m_edits[0].result.quantize);
    QVERIFY(!group(Quantize)->check()->isChecked());
    QTest::keyClick(group(Quantize)->check(), Qt::Key_Space);
    QCOMPARE(m_edits[1].result, withBits(3)); // as it was, and the clusters are off
}

void TstInspector::rankAndSeparable_excludeEachOther()
{
    select({withRank(20)});
    QTest::keyClick(group(Separable)->check(), Qt::Key_Space);
    QVERIFY(m_edits[0].result.separable);
    QVERIFY(!m_edits[0].result.rank);
    QVERIFY(!group(Rank)->check()->isChecked());
}

QTEST_MAIN(TstInspector)
#include "tst_inspector.moc"
