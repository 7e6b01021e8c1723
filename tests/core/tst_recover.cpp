#include "core/calibrate/matchedmoments.h"
#include "core/exporting/graph.h"
#include "core/measure/measure.h"
#include "core/methods/freevalues.h"
#include "core/methods/matrixinputs.h"
#include "core/recover/layerfit.h"
#include "core/recover/recovery.h"
#include "core/recover/tunedmodel.h"
#include "tests/support/calibrationruns.h"
#include "tests/support/encodingcases.h"
#include "tests/support/messageof.h"
#include "tests/support/samplesets.h"

#include <Eigen/Cholesky>
#include <QTest>
#include <numeric>

using namespace lathe;
using namespace lathe::test;

/// Recovery without gradients: what it goes by, what it solves, and that what is kept helps.
class TstRecover : public QObject {
    Q_OBJECT
private slots:
    void moments_areThoseOfBothModels_data();
    void moments_areThoseOfBothModels();
    void moments_ofTheSourceItself_giveItsWeight();
    void freeValues_areLinear_data();
    void freeValues_areLinear();
    void leastSquares_findsTheOptimum_data();
    void leastSquares_findsTheOptimum();
    void refit_lowersTheError_data();
    void refit_lowersTheError();
    void recovery_bringsOutputsNearer_data();
    void recovery_bringsOutputsNearer();
    void structure_stays();
    void whatWasTried_isPassedOver();
    void layersThatLoseNothing_keepTheSharesOfTheOthers();
    void sharesOfLayers_areJudgedOnHeldOutSamples();
    void recipe_isCalibratedAnewOnlyWhereThatIsOfUse_data();
    void recipe_isCalibratedAnewOnlyWhereThatIsOfUse();
    void views_areOfPhotos_data();
    void views_areOfPhotos();
    void result_isTheRecipeWithTheTuning();
    void nothingCompressed_changesNothing();
    void threads_doNotMatter();
    void sharedWeights_areLeft();
    void normalizations_areMeasuredAgain_data();
    void normalizations_areMeasuredAgain();
    void fewSamples_areRefused();
    void cancelling_stops();

private:
    static Recipe recipeOf(const std::vector<std::string> &rules);
    static CompressedModel compressed(const Model &source, const std::vector<std::string> &rules);
    static Model plain(const CompressedModel &model) { return buildModel(model, Storage::Dense).model; }
    static MatchedMoments momentsOf(const Model &source, const CompressedModel &model, size_t layer,
                                    const SampleSet &samples);
    static SampleSet smoothSamples(const Model &model, size_t count, unsigned seed = 3);
};

constexpr int64_t allColumns = int64_t(1) << 30;

Recipe TstRecover::recipeOf(const std::vector<std::string> &rules)
{
    Recipe recipe;
    for (const std::string &rule : rules)
        recipe.rules.push_back(parseRule(rule));
    return recipe;
}

CompressedModel TstRecover::compressed(const Model &source, const std::vector<std::string> &rules)
{
    return Compressor(source).compress(recipeOf(rules));
}

MatchedMoments TstRecover::momentsOf(const Model &source, const CompressedModel &model, size_t layer,
                                     const SampleSet &samples)
{
    return MatchedInputs(source, samples, allColumns).of(layer, plain(model));
}

/// Neighbours are alike, as in images. Of noise, whose places know nothing of each other, the best factors
/// are those of the weight alone.
SampleSet TstRecover::smoothSamples(const Model &model, size_t count, unsigned seed)
{
    Tensor tensor = randomTensor({int64_t(count), 3, 12, 12}, seed);
    const std::span<float> values = tensor.as<float>();
    for (const size_t step : {size_t(1), size_t(12)}) // along rows, and along columns
        for (size_t i = step; i < values.size(); ++i)
            values[i] = 0.8F * values[i - step] + 0.6F * values[i];
    return sampleSet(model, {{"x", tensor}});
}

