// Which samples are learned from and which judge.
#include "core/data/datasplit.h"
#include "core/data/samples.h"
#include "core/recover/recovery.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/messageof.h"
#include "tests/support/samplefiles.h"
#include "tests/support/samplesets.h"

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <numeric>

using namespace lathe;
using namespace lathe::test;
namespace fs = std::filesystem;

class TstDataSplit : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void heldOut_isTheShareOfAll_data();
    void heldOut_isTheShareOfAll();
    void heldOut_isOfClassesThatCanSpareSome();
    void heldOut_isOfUnseenClassesFirst();
    void split_isOfAllSamples();
    void split_keepsFromJudgingWhatWasSeen();
    void split_judgesByWhatWasSeenWhereThereIsTooLittleElse();
    void both_areTheSamplesThatTwoReferencesStandFor();
    void subset_hasTheSamplesAndTheNameOfTheWhole();
    void fitting_leavesEnoughToJudge_data();
    void fitting_leavesEnoughToJudge();
    void judging_takesMoreOfFewSamples_data();
    void judging_takesMoreOfFewSamples();
    void samples_areThoseOfTheirPart();

private:
    Dataset open(const char *name = "data") const
    {
        return Dataset::open((fs::path(m_folder.path().toStdString()) / name).string());
    }
    /// @param labels of the samples
    void write(const std::string &name, const std::vector<int> &labels) const;

    QTemporaryDir m_folder;
};

void TstDataSplit::initTestCase()
{
    write("data", mixedLabels(60)); // ten classes
    std::vector<int> single(40);
    std::iota(single.begin(), single.end(), 0);
    write("single", single); // a sample of each
}

void TstDataSplit::write(const std::string &name, const std::vector<int> &labels) const
{
    const fs::path folder = fs::path(m_folder.path().toStdString()) / name;
    const auto count = static_cast<int64_t>(labels.size());
    Tensor x = makeTensor(ElementType::Float32, {count, 2}), y = makeTensor(ElementType::Int64, {count});
    std::iota(x.as<float>().begin(), x.as<float>().end(), 0.0F);
    std::ranges::copy(labels, y.as<int64_t>().begin());
    writeNpy(folder / "x.npy", x);
    writeNpy(folder / "y.npy", y);
    writeText(folder / "dataset.json", R"({"format": "numpy", "inputs": "x.npy", "labels": "y.npy"})");
}

void TstDataSplit::heldOut_isTheShareOfAll_data()
{
    QTest::addColumn<QVector<int>>("counts");
    QTest::addColumn<double>("share");
    QTest::addColumn<int>("held");
    QTest::newRow("even") << QVector<int>{10, 10, 10} << 0.1 << 3;
    QTest::newRow("one of each") << QVector<int>(50, 1) << 0.1 << 5;
    QTest::newRow("uneven") << QVector<int>{100, 3, 0, 1} << 0.25 << 26;
    QTest::newRow("none") << QVector<int>{4} << 0.1 << 0;
}

void TstDataSplit::heldOut_isTheShareOfAll()
{
    QFETCH(QVector<int>, counts);
    QFETCH(double, share);
    QFETCH(int, held);
    const std::vector<size_t> given(counts.begin(), counts.end());
    const std::vector<size_t> out = heldOutOfEach(given, share, 1);
    QCOMPARE(std::accumulate(out.begin(), out.end(), size_t(0)), static_cast<size_t>(held));
    for (size_t c = 0; c < out.size(); ++c)
        QVERIFY(out[c] <= given[c]);
}

void TstDataSplit::heldOut_isOfClassesThatCanSpareSome()
{
    const std::vector<size_t> count(20, 1);
    std::vector<size_t> spare(20);
    spare[3] = spare[11] = spare[17] = 1;
    const std::vector<size_t> out = heldOutOfEach(count, 0.2, 5, spare);
    QVERIFY(out[3] == 1 && out[11] == 1 && out[17] == 1);
    QCOMPARE(std::accumulate(out.begin(), out.end(), size_t(0)), size_t(4)); // one has to be of another
}

/// A class that was seen whole gives none where others have some left.
void TstDataSplit::heldOut_isOfUnseenClassesFirst()
{
    using Counts = std::vector<size_t>;
    QVERIFY((heldOutOfEach(Counts{10, 10}, 0.2, 1, Counts{0, 10}) == Counts{0, 4}));
    QVERIFY((heldOutOfEach(Counts{10, 10}, 0.2, 1, Counts{0, 3}) == Counts{1, 3}));
    QVERIFY((heldOutOfEach(Counts{10, 10}, 0.2, 1, Counts{5, 5}) == Counts{2, 2}));
}

void TstDataSplit::split_isOfAllSamples()
{
    const DataSplit split = splitOf(open(), 0.2, 7);
    std::vector<size_t> all = split.learned;
    all.insert(all.end(), split.judging.begin(), split.judging.end());
    QVERIFY(std::ranges::is_sorted(split.learned) && std::ranges::is_sorted(split.judging));
    std::ranges::sort(all);
    for (size_t i = 0; i < 60; ++i)
        QCOMPARE(all.at(i), i);
    QCOMPARE(split.judging.size(), size_t(12));
    QVERIFY(split.judging != splitOf(open(), 0.2, 8).judging);
}

