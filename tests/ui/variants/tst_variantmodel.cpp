// What is known of variants, as text and as numbers, without a window.
#include "tests/ui/variants.h"
#include "ui/variants/recipesummary.h"
#include "ui/variants/tradeoff.h"
#include "ui/variants/variantsamples.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstVariantModel : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void init();

    void model_holdsWhatItIsGiven();
    void model_keepsTheBaseline();
    void model_findsFreeNames();
    void recipeSummary_isShort();
    void glances_shareTheirScales();
    void sameSamples_needNoWords();
    void otherSamples_areSaidInTheCells();
    void otherSamples_areSaidInTheChart();
    void withoutLabels_theAgreementSaysItsSamples();

private:
    QString text(int row, int column) const { return m_model->index(row, column).data().toString(); }
    QVector<Variant> onHalf() const;

    std::unique_ptr<VariantModel> m_model;
};

void TstVariantModel::init()
{
    m_model = std::make_unique<VariantModel>();
    m_model->setVariants({variant("baseline", 14'000'000), variant("8 bits", 3'600'000),
                          variant("4 bits", 1'900'000), variant("16 bits", 7'000'000)});
}

/// The second one as if it had been calibrated on half of the data, the third stopped early.
QVector<Variant> TstVariantModel::onHalf() const
{
    QVector<Variant> variants = m_model->variants();
    const auto measured = [](Variant &v, double top1, double difference, int64_t done, int64_t total) {
        v.figures.top1 = Interval{top1, top1 - 0.05, top1 + 0.05};
        v.figures.top1Difference = Interval{difference, difference - 0.02, difference + 0.02};
        v.figures.samplesDone = done;
        v.figures.samplesTotal = total;
        v.data = Message::verbatim(total == 540 ? "digits" : "the half of digits");
    };
    measured(variants[0], 0.626, 0.0, 540, 540);
    variants[0].figures.top1Difference = Interval{};
    measured(variants[1], 0.608, 0.016, 270, 270);
    measured(variants[2], 0.6, -0.031, 214, 540);
    measured(variants[3], 0.62, -0.006, 540, 540);
    return variants;
}