void TstRecover::moments_areThoseOfBothModels_data()
{
    QTest::addColumn<int>("batch");
    QTest::addColumn<bool>("inOrder");
    QTest::newRow("free batch") << -1 << true;
    QTest::newRow("fixed batch") << 1 << true;
    QTest::newRow("last layer first") << -1 << false;
}

void TstRecover::moments_areThoseOfBothModels()
{
    QFETCH(int, batch);
    QFETCH(bool, inOrder);
    const Model source = smallNetwork(batch);
    const SampleSet samples = randomSamples(smallNetwork(), 21);
    const Model other = plain(compressed(source, {"*:prune=0.5"}));
    MatchedInputs matched(source, samples, allColumns);
    std::vector<size_t> order{0, 1, 2, 3};
    if (!inOrder)
        std::ranges::reverse(order);
    for (const size_t layer : order) {
        QVERIFY(matched.obstacle(layer).empty());
        const MatchedMoments moments = matched.of(layer, other);
        const auto before = gathered(source, samples, everything(), layer);
        const auto after = gathered(other, samples, everything(), layer);
        QVERIFY(distance(moments.withSecondMoments().secondMoment.cast<double>(),
                         after->secondMoment.cast<double>()) < 1e-5);
        QVERIFY(distance(moments.inputs.mean.cast<double>(), after->mean.cast<double>()) < 1e-5);
        const Matrix weight = source.weight(layer);
        const Index groups = source.layers()[layer].groups;
        const Vector target = productOfMeans(weight, before->mean, groups);
        QVERIFY(distance(moments.target.cast<double>(), target.cast<double>()) < 1e-4);
        const Vector squares =
            MatrixInputs(before, groups).outputVariance(weight) + Vector(target.cwiseAbs2());
        const Vector found = moments.targetVariance + Vector(moments.target.cwiseAbs2());
        QVERIFY(distance(found.cast<double>(), squares.cast<double>()) < 1e-4);
    }
}

void TstRecover::moments_ofTheSourceItself_giveItsWeight()
{
    const Model source = smallNetwork();
    const CompressedModel untouched = compressed(source, {});
    for (size_t layer = 0; layer < networkLayers; ++layer) {
        const MatchedMoments moments = momentsOf(source, untouched, layer, randomSamples(source, 48));
        const Matrix weight = source.weight(layer);
        const Index groups = source.layers()[layer].groups;
        QVERIFY(outputError(moments, weight, {}, groups) < 1e-5);
        QVERIFY(meanShift(moments, weight, groups).norm() < 1e-4F * moments.target.norm());
        const Matrix halved = 0.5F * weight;
        const Matrix best = bestWeight(halved, moments, groups, 1e-4, {});
        const double apart = distance(best.cast<double>(), weight.cast<double>());
        const double left = outputError(moments, best, meanShift(moments, best, groups), groups);
        // The product takes sixteen channels that a 1 x 1 convolution makes of eight, so that many weights
        // give the same.
        QVERIFY(layer == 3 || apart < 0.05);
        QVERIFY2(left < 1e-4, qPrintable(QString::number(left)));
        const double half = outputError(moments, halved, meanShift(moments, halved, groups), groups);
        QVERIFY(std::abs(half - 0.25) < 0.01);
    }
}

void TstRecover::freeValues_areLinear_data()
{
    QTest::addColumn<int>("place");
    for (size_t i = 0; i < encodingCases().size(); ++i)
        QTest::addRow("%s", encodingCases()[i].name) << int(i);
}

