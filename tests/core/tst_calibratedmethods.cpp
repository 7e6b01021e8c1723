#include "core/compress/compressor.h"
#include "core/compress/oracle.h"
#include "core/methods/matrixinputs.h"
#include "core/methods/methods.h"
#include "tests/support/fakecalibration.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/smallmodels.h"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <QtTest>
#include <cmath>

using namespace lathe;
using namespace lathe::test;

namespace {

Matrix correlated(Index cols, Index samples, unsigned seed)
{
    const Matrix mix = randomMatrix(cols, cols, seed) + 2.0F * Matrix::Ones(cols, cols) / float(cols);
    return mix * randomMatrix(cols, samples, seed + 1);
}

Recipe recipeOf(const std::string &changes)
{
    Recipe recipe;
    recipe.rules.push_back(parseRule("*:" + changes));
    return recipe;
}

/// Conv [out, in / groups * k * k].
Model convLayer(Index out, Index in, Index kernel, Index groups)
{
    GraphBuilder graph;
    graph.input("x", {1, in, 9, 9}).output("y");
    graph.random("w", {out, in / groups, kernel, kernel});
    graph.node("Conv", {"x", "w"}, {"y"}, {{"group", groups}}, "conv");
    return graph.build();
}

double outputError(const LayerResult &result, const Matrix &weight, const Matrix &x)
{
    Matrix lost = (weight - decode(*result.code.weight)) * x;
    if (result.code.biasShift.size() > 0)
        lost.colwise() -= result.code.biasShift;
    return lost.norm() / (weight * x).norm();
}

/// The whole of GPTQ as in its paper: no blocks, the inverse updated by elimination after each column.
Matrix slowGptq(const Matrix &weight, const Matrix &hessian, const std::vector<float> &scales, float most)
{
    Eigen::MatrixXd inverse = hessian.cast<double>().inverse();
    Eigen::MatrixXd current = weight.cast<double>();
    Matrix stored(weight.rows(), weight.cols());
    for (Index c = 0; c < weight.cols(); ++c) {
        for (Index r = 0; r < weight.rows(); ++r) {
            const double scale = double(scales[static_cast<size_t>(r)]);
            const double code =
                std::clamp(std::nearbyint(current(r, c) / scale), -double(most), double(most));
            stored(r, c) = static_cast<float>(scale * code);
            const double error = (current(r, c) - double(stored(r, c))) / inverse(c, c);
            for (Index later = c; later < weight.cols(); ++later)
                current(r, later) -= error * inverse(c, later);
        }
        const Eigen::VectorXd column = inverse.col(c);
        inverse -= column * column.transpose() / inverse(c, c);
    }
    return stored;
}

} // namespace

/// Methods that go by the inputs of a layer, and how the compressor brings both together.
class TstCalibratedMethods : public QObject {
    Q_OBJECT
private slots:
    void gptq_equalsTheSlowWay();
    void method_beatsItsPlainSister_data();
    void method_beatsItsPlainSister();
    void weightedClusters_areBestByTheirWeights_data();
    void weightedClusters_areBestByTheirWeights();
    void groupedConvolution_isSweptGroupByGroup_data();
    void groupedConvolution_isSweptGroupByGroup();
    void wanda_goesByWeightTimesNorm();
    void surgeonCount_isExactOverGroups();
    void biasShift_makesUpForTheMeanError();
    void outputError_isThatOfTheData();
    void surgeonWithAnOffsetInInputs_fitsTheBiasToo();
    void globalScope_spreadsByShareOfTheOutput();
    void missingCalibration_isRefusedByLayerAndKey();
    void layerWithoutStatistics_fallsBackAndSaysSo();
    void singularInputs_areDampedAndSaidSo();
    void damping_growsWhereColumnsAreFew();
    void globalScope_sparesWhatCostsTheOutput();
    void inputsOfTheSecondFactor_areThoseBehindTheFirst();
};

void TstCalibratedMethods::gptq_equalsTheSlowWay()
{
    const Matrix weight = randomMatrix(5, 24, 1);
    const Matrix x = correlated(24, 400, 2);
    const InputStatistics statistics = statisticsOf(x);
    const InverseHessian inverse = invertHessian(statistics.secondMoment);
    Matrix damped = statistics.secondMoment;
    damped.diagonal().array() += float(inverse.damping) * statistics.secondMoment.diagonal().mean();
    const MatrixEncoding encoding = quantize(weight, {4}, {}, std::span(&inverse, 1));
    const std::vector<float> &scales = std::get<UniformCodes>(encoding.values).scales.values;
    const Matrix expected = slowGptq(weight, damped, scales, 7.0F);
    const Matrix decoded = decode(encoding);
    const auto different = ((decoded - expected).cwiseAbs().array() > 1e-5F).count();
    QVERIFY2(different <= 1, qPrintable(QString::number(different))); // a tie may round either way in float
}

