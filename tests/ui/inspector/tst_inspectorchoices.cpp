// What is chosen of each method in the inspector, and what is not offered.
#include "tests/ui/inspector/inspectortest.h"
#include "ui/widgets/costdelegate.h"
#include "ui/widgets/panelparts.h"

#include <QLineEdit>
#include <QSignalSpy>
#include <QStandardItemModel>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstInspectorChoices : public InspectorTest {
    Q_OBJECT
private slots:
    void init() { start(); }
    void cleanup() { m_inspector.reset(); }

    void choices_changeOnlyTheirKey();
    void list_saysWhatAChoiceCosts();
    void switch_saysWhatItCosts();
    void more_isClosedAndRemembered();
    void more_saysWhatIsUnusualInside();
    void typedGroup_isTaken_data();
    void typedGroup_isTaken();
    void typedPattern_isTakenOrRefused();
    void nofm_setsTheRatioAndLocksIt();
    void format_setsTheBitsAndLocksThem();
    void mixedChoice_isSaidAndSetForAll();
    void forms_areOnlyForTheLayersTheySuit();
    void separable_saysWhyItIsNotForThisLayer();
    void fold_isOfferedWhereItCanBeDone();
    void renormalize_isOfferedWhereItCanBeDone();
    void calibration_isAskedForWhereItIsNeeded();
    void calibration_namesLayersWithoutStatistics();
    void gradients_sayWhatIsMissing();
};