void TstRecover::freeValues_areLinear()
{
    QFETCH(int, place);
    const MatrixEncoding structure = randomEncoding(encodingCases()[size_t(place)], {6, 12, 4}, 3, 5);
    const FreeValues values(structure);
    QVERIFY(values.count() > 0);
    const Matrix same = values.matrix(values.start());
    QVERIFY(distance(same.cast<double>(), decode(structure).cast<double>()) < 1e-6);
    QVERIFY(distance(decode(values.encoding(values.start())).cast<double>(),
                     decode(structure).cast<double>()) < 1e-6);
    std::srand(3);
    const Vector any = Vector::Random(values.count());
    const Matrix gradient = Matrix::Random(6, 12);
    const double left = double(values.matrix(any).cwiseProduct(gradient).sum());
    const double right = double(any.dot(values.adjoint(gradient)));
    QVERIFY(std::abs(left - right) < 1e-4 * (1.0 + std::abs(left)));
    const Vector squares = values.squares(Matrix::Ones(6, 12));
    for (Index i = 0; i < values.count(); ++i)
        QVERIFY(std::abs(values.matrix(Vector::Unit(values.count(), i)).squaredNorm() - squares[i]) <
                1e-4F * squares[i]);
}

void TstRecover::leastSquares_findsTheOptimum_data()
{
    freeValues_areLinear_data();
}

/// Against the normal equations, written out.
void TstRecover::leastSquares_findsTheOptimum()
{
    QFETCH(int, place);
    std::srand(7);
    const MatrixEncoding structure = randomEncoding(encodingCases()[size_t(place)], {6, 12, 4}, 3, 5);
    const FreeValues values(structure);
    const Index groups = 2, n = values.count();
    Matrix hessian(groups * 12, 12);
    for (Index g = 0; g < groups; ++g) {
        const Matrix x = Matrix::Random(12, 40);
        hessian.middleRows(g * 12, 12) = x * x.transpose() / 40.0F;
    }
    const Matrix linear = Matrix::Random(6, 12);
    constexpr double ridge = 0.05;
    Matrixd normal(n, n);
    Eigen::VectorXd right = values.adjoint(linear).cast<double>();
    for (Index i = 0; i < n; ++i) {
        const Matrix unit = values.matrix(Vector::Unit(n, i));
        Matrix image = float(ridge) * unit;
        for (Index g = 0; g < groups; ++g)
            image.middleRows(g * 3, 3) += unit.middleRows(g * 3, 3) * hessian.middleRows(g * 12, 12);
        normal.col(i) = values.adjoint(image).cast<double>();
    }
    right += ridge * values.adjoint(values.matrix(values.start())).cast<double>();
    const Eigen::VectorXd expected = normal.ldlt().solve(right);
    const Vector found = leastSquares(values, {{}, hessian, linear, groups}, ridge, 400);
    QVERIFY(distance(found.cast<double>(), expected) < 1e-3);
}

void TstRecover::refit_lowersTheError_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<int>("layer");
    QTest::newRow("pruned") << "prune=0.5" << 0;
    QTest::newRow("pruned, grouped convolution") << "prune=0.4" << 1;
    QTest::newRow("codes") << "bits=3" << 2;
    QTest::newRow("codes in groups") << "bits=3,granularity=group,group=8" << 2;
    QTest::newRow("codes of a tensor") << "bits=3,granularity=tensor,symmetric=false" << 0;
    QTest::newRow("pruned codes") << "bits=3,prune=0.5" << 3;
    QTest::newRow("codebook") << "clusters=4" << 2;
    QTest::newRow("codebooks of rows, pruned") << "clusters=4,clusters.group=4,prune=0.5" << 2;
    QTest::newRow("NF4") << "format=nf4" << 2;
    QTest::newRow("binary") << "format=binary" << 0;
    QTest::newRow("ternary") << "format=ternary" << 0;
    QTest::newRow("factors") << "rank=2" << 2;
    QTest::newRow("factors in codes, and what they leave over") << "rank=2,rank.bits=4,residual.bits=2" << 2;
    QTest::newRow("spatial factors") << "rank=2,rank.form=spatial" << 0;
    QTest::newRow("Tucker factors") << "rank=2,rank.form=tucker2" << 0;
    QTest::newRow("separable") << "separable=weights" << 0;
    QTest::newRow("product") << "rank=2,bits=6" << 3;
}

