#include "ui/session/weightview.h"

#include <QtTest>

using namespace lathe;
using namespace lathe::ui;

class TstWeightView : public QObject {
    Q_OBJECT
private slots:
    void untouched_hasNothingToShow();
    void uniform_levelsAreThoseOfTheMiddleScale();
    void groups_levelsAreThoseOfTheMiddleGroup();
    void codebook_levelsAreTheTableOnce();
    void nf4_levelsAreScaled();
    void ternary_hasZeroBetween();
    void manyLevels_areNotShown();
    void threshold_onlyWhereMagnitudeDecides_data();
    void threshold_onlyWhereMagnitudeDecides();
    void factors_haveNeitherLevelsNorThreshold();
};

namespace {

const Matrix weight = (Matrix(2, 4) << 0.1F, -0.2F, 0.3F, -0.4F, 0.5F, -0.6F, 0.7F, -0.8F).finished();

MatrixEncoding encoded(std::variant<DenseValues, UniformCodes, CodebookCodes> values)
{
    return {.rows = 2, .cols = 4, .kept = {}, .values = std::move(values)};
}

WeightView viewOf(const Encoding &encoding, const LayerSettings &settings = {})
{
    LayerResult result;
    result.settings = settings;
    result.code.weight = std::make_shared<const Encoding>(encoding);
    return weightView(weight, result, -1.0, 1.0, 20);
}

LayerSettings withFormat(NumberFormat format)
{
    LayerSettings s;
    s.quantize = QuantizeSettings{};
    s.quantize->format = format;
    return s;
}

QVector<float> rounded(const QVector<double> &levels)
{
    QVector<float> values;
    for (const double level : levels)
        values << float(level);
    return values;
}

} // namespace

void TstWeightView::untouched_hasNothingToShow()
{
    const WeightView view = weightView(weight, {}, -1.0, 1.0, 20);
    QVERIFY(view.levels.isEmpty() && !view.threshold && view.histogram.counts.empty());
}

void TstWeightView::uniform_levelsAreThoseOfTheMiddleScale()
{
    const UniformCodes codes{.bits = 2,
                             .codes = {0, 1, 2, 0, 1, 2, 0, 1},
                             .scales = {.values = {0.25F, 0.5F}},
                             .zeroPoints = {1.0F}};
    QCOMPARE(rounded(viewOf(encoded(codes), withFormat(NumberFormat::Uniform)).levels),
             QVector<float>({-0.5F, 0.0F, 0.5F}));
}

void TstWeightView::groups_levelsAreThoseOfTheMiddleGroup()
{
    const UniformCodes codes{.bits = 1,
                             .codes = {0, 1, 0, 1, 0, 1, 0, 1},
                             .scales = {.values = {4.0F, 1.0F, 2.0F, 8.0F}, .group = 2},
                             .zeroPoints = {0.0F, 0.0F, 0.0F, 0.0F}};
    QCOMPARE(rounded(viewOf(encoded(codes)).levels), QVector<float>({0.0F, 4.0F}));
}

void TstWeightView::codebook_levelsAreTheTableOnce()
{
    CodebookCodes codes{.bits = 2,
                        .codes = {0, 1, 2, 0, 1, 2, 0, 1},
                        .entries = 4,
                        .rowsPerTable = 0,
                        .tables = {-0.5F, 0.0F, 0.75F, 0.75F}, // the last is not needed
                        .scales = {}};
    QCOMPARE(rounded(viewOf(encoded(codes)).levels), QVector<float>({-0.5F, 0.0F, 0.75F}));
    codes.rowsPerTable = 1; // two tables: the one that reaches further stands for both
    codes.tables = {-0.1F, 0.0F, 0.1F, 0.1F, -0.8F, -0.2F, 0.2F, 0.8F};
    QCOMPARE(rounded(viewOf(encoded(codes)).levels), QVector<float>({-0.8F, -0.2F, 0.2F, 0.8F}));
}

