// The workspace that sets variants side by side: its pages, its tables and what it says.
#include "tests/ui/compared.h"
#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/charts/overlaidcharts.h"
#include "ui/charts/plotview.h"
#include "ui/compare/answerbars.h"
#include "ui/compare/compareclasses.h"
#include "ui/compare/comparesamples.h"
#include "ui/compare/compareview.h"
#include "ui/compare/samplepicture.h"
#include "ui/compare/sampleview.h"
#include "ui/compare/weightcomparison.h"
#include "ui/style/theme.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QScrollBar>
#include <QTabWidget>
#include <QTableWidget>
#include <QToolButton>
#include <QUuid>
#include <QtTest>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstCompareView : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanup();
    void fourVariants_haveAColumnEach();
    void nothingIsCut_data();
    void nothingIsCut();
    void longClassNames_areShownWhole();
    void synonyms_needNoSidewaysScrolling();
    void moreThanFour_areSaidToBeLeftOut();
    void nothingSelected_isSaidInOneSentence();
    void selection_drivesWhatIsCompared();
    void outOfSight_nothingRuns();
    void cancel_keepsWhatIsKnownAndGoesOn();
    void filters_showWhatTheySay();
    void sample_isLookedAtCloseUp();
    void copies_areWhatIsShown();
    void tableOfFigures_countsTheAnswers();
    void figures_goByTheSameSamples();
    void whileItRuns_nothingIsSaidToBeMissing();
    void onlyDifferent_hidesTheOthers();
    void differences_areMarked();
    void file_standsBesideRecipes();
    void goneFile_isSaidInOneSentence();
    void weights_areOfTheLayerThatIsChosen();
    void weights_followADoubleClickOnTheLayer();

private:
    Variant measured(const char *name, const char *rule) const;
    /// Keeps the variants, and chooses all of them.
    void choose(CompareView &view, const QVector<Variant> &variants)
    {
        QStringList ids;
        for (Variant kept : variants) {
            kept.id = QUuid::createUuid().toString();
            m_workbench.variants()->append(kept);
            ids << kept.id;
        }
        view.resize(1000, 700);
        view.setVariants(ids);
        view.show();
    }
    bool finish(CompareView &view)
    {
        return QTest::qWaitFor([&] { return !view.isBusy(); }, patience);
    }
    static QString summaryOf(const CompareView &view)
    {
        return view.findChild<QLabel *>("compareFlips")->text();
    }
    static int pageOf(const CompareView &view, const QString &title)
    {
        auto *pages = view.findChild<QTabWidget *>("comparePages");
        for (int page = 0; page < pages->count(); ++page)
            if (pages->tabText(page).remove('&').startsWith(title))
                return page;
        qFatal("no page is called %s", qPrintable(title));
    }
    static void open(CompareView &view, const QString &title)
    {
        view.findChild<QTabWidget *>("comparePages")->setCurrentIndex(pageOf(view, title));
    }
    static QToolButton *filter(const CompareView &view, SampleModel::Filter which)
    {
        return static_cast<QToolButton *>(view.findChild<QButtonGroup *>()->button(which));
    }

    Workbench m_workbench;
    QTemporaryDir m_folder;
};

/// Nothing but the baseline is left of a test.
void TstCompareView::cleanup()
{
    QVector<int> rows;
    for (int row = 1; row < m_workbench.variants()->rowCount(); ++row)
        rows << row;
    m_workbench.variants()->remove(rows);
}

void TstCompareView::initTestCase()
{
    startClean();
    QVERIFY(openSample(m_workbench));
}

