// Which columns of the list of variants are in sight, how wide, and what is drawn in them.
#include "tests/ui/columns.h"
#include "tests/ui/sample.h"
#include "tests/ui/shownvariants.h"
#include "ui/style/theme.h"

#include <QHeaderView>
#include <QTest>
#include <QTreeView>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstVariantColumns : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup() { m_panel.reset(); }
    void figures_haveDrawingsBesideThem();
    void drawings_areInAllRowsOrNone();
    void columns_growWithTheBaselinesFigures();
    void columns_hideByPriority_data();
    void columns_hideByPriority();
    void withoutLabels_theAgreementComesFirst();
    void columns_canBeChosenByKeyboard();
    void otherSamples_areNeverCut_data() { columns_hideByPriority_data(); }
    void otherSamples_areNeverCut();

private:
    QTreeView *tree() const { return m_panel->findChild<QTreeView *>(); }
    int inks(const QModelIndex &cell, const QColor &ink) const; ///< pixels of the colour
    QModelIndex shownIndex(int row, int column = 0) const       ///< below the baseline
    {
        return tree()->model()->index(row + 1, column);
    }
    void measureAll();
    QString fault() const;

    std::unique_ptr<VariantModel> m_model;
    std::unique_ptr<VariantsPanel> m_panel;
};

int TstVariantColumns::inks(const QModelIndex &cell, const QColor &ink) const
{
    const QImage image = tree()->viewport()->grab(tree()->visualRect(cell)).toImage();
    int found = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            found += image.pixelColor(x, y) == ink;
    return found;
}

/// With an interval, and a name that is long.
void TstVariantColumns::measureAll()
{
    QVector<Variant> variants = m_model->variants();
    for (Variant &v : variants) {
        v.figures.top1 = Interval{0.829, 0.79, 0.86};
        v.figures.agreement = Interval{0.97, 0.95, 0.98};
        v.figures.samplesDone = v.figures.samplesTotal = 500;
        v.figures.top1Difference = Interval{-0.02, -0.03, -0.01};
    }
    variants[2].name = "squeezenet1.1 pruned by a third, then quantized to 4 bits in groups of 32";
    m_model->setVariants(variants);
}

QString TstVariantColumns::fault() const
{
    using M = VariantModel;
    return columnFault(*tree(), *tree()->header(),
                       {M::Name, M::Top1, M::Size, M::Ratio, M::Difference, M::Agreement, M::Latency,
                        M::RecipeSummary, M::From, M::Macs, M::When},
                       4);
}

void TstVariantColumns::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    applyTheme(Scheme::Light);
}

void TstVariantColumns::init()
{
    startClean();
    m_model = std::make_unique<VariantModel>();
    m_panel = showVariants(*m_model);
    QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    m_panel->activateWindow();
}

void TstVariantColumns::figures_haveDrawingsBesideThem()
{
    QVector<Variant> variants = m_model->variants();
    for (Variant &v : variants) {
        v.figures.samplesDone = v.figures.samplesTotal = 500;
        v.figures.top1Difference = Interval{-0.02, -0.03, -0.01};
    }
    m_model->setVariants(variants);
    m_panel->resize(1600, 240);
    QVERIFY(inks(shownIndex(0, VariantModel::Size), colors().current) > 20);
    QVERIFY(inks(shownIndex(0, VariantModel::Difference), colors().current) > 10);
    QCOMPARE(inks(shownIndex(0, VariantModel::Macs), colors().current), 0);
}