void TstCalibratedMethods::method_beatsItsPlainSister_data()
{
    QTest::addColumn<QString>("plain");
    QTest::addColumn<QString>("calibrated");
    const auto row = [](const char *plain, const char *calibrated) {
        QTest::newRow(calibrated) << plain << calibrated;
    };
    row("bits=4", "bits=4,rounding=gptq");
    row("bits=3,group=16", "bits=3,group=16,rounding=gptq");
    row("bits=3,group=16,symmetric=false", "bits=3,group=16,symmetric=false,rounding=gptq");
    row("bits=2,range=mse", "bits=2,range=mse,rounding=gptq");
    row("format=nf4,group=32", "format=nf4,group=32,rounding=gptq");
    row("format=ternary", "format=ternary,rounding=gptq");
    row("format=binary", "format=binary,rounding=gptq");
    row("prune=0.5", "prune=0.5,prune.method=obs");
    row("prune=0.5", "prune=0.5,prune.method=wanda");
    row("prune.pattern=2:4", "prune.pattern=2:4,prune.method=obs");
    row("prune=0.5,prune.pattern=4x1", "prune=0.5,prune.pattern=4x1,prune.method=obs");
    row("prune=0.5,bits=4", "prune=0.5,prune.method=obs,bits=4,rounding=gptq");
    row("rank=8", "rank=8,rank.method=asvd");
    row("bits=2,rounding=gptq", "bits=2,rounding=gptq,bias_correction=true");
    row("prune=0.5,prune.method=wanda", "prune=0.5,prune.method=obs");
    row("rank=8,bits=4", "rank=8,bits=4,rounding=gptq");
    row("rank=8,residual.bits=2", "rank=8,rank.method=asvd,residual.bits=2,rounding=gptq");
}

void TstCalibratedMethods::method_beatsItsPlainSister()
{
    QFETCH(QString, plain);
    QFETCH(QString, calibrated);
    const Matrix weight = randomMatrix(32, 64, 3);
    const Matrix scale = (randomMatrix(64, 1, 9).array().abs() + 0.1F).matrix();
    const Matrix x = scale.col(0).asDiagonal() * correlated(64, 2000, 4);
    Compressor compressor(denseLayer(weight), std::make_shared<FakeCalibration>(statisticsOf(x)));
    const auto errorBy = [&](const QString &changes) {
        const CompressedModel model = compressor.compress(recipeOf(changes.toStdString()));
        const double error = outputError(model.layers[0], weight, x);
        if (std::abs(error - *model.layers[0].outputError) > 1e-3 * error)
            throw Error(ErrorCode::Internal,
                        Message::verbatim("The reported output error is not that of the data."));
        return error;
    };
    const double before = errorBy(plain);
    const double after = errorBy(calibrated);
    QVERIFY2(after < before, qPrintable(QString("%1 against %2").arg(after).arg(before)));
}

void TstCalibratedMethods::weightedClusters_areBestByTheirWeights_data()
{
    QTest::addColumn<QString>("weighting");
    QTest::newRow("activation") << "activation";
    QTest::newRow("hessian") << "hessian";
}

void TstCalibratedMethods::weightedClusters_areBestByTheirWeights()
{
    QFETCH(QString, weighting);
    const Matrix weight = randomMatrix(32, 64, 3);
    const Matrix scale = (randomMatrix(64, 1, 9).array().abs() + 0.1F).matrix();
    const InputStatistics statistics = statisticsOf(scale.col(0).asDiagonal() * correlated(64, 2000, 4));
    const Matrix centered = statistics.secondMoment - statistics.mean * statistics.mean.transpose();
    Matrix damped = centered;
    damped.diagonal().array() += float(invertHessian(centered).damping) * centered.diagonal().mean();
    const Vector importance = weighting == "activation" ? Vector(centered.diagonal())
                                                        : Vector(damped.inverse().diagonal().cwiseInverse());
    Compressor compressor(denseLayer(weight), std::make_shared<FakeCalibration>(statistics));
    const auto cost = [&](const std::string &changes) {
        const Matrix decoded = decode(*compressor.compress(recipeOf(changes)).layers[0].code.weight);
        return ((weight - decoded).cwiseAbs2() * importance).sum();
    };
    QVERIFY(cost("clusters=8,clusters.weighting=" + weighting.toStdString()) < cost("clusters=8"));
}