void TstCompareView::fourVariants_haveAColumnEach()
{
    CompareView view(m_workbench);
    choose(view, {variant("b", "*:bits=4"), variant("c", "*:bits=2"), variant("d", "*:prune=0.5"),
                  variant("e", "*:bits=8")});
    QVERIFY(finish(view));
    QCOMPARE(view.variants().size(), 5); // the baseline is always there, and first
    QVERIFY(view.variants().first().isBaseline());
    open(view, "Layers");
    auto *layers = view.findChild<QTableView *>("compareLayers");
    QCOMPARE(layers->model()->columnCount(), 1 + 5);
    QCOMPARE(layers->model()->rowCount(), int(m_workbench.model().layers().size()));
    open(view, "Samples");
    auto *samples = view.findChild<QTableView *>("compareSamples");
    QCOMPARE(samples->model()->columnCount(), 2 + 5);
    QVERIFY(samples->model()->rowCount() > 0);
    QTRY_VERIFY_WITH_TIMEOUT(
        !samples->model()->index(0, 0).data(Qt::DecorationRole).value<QPixmap>().isNull(), patience);
    open(view, "Classes");
    QCOMPARE(view.findChild<QTableWidget *>("compareClasses")->rowCount(), 10);
    open(view, "Confusions");
    QVERIFY(view.findChild<QTableWidget *>("compareConfusions")->rowCount() > 0);
    auto *pages = view.findChild<QTabWidget *>();
    for (int page = 0; page < pages->count(); ++page) {
        pages->setCurrentIndex(page);
        QVERIFY(!view.grab().isNull());
    }
}

/// What a table does not show whole, in words.
QStringList cutTexts(const QTableView *table)
{
    QStringList cut;
    const QFontMetrics metrics(table->font());
    for (int column = 0; column < table->model()->columnCount(); ++column) {
        const int room = table->columnWidth(column) - 8;
        for (int row = 0; row < table->model()->rowCount(); ++row) {
            const QModelIndex index = table->model()->index(row, column);
            const QString text = index.data().toString();
            const QIcon icon = index.data(Qt::DecorationRole).value<QIcon>();
            const int beside = index.data(Qt::DecorationRole).isValid() ? table->iconSize().width() + 6 : 0;
            const QRect needed = metrics.boundingRect(QRect(0, 0, room - beside, 0), Qt::TextWordWrap, text);
            if (needed.width() > room - beside || needed.height() > table->rowHeight(row))
                cut << QString("%1: %2 in %3 x %4")
                           .arg(table->objectName(), text)
                           .arg(room)
                           .arg(table->rowHeight(row));
        }
        const QHeaderView *header = table->horizontalHeader();
        const QString title = table->model()->headerData(column, Qt::Horizontal).toString();
        const QRect needed = QFontMetrics(header->font())
                                 .boundingRect(QRect(0, 0, header->sectionSize(column) - 12, 0),
                                               Qt::TextWordWrap | Qt::TextWrapAnywhere, title);
        if (needed.height() > header->height())
            cut << QString("%1, header: %2").arg(table->objectName(), title);
    }
    return cut;
}

void TstCompareView::nothingIsCut_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("beside the list at 960 x 640") << QSize(660, 470);
    QTest::newRow("at 1280 x 800") << QSize(880, 620);
    QTest::newRow("at 2560 x 1440") << QSize(2000, 1200);
}

/// With every figure that there is, on the half of the data that was not calibrated on.
Variant TstCompareView::measured(const char *name, const char *rule) const
{
    Variant v = variant(name, rule);
    Figures &f = v.figures;
    f.sizes = f.quality = f.running = Figures::Settled;
    f.bytes = 27'123;
    f.originalBytes = 744'321;
    f.macs = f.originalMacs = 692'000;
    f.top1 = Interval{0.452, 0.41, 0.494};
    f.top1Difference = Interval{-0.541, -0.583, -0.499};
    f.agreement = Interval{0.457, 0.415, 0.499};
    f.samplesDone = f.samplesTotal = 270;
    f.latency = f.baselineLatency = 24e-6;
    f.latencyRange = f.baselineLatencyRange = Interval{24e-6, 23e-6, 25e-6};
    f.memory = f.baselineMemory = 757'000;
    v.data = m_workbench.data()->measuredOn(LearnedFrom::Calibration);
    return v;
}