void TstRecover::refit_lowersTheError()
{
    QFETCH(QString, rule);
    QFETCH(int, layer);
    const Model source = smallNetwork();
    const auto at = size_t(layer);
    const std::string name = source.layers()[at].name;
    const CompressedModel model = compressed(source, {name + ":" + rule.toStdString()});
    const Encoding &structure = *model.layers[at].code.weight;
    const MatchedMoments moments = momentsOf(source, model, at, smoothSamples(source, 48));
    const Index groups = source.layers()[at].groups;
    const Matrix before = decode(structure);
    const double shifted = outputError(moments, before, meanShift(moments, before, groups), groups);
    const FittedLayer fitted = refitted(structure, moments, groups, 1e-3, true, {});
    const double after = outputError(moments, decode(fitted.encoding), fitted.shift, groups);
    QVERIFY2(after < 0.98 * shifted, qPrintable(QString("%1 -> %2").arg(shifted).arg(after)));
    // Of noise there may be nothing to win, but nothing is lost.
    const MatchedMoments noise = momentsOf(source, model, at, randomSamples(source, 48));
    const FittedLayer other = refitted(structure, noise, groups, 1e-3, true, {});
    const double least = outputError(noise, before, meanShift(noise, before, groups), groups);
    const double found = outputError(noise, decode(other.encoding), other.shift, groups);
    QVERIFY2(found < (1.0 + 1e-5) * least, qPrintable(QString("%1 -> %2").arg(least).arg(found)));
    const auto a = matricesOf(structure), b = matricesOf(fitted.encoding);
    QCOMPARE(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i) {
        QCOMPARE(b[i]->kept, a[i]->kept);
        QCOMPARE(b[i]->values.index(), a[i]->values.index());
        if (const auto *codes = std::get_if<UniformCodes>(&a[i]->values))
            QCOMPARE(std::get<UniformCodes>(b[i]->values).codes, codes->codes);
    }
}

void TstRecover::recovery_bringsOutputsNearer_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<double>("share");
    QTest::addColumn<bool>("smooth");
    QTest::newRow("pruned") << "*:prune=0.5" << 0.6 << false;
    QTest::newRow("3 bits") << "*:bits=3" << 0.8 << false;
    QTest::newRow("codebook") << "*:clusters=4" << 0.9 << false;
    QTest::newRow("factors") << "c3:rank=4" << 1.0 << false;
    QTest::newRow("separable") << "c1:separable=weights" << 1.0 << true;
}

void TstRecover::recovery_bringsOutputsNearer()
{
    QFETCH(QString, rule);
    QFETCH(double, share);
    QFETCH(bool, smooth);
    const Model source = smallNetwork();
    Compressor compressor(source);
    const CompressedModel start = compressor.compress(recipeOf({rule.toStdString()}));
    const auto samples = [&](unsigned seed) {
        return smooth ? smoothSamples(source, 64, seed) : randomSamples(source, 64, {}, seed);
    };
    const Recovered recovered = recoverWithoutGradients(compressor, start, splitSamples(samples(3)));
    QVERIFY2(recovered.divergenceAfter < share * recovered.divergenceBefore,
             qPrintable(QString("%1 -> %2").arg(recovered.divergenceBefore).arg(recovered.divergenceAfter)));
    QCOMPARE(recovered.steps.front().step, RecoveryStep::Encoding); // nothing of the recipe goes by inputs
    QCOMPARE(recovered.steps.back().step, RecoveryOptions::defaultSteps().back());
    QCOMPARE(recovered.fitted + recovered.heldOut, size_t(64));
    // On samples that nobody has looked at.
    const SampleSet others = samples(99);
    const Matrix original = runSamples(Session(source), others).values;
    const double before = double((runSamples(Session(plain(start)), others).values - original).norm());
    const double after =
        double((runSamples(Session(plain(recovered.model)), others).values - original).norm());
    QVERIFY2(after < before, qPrintable(QString("%1 -> %2").arg(before).arg(after)));
}