void TstCalibratedMethods::groupedConvolution_isSweptGroupByGroup_data()
{
    QTest::addColumn<QString>("changes");
    for (const char *changes :
         {"bits=3,rounding=gptq", "bits=3,rounding=gptq,granularity=tensor", "prune=0.5,prune.method=obs",
          "prune=0.5,prune.method=wanda", "clusters=8,clusters.weighting=hessian", "rank=2,rank.method=asvd"})
        QTest::newRow(changes) << changes;
}

void TstCalibratedMethods::groupedConvolution_isSweptGroupByGroup()
{
    QFETCH(QString, changes);
    const Model model = convLayer(12, 8, 3, 2); // two groups of [6, 36]
    const Matrix weight = model.weight(0);
    const Matrix x = correlated(72, 900, 5);
    Compressor both(model, std::make_shared<FakeCalibration>(statisticsOf(x, 2)));
    const LayerResult result = both.compress(recipeOf(changes.toStdString())).layers[0];
    const Matrix decoded = decode(*result.code.weight);
    if (changes.contains("tensor") || changes.contains("prune") || changes.contains("clusters")) {
        QVERIFY(*result.outputError < 0.9);
        return;
    }
    for (Index g = 0; g < 2; ++g) { // the same as a layer of its own
        const Matrix part = weight.middleRows(g * 6, 6);
        Compressor alone(denseLayer(part),
                         std::make_shared<FakeCalibration>(statisticsOf(x.middleRows(g * 36, 36))));
        const LayerResult own = alone.compress(recipeOf(changes.toStdString())).layers[0];
        QVERIFY((decode(*own.code.weight) - decoded.middleRows(g * 6, 6)).norm() < 1e-4F * part.norm());
    }
}

void TstCalibratedMethods::wanda_goesByWeightTimesNorm()
{
    const Matrix weight = randomMatrix(6, 40, 6);
    const Matrix x = correlated(40, 300, 7);
    Compressor compressor(denseLayer(weight), std::make_shared<FakeCalibration>(statisticsOf(x)));
    const CompressedModel model = compressor.compress(recipeOf("prune=0.5,prune.method=wanda"));
    const Matrix decoded = decode(*model.layers[0].code.weight);
    for (Index r = 0; r < 6; ++r) {
        std::vector<std::pair<float, Index>> scores;
        for (Index c = 0; c < 40; ++c)
            scores.emplace_back(std::abs(weight(r, c)) * x.row(c).norm(), c);
        std::ranges::sort(scores);
        for (size_t i = 0; i < scores.size(); ++i)
            QCOMPARE(decoded(r, scores[i].second), i < 20 ? 0.0F : weight(r, scores[i].second));
    }
}

void TstCalibratedMethods::surgeonCount_isExactOverGroups()
{
    const Model model = convLayer(32, 32, 3, 32); // depthwise: 32 groups of [1, 9]
    const Matrix x = correlated(288, 600, 8);
    Compressor compressor(model, std::make_shared<FakeCalibration>(statisticsOf(x, 32)));
    for (const double ratio : {0.1, 0.5, 0.77}) {
        const auto changes = "prune=" + std::to_string(ratio) + ",prune.method=obs";
        const CompressedModel result = compressor.compress(recipeOf(changes));
        const Matrix decoded = decode(*result.layers[0].code.weight);
        QCOMPARE((decoded.array() == 0.0F).count(), Index(std::llround(ratio * 288.0)));
    }
}

void TstCalibratedMethods::biasShift_makesUpForTheMeanError()
{
    const Matrix weight = randomMatrix(8, 32, 10);
    const Matrix x = (correlated(32, 500, 11).array() + 3.0F).matrix();
    Compressor compressor(denseLayer(weight), std::make_shared<FakeCalibration>(statisticsOf(x)));
    const LayerResult result = compressor.compress(recipeOf("bits=2,bias_correction=true")).layers[0];
    const Matrix lost = (weight - decode(*result.code.weight)) * x;
    QCOMPARE(result.code.biasShift.size(), Index(8));
    QVERIFY((lost.rowwise().mean() - result.code.biasShift).cwiseAbs().maxCoeff() < 1e-3F);
    QCOMPARE(compressor.compress(recipeOf("bits=2")).layers[0].code.biasShift.size(),
             Index(0)); // nothing calibrates
}