/// A short figure leaves room for one where a long one leaves none.
void TstVariantColumns::drawings_areInAllRowsOrNone()
{
    m_model->setVariants(
        {variant("baseline", 14'100'000), variant("long", 14'000'000), variant("short", 999'000)});
    m_panel->resize(1600, 240);
    QHeaderView *header = tree()->header();
    bool all = false, none = false;
    for (int width = 60; width < 240; width += 4) {
        header->resizeSection(VariantModel::Size, width);
        const bool first = inks(shownIndex(0, VariantModel::Size), colors().current) > 0;
        QCOMPARE(inks(shownIndex(1, VariantModel::Size), colors().current) > 0, first);
        all = all || first;
        none = none || !first;
    }
    QVERIFY(all && none);
}

void TstVariantColumns::columns_growWithTheBaselinesFigures()
{
    Variant kept = variant("8 bits", 3'600'000);
    kept.figures.samplesDone = kept.figures.samplesTotal = 500;
    kept.figures.top1Difference = Interval{-0.02, -0.03, -0.01};
    Variant unmeasured = variant("baseline", 14'000'000);
    unmeasured.figures.top1.reset();
    m_model->setVariants({unmeasured, kept});
    Variant measured = variant("baseline", 14'000'000);
    measured.figures.samplesDone = measured.figures.samplesTotal = 500;
    m_model->setBaseline(measured);
    m_panel->resize(1600, 240);
    const QAbstractItemView *view = tree();
    for (int column = 0; column < VariantModel::RecipeSummary; ++column)
        QTRY_VERIFY(tree()->columnWidth(column) >= view->sizeHintForColumn(column));
}

void TstVariantColumns::columns_hideByPriority_data()
{
    QTest::addColumn<int>("width");
    for (const int width : {1, 400, 500, 640, 800, 960, 1280, 2560})
        QTest::addRow("%d", width) << width;
}

void TstVariantColumns::columns_hideByPriority()
{
    QFETCH(int, width);
    measureAll();
    m_panel->resize(width, 240); // or as narrow as it gets
    QTRY_COMPARE(fault(), QString());
    const int margins = 2 * (tree()->style()->pixelMetric(QStyle::PM_FocusFrameHMargin) + 1);
    const int figure = tree()->fontMetrics().horizontalAdvance("88.8 MB") + margins;
    QVERIFY(tree()->columnWidth(VariantModel::Size) >= figure);
    if (width < 960 || width > 1280)
        QCOMPARE(tree()->header()->isSectionHidden(VariantModel::When), width < 960);
}

void TstVariantColumns::withoutLabels_theAgreementComesFirst()
{
    QVector<Variant> variants = m_model->variants();
    for (Variant &v : variants) {
        v.figures.top1.reset();
        v.figures.agreement = Interval{0.97, 0.95, 0.98};
    }
    m_model->setVariants(variants);
    QCOMPARE(tree()->header()->visualIndex(VariantModel::Agreement), 1);
    measureAll();
    QCOMPARE(tree()->header()->visualIndex(VariantModel::Top1), 1);
}

void TstVariantColumns::columns_canBeChosenByKeyboard()
{
    m_panel->resize(1, 240);
    QVERIFY(tree()->header()->isSectionHidden(VariantModel::When));
    toggleColumn(tree()->viewport(), "When");
    QVERIFY(!tree()->header()->isSectionHidden(VariantModel::When));
    VariantsPanel another;
    another.setModel(m_model.get());
    QVERIFY(!another.findChild<QTreeView *>()->header()->isSectionHidden(VariantModel::When));
}

/// By how many samples an accuracy goes is a part of it.
void TstVariantColumns::otherSamples_areNeverCut()
{
    QFETCH(int, width);
    measureAll();
    QVector<Variant> variants = m_model->variants();
    variants[1].figures.samplesDone = variants[1].figures.samplesTotal = 250;
    m_model->setVariants(variants);
    m_panel->resize(width, 240); // or as narrow as it gets
    QTRY_COMPARE(fault(), QString());
    const int margins = 2 * (tree()->style()->pixelMetric(QStyle::PM_FocusFrameHMargin) + 1);
    for (const int column : {VariantModel::Top1, VariantModel::Difference}) {
        const QString text = shownIndex(0, column).data().toString();
        QVERIFY2(text.contains("of 250") || text.contains("from "), qPrintable(text));
        if (!tree()->header()->isSectionHidden(column))
            QVERIFY2(tree()->columnWidth(column) >= tree()->fontMetrics().horizontalAdvance(text) + margins,
                     qPrintable(text));
    }
    QVERIFY(!tree()->header()->isSectionHidden(VariantModel::Top1));
}

QTEST_MAIN(TstVariantColumns)
#include "tst_variantcolumns.moc"