void TstRecover::structure_stays()
{
    const Model source = smallNetwork();
    Compressor compressor(source);
    const CompressedModel start = compressor.compress(recipeOf({"*:prune=0.5,bits=4"}));
    RecoveryOptions options;
    options.steps = {RecoveryStep::Refit};
    const Recovered recovered =
        recoverWithoutGradients(compressor, start, splitSamples(randomSamples(source, 64)), options);
    QVERIFY(recovered.tuning);
    for (size_t i = 0; i < networkLayers; ++i) {
        const auto &before = std::get<MatrixEncoding>(*start.layers[i].code.weight);
        const auto &after = std::get<MatrixEncoding>(*recovered.model.layers[i].code.weight);
        QCOMPARE(after.kept, before.kept);
        QCOMPARE(std::get<UniformCodes>(after.values).codes, std::get<UniformCodes>(before.values).codes);
    }
}

void TstRecover::whatWasTried_isPassedOver()
{
    const Model source = smallNetwork();
    Compressor compressor(source);
    const CompressedModel start = compressor.compress(recipeOf({"*:bits=3"}));
    RecoveryOptions options;
    options.steps = {RecoveryStep::Bias, RecoveryStep::Encoding, RecoveryStep::Refit, RecoveryStep::Bias};
    const Recovered recovered =
        recoverWithoutGradients(compressor, start, splitSamples(randomSamples(source, 64)), options);
    QCOMPARE(recovered.steps.size(), size_t(2));
    QVERIFY(recovered.steps[1].kept && recovered.steps[1].layers > 0);
    QCOMPARE(recovered.steps[1].divergence, recovered.divergenceAfter);
    QVERIFY(!includes(recovered.steps[0], RecoveryStep::Encoding));
    QVERIFY(!includes(recovered.steps[1], RecoveryStep::Normalizations));
}

/// A layer that gives nothing belongs to those that are pruned together, too.
void TstRecover::layersThatLoseNothing_keepTheSharesOfTheOthers()
{
    const Model source = smallNetwork();
    const SampleSet samples = randomSamples(source, 64);
    Compressor compressor(source, calibrate(source, samples, everything()));
    const Recipe recipe = recipeOf({"*:prune=0.02,prune.method=obs,prune.scope=global"});
    CompressedModel start = compressor.compress(recipe);
    const auto empty = std::ranges::find_if(
        start.layers, [](const LayerResult &layer) { return layer.pruneCount == int64_t(0); });
    QVERIFY(empty != start.layers.end() && !empty->code.weight);
    const auto tuning = tuningOf(start, start, {}, "a test");
    const CompressedModel again = Compressor(source).compress(recipe, tuning); // that has no data
    for (size_t i = 0; i < networkLayers; ++i) {
        const LayerResult &before = start.layers[i], &after = again.layers[i];
        QCOMPARE(after.pruneCount, before.pruneCount);
        QCOMPARE(after.code.weight != nullptr, before.code.weight != nullptr);
        if (after.code.weight)
            QCOMPARE(decode(*after.code.weight), decode(*before.code.weight));
    }
}