void TstCalibratedMethods::outputError_isThatOfTheData()
{
    const Matrix weight = randomMatrix(8, 32, 12);
    const Matrix x = correlated(32, 500, 13);
    Compressor compressor(denseLayer(weight), std::make_shared<FakeCalibration>(statisticsOf(x)));
    const LayerResult result = compressor.compress(recipeOf("bits=3")).layers[0];
    QVERIFY(std::abs(*result.outputError - outputError(result, weight, x)) < 1e-4);
    QVERIFY(!Compressor(denseLayer(weight)).compress(recipeOf("bits=3")).layers[0].outputError);
}

void TstCalibratedMethods::surgeonWithAnOffsetInInputs_fitsTheBiasToo()
{
    const Matrix weight = randomMatrix(8, 32, 10);
    const Matrix x = (correlated(32, 500, 11).array() + 30.0F).matrix();
    Compressor compressor(denseLayer(weight), std::make_shared<FakeCalibration>(statisticsOf(x)));
    const LayerResult result = compressor.compress(recipeOf("prune=0.5,prune.method=obs")).layers[0];
    QCOMPARE(result.code.biasShift.size(), Index(8));
    Matrix lost = (weight - decode(*result.code.weight)) * x;
    lost.colwise() -= result.code.biasShift;
    const Matrix varying = (weight * x).colwise() - (weight * x).rowwise().mean();
    QVERIFY(lost.norm() < 0.5F * varying.norm());
}

void TstCalibratedMethods::globalScope_spreadsByShareOfTheOutput()
{
    GraphBuilder graph;
    graph.input("x", {1, 30}).output("y");
    graph.random("a", {30, 20}, 100.0F).random("b", {20, 30}, 0.01F);
    graph.node("MatMul", {"x", "a"}, {"h"}, {}, "first").node("MatMul", {"h", "b"}, {"y"}, {}, "second");
    class Both : public FakeCalibration {
    public:
        using FakeCalibration::FakeCalibration;
        std::shared_ptr<const InputStatistics> of(size_t layer, const JobContext &ctx) const override
        {
            return layer == 0 ? FakeCalibration::of(0, ctx)
                              : std::make_shared<InputStatistics>(statisticsOf(correlated(20, 300, 5)));
        }
    };
    Compressor compressor(graph.build(), std::make_shared<Both>(statisticsOf(correlated(30, 300, 6))));
    for (const char *method : {"obs", "wanda"}) {
        const CompressedModel model =
            compressor.compress(recipeOf(std::string("prune=0.5,prune.scope=global,prune.method=") + method));
        QCOMPARE(model.layers[0].sparsity + model.layers[1].sparsity, 1.0);
        QVERIFY(model.layers[0].sparsity > 0.2); // by magnitude it would lose nothing
        QVERIFY(model.layers[1].sparsity > 0.2);
    }
}

void TstCalibratedMethods::missingCalibration_isRefusedByLayerAndKey()
{
    Compressor compressor(denseLayer(randomMatrix(8, 32, 12)));
    for (const char *changes : {"bits=4,rounding=gptq", "prune=0.5,prune.method=wanda",
                                "prune=0.5,prune.method=obs", "rank=4,rank.method=asvd",
                                "clusters=4,clusters.weighting=hessian", "bits=4,bias_correction=true"}) {
        try {
            compressor.compress(recipeOf(changes));
            QFAIL("not refused");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidArgument);
            QVERIFY2(QString(error.what()).contains("`fc`"), error.what());
            QVERIFY2(QString(error.what()).contains("--calibrate"), error.what());
        }
    }
}

void TstCalibratedMethods::layerWithoutStatistics_fallsBackAndSaysSo()
{
    GraphBuilder graph;
    graph.input("x", {1, 6}).output("y");
    graph.random("a", {6, 20}).random("b", {20, 10});
    graph.node("MatMul", {"x", "a"}, {"h"}, {}, "first").node("MatMul", {"h", "b"}, {"y"}, {}, "second");
    Compressor compressor(graph.build(),
                          std::make_shared<FakeCalibration>(statisticsOf(correlated(6, 90, 1))));
    const CompressedModel model = compressor.compress(recipeOf("bits=4,rounding=gptq"));
    QCOMPARE(model.issues.size(), size_t(1));
    QCOMPARE(model.issues[0].message.text(),
             std::string("second: it is compressed by its weights alone: nobody made any up."));
    QCOMPARE(decode(*model.layers[1].code.weight),
             decode(*compressor.compress(recipeOf("bits=4")).layers[1].code.weight));
    QCOMPARE(model.calibration.text(), std::string("made-up samples"));
    QCOMPARE(compressor.compress(recipeOf("bits=4")).calibration, Message());
}