void TstCompareView::nothingIsCut()
{
    QFETCH(QSize, size);
    CompareView view(m_workbench);
    choose(view, {measured("eight bits per channel, nearest", "*:bits=8"), measured("3 bits", "*:bits=3"),
                  measured("half of the weights pruned", "*:prune=0.5"), measured("mixed", "fc1:bits=2")});
    view.resize(size);
    QVERIFY(finish(view));
    // The figures need no sideways scrolling, and end with a whole row.
    const auto *totals = view.findChild<QTableWidget *>("compareTotals");
    QTRY_COMPARE(totals->horizontalScrollBar()->maximum(), 0);
    const auto beyond = [totals](int row) { // pixels of a row that are out of sight
        return totals->rowViewportPosition(row) + totals->rowHeight(row) - totals->viewport()->height();
    };
    const auto lastInSight = [totals] {
        const int row = totals->rowAt(totals->viewport()->height() - 3);
        return row < 0 ? totals->rowCount() - 1 : row;
    };
    QTRY_VERIFY2(beyond(lastInSight()) <= 2, qPrintable(QString::number(beyond(lastInSight()))));
    for (int row = 0; row < totals->rowCount() && size.width() > 800; ++row)
        if (totals->item(row, 0)->text().startsWith("Latency"))
            QVERIFY2(beyond(row) <= 2, qPrintable(totals->item(row, 0)->text()));
    for (const char *page : {"Samples", "Classes", "Confusions", "Layers"}) {
        open(view, page);
        QTest::qWait(1);
        for (const QTableView *table : view.findChildren<QTableView *>())
            if (table->isVisible())
                QVERIFY2(cutTexts(table).isEmpty(), qPrintable(cutTexts(table).join('\n')));
    }
}

void TstCompareView::longClassNames_areShownWhole()
{
    VariantComparison made;
    made.measured = made.hasLabels = true;
    made.kind = OutputKind::Logits;
    made.classNames = {"German short-haired pointer, a dog", "soft-coated wheaten terrier", "cat"};
    made.classes = {{0, 20, {17, 13, 12, 11, 1}}, {1, 30, {20, 20, 3, 4, 5}}};
    made.confusions = {{0, 1, {3, 7, 8, 9, 10}}, {1, 0, {1, 2, 3, 4, 5}}};
    const auto comparison = std::make_shared<const VariantComparison>(made);
    QVector<Variant> variants{m_workbench.variants()->at(0)};
    for (const char *name : {"a", "b", "c", "d"})
        variants << variant(name, "");
    for (const int width : {420, 700, 1400}) {
        CompareClasses classes;
        classes.resize(width, 300);
        classes.show();
        classes.setComparison(variants, comparison);
        const auto *table = classes.findChild<QTableView *>();
        QVERIFY2(cutTexts(table).isEmpty(), qPrintable(cutTexts(table).join('\n')));
        CompareConfusions confusions;
        confusions.resize(width, 300);
        confusions.show();
        confusions.setComparison(variants, comparison);
        const auto *pairs = confusions.findChild<QTableView *>();
        QVERIFY2(cutTexts(pairs).isEmpty(), qPrintable(cutTexts(pairs).join('\n')));
    }
}

/// Classes as ImageNet's are called, beside the list of a window of 960 x 640.
void TstCompareView::synonyms_needNoSidewaysScrolling()
{
    VariantComparison made;
    made.measured = made.hasLabels = true;
    made.kind = OutputKind::Logits;
    made.classNames = {"European fire salamander, Salamandra salamandra",
                       "loggerhead, loggerhead turtle, Caretta caretta", "crane, a bird", "crane, a machine"};
    for (int i = 0; i < 4; ++i)
        made.answers.push_back(
            {size_t(i), i, {i, (i + 1) % 4}, {0.9F, 0.4F}, QString("ILSVRC2012_val_0000%1.JPEG").arg(i)});
    const QVector<Variant> variants{m_workbench.variants()->at(0), variant("4 bits", "*:bits=4")};
    CompareSamples samples;
    samples.resize(620, 300);
    samples.show();
    samples.setComparison(variants, std::make_shared<const VariantComparison>(made), {0, 1, 2, 3});
    const auto *list = samples.findChild<QTableView *>();
    const auto cutClasses = [list] { // names of files may be cut
        return cutTexts(list).filter(QRegularExpression("^(?!.*JPEG)"));
    };
    QTRY_VERIFY2(cutClasses().isEmpty(), qPrintable(cutClasses().join('\n')));
    QCOMPARE(list->horizontalScrollBar()->maximum(), 0);
    const auto cell = [list](int row, int role) {
        return list->model()->index(row, SampleModel::Label).data(role).toString();
    };
    QCOMPARE(cell(0, Qt::DisplayRole), QString("European fire salamander"));
    QCOMPARE(cell(0, Qt::ToolTipRole), QString("European fire salamander, Salamandra salamandra"));
    QCOMPARE(cell(2, Qt::DisplayRole), QString("crane, a bird")); // there is another crane
}

