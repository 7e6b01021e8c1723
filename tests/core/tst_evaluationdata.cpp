// What is opened of a data set: preprocessing, halves for calibration, the untouched model's figures.
#include "core/workflow/evaluationdata.h"
#include "tests/support/livemodels.h"
#include "tests/support/messageof.h"
#include "tests/support/samplefiles.h"
#include "tests/support/samplesets.h"

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <set>

using namespace lathe;
using namespace lathe::test;
namespace fs = std::filesystem;

class TstEvaluationData : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void halves_areNamedOnce();
    void preprocessing_isGivenFoundOrGuessed();
    void oneDataSet_isSharedBetweenCalibrationAndMeasuring();
    void oneHalf_isCalibratedOnTheOther();
    void namedCalibration_leavesAllSamplesToMeasure();
    void trainedValues_areMeasuredOnTheSecondHalf();
    void trainedValues_ofOtherDataAreMeasuredOnAll_data();
    void trainedValues_ofOtherDataAreMeasuredOnAll();
    void names_areThoseOfTheDataSet();
    void missingCalibration_isAnErrorOnlyWhereItWasNamed();
    void failedCalibration_isSaid();
    void cacheFolder_isWhereTheOptionsSay();

private:
    fs::path path(const std::string &name) const { return fs::path(m_folder.path().toStdString()) / name; }
    DataChoice choiceOf(const std::string &reference) const { return {reference, {}, 0, {}}; }
    EvaluationData open(const DataChoice &choice) const
    {
        return openEvaluation(*m_model, choice, m_options);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<Model> m_model;
    std::string m_data; ///< 40 labelled tensors
    CalibrationOptions m_options;
};

void TstEvaluationData::initTestCase()
{
    liveConvolution().save(path("source.onnx"));
    m_model = std::make_unique<Model>(Model::load(path("source.onnx")));
    const SampleSet samples = randomSamples(*m_model, 40);
    Tensor labels = makeTensor(ElementType::Int64, {40});
    const std::vector<int> classes = mixedLabels(40);
    std::ranges::copy(classes, labels.as<int64_t>().begin());
    writeNpy(path("data/x.npy"), samples.tensors().front());
    writeNpy(path("data/y.npy"), labels);
    writeText(path("data/dataset.json"), R"({"format": "numpy", "inputs": "x.npy", "labels": "y.npy"})");
    m_data = path("data").string();
    m_options.cacheFolder.clear();
}

void TstEvaluationData::halves_areNamedOnce()
{
    const std::optional<DataHalves> halves = halvesOf("digits:test");
    QVERIFY(halves);
    QCOMPARE(halves->calibrated, std::string("digits:test#first"));
    QCOMPARE(halves->measured, std::string("digits:test#second"));
    QVERIFY(!halvesOf(halves->calibrated) && !halvesOf(halves->measured));
}

void TstEvaluationData::preprocessing_isGivenFoundOrGuessed()
{
    using enum ChosenPreprocessing::Origin;
    QCOMPARE(choosePreprocessing(*m_model, {}).origin, Guess);
    Preprocessing given;
    given.name = "mine";
    const fs::path beside = path("source.preprocessor_config.json");
    writeText(beside, toJson(given));
    const ChosenPreprocessing found = choosePreprocessing(*m_model, {});
    given.name = "another";
    const ChosenPreprocessing asked = choosePreprocessing(*m_model, given);
    fs::remove(beside);
    QCOMPARE(found.origin, BesideModel);
    QCOMPARE(asked.origin, Given);
    QCOMPARE(asked.preprocessing.name, std::string("another"));
    QCOMPARE(choosePreprocessing(liveConvolution(), {}).origin, Guess); // lies nowhere
}

void TstEvaluationData::oneDataSet_isSharedBetweenCalibrationAndMeasuring()
{
    const EvaluationData data = open(choiceOf(m_data));
    QVERIFY(data.calibration && data.isCalibratedOnHalf());
    QCOMPARE(data.calibrationReference, m_data + "#first");
    QCOMPARE(data.samples->size(), size_t(40));
    QCOMPARE(data.baseline->values.rows(), Index(40));
    std::vector<size_t> measured;
    for (const size_t place : data.heldOut->samples)
        measured.push_back(data.samples->datasetIndices()[place]);
    std::ranges::sort(measured);
    QCOMPARE(measured, Dataset::open(m_data).secondHalf());
    DataChoice one = choiceOf(m_data);
    one.limit = 1; // none can be spared
    const EvaluationData single = open(one);
    QVERIFY(!single.calibration && !single.isCalibratedOnHalf() && single.calibrationReference.empty());
}

void TstEvaluationData::oneHalf_isCalibratedOnTheOther()
{
    const EvaluationData data = open(choiceOf(m_data + "#second"));
    QVERIFY(data.calibration && !data.isCalibratedOnHalf());
    QCOMPARE(data.calibrationReference, m_data + "#first");
    QCOMPARE(data.samples->size(), size_t(20));
}

void TstEvaluationData::namedCalibration_leavesAllSamplesToMeasure()
{
    DataChoice choice = choiceOf(m_data);
    choice.calibration = m_data;
    const EvaluationData data = open(choice);
    QVERIFY(data.calibration && !data.isCalibratedOnHalf());
    QCOMPARE(data.calibrationReference, m_data);
    QCOMPARE(data.heldOut->values.rows(), Index(40));
}