void TstCalibratedMethods::singularInputs_areDampedAndSaidSo()
{
    const Matrix weight = randomMatrix(8, 64, 12);
    Matrix x = correlated(64, 3, 13) * 1e3F; // three samples for 64 inputs
    x.row(5).setZero();                      // an input that is always zero
    Compressor compressor(denseLayer(weight), std::make_shared<FakeCalibration>(statisticsOf(x)));
    for (const char *changes : {"bits=3,rounding=gptq", "prune=0.5,prune.method=obs",
                                "rank=4,rank.method=asvd", "clusters=8,clusters.weighting=hessian"}) {
        const CompressedModel model = compressor.compress(recipeOf(changes));
        QVERIFY(decode(*model.layers[0].code.weight).allFinite());
    }
}

void TstCalibratedMethods::damping_growsWhereColumnsAreFew()
{
    const auto dampingOf = [](Index samples) {
        const auto statistics = std::make_shared<InputStatistics>(statisticsOf(correlated(64, samples, 13)));
        const MatrixInputs inputs(statistics, 1);
        inputs.inverses(false, {});
        return inputs.largestDamping();
    };
    QCOMPARE(dampingOf(6400), 0.01);
    QCOMPARE(dampingOf(128), 0.05);
    QCOMPARE(dampingOf(32), 0.2);
    QCOMPARE(dampingOf(2), 1.0);
}

/// Says that the second layer costs the output ten times what the first one does, whatever is measured.
void TstCalibratedMethods::globalScope_sparesWhatCostsTheOutput()
{
    class Judge : public FakeCalibration, public Oracle, public std::enable_shared_from_this<Judge> {
    public:
        using FakeCalibration::FakeCalibration;
        std::shared_ptr<const InputStatistics> of(size_t, const JobContext &ctx) const override
        {
            return FakeCalibration::of(0, ctx);
        }
        std::shared_ptr<const Oracle> oracle(const JobContext &) const override { return shared_from_this(); }
        std::optional<Loss> loss(const CompressedModel &trial, const JobContext &) const override
        {
            ++asked;
            const double first = trial.layers[0].sparsity, second = trial.layers[1].sparsity;
            return Loss{first * first + 10.0 * second * second, 0.0};
        }
        mutable int asked = 0;
    };
    GraphBuilder graph;
    graph.input("x", {1, 30}).output("y");
    graph.random("a", {30, 30}).random("b", {30, 30});
    graph.node("MatMul", {"x", "a"}, {"h"}, {}, "first").node("MatMul", {"h", "b"}, {"y"}, {}, "second");
    const auto judge = std::make_shared<Judge>(statisticsOf(correlated(30, 300, 6)));
    Compressor compressor(graph.build(), judge);
    for (const char *method : {"obs", "wanda"}) {
        const std::string rule = std::string("prune.scope=global,prune.method=") + method;
        judge->asked = 0;
        const CompressedModel half = compressor.compress(recipeOf("prune=0.5," + rule));
        QVERIFY(std::abs(half.layers[0].sparsity + half.layers[1].sparsity - 1.0) < 0.01);
        QVERIFY(half.layers[0].sparsity > 1.5 * half.layers[1].sparsity);
        QCOMPARE(judge->asked, 6 + 2); // each layer by itself, then both together in two ways
        compressor.compress(recipeOf("prune=0.6," + rule));
        QCOMPARE(judge->asked, 6 + 4); // what is known of the layers is not tried again
    }
}

void TstCalibratedMethods::inputsOfTheSecondFactor_areThoseBehindTheFirst()
{
    const Matrix first = randomMatrix(4, 30, 14);
    const Matrix x = correlated(30, 200, 15);
    const MatrixInputs inputs(std::make_shared<InputStatistics>(statisticsOf(x)), 1);
    const auto behind = inputs.after(first);
    const InputStatistics expected = statisticsOf(first * x);
    QVERIFY((behind->hessian(0, false) - expected.secondMoment).norm() <
            1e-4F * expected.secondMoment.norm());
    QVERIFY((behind->mean(0) - expected.mean).norm() < 1e-4F * expected.mean.norm());
    QVERIFY((behind->meanSquare(0) - expected.meanSquare).norm() < 1e-4F * expected.meanSquare.norm());
}

QTEST_APPLESS_MAIN(TstCalibratedMethods)
#include "tst_calibratedmethods.moc"