/// Calibrated on too few samples the layers' shares are those that fit these; judged on others they are not.
void TstRecover::sharesOfLayers_areJudgedOnHeldOutSamples()
{
    GraphBuilder graph; // whose layers have more inputs than there are samples that are calibrated on
    graph.input("x", {-1, 64})
        .output("y", {-1, 10})
        .random("w1", {48, 64}, 0.2F)
        .random("w2", {10, 48}, 0.2F);
    graph.node("Gemm", {"x", "w1"}, {"h"}, {{"transB", int64_t(1)}}, "one").node("Relu", {"h"}, {"r"});
    graph.node("Gemm", {"r", "w2"}, {"y"}, {{"transB", int64_t(1)}}, "two");
    const Model source = graph.build();
    // Inputs that go together, so that there is something to know of them.
    const Matrix values =
        randomMatrix(160, 24, 1) * randomMatrix(24, 64, 2) + 0.1F * randomMatrix(160, 64, 3);
    const SampleSet samples =
        sampleSet(source, {{"x", makeTensor({160, 64}, {values.data(), size_t(160 * 64)})}});
    std::vector<size_t> few(8);
    std::iota(few.begin(), few.end(), size_t(0));
    Compressor compressor(source, calibrate(source, samples.subset(few), everything()));
    const Recipe recipe = recipeOf({"*:prune=0.6,prune.method=obs,prune.scope=global"});
    const CompressedModel start = compressor.compress(recipe);
    RecoveryOptions options;
    options.steps = {RecoveryStep::Calibration};
    const Recovered recovered = recoverWithoutGradients(compressor, start, splitSamples(samples), options);
    QCOMPARE(recovered.steps.size(), size_t(1));
    QVERIFY(recovered.steps[0].kept);
    QCOMPARE(recovered.steps[0].layers, Index(2));
    QVERIFY2(recovered.divergenceAfter < 0.9 * recovered.divergenceBefore,
             qPrintable(QString("%1 -> %2").arg(recovered.divergenceBefore).arg(recovered.divergenceAfter)));
    int64_t before = 0, after = 0;
    bool moved = false;
    for (size_t i = 0; i < 2; ++i) {
        const LayerResult &layer = recovered.model.layers[i];
        QVERIFY(layer.trained == LayerResult::Trained::Carried);
        before += start.layers[i].pruneCount.value();
        after += layer.pruneCount.value();
        moved = moved || layer.pruneCount != start.layers[i].pruneCount;
    }
    QCOMPARE(after, before);
    QVERIFY(moved);
    // The same wherever it is laid over: with the calibration that says other shares, with none, or in a
    // file.
    for (Compressor other : {Compressor(source), Compressor(source, compressor.calibration())})
        QCOMPARE(plain(other.compress(recipe, recovered.tuning)).serialize(),
                 plain(recovered.model).serialize());
    // With another share of all the layers it is not theirs.
    const CompressedModel less =
        compressor.compress(recipeOf({"*:prune=0.5,prune.method=obs,prune.scope=global"}), recovered.tuning);
    QVERIFY(std::ranges::none_of(
        less.layers, [](const auto &layer) { return layer.trained == LayerResult::Trained::Carried; }));
}

void TstRecover::recipe_isCalibratedAnewOnlyWhereThatIsOfUse_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<bool>("tuned");
    QTest::addColumn<bool>("expected");
    QTest::newRow("goes by inputs") << "*:prune=0.5,prune.method=obs" << false << true;
    QTest::newRow("does not") << "*:prune=0.5" << false << false;
    QTest::newRow("by gradients") << "*:prune=0.5,prune.method=taylor" << false << false;
    QTest::newRow("was trained before") << "*:prune=0.5,prune.method=obs" << true << false;
}

void TstRecover::recipe_isCalibratedAnewOnlyWhereThatIsOfUse()
{
    QFETCH(QString, rule);
    QFETCH(bool, tuned);
    QFETCH(bool, expected);
    const Model source = smallNetwork();
    const SampleSet samples = randomSamples(source, 64);
    Compressor compressor(source, calibrate(source, samples, everything()));
    CompressedModel start = compressor.compress(recipeOf({rule.toStdString()}));
    if (tuned)
        start = compressor.compress(start.recipe, tuningOf(start, start, {}, "a test"));
    RecoveryOptions options;
    options.steps = {RecoveryStep::Calibration};
    QCOMPARE(recoverWithoutGradients(compressor, start, splitSamples(samples), options).steps.size(),
             size_t(expected));
}