void TstVariantModel::model_holdsWhatItIsGiven()
{
    VariantModel model;
    QAbstractItemModelTester tester(&model);
    model.setBaseline(variant("baseline", 14'000'000));
    QCOMPARE(model.append(variant("8 bits", 3'610'000)), 1);
    QCOMPARE(model.index(1, VariantModel::Size).data().toString(), QString("3.61 MB"));
    QCOMPARE(model.index(1, VariantModel::Ratio).data().toString(), QString("3.9×"));
    QCOMPARE(model.index(1, VariantModel::Top1).data().toString(), QString("82.9 % ± 3.5"));
    QCOMPARE(model.index(1, VariantModel::Difference).data().toString(), QString("–"));
    QCOMPARE(model.index(1, VariantModel::RecipeSummary).data().toString(), QString("*: 8 bits"));
    QCOMPARE(model.index(0, VariantModel::RecipeSummary).data().toString(), QString("as it is"));
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.update(1, variant("8 bits", 3'000'000));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(model.index(1, VariantModel::Size).data().toString(), QString("3.00 MB"));
    model.setBaseline(variant("baseline", 1'000));
    QCOMPARE(model.rowCount(), 2);
    model.remove({1});
    QCOMPARE(model.rowCount(), 1);
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

void TstVariantModel::model_keepsTheBaseline()
{
    m_model->remove({0, 2, 2, 99});
    QCOMPARE(m_model->rowCount(), 3);
    QCOMPARE(m_model->at(0).name, QString("baseline"));
    QVERIFY(!m_model->setData(m_model->index(0, VariantModel::Name), "mine"));
    QVERIFY(!m_model->flags(m_model->index(0, VariantModel::Name)).testFlag(Qt::ItemIsEditable));
    QVERIFY(!m_model->setData(m_model->index(1, VariantModel::Size), 3));
}

void TstVariantModel::model_findsFreeNames()
{
    QCOMPARE(m_model->freeName("2 bits"), QString("2 bits"));
    QCOMPARE(m_model->freeName("8 bits"), QString("8 bits 2"));
    m_model->append(variant("8 bits 2", 1));
    QCOMPARE(m_model->freeName("8 bits"), QString("8 bits 3"));
}

void TstVariantModel::recipeSummary_isShort()
{
    Recipe recipe;
    QCOMPARE(recipeSummary(recipe), QString("as it is"));
    recipe.rules = {Rule{"*", {Change{"bits", "4"}, Change{"prune", "0.5"}}},
                    Rule{"fc1", {Change{"rank", "64"}}}};
    QCOMPARE(recipeSummary(recipe), QString("*: 50 % pruned, 4 bits; fc1: rank 64"));
    recipe.rules.push_back(Rule{"fc2", {Change{"bits", "off"}}});
    QCOMPARE(recipeSummary(recipe), QString("*: 50 % pruned, 4 bits; fc1: rank 64 and 1 more"));
    const std::vector<Change> half = {Change{"prune", "0.5"}, Change{"prune.method", "magnitude"}};
    recipe.rules = {Rule{"conv1", half}, Rule{"conv2", half}, Rule{"fc1", {Change{"symmetric", "false"}}}};
    QCOMPARE(recipeSummary(recipe), QString("conv1, conv2: 50 % pruned; fc1: symmetric false"));
}

void TstVariantModel::glances_shareTheirScales()
{
    QVector<Variant> variants = m_model->variants();
    variants[0].figures.samplesDone = variants[0].figures.samplesTotal = 500;
    for (int i = 1; i < 4; ++i) {
        variants[i].figures.samplesDone = variants[i].figures.samplesTotal = 500;
        const double drop = -0.01 * i;
        variants[i].figures.top1Difference = Interval{drop, drop - 0.005, drop + 0.005};
    }
    const QVector<VariantGlance> glances = glancesOf(variants);
    QCOMPARE(glances[0].size, 1.0);
    QCOMPARE(glances[2].size, 1.9 / 14.0);
    QVERIFY(glances[1].place->value > glances[2].place->value); // right is better
    QCOMPARE(glances[3].place->low, 0.0);
    QCOMPARE(*glances[1].baseline, *glances[3].baseline);
    QCOMPARE(glances[0].place->value, *glances[0].baseline);
    variants[1].figures.bytes = 0; // not known
    QCOMPARE(glancesOf(variants)[1].size, 0.0);
    QVERIFY(!glancesOf(variants)[1].place);
    QVERIFY(glancesOf({}).isEmpty());
}

void TstVariantModel::sameSamples_needNoWords()
{
    QVector<Variant> variants = onHalf();
    variants.remove(1, 2);
    QVERIFY(!areOnDifferentSamples(variants));
    m_model->setVariants(variants);
    QCOMPARE(text(0, VariantModel::Top1), QString("62.6 % ± 5.0"));
    QCOMPARE(text(1, VariantModel::Top1), QString("62.0 % ± 5.0"));
    QCOMPARE(text(1, VariantModel::Difference), QString("−0.6 ± 2.0 (540/540)"));
}

/// 60.8 % beside 62.6 % with a difference of +1.6: whoever reads it sees why.
void TstVariantModel::otherSamples_areSaidInTheCells()
{
    m_model->setVariants(onHalf());
    QCOMPARE(text(0, VariantModel::Top1), QString("62.6 % of 540"));
    QCOMPARE(text(1, VariantModel::Top1), QString("60.8 % of 270"));
    QCOMPARE(text(1, VariantModel::Difference), QString("+1.6 ± 2.0 from 59.2 %"));
    QCOMPARE(text(2, VariantModel::Top1), QString("60.0 % of 214"));
    QCOMPARE(text(2, VariantModel::Difference), QString("−3.1 ± 2.0 from 63.1 %"));
    QCOMPARE(text(3, VariantModel::Top1), QString("62.0 % of 540"));
    QCOMPARE(text(3, VariantModel::Difference), QString("−0.6 ± 2.0 (540/540)"));
    QVERIFY(m_model->index(1, VariantModel::Top1)
                .data(Qt::ToolTipRole)
                .toString()
                .contains("On 270 of 270 samples, where the baseline gives 59.2 %"));
    // Other data of the same size are other samples, too.
    QVector<Variant> variants = onHalf();
    variants[3].data = Message::verbatim("letters");
    QVERIFY(isOnOtherSamples(variants[3], variants[0]));
    // What is not measured has no samples.
    variants[1].figures = {};
    m_model->setVariants(variants);
    QCOMPARE(text(1, VariantModel::Top1), QString("–"));
    QCOMPARE(text(1, VariantModel::Difference), QString("–"));
}

void TstVariantModel::otherSamples_areSaidInTheChart()
{
    const Tradeoff shown = tradeoff(onHalf(), {});
    QCOMPARE(shown.points.size(), 4);
    const QStringList half = describe(shown.points[1], shown.quality);
    QVERIFY2(half.contains("top-1 60.8 % ± 5.0 of 270"), qPrintable(half.join('\n')));
    QVERIFY2(half.contains("+1.6 ± 2.0 points from 59.2 %"), qPrintable(half.join('\n')));
    QVERIFY(std::abs(shown.points[1].quality.value - 1.6) < 1e-9); // where it is drawn
    const QStringList part = describe(shown.points[2], shown.quality);
    QVERIFY2(part.contains("top-1 60.0 % ± 5.0 of 214"), qPrintable(part.join('\n')));
    const QStringList all = describe(shown.points[3], shown.quality);
    QVERIFY2(all.contains("top-1 62.0 % ± 5.0"), qPrintable(all.join('\n')));
}

void TstVariantModel::withoutLabels_theAgreementSaysItsSamples()
{
    QVector<Variant> variants = onHalf();
    for (Variant &v : variants) {
        v.figures.top1.reset();
        v.figures.top1Difference.reset();
        v.figures.agreement = Interval{0.97, 0.95, 0.98};
    }
    m_model->setVariants(variants);
    QCOMPARE(text(1, VariantModel::Agreement), QString("97.0 % of 270"));
    QCOMPARE(text(3, VariantModel::Agreement), QString("97.0 % of 540"));
    QCOMPARE(text(1, VariantModel::Difference), QString("– (270/270)"));
}

QTEST_GUILESS_MAIN(TstVariantModel)
#include "tst_variantmodel.moc"
