// Variants side by side: what the pages say is what a plain count over the samples gives.
#include "sample.h"
#include "ui/comparedialog.h"
#include "ui/confusionview.h"

#include <QCheckBox>
#include <QLabel>
#include <QTabWidget>
#include <QTableWidget>
#include <QtTest>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstCompareDialog : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void flippedSamples_areThoseThatDiffer();
    void classes_countTheRightOnes();
    void confusions_addUpToTheWrongOnes();
    void fourVariants_haveAColumnEach();
    void withoutData_comparesLayers();
    void onlyDifferent_hidesTheOthers();
    void confusionView_saysWhatACellMeans();

private:
    Variant variant(const char *name, const char *rule) const
    {
        Variant v;
        v.name = name;
        if (*rule)
            v.recipe.rules.push_back(parseRule(rule));
        return v;
    }
    VariantComparison compare(const std::vector<Recipe> &recipes)
    {
        return compareVariants(*m_workbench.compressor(), *m_workbench.exporter(), recipes,
                               &*m_workbench.data(), {});
    }
    bool finish(CompareDialog &dialog)
    {
        auto *summary = dialog.findChild<QLabel *>("compareFlips");
        return QTest::qWaitFor([&] { return !summary->text().contains("Running"); }, patience);
    }

    Workbench m_workbench;
};

void TstCompareDialog::initTestCase()
{
    startClean();
    QVERIFY(openSample(m_workbench));
}

void TstCompareDialog::flippedSamples_areThoseThatDiffer()
{
    const VariantComparison comparison = compare({{}, variant("", "*:bits=2").recipe});
    QVERIFY(!comparison.flipped.empty());
    QCOMPARE(comparison.flipped.size(), comparison.lastAgainstFirst->changed.size());
    for (size_t i = 0; i < comparison.flipped.size(); ++i) {
        const FlippedSample &sample = comparison.flipped[i];
        QCOMPARE(sample.place, comparison.lastAgainstFirst->changed[i]);
        QCOMPARE(sample.label, m_workbench.data()->samples->labels()[sample.place]);
        QVERIFY(sample.tops[0] != sample.tops[1]);
        QVERIFY(!sample.name.isEmpty());
        QCOMPARE(sample.image.pixels.empty(), i >= flippedImages);
    }
}

void TstCompareDialog::classes_countTheRightOnes()
{
    const VariantComparison comparison = compare({{}, variant("", "*:bits=2").recipe});
    QCOMPARE(comparison.classes.size(), size_t(10));
    int64_t samples = 0, right = 0;
    for (const ClassAccuracy &entry : comparison.classes) {
        samples += entry.samples;
        right += entry.right[0];
    }
    QCOMPARE(samples, comparison.samples);
    const double top1 = m_workbench.data()->baseline->metrics.top1->value;
    QVERIFY(std::abs(double(right) / double(samples) - top1) < 1e-9);
}

void TstCompareDialog::confusions_addUpToTheWrongOnes()
{
    const VariantComparison comparison = compare({{}, variant("", "*:bits=1").recipe});
    int64_t wrongMore = 0;
    for (const Confusion &confusion : comparison.confusions) {
        QVERIFY(confusion.label != confusion.top);
        QVERIFY(confusion.samples[0] != confusion.samples[1]);
        wrongMore += confusion.samples[1] - confusion.samples[0];
    }
    int64_t rightLess = 0;
    for (const ClassAccuracy &entry : comparison.classes)
        rightLess += entry.right[0] - entry.right[1];
    QCOMPARE(wrongMore, rightLess);
}

void TstCompareDialog::fourVariants_haveAColumnEach()
{
    CompareDialog dialog(m_workbench, {variant("a", ""), variant("b", "*:bits=4"), variant("c", "*:bits=2"),
                                       variant("d", "*:prune=0.5")});
    dialog.show();
    QVERIFY(finish(dialog));
    auto *layers = dialog.findChild<QTableWidget *>("compareLayers");
    QCOMPARE(layers->columnCount(), 1 + 3 * 4);
    QCOMPARE(layers->rowCount(), int(m_workbench.model().layers().size()));
    auto *samples = dialog.findChild<QTableWidget *>("compareSamples");
    QCOMPARE(samples->columnCount(), 3 + 4);
    QVERIFY(samples->rowCount() > 0);
    QVERIFY(!samples->item(0, 0)->data(Qt::DecorationRole).value<QPixmap>().isNull());
    QCOMPARE(dialog.findChild<QTableWidget *>("compareClasses")->rowCount(), 10);
    QVERIFY(dialog.findChild<QTableWidget *>("compareConfusions")->rowCount() > 0);
    auto *pages = dialog.findChild<QTabWidget *>();
    for (int page = 0; page < pages->count(); ++page) {
        pages->setCurrentIndex(page);
        QVERIFY(!dialog.grab().isNull());
    }
}

void TstCompareDialog::withoutData_comparesLayers()
{
    const VariantComparison comparison = compareVariants(*m_workbench.compressor(), *m_workbench.exporter(),
                                                         {{}, variant("", "fc1:bits=2").recipe}, nullptr, {});
    QVERIFY(!comparison.measured);
    QVERIFY(comparison.flipped.empty() && comparison.classes.empty());
    QVERIFY(comparison.storage[1][3].bytes < comparison.storage[0][3].bytes);
}

void TstCompareDialog::onlyDifferent_hidesTheOthers()
{
    CompareDialog dialog(m_workbench, {variant("a", ""), variant("b", "fc1:bits=2")});
    dialog.show();
    QVERIFY(finish(dialog));
    QTest::mouseClick(dialog.findChild<QCheckBox *>(), Qt::LeftButton, {}, {8, 8});
    auto *layers = dialog.findChild<QTableWidget *>("compareLayers");
    int shown = 0;
    for (int row = 0; row < layers->rowCount(); ++row)
        shown += !layers->isRowHidden(row);
    QCOMPARE(shown, 1);
}

void TstCompareDialog::confusionView_saysWhatACellMeans()
{
    VariantComparison comparison;
    comparison.classNames = {"cat", "dog"};
    comparison.confusions = {{0, 1, {3, 7}}};
    comparison.classes = {{0, 20, {17, 13}}, {1, 20, {20, 20}}};
    ConfusionView view;
    view.resize(324, 324);
    view.setComparison(&comparison, 0, 1);
    QCOMPARE(view.textAt({250, 90}), QString("cat as dog: 3 → 7"));
    QCOMPARE(view.textAt({60, 60}), QString("cat right: 17 → 13"));
    QVERIFY(view.textAt({2, 2}).isEmpty());
    QVERIFY(!view.grab().isNull());
}

QTEST_MAIN(TstCompareDialog)
#include "tst_comparedialog.moc"