void TstCompareView::moreThanFour_areSaidToBeLeftOut()
{
    CompareView view(m_workbench);
    choose(view, {variant("b", ""), variant("c", ""), variant("d", ""), variant("e", ""), variant("f", "")});
    QVERIFY(finish(view));
    QCOMPARE(view.variants().size(), 5);
    QVERIFY2(summaryOf(view).contains("Four at most: b, c, d, e are compared."), qPrintable(summaryOf(view)));
}

void TstCompareView::nothingSelected_isSaidInOneSentence()
{
    CompareView view(m_workbench);
    view.show();
    const auto sentence = [&view] {
        for (const QLabel *label : view.findChildren<QLabel *>())
            if (label->isVisible())
                return label->text();
        return QString();
    };
    QVERIFY2(sentence().startsWith("Keep a variant (Ctrl+K)"), qPrintable(sentence()));
    m_workbench.variants()->append(variant("b", ""));
    view.setVariants({Variant::baselineId});
    QVERIFY2(sentence().startsWith("Select one to four variants"), qPrintable(sentence()));
    QVERIFY(!view.isBusy());
}

void TstCompareView::selection_drivesWhatIsCompared()
{
    CompareView view(m_workbench);
    choose(view, {variant("b", "*:bits=2"), variant("c", "*:bits=3")});
    QVERIFY(finish(view));
    QCOMPARE(view.comparison()->studies.size(), size_t(3));
    const auto before = view.comparison()->studies;
    view.setVariants({m_workbench.variants()->at(2).id});
    QVERIFY(finish(view));
    QCOMPARE(view.comparison()->studies.size(), size_t(2));
    QVERIFY(view.comparison()->studies[1] == before[2]); // known from before
    // A variant that goes takes its column with it.
    view.setVariants({m_workbench.variants()->at(1).id, m_workbench.variants()->at(2).id});
    QVERIFY(finish(view));
    m_workbench.variants()->remove({1});
    QVERIFY(finish(view));
    QCOMPARE(view.variants().size(), 2);
    QCOMPARE(view.variants()[1].name, QString("c"));
    // Another name is shown at once; nothing runs for it.
    m_workbench.variants()->setData(m_workbench.variants()->index(1, 0), "see");
    QVERIFY(!view.isBusy());
    const auto *totals = view.findChild<QTableWidget *>("compareTotals");
    QCOMPARE(totals->horizontalHeaderItem(2)->text(), QString("see"));
}

void TstCompareView::outOfSight_nothingRuns()
{
    CompareView view(m_workbench);
    choose(view, {variant("b", "*:bits=2")});
    view.hide();
    QVERIFY(!view.isBusy());
    view.setVariants({});
    view.setVariants({m_workbench.variants()->at(1).id});
    QVERIFY(!view.isBusy());
    view.show();
    QVERIFY(view.isBusy());
    QVERIFY(finish(view));
    QVERIFY(view.comparison()->isComplete);
}

void TstCompareView::cancel_keepsWhatIsKnownAndGoesOn()
{
    CompareView view(m_workbench);
    choose(view, {variant("b", "*:bits=2")});
    auto *stop = view.findChild<QToolButton *>("compareStop");
    QVERIFY(view.findChild<QProgressBar *>()->isVisible() && stop->isVisible());
    QCOMPARE(stop->text(), QString("Cancel"));
    QTest::mouseClick(stop, Qt::LeftButton);
    QVERIFY(finish(view));
    if (!view.comparison() || !view.comparison()->isComplete) {
        QCOMPARE(stop->text(), QString("Go on"));
        QTest::mouseClick(stop, Qt::LeftButton);
        QVERIFY(finish(view));
    }
    QVERIFY(view.comparison()->isComplete);
    QVERIFY(!stop->isVisible() && !view.findChild<QProgressBar *>()->isVisible());
}