void TstRecover::views_areOfPhotos_data()
{
    QTest::addColumn<Shape>("shape");
    QTest::addColumn<int>("views");
    QTest::newRow("photo") << Shape{-1, 3, 72, 64} << 4;
    QTest::newRow("channels last") << Shape{-1, 96, 64, 3} << 4;
    QTest::newRow("picture") << Shape{-1, 3, 32, 32} << 0;
    QTest::newRow("sound") << Shape{-1, 1, 80, 300} << 0;
    QTest::newRow("features") << Shape{-1, 64, 64, 64} << 0;
    QTest::newRow("row") << Shape{-1, 784} << 0;
}

void TstRecover::views_areOfPhotos()
{
    QFETCH(Shape, shape);
    QFETCH(int, views);
    GraphBuilder graph;
    graph.input("x", shape).node("Relu", {"x"}, {"y"}).output("y", shape);
    const SampleSet samples = randomSamples(graph.build(), 2);
    QCOMPARE(usualViews(samples), static_cast<size_t>(views));
    const auto bytes = static_cast<int64_t>(samples.tensors().front().bytes.size());
    QCOMPARE(usualViews(samples, 3 * bytes),
             std::min<size_t>(2, static_cast<size_t>(views))); // and the samples
    QCOMPARE(usualViews(samples, bytes / 2), size_t(0));
}

void TstRecover::result_isTheRecipeWithTheTuning()
{
    const Model source = smallNetwork();
    const SampleSet samples = randomSamples(source, 64);
    Compressor compressor(source, calibrate(source, samples, everything()));
    const Recipe recipe = recipeOf({"*:prune=0.5,prune.method=obs", "m4:bits=4"});
    const Recovered recovered =
        recoverWithoutGradients(compressor, compressor.compress(recipe), splitSamples(samples));
    QVERIFY(recovered.tuning && recovered.tuning->calibrated());
    const CompressedModel again = Compressor(source).compress(recipe, recovered.tuning); // without data
    const SampleSet others = randomSamples(source, 16, {}, 4);
    QCOMPARE(runSamples(Session(plain(again)), others).values,
             runSamples(Session(plain(recovered.model)), others).values);
    QCOMPARE(again.calibrationHash, recovered.model.calibrationHash);
    for (const LayerResult &layer : again.layers)
        QVERIFY(layer.trained == LayerResult::Trained::Carried);
}

void TstRecover::nothingCompressed_changesNothing()
{
    const Model source = smallNetwork();
    Compressor compressor(source);
    const Recovered recovered =
        recoverWithoutGradients(compressor, compressor.compress({}), splitSamples(randomSamples(source, 64)));
    QVERIFY(!recovered.tuning);
    QVERIFY(recovered.model.changesNothing());
    for (const RecoveryOutcome &step : recovered.steps)
        QVERIFY(!step.kept && step.layers == 0);
}

void TstRecover::threads_doNotMatter()
{
    const Model source = smallNetwork();
    std::string first;
    for (const int threads : {1, 2, 2}) {
        JobContext ctx;
        ctx.threads = threads;
        Compressor compressor(source);
        const Recovered recovered =
            recoverWithoutGradients(compressor, compressor.compress(recipeOf({"*:prune=0.5"})),
                                    splitSamples(randomSamples(source, 64)), {}, ctx);
        if (first.empty())
            first = recovered.tuning->sha256();
        QCOMPARE(recovered.tuning->sha256(), first);
    }
}

void TstRecover::sharedWeights_areLeft()
{
    GraphBuilder builder;
    builder.input("x", {-1, 6}).output("y", {-1, 6}).random("w", {6, 6}, 0.4F).random("v", {6, 6}, 0.4F);
    builder.node("MatMul", {"x", "w"}, {"a"}, {}, "one").node("Relu", {"a"}, {"b"});
    builder.node("MatMul", {"b", "v"}, {"c"}, {}, "two").node("Relu", {"c"}, {"d"});
    builder.node("MatMul", {"d", "w"}, {"y"}, {}, "three");
    const Model source = builder.build();
    Compressor compressor(source);
    const CompressedModel start = compressor.compress(recipeOf({"*:bits=3"}));
    const Recovered recovered =
        recoverWithoutGradients(compressor, start, splitSamples(randomSamples(source, 64)));
    QCOMPARE(recovered.issues.size(), size_t(2));
    QCOMPARE(recovered.issues[0].message.text(),
             std::string("one is left as it is: another layer has the same weight."));
    QCOMPARE(decode(*recovered.model.layers[0].code.weight), decode(*start.layers[0].code.weight));
}

