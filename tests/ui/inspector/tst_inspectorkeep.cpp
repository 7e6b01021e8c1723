// Layers that are kept as they are in the inspector, and methods that only some layers can have.
#include "tests/ui/inspector/inspectortest.h"

#include <QPushButton>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstInspectorKeep : public InspectorTest {
    Q_OBJECT
private slots:
    void init()
    {
        start();
        connect(m_inspector.get(), &Inspector::keepRequested, this,
                [this](const QVector<int> &layers, bool keep) { m_kept << qMakePair(layers, keep); });
        m_kept.clear();
    }

    void button_keepsAndLetsGo();
    void sign_followsTheScheme();
    void keptLayer_cannotBeEdited();
    void someKept_leaveTheOthersToEdit();
    void figuresOfTheShown_follow();
    void asManyKeptAsNot_leaveTheOthersToEdit();
    void methodThatAllHaveWhoCan_isTicked_data();
    void methodThatAllHaveWhoCan_isTicked();

private:
    QPushButton *button() const { return m_inspector->findChild<QPushButton *>("keepLayers"); }
    QString text() const { return m_inspector->findChild<QLabel *>("keptText")->text(); }
    QVector<QPair<QVector<int>, bool>> m_kept;
};

void TstInspectorKeep::button_keepsAndLetsGo()
{
    select({withBits(3)});
    QCOMPARE(button()->text(), QString("Keep this layer as it is"));
    QVERIFY(!m_inspector->findChild<QLabel *>("keptText")->isVisible());
    QTest::mouseClick(button(), Qt::LeftButton);
    QCOMPARE(m_kept.last(), qMakePair(QVector<int>{0}, true));
    QVERIFY(m_edits.isEmpty());
    select({{.keep = true}});
    QCOMPARE(text(), QString("Kept as it is"));
    QCOMPARE(button()->text(), QString("Let go"));
    button()->setFocus();
    QTest::keyClick(button(), Qt::Key_Space);
    QCOMPARE(m_kept.last(), qMakePair(QVector<int>{0}, false));
    select({withBits(3), {}});
    QCOMPARE(button()->text(), QString("Keep these layers as they are"));
}

void TstInspectorKeep::sign_followsTheScheme()
{
    select({{.keep = true}});
    const auto sign = [this] {
        for (const QLabel *label : button()->parentWidget()->findChildren<QLabel *>())
            if (!label->pixmap(Qt::ReturnByValue).isNull())
                return label->pixmap(Qt::ReturnByValue).toImage();
        return QImage();
    };
    const QImage light = sign();
    applyTheme(Scheme::Dark);
    QTRY_VERIFY(!light.isNull() && sign() != light);
}

void TstInspectorKeep::keptLayer_cannotBeEdited()
{
    select({{.keep = true}});
    QVERIFY(!group(Quantize)->isEnabled());
    QTest::mouseClick(group(Quantize)->check(), Qt::LeftButton);
    QTest::mouseClick(slider(Prune), Qt::LeftButton, {}, onSlider(Prune, 50));
    QVERIFY(m_edits.isEmpty());
    select({{}});
    QVERIFY(group(Quantize)->isEnabled());
}

void TstInspectorKeep::someKept_leaveTheOthersToEdit()
{
    select({withBits(4), {.keep = true}, withBits(4)});
    QCOMPARE(text(), QString("1 of 3 kept"));
    QVERIFY2(visibleText().contains("kept as they are (1)"), qPrintable(visibleText()));
    QVERIFY(!visibleText().contains("cannot be compressed"));
    QCOMPARE(group(Quantize)->check()->checkState(), Qt::Checked);
    QTest::keyClick(group(Quantize)->check(), Qt::Key_Space);
    QCOMPARE(m_edits.last().layers, QVector<int>({0, 2}));
    QTest::mouseClick(button(), Qt::LeftButton);
    QCOMPARE(m_kept.last(), qMakePair(QVector<int>({0, 1, 2}), true));
}

void TstInspectorKeep::figuresOfTheShown_follow()
{
    select({{.keep = true}, withBits(4)});
    QVector<Inspector::Facts> all{facts("conv_0"), facts("conv_1")};
    all[0].layer = 0;
    all[1].layer = 1;
    all[0].storedBytes = 1'000'000;
    all[1].storedBytes = 77'000;
    m_inspector->updateFacts(all);
    QVERIFY2(visibleText().contains("77 kB"), qPrintable(visibleText()));
}

void TstInspectorKeep::asManyKeptAsNot_leaveTheOthersToEdit()
{
    select({{.keep = true}, {}});
    QVERIFY(group(Quantize)->isEnabled());
    QCOMPARE(text(), QString("1 of 2 kept"));
    QCOMPARE(button()->text(), QString("Keep all"));
    QTest::mouseClick(group(Quantize)->check(), Qt::LeftButton);
    QCOMPARE(m_edits.size(), 1);
}

void TstInspectorKeep::methodThatAllHaveWhoCan_isTicked_data()
{
    QTest::addColumn<int>("method");
    QTest::newRow("channels") << int(Channels);
    QTest::newRow("drop") << int(Drop);
    QTest::newRow("fold") << int(Fold);
    QTest::newRow("renormalize") << int(Renormalize);
    QTest::newRow("separable") << int(Separable);
    QTest::newRow("rank") << int(Rank);
}

void TstInspectorKeep::methodThatAllHaveWhoCan_isTicked()
{
    QFETCH(int, method);
    QVector<Inspector::Facts> all{facts("a"), facts("b"), facts("c")};
    for (int i = 0; i < 3; ++i)
        all[i].layer = i;
    all[2].noFold = all[2].noRenormalize = all[2].noSeparable = all[2].noFactors = all[2].noChannels =
        all[2].noDrop = "it cannot";
    const LayerSettings on{.rank = RankSettings{.unit = RankSettings::Unit::ShareOfBreakEven, .value = 0.5},
                           .separable = SeparableSettings{},
                           .fold = FoldSettings{},
                           .renormalize = RenormalizeSettings{},
                           .channels = ChannelSettings{.value = 0.3},
                           .drop = DropSettings{}};
    m_inspector->setSelection(all, {on, on, {}});
    QCOMPARE(group(method)->check()->checkState(), Qt::Checked);
    m_inspector->setSelection(all, {on, {}, {}});
    QCOMPARE(group(method)->check()->checkState(), Qt::PartiallyChecked);
    m_inspector->setSelection(all, {{}, {}, on}); // on all the same
    QCOMPARE(group(method)->check()->checkState(), Qt::PartiallyChecked);
}

QTEST_MAIN(TstInspectorKeep)
#include "tst_inspectorkeep.moc"