void TstCompareView::filters_showWhatTheySay()
{
    CompareView view(m_workbench);
    choose(view, {variant("b", "*:bits=1"), variant("c", "*:bits=2")});
    QVERIFY(finish(view));
    const std::vector<ComparedSample> &answers = view.comparison()->answers;
    auto *list = view.findChild<QTableView *>("compareSamples");
    const auto *model = view.findChild<SampleModel *>();
    const auto check = [&](SampleModel::Filter which,
                           const std::function<bool(const ComparedSample &)> &has) {
        QTest::mouseClick(filter(view, which), Qt::LeftButton);
        std::vector<size_t> wanted, shown;
        for (const ComparedSample &sample : answers)
            if (has(sample))
                wanted.push_back(sample.place);
        for (int row = 0; row < model->rowCount(); ++row)
            shown.push_back(model->at(row).place);
        QVERIFY(shown == wanted);
        QVERIFY(filter(view, which)->text().contains(QString("(%1)").arg(wanted.size())));
        QCOMPARE(list->isVisible(), !wanted.empty());
    };
    check(SampleModel::Changed, [](const ComparedSample &sample) {
        return sample.tops[0] != sample.tops[1] || sample.tops[0] != sample.tops[2];
    });
    check(SampleModel::Broken, [](const ComparedSample &sample) {
        return sample.tops[0] == sample.label &&
               (sample.tops[1] != sample.label || sample.tops[2] != sample.label);
    });
    check(SampleModel::Mended, [](const ComparedSample &sample) {
        return sample.tops[0] != sample.label &&
               (sample.tops[1] == sample.label || sample.tops[2] == sample.label);
    });
    check(SampleModel::All, [](const ComparedSample &) { return true; });
    // Every answer with its probability, and whether it is right by a sign.
    const ComparedSample &first = model->at(0);
    const QString text = model->index(0, SampleModel::FirstAnswer).data().toString();
    QVERIFY2(text.startsWith(first.isRight(0) ? QChar(0x2713) : QChar(0x2717)), qPrintable(text));
    QVERIFY2(text.endsWith(percent(double(first.probabilities[0])).replace(' ', QChar::Nbsp)),
             qPrintable(text));
}

void TstCompareView::sample_isLookedAtCloseUp()
{
    CompareView view(m_workbench);
    choose(view, {variant("b", "*:bits=1")});
    QVERIFY(finish(view));
    auto *list = view.findChild<QTableView *>("compareSamples");
    auto *closeUp = view.findChild<SampleView *>();
    view.activateWindow();
    list->setFocus();
    list->setCurrentIndex(list->model()->index(1, 0));
    QTest::keyClick(list, Qt::Key_Return);
    QVERIFY(closeUp->isVisible() && !list->isVisible());
    const auto *model = view.findChild<SampleModel *>();
    const SharedComparison comparison = view.comparison();
    QVERIFY(view.findChild<QLabel *>("sampleTitle")->text().startsWith(model->at(1).name));
    QCOMPARE(view.findChild<QLabel *>("sampleLabel")->text(),
             QString("True class: %1").arg(comparison->className(model->at(1).label)));
    const auto *bars = view.findChild<AnswerBars *>();
    QCOMPARE(bars->answers().size(), 2);
    for (size_t v = 0; v < 2; ++v) {
        const VariantAnswer &answer = bars->answers()[qsizetype(v)];
        QCOMPARE(answer.classes.size(), 5);
        QCOMPARE(answer.classes[0].name, comparison->className(model->at(1).tops[v]));
        QVERIFY(answer.classes[0].share >= answer.classes[4].share);
    }
    QTRY_VERIFY_WITH_TIMEOUT(!view.findChild<SamplePicture *>()->isEmpty(), patience);
    QTest::keyClick(closeUp, Qt::Key_Right);
    QCOMPARE(closeUp->row(), 2);
    QTest::keyClick(closeUp, Qt::Key_Left);
    QTest::keyClick(closeUp, Qt::Key_Left);
    QTest::keyClick(closeUp, Qt::Key_Left); // there is none before the first
    QCOMPARE(closeUp->row(), 0);
    QTest::keyClick(closeUp, Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QGuiApplication::clipboard()->text().contains("True class: "));
    QTest::keyClick(closeUp, Qt::Key_Escape);
    QVERIFY(list->isVisible() && !closeUp->isVisible());
    QCOMPARE(list->currentIndex().row(), 0);
    // A click on its picture opens it, too; the view goes back by itself.
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(0, 0)).center());
    QVERIFY(closeUp->isVisible());
    QVERIFY(view.closeSample());
    QVERIFY(!view.closeSample());
}