void TstInspectorChoices::choices_changeOnlyTheirKey()
{
    select({withBits(3)});
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

void TstInspectorChoices::list_saysWhatAChoiceCosts()
{
    QVector<int> asked;
    m_inspector->setCost([&](const QVector<int> &layers, const QVector<LayerSettings> &settings) {
        asked = layers;
        return settings.first().quantize->rounding == Rounding::Gptq ? 41.0 : 0.5;
    });
    select({withBits(4), withBits(4)});
    ChoiceBox *rounding = box(Quantize, "Rounding");
    rounding->showPopup(); // asked for when the list opens
    const auto cost = [&](Rounding which) {
        return rounding->itemData(rounding->findData(int(which)), CostDelegate::CostRole).toString();
    };
    QCOMPARE(cost(Rounding::Gptq), QString("about 40 s on this machine"));
    QCOMPARE(cost(Rounding::Nearest), QString());
    QCOMPARE(asked, QVector<int>({0, 1}));
    QCOMPARE(rounding->currentText(), QString("Nearest")); // the box itself says what it is, no more
    rounding->hidePopup();
}

void TstInspectorChoices::switch_saysWhatItCosts()
{
    m_inspector->setCost([](const QVector<int> &, const QVector<LayerSettings> &settings) {
        double seconds = 0.0;
        for (const LayerSettings &layer : settings)
            seconds += layer.renormalize ? 20.0 : 0.0;
        return seconds;
    });
    const auto note = [&](int method) { return group(method)->findChild<ElidedLabel *>()->text(); };
    select({{}});
    QTRY_COMPARE(note(Renormalize), QString("about 20 s on this machine"));
    QCOMPARE(note(Fold), QString("normalization into the weight"));
    select({{}, {}});
    QTRY_COMPARE(note(Renormalize), QString("about 40 s on this machine"));
    LayerSettings on;
    on.renormalize.emplace();
    select({on});                                  // what was chosen is said no more
    QVERIFY(!note(Renormalize).contains("about")); // it is on, and says what it needs
    Inspector::Facts fc = facts("fc");
    fc.noRenormalize = "no batch normalization takes what it gives before another layer does";
    m_inspector->setSelection({fc}, {{}});
    QCOMPARE(note(Renormalize), QString("normalization measured again"));
}

void TstInspectorChoices::more_isClosedAndRemembered()
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

void TstInspectorChoices::more_saysWhatIsUnusualInside()
{
    LayerSettings s = withBits(4);
    select({s});
    QVERIFY(!visibleText().contains("least squares"));
    s.quantize->range = RangeMethod::Mse;
    s.quantize->symmetric = false;
    select({s});
    QVERIFY(visibleText().contains("Symmetry: asymmetric · Range: least squares"));
    select({s, withBits(4)});
    QVERIFY(visibleText().contains("Symmetry: mixed · Range: mixed"));
    LayerSettings uncorrected = withBits(4); // whose words alone would tell of the whole layer
    uncorrected.quantize->biasCorrection = BiasCorrection::Off;
    select({uncorrected});
    QVERIFY(visibleText().contains("Bias: as it is"));
}

void TstInspectorChoices::typedGroup_isTaken_data()
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

void TstInspectorChoices::typedGroup_isTaken()
{
    QFETCH(QString, typed);
    QFETCH(int, granularity);
    QFETCH(int, group);
    select({withBits(4)});
    ChoiceBox *scale = box(Quantize, "Scale per");
    scale->setFocus();
    scale->lineEdit()->selectAll();
    QTest::keyClicks(scale, typed);
    QTest::keyClick(scale, Qt::Key_Return);
    const LayerSettings result = m_edits.isEmpty() ? withBits(4) : m_edits.last().result;
    QCOMPARE(int(result.quantize->granularity), granularity);
    QCOMPARE(result.quantize->group, group);
    QVERIFY(m_edits.size() <= 1);
    const QString shown = granularity == int(Granularity::Channel)  ? "Per channel"
                          : granularity == int(Granularity::Tensor) ? "Per tensor"
                                                                    : QString("Groups of %1").arg(group);
    QCOMPARE(scale->currentText(), shown);
}

void TstInspectorChoices::typedPattern_isTakenOrRefused()
{
    LayerSettings s;
    s.prune = PruneSettings{.ratio = 0.25};
    select({s});
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

void TstInspectorChoices::nofm_setsTheRatioAndLocksIt()
{
    LayerSettings s;
    s.prune = PruneSettings{.ratio = 0.9};
    select({s});
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

void TstInspectorChoices::format_setsTheBitsAndLocksThem()
{
    select({withBits(8)});
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

void TstInspectorChoices::mixedChoice_isSaidAndSetForAll()
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

void TstInspectorChoices::forms_areOnlyForTheLayersTheySuit()
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

void TstInspectorChoices::separable_saysWhyItIsNotForThisLayer()
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

void TstInspectorChoices::fold_isOfferedWhereItCanBeDone()
{
    Inspector::Facts fc = facts("fc");
    fc.noFold = "no batch normalization alone takes its output";
    m_inspector->setSelection({fc}, {{}});
    QVERIFY(!group(Fold)->check()->isEnabled());
    QCOMPARE(group(Fold)->check()->toolTip(), fc.noFold);
    m_inspector->setSelection({facts("conv")}, {{}});
    QTest::keyClick(group(Fold)->check(), Qt::Key_Space);
    QVERIFY(m_edits.last().result.fold);
    QCOMPARE(m_edits.last().description, QString("Fold on"));
}

void TstInspectorChoices::renormalize_isOfferedWhereItCanBeDone()
{
    Inspector::Facts fc = facts("fc");
    fc.noRenormalize = "no batch normalization takes what it gives before another layer does";
    m_inspector->setSelection({fc}, {{}});
    QVERIFY(!group(Renormalize)->check()->isEnabled());
    QCOMPARE(group(Renormalize)->check()->toolTip(), fc.noRenormalize);
    m_inspector->setSelection({facts("conv")}, {{}});
    QTest::keyClick(group(Renormalize)->check(), Qt::Key_Space);
    QVERIFY(m_edits.last().result.renormalize);
    QCOMPARE(m_edits.last().description, QString("Renormalize on"));
}

void TstInspectorChoices::calibration_isAskedForWhereItIsNeeded()
{
    LayerSettings s = withBits(4);
    select({s});
    QVERIFY(!visibleText().contains("Choose data"));
    s.quantize->rounding = Rounding::Gptq;
    select({s});
    QVERIFY(visibleText().contains("Choose data…"));
    QSignalSpy requested(m_inspector.get(), &Inspector::calibrationRequested);
    for (QLabel *label : group(Quantize)->findChildren<QLabel *>())
        if (label->text().contains("<a"))
            emit label->linkActivated("#");
    QCOMPARE(requested.size(), 1);
    m_inspector->setCalibration("250 samples of digits");
    QVERIFY(!visibleText().contains("Choose data"));
    QVERIFY(visibleText().contains("uses 250 samples of digits"));
}

void TstInspectorChoices::calibration_namesLayersWithoutStatistics()
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

void TstInspectorChoices::gradients_sayWhatIsMissing()
{
    const auto itemOf = [this](const char *name) {
        const ChoiceBox *method = box(Prune, "Which weights go");
        const int row = method->findText(name);
        return row < 0 ? nullptr : qobject_cast<QStandardItemModel *>(method->model())->item(row);
    };
    LayerSettings s;
    s.prune = PruneSettings{0.5};
    m_inspector->setSelection({facts("fc")}, {s});
    QVERIFY(itemOf("Taylor")->isEnabled());
    QVERIFY(itemOf("Taylor")->toolTip().contains("Needs calibration data."));
    m_inspector->setCalibration("250 samples of digits");
    Inspector::Facts f = facts("fc");
    f.noGradients = "gradients need the package lathe-train, which is not installed";
    m_inspector->setSelection({f}, {s});
    for (const char *name : {"Taylor", "Taylor, second order", "Fisher", "Movement"}) {
        QVERIFY2(!itemOf(name)->isEnabled(), name);
        QVERIFY2(itemOf(name)->toolTip().contains(f.noGradients), name);
    }
    QVERIFY(itemOf("Wanda")->isEnabled() && itemOf("OBS")->isEnabled());
    s.prune->method = PruneMethod::Fisher; // a recipe from elsewhere
    m_inspector->setSelection({f}, {s});
    QVERIFY(visibleText().contains("No gradients of fc: gradients need the package lathe-train"));
}

QTEST_MAIN(TstInspectorChoices)
#include "tst_inspectorchoices.moc"