void TstWeightView::nf4_levelsAreScaled()
{
    const CodebookCodes codes{.bits = 1,
                              .codes = {0, 1, 0, 1, 0, 1, 0, 1},
                              .entries = 2,
                              .rowsPerTable = 0,
                              .tables = {-1.0F, 1.0F},
                              .scales = {.values = {0.5F, 0.25F}}};
    QCOMPARE(rounded(viewOf(encoded(codes), withFormat(NumberFormat::Nf4)).levels),
             QVector<float>({-0.5F, 0.5F}));
}

void TstWeightView::ternary_hasZeroBetween()
{
    MatrixEncoding encoding = encoded(UniformCodes{
        .bits = 1, .codes = {0, 1, 0, 1, 0, 1, 0, 1}, .scales = {.values = {0.5F}}, .zeroPoints = {0.5F}});
    encoding.kept = {1, 1, 0, 1, 1, 0, 1, 1};
    QCOMPARE(rounded(viewOf(encoding, withFormat(NumberFormat::Ternary)).levels),
             QVector<float>({-0.25F, 0.0F, 0.25F}));
    QVERIFY(!viewOf(encoding, withFormat(NumberFormat::Ternary)).threshold);
}

void TstWeightView::manyLevels_areNotShown()
{
    const UniformCodes codes{
        .bits = 6, .codes = {0, 1, 2, 0, 1, 2, 0, 1}, .scales = {.values = {0.1F}}, .zeroPoints = {0.0F}};
    QVERIFY(viewOf(encoded(codes)).levels.isEmpty());
}

void TstWeightView::threshold_onlyWhereMagnitudeDecides_data()
{
    QTest::addColumn<int>("method");
    QTest::addColumn<int>("pattern");
    QTest::addColumn<bool>("shown");
    QTest::newRow("magnitude") << int(PruneMethod::Magnitude) << int(PrunePattern::Kind::Single) << true;
    QTest::newRow("wanda") << int(PruneMethod::Wanda) << int(PrunePattern::Kind::Single) << false;
    QTest::newRow("obs") << int(PruneMethod::Obs) << int(PrunePattern::Kind::Single) << false;
    QTest::newRow("2:4") << int(PruneMethod::Magnitude) << int(PrunePattern::Kind::NofM) << false;
}

void TstWeightView::threshold_onlyWhereMagnitudeDecides()
{
    QFETCH(int, method);
    QFETCH(int, pattern);
    QFETCH(bool, shown);
    MatrixEncoding encoding = encoded(DenseValues{.values = weight});
    encoding.kept = {0, 0, 0, 1, 1, 1, 1, 1};
    LayerSettings settings;
    settings.prune = PruneSettings{.ratio = 0.375};
    settings.prune->method = static_cast<PruneMethod>(method);
    settings.prune->pattern.kind = static_cast<PrunePattern::Kind>(pattern);
    const WeightView view = viewOf(encoding, settings);
    QCOMPARE(view.threshold.has_value(), shown);
    if (shown)
        QCOMPARE(float(*view.threshold), 0.3F);
}

void TstWeightView::factors_haveNeitherLevelsNorThreshold()
{
    const UniformCodes codes{.bits = 2, .codes = {0, 1}, .scales = {.values = {0.5F}}, .zeroPoints = {1.0F}};
    const UniformCodes right{
        .bits = 2, .codes = {0, 1, 2, 0}, .scales = {.values = {0.5F}}, .zeroPoints = {1.0F}};
    const FactorEncoding factors{.form = FactorForm::Product,
                                 .factors = {{.rows = 1, .cols = 4, .kept = {}, .values = right},
                                             {.rows = 2, .cols = 1, .kept = {}, .values = codes}}};
    LayerSettings settings;
    settings.prune = PruneSettings{.ratio = 0.5};
    const WeightView view = viewOf(factors, settings);
    QVERIFY(view.levels.isEmpty() && !view.threshold);
    QVERIFY(!view.histogram.counts.empty());
}

QTEST_GUILESS_MAIN(TstWeightView)
#include "tst_weightview.moc"