void TstRecover::normalizations_areMeasuredAgain_data()
{
    QTest::addColumn<bool>("ofOwnData");
    QTest::newRow("statistics of such samples") << true;
    QTest::newRow("statistics of others, which are not to be undone") << false;
}

void TstRecover::normalizations_areMeasuredAgain()
{
    QFETCH(bool, ofOwnData);
    GraphBuilder graph;
    graph.input("x", {-1, 3, 6, 6}).random("w1", {8, 3, 3, 3}, 0.3F).random("w3", {10, 8});
    graph.random("s1", {8}).random("t1", {8}).random("m1", {8}, 0.2F);
    graph.constant("v1", makeTensor(Shape{8}, std::vector<float>(8, 0.7F)));
    graph.node("Conv", {"x", "w1"}, {"c1"}, {}, "conv1");
    graph.node("BatchNormalization", {"c1", "s1", "t1", "m1", "v1"}, {"n1"}).node("Relu", {"n1"}, {"r1"});
    graph.node("GlobalAveragePool", {"r1"}, {"p"}).node("Flatten", {"p"}, {"f"});
    graph.node("Gemm", {"f", "w3"}, {"y"}, {{"transB", int64_t(1)}}, "fc").output("y", {-1, 10});
    const Model raw = graph.build();
    // Inputs as behind a Relu, so that what is pruned is missing from the means.
    Tensor tensor = randomTensor({200, 3, 6, 6}, 3);
    for (float &value : tensor.as<float>())
        value = std::abs(value);
    const SampleSet samples = sampleSet(raw, {{"x", tensor}});
    Compressor first(raw, calibrate(raw, samples, everything()));
    const Recipe measured = recipeOf({"*:renormalize=data"});
    const Model source = ofOwnData ? plain(first.compress(measured)) : raw;
    Compressor compressor(source);
    RecoveryOptions options;
    options.steps = {RecoveryStep::Normalizations};
    const CompressedModel start = compressor.compress(recipeOf({"conv1:prune=0.6"}));
    const Recovered recovered = recoverWithoutGradients(compressor, start, splitSamples(samples), options);
    QCOMPARE(recovered.steps[0].layers, Index(1));
    QVERIFY(recovered.steps[0].kept);
    QVERIFY(recovered.tuning->constants().contains("m1") && recovered.tuning->constants().contains("v1"));
}

void TstRecover::fewSamples_areRefused()
{
    const Model source = smallNetwork();
    Compressor compressor(source);
    QCOMPARE(messageOf([&] {
                 recoverWithoutGradients(compressor, compressor.compress(recipeOf({"*:bits=3"})),
                                         splitSamples(randomSamples(source, 15)));
             }),
             QString("Recovery needs 16 samples at least, and there are 15."));
}

void TstRecover::cancelling_stops()
{
    const Model source = smallNetwork();
    Compressor compressor(source);
    const CompressedModel start = compressor.compress(recipeOf({"*:bits=3"}));
    std::stop_source stop;
    JobContext ctx;
    ctx.stop = stop.get_token();
    int seen = 0;
    ctx.onProgress = [&](const Progress &) {
        if (++seen == 4)
            stop.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(
        recoverWithoutGradients(compressor, start, splitSamples(randomSamples(source, 64)), {}, ctx),
        Cancelled);
}

QTEST_GUILESS_MAIN(TstRecover)
#include "tst_recover.moc"