/// Whatever is calibrated on, the first half is what a recovery may have learned from.
void TstEvaluationData::trainedValues_areMeasuredOnTheSecondHalf()
{
    using enum LearnedFrom;
    DataChoice named = choiceOf(m_data);
    named.calibration = m_data + "#second";
    for (const DataChoice &choice : {choiceOf(m_data), named}) {
        const EvaluationData data = open(choice);
        std::vector<size_t> measured;
        for (const size_t place : data.measuredAgainst(Training)->samples)
            measured.push_back(data.samples->datasetIndices()[place]);
        std::ranges::sort(measured);
        QCOMPARE(measured, Dataset::open(m_data).secondHalf());
        QVERIFY(data.measuredOn(Training) != data.measuredOn(Nothing));
        QCOMPARE(data.measuredAgainst(Calibration) == data.baseline, !choice.calibration.empty());
    }
    const EvaluationData half = open(choiceOf(m_data + "#second"));
    QVERIFY(half.measuredAgainst(Training) == half.baseline);
    QCOMPARE(half.measuredOn(Training), half.samples->description());
}

void TstEvaluationData::trainedValues_ofOtherDataAreMeasuredOnAll_data()
{
    using enum LearnedFrom;
    using Names = std::optional<std::set<std::string>>;
    QTest::addColumn<Names>("from");
    QTest::addColumn<QString>("measured");
    QTest::addColumn<LearnedFrom>("expected");
    QTest::newRow("of an older file") << Names() << "digits:test" << Training;
    QTest::newRow("this data") << Names({"digits:test"}) << "digits:test" << Training;
    QTest::newRow("among others this data") << Names({"photos", "digits"}) << "digits" << Training;
    QTest::newRow("all of the folder") << Names({"digits"}) << "digits:test" << Training;
    QTest::newRow("the part as a folder") << Names({"test"}) << "digits:test" << Training;
    QTest::newRow("a part of all") << Names({"digits:train"}) << "digits" << Training;
    QTest::newRow("another part") << Names({"digits:train"}) << "digits:test" << Nothing;
    QTest::newRow("other data") << Names({"photos"}) << "digits:test" << Nothing;
    QTest::newRow("no data") << Names(std::set<std::string>()) << "digits:test" << Nothing;
}

void TstEvaluationData::trainedValues_ofOtherDataAreMeasuredOnAll()
{
    QFETCH(std::optional<std::set<std::string>>, from);
    QFETCH(QString, measured);
    QFETCH(LearnedFrom, expected);
    CompressedModel model = Compressor(*m_model).compress({});
    const auto tuned = [&](std::optional<Tuning::Calibrated> calibrated) {
        return std::make_shared<const Tuning>(std::vector<std::optional<TunedLayer>>(), Tuning::Constants(),
                                              Tuning::Source("a test", from), std::move(calibrated));
    };
    model.tuning = tuned({});
    QVERIFY(learnedFrom(model, measured.toStdString()) == expected);
    // What it was calibrated on before has no name.
    model.tuning = tuned(Tuning::Calibrated{"some samples", std::string(64, 'a')});
    QVERIFY(learnedFrom(model, measured.toStdString()) == LearnedFrom::Training);
}

void TstEvaluationData::names_areThoseOfTheDataSet()
{
    for (const char *half : {"", "#first", "#second"}) {
        const SampleSet samples =
            SampleSet::prepare(*m_model, Dataset::open(m_data + half), Preprocessing(), 0);
        QCOMPARE(samples.dataName(), std::string("data"));
        QCOMPARE(samples.subset({3, 1}).dataName(), std::string("data"));
        QCOMPARE(samples.withViews(1, 1).dataName(), std::string("data"));
        QCOMPARE(samples.withViews(0, 1).description(), samples.description());
    }
}

void TstEvaluationData::missingCalibration_isAnErrorOnlyWhereItWasNamed()
{
    DataChoice choice = choiceOf(m_data);
    choice.calibration = path("nowhere").string();
    QVERIFY(!messageOf([&] { open(choice); }).isEmpty());
    QVERIFY(messageOf([&] { open(choiceOf(m_data)); }).isEmpty());
}

/// One sample: of its halves one is empty.
void TstEvaluationData::failedCalibration_isSaid()
{
    QVERIFY(open(choiceOf(m_data)).calibrationFailure.empty());
    writeNpy(path("one/x.npy"), randomSamples(*m_model, 1).tensors().front());
    writeText(path("one/dataset.json"), R"({"format": "numpy", "inputs": "x.npy"})");
    int opened = 0;
    for (const char *half : {"#first", "#second"}) {
        const DataChoice choice = choiceOf(path("one").string() + half);
        if (!messageOf([&] { open(choice); }).isEmpty())
            continue; // the empty one
        ++opened;
        const EvaluationData data = open(choice);
        QVERIFY(!data.calibration && !data.isCalibratedOnHalf());
        QVERIFY2(data.calibrationFailure.text().find("has too few samples") != std::string::npos,
                 data.calibrationFailure.text().c_str());
    }
    QCOMPARE(opened, 1);
}

void TstEvaluationData::cacheFolder_isWhereTheOptionsSay()
{
    CalibrationOptions options;
    options.cacheFolder = path("cache");
    const EvaluationData data = openEvaluation(*m_model, choiceOf(m_data), options);
    const std::vector<size_t> layers{0};
    data.calibration->prepare(layers);
    QVERIFY(fs::exists(options.cacheFolder) && !fs::is_empty(options.cacheFolder));
}

QTEST_APPLESS_MAIN(TstEvaluationData)
#include "tst_evaluationdata.moc"