void TstDataSplit::split_keepsFromJudgingWhatWasSeen()
{
    for (const char *name : {"data", "single"})
        for (const uint64_t seed : {1, 2, 3}) {
            const Dataset data = open(name);
            std::vector<size_t> seen(data.size() / 2);
            std::iota(seen.begin(), seen.end(), size_t(0));
            const DataSplit split = splitOf(data, 0.2, seed, seen);
            QCOMPARE(split.judging.size(), data.size() / 5);
            for (const size_t sample : split.judging)
                QVERIFY2(sample >= seen.size(), name);
        }
}

void TstDataSplit::split_judgesByWhatWasSeenWhereThereIsTooLittleElse()
{
    std::vector<size_t> seen(37);
    std::iota(seen.begin(), seen.end(), size_t(0));
    const DataSplit split = splitOf(open("single"), 0.2, 1, seen);
    QCOMPARE(split.judging.size(), size_t(8));
    for (const size_t unseen : {37, 38, 39})
        QVERIFY(std::ranges::binary_search(split.judging, unseen));
}

void TstDataSplit::both_areTheSamplesThatTwoReferencesStandFor()
{
    const Dataset all = open(), first = open("data#first");
    const std::vector<size_t> of = samplesOfBoth(all, first, 0);
    QCOMPARE(of.size(), first.size());
    std::vector<size_t> rest = all.secondHalf();
    for (const size_t sample : of)
        QVERIFY(!std::ranges::binary_search(rest, sample));
    const std::vector<size_t> some = samplesOfBoth(first, first, 4);
    std::vector<size_t> chosen = chosenSamples(first.size(), 4);
    std::ranges::sort(chosen);
    QVERIFY(some == chosen);
    QVERIFY(samplesOfBoth(first, open("data#second"), 0).empty());
    QVERIFY(samplesOfBoth(all, open("single"), 0).empty()); // of the same names, and other samples
}

void TstDataSplit::subset_hasTheSamplesAndTheNameOfTheWhole()
{
    const Dataset all = open(), some = all.subset({5, 6, 40});
    QCOMPARE(some.size(), size_t(3));
    QCOMPARE(some.label(2), all.label(40));
    QCOMPARE(some.sampleName(1), all.sampleName(6));
    QCOMPARE(some.reference(), all.reference());
    QCOMPARE(some.description(), all.description());
    QCOMPARE(some.arrays().front().second.as<float>()[4], 80.0F);
    QVERIFY((samplesOfBoth(all, some, 0) == std::vector<size_t>{5, 6, 40}));
}

void TstDataSplit::fitting_leavesEnoughToJudge_data()
{
    QTest::addColumn<int>("samples");
    QTest::addColumn<int>("judging");
    QTest::newRow("a fifth") << 60 << 12;
    QTest::newRow("few") << 20 << 8;
    QTest::newRow("fewest") << 16 << 8;
    QTest::newRow("too few") << 9 << 4;
}

void TstDataSplit::fitting_leavesEnoughToJudge()
{
    QFETCH(int, samples);
    QFETCH(int, judging);
    std::vector<size_t> indices(static_cast<size_t>(samples));
    std::iota(indices.begin(), indices.end(), size_t(0));
    const DataSplit split = fittingSplit(open().subset(indices));
    QCOMPARE(split.judging.size(), static_cast<size_t>(judging));
    QCOMPARE(split.learned.size() + split.judging.size(), indices.size());
}

void TstDataSplit::judging_takesMoreOfFewSamples_data()
{
    QTest::addColumn<int>("samples");
    QTest::addColumn<double>("share");
    QTest::newRow("none") << 0 << 0.1;
    QTest::newRow("few") << 100 << 0.2;
    QTest::newRow("48 of them") << 300 << 0.16;
    QTest::newRow("enough") << 480 << 0.1;
    QTest::newRow("many") << 60000 << 0.1;
}

void TstDataSplit::judging_takesMoreOfFewSamples()
{
    QFETCH(int, samples);
    QTEST(judgingShare(static_cast<size_t>(samples)), "share");
}

void TstDataSplit::samples_areThoseOfTheirPart()
{
    const Model model = GraphBuilder()
                            .input("x", {-1, 2})
                            .random("w", {2, 10})
                            .node("MatMul", {"x", "w"}, {"y"})
                            .output("y", {-1, 10})
                            .build();
    const Dataset data = open();
    const DataSplit split = fittingSplit(data);
    const SampleSet samples = SampleSet::prepare(model, data, {}, 0);
    const SplitSamples parts = splitSamples(samples, split);
    QVERIFY(parts.fitted.datasetIndices() == split.learned);
    QVERIFY(parts.heldOut.datasetIndices() == split.judging);
    QCOMPARE(messageOf([&] { splitSamples(SampleSet::prepare(model, data, {}, 15), split); }),
             QString("Recovery needs 16 samples at least, and there are 15."));
}

QTEST_GUILESS_MAIN(TstDataSplit)
#include "tst_datasplit.moc"