void TstCompareView::copies_areWhatIsShown()
{
    CompareView view(m_workbench);
    choose(view, {variant("b, \"odd\"", "*:bits=2")});
    QVERIFY(finish(view));
    const auto clipboard = [] { return QGuiApplication::clipboard()->text(); };
    QTest::mouseClick(view.findChild<QToolButton *>("copySamples"), Qt::LeftButton);
    const auto *model = view.findChild<SampleModel *>();
    QCOMPARE(clipboard().count('\n'), model->rowCount() + 1);
    QVERIFY2(
        clipboard().startsWith("sample,label,\"baseline\",\"baseline: probability\",\"b, \"\"odd\"\"\","),
        qPrintable(clipboard().left(100)));
    QVERIFY(clipboard().contains(QString("\"%1\",").arg(model->at(0).name)));
    auto *totals = view.findChild<QTableWidget *>("compareTotals");
    view.activateWindow();
    totals->setFocus();
    totals->clearSelection();
    QTest::keyClick(totals, Qt::Key_C, Qt::ControlModifier); // nothing selected: all of it
    QCOMPARE(clipboard().count('\n'), totals->rowCount() + 1);
    QVERIFY(clipboard().contains("Top-1\t"));
    auto *list = view.findChild<QTableView *>("compareSamples");
    list->setFocus();
    list->selectRow(0);
    QTest::keyClick(list, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(clipboard().count('\n'), 2);
}

void TstCompareView::tableOfFigures_countsTheAnswers()
{
    CompareView view(m_workbench);
    choose(view, {variant("b", "*:bits=2")});
    QVERIFY(finish(view));
    const auto *totals = view.findChild<QTableWidget *>("compareTotals");
    const auto row = [&](const QString &title) {
        for (int r = 0; r < totals->rowCount(); ++r)
            if (totals->item(r, 0)->text() == title)
                return totals->item(r, 2)->text().replace(QChar::Nbsp, ' ');
        return QString();
    };
    const AnswerTally &tally = view.comparison()->tallies[1];
    QCOMPARE(row("Other answers"), QString("%1 of %2").arg(tally.changed).arg(view.comparison()->samples));
    QCOMPARE(row("Broken / mended"), QString("%1 / %2").arg(tally.broken).arg(tally.mended));
    QVERIFY2(summaryOf(view).contains(
                 QString("%1 become right, %2 become wrong.").arg(tally.mended).arg(tally.broken)),
             qPrintable(summaryOf(view)));
}

/// One of them was calibrated on a half: what stands side by side is of the other half for all.
void TstCompareView::figures_goByTheSameSamples()
{
    const EvaluationData &data = *m_workbench.data();
    const auto measured = [&](Variant v, const Baseline &on) {
        const CompressedModel compressed = m_workbench.compressor()->compress(v.recipe);
        const Model made = m_workbench.exporter()->build(compressed, Storage::Dense).model;
        setQuality(v.figures, measureVariant(made, *data.samples, on));
        v.data = data.measuredOn(&on == data.heldOut.get() ? LearnedFrom::Calibration : LearnedFrom::Nothing);
        return v;
    };
    const Variant whole = measured(variant("b", "*:bits=2"), *data.baseline);
    const Variant half = measured(variant("c", "*:bits=3,rounding=gptq"), *data.heldOut);
    CompareView view(m_workbench);
    choose(view, {whole, half});
    const auto *totals = view.findChild<QTableWidget *>("compareTotals");
    const auto cell = [&](const QString &title, int column) {
        for (int r = 0; r < totals->rowCount(); ++r)
            if (totals->item(r, 0)->text() == title)
                return totals->item(r, column)->text().replace(QChar::Nbsp, ' ');
        return QString();
    };
    // As long as it runs they are what they were, and say so.
    QVERIFY(view.isBusy());
    QVERIFY2(cell("Top-1", 1).endsWith("of 540"), qPrintable(cell("Top-1", 1)));
    QVERIFY2(cell("Top-1", 3).endsWith("of 270"), qPrintable(cell("Top-1", 3)));
    QCOMPARE(cell("Measured on", 3), messageText(data.measuredOn(LearnedFrom::Calibration)));
    QVERIFY2(cell("Difference, points", 3).contains("from " + percent(data.heldOut->metrics.top1->value)),
             qPrintable(cell("Difference, points", 3)));
    QVERIFY(finish(view));
    const auto share = [&](int column) { return cell("Top-1", column).section(' ', 0, 0).toDouble(); };
    for (const int column : {1, 2, 3}) {
        QVERIFY2(cell("Top-1", column).endsWith("of 270"), qPrintable(cell("Top-1", column)));
        const double difference =
            cell("Difference, points", column).section(' ', 0, 0).replace(u'−', u'-').toDouble();
        QVERIFY2(column == 1 || std::abs(share(column) - share(1) - difference) < 0.11,
                 qPrintable(cell("Difference, points", column)));
    }
    QVERIFY2(
        summaryOf(view).contains("Measured on " + messageText(data.measuredOn(LearnedFrom::Calibration))),
        qPrintable(summaryOf(view)));
    QCOMPARE(share(1), QString::number(100.0 * data.heldOut->metrics.top1->value, 'f', 1).toDouble());
}

void TstCompareView::whileItRuns_nothingIsSaidToBeMissing()
{
    CompareView view(m_workbench);
    choose(view, {variant("b", "*:bits=2")});
    QVERIFY(view.isBusy());
    const auto says = [&view](const QString &words) {
        for (const QLabel *label : view.findChildren<QLabel *>())
            if (label->isVisible() && label->text().contains(words))
                return true;
        return false;
    };
    QVERIFY(says("The variants are about to run on the samples."));
    QVERIFY(!says("have not run"));
    QVERIFY(finish(view));
    const int64_t same = view.comparison()->samples - view.comparison()->differing();
    QVERIFY2(summaryOf(view).startsWith(QString("All give the same class to %1 of %2 samples.")
                                            .arg(same)
                                            .arg(view.comparison()->samples)),
             qPrintable(summaryOf(view)));
}

void TstCompareView::onlyDifferent_hidesTheOthers()
{
    CompareView view(m_workbench);
    choose(view, {variant("b", "fc1:bits=2")});
    QVERIFY(finish(view));
    open(view, "Layers");
    QTest::mouseClick(view.findChild<QCheckBox *>(), Qt::LeftButton, {}, {8, 8});
    auto *layers = view.findChild<QTableView *>("compareLayers");
    int shown = 0;
    for (int row = 0; row < layers->model()->rowCount(); ++row)
        shown += !layers->isRowHidden(row);
    QCOMPARE(shown, 1);
}

void TstCompareView::differences_areMarked()
{
    CompareView view(m_workbench);
    Variant kept = variant("b", "fc1:bits=2");
    kept.recipe.rules.push_back(parseRule("conv2:keep=true"));
    choose(view, {kept});
    QVERIFY(finish(view));
    open(view, "Layers");
    auto *layers = view.findChild<QTableView *>("compareLayers");
    const int fc1 = int(m_workbench.model().layerIndex("fc1"));
    const auto at = [layers](int row, int column, int role) {
        return layers->model()->index(row, column).data(role);
    };
    QVERIFY(at(fc1, 2, Qt::FontRole).value<QFont>().bold());
    QVERIFY(!at(fc1, 1, Qt::FontRole).value<QFont>().bold()); // what the others are held against
    QVERIFY(at(fc1, 2, Qt::BackgroundRole).value<QBrush>().style() != Qt::NoBrush);
    QVERIFY(!at(0, 2, Qt::FontRole).value<QFont>().bold());
    QCOMPARE(at(0, 2, Qt::ForegroundRole).value<QColor>(), colors().muted);
    // What is kept is no difference.
    QVERIFY(!at(int(m_workbench.model().layerIndex("conv2")), 2, Qt::FontRole).value<QFont>().bold());
}

void TstCompareView::file_standsBesideRecipes()
{
    Variant fromElsewhere;
    fromElsewhere.name = "mine";
    fromElsewhere.file = fileAt(exportTo(m_workbench, m_folder, "mine.onnx", "*:bits=3", Storage::Compact));
    CompareView view(m_workbench);
    choose(view, {variant("b", "*:bits=2"), fromElsewhere});
    QVERIFY(finish(view));
    open(view, "Classes");
    QCOMPARE(view.findChild<QTableWidget *>("compareClasses")->rowCount(), 10);
    QVERIFY(summaryOf(view).contains("same class"));
    const auto *totals = view.findChild<QTableWidget *>("compareTotals");
    const int last = totals->rowCount() - 1;
    QCOMPARE(totals->item(last, 0)->text(), QString("File from elsewhere"));
    QVERIFY(totals->item(last, 3)->text().startsWith("mine.onnx"));
    QCOMPARE(totals->item(last, 2)->text(), unavailable());
}

void TstCompareView::goneFile_isSaidInOneSentence()
{
    const QString path = exportTo(m_workbench, m_folder, "gone.onnx", "*:bits=8", Storage::Dense);
    Variant file;
    file.name = "gone";
    file.file = fileAt(path);
    QVERIFY(QFile::remove(path));
    {
        CompareView view(m_workbench);
        choose(view, {file});
        QVERIFY(finish(view));
        QVERIFY2(summaryOf(view).contains("gone.onnx"), qPrintable(summaryOf(view)));
    }
    exportTo(m_workbench, m_folder, "gone.onnx", "*:bits=4", Storage::Dense); // another one under its name
    CompareView view(m_workbench);
    choose(view, {file});
    QVERIFY(finish(view));
    const QString text = summaryOf(view);
    QVERIFY2(text.contains("gone.onnx is not the file that was measured"), qPrintable(text));
}

void TstCompareView::weights_areOfTheLayerThatIsChosen()
{
    CompareView view(m_workbench);
    choose(view, {variant("pruned", "*:prune=0.5"), variant("half rank", "fc1:rank=8")});
    QVERIFY(finish(view));
    auto *weights = view.findChild<WeightComparison *>();
    open(view, "Weights");
    auto *histograms = weights->findChild<OverlaidHistograms *>();
    auto *spectra = weights->findChild<OverlaidSpectra *>();
    QTRY_VERIFY_WITH_TIMEOUT(!histograms->isEmpty() && !weights->isBusy(), patience);
    const int fc1 = int(m_workbench.model().layerIndex("fc1"));
    weights->findChild<QComboBox *>()->setCurrentIndex(fc1);
    QTRY_VERIFY_WITH_TIMEOUT(!weights->isBusy(), patience);
    const Layer &layer = m_workbench.model().layers()[size_t(fc1)];
    QCOMPARE(histograms->curves().size(), 3);
    for (const Curve &curve : histograms->curves()) {
        double sum = 0;
        for (const double count : curve.values)
            sum += count;
        QCOMPARE(sum, double(layer.parameters)); // every weight is in some bin
    }
    QCOMPARE(histograms->curves()[0].line, -1);
    QVERIFY(curvePen(1).style() != curvePen(2).style() && curvePen(1).color() != curvePen(2).color());
    const std::vector<double> &cut = spectra->curves()[2].values, &whole = spectra->curves()[0].values;
    QCOMPARE(whole.size(), size_t(layer.fullRank()));
    QVERIFY(cut[7] > 0.9 * whole[7] && cut[12] < 1e-3 * cut[0]); // eight directions are left
    QCOMPARE(histograms->csv().count('\n'), 129);
    QVERIFY(spectra->csv().startsWith("rank,\"baseline\",\"pruned\",\"half rank\"\n"));
    QWidget *viewport = spectra->findChild<PlotView *>()->viewport();
    QTest::mouseMove(viewport, spectra->positionOf(3).toPoint());
    QCOMPARE(spectra->hoverText().size(), 4);
    QVERIFY(spectra->hoverText().first().contains("singular value 4"));
    for (const bool log : {false, true}) {
        histograms->setLogarithmic(log);
        QVERIFY(!histograms->grab().isNull());
    }
}

void TstCompareView::weights_followADoubleClickOnTheLayer()
{
    CompareView view(m_workbench);
    choose(view, {variant("b", "*:bits=2")});
    QVERIFY(finish(view));
    open(view, "Layers");
    auto *layers = view.findChild<QTableView *>("compareLayers");
    const QPoint at = layers->visualRect(layers->model()->index(1, 0)).center();
    QTest::mouseClick(layers->viewport(), Qt::LeftButton, {}, at);
    QTest::mouseDClick(layers->viewport(), Qt::LeftButton, {}, at);
    auto *weights = view.findChild<WeightComparison *>();
    QCOMPARE(view.findChild<QTabWidget *>()->currentIndex(), pageOf(view, "Weights"));
    QCOMPARE(weights->layer(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(!weights->isBusy(), patience);
    // With the keys as well.
    open(view, "Layers");
    layers->setCurrentIndex(layers->model()->index(2, 0));
    QTest::keyClick(layers, Qt::Key_Return);
    QCOMPARE(weights->layer(), 2);
}

QTEST_MAIN(TstCompareView)
#include "tst_compareview.moc"
