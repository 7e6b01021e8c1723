// Samples for training: how they are divided, what views of them are, batches made ahead.
#include "core/data/samples.h"
#include "core/train/batchloader.h"
#include "core/train/networks.h"
#include "tests/support/digitsdata.h"
#include "tests/support/messageof.h"
#include "tests/support/samplefiles.h"

#include <QTemporaryDir>
#include <QtTest>
#include <set>

using namespace lathe;
using namespace lathe::train;
using namespace lathe::test;

namespace {

TrainingData digits(const TrainingDataOptions &options = {})
{
    return digitsFor(networkOf("mlp:64-10"), options);
}

std::vector<float> valuesOf(const std::map<std::string, Tensor> &inputs)
{
    return toFloats(inputs.at("input"));
}

Augmentation everything()
{
    Augmentation all;
    all.flip = true;
    all.crop = 0.5;
    all.shift = 1;
    all.rotation = 20;
    all.scale = 0.2;
    all.color = 0.3;
    return all;
}

/// An image whose pixels all differ.
Image ramp(int width, int height)
{
    Image image{width, height, 1, {}};
    for (int i = 0; i < width * height; ++i)
        image.pixels.push_back(static_cast<uint8_t>(i));
    return image;
}

} // namespace

class TstTrainingData : public QObject {
    Q_OBJECT
private slots:
    void init();
    void split_takesOfEachClassAlike();
    void split_isThatOfItsSeed();
    void inputs_areThoseOfASampleSet();
    void views_areTheSameWhereverTheyAreAskedFor();
    void streamed_isTheSameAsKept();
    void resolution_changesWhatIsFed();
    void flip_mirrors();
    void shift_movesWholePixels();
    void color_staysInsideAByte();
    void mix_letsAnotherTrainingImageShineThrough();
    void arrays_areFedAsTheyAre();
    void labels_areAskedFor_data();
    void labels_areAskedFor();
    void batches_comeInOrder();
    void batches_leaveOutWhatFillsNone();
    void missingFile_isSaid();
    void loaderThatIsGivenUp_ends();
    void hash_tellsDataApart();
    void hash_goesByTheDataNotByWhatIsKept();

private:
    std::string path(const char *name) const { return m_folder->filePath(name).toStdString(); }
    /// Class folders with that many grey images of 6 x 5 in each.
    std::string imageFolder(const std::vector<int> &counts) const;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TstTrainingData::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

std::string TstTrainingData::imageFolder(const std::vector<int> &counts) const
{
    for (size_t c = 0; c < counts.size(); ++c)
        for (int i = 0; i < counts[c]; ++i) {
            std::vector<uint8_t> pixels(30);
            std::iota(pixels.begin(), pixels.end(), static_cast<uint8_t>(40 * c + i));
            const QString name = QString("images/%1/%2.pgm").arg(c).arg(i, 3, 10, QChar('0'));
            test::writePgm(path(qPrintable(name)), 6, 5, pixels);
        }
    return path("images");
}

void TstTrainingData::split_takesOfEachClassAlike()
{
    const TrainingData data = digits({.validation = 0.2});
    const Dataset &set = data.dataset();
    QCOMPARE(data.training().size() + data.validation().size(), set.size());
    std::set<size_t> both(data.training().begin(), data.training().end());
    both.insert(data.validation().begin(), data.validation().end());
    QCOMPARE(both.size(), set.size());
    std::vector<double> all(10), out(10);
    for (size_t i = 0; i < set.size(); ++i)
        ++all[static_cast<size_t>(set.label(i))];
    for (const int64_t label : data.labels(data.validation()))
        ++out[static_cast<size_t>(label)];
    for (size_t c = 0; c < 10; ++c)
        QVERIFY2(std::abs(out[c] - 0.2 * all[c]) <= 1, qPrintable(QString::number(c)));
}

void TstTrainingData::split_isThatOfItsSeed()
{
    QVERIFY(digits({.seed = 3}).validation() == digits({.seed = 3}).validation());
    QVERIFY(digits({.seed = 3}).validation() != digits({.seed = 4}).validation());
    QVERIFY(digits({.validation = 0}).validation().empty());
}

void TstTrainingData::inputs_areThoseOfASampleSet()
{
    const TrainingData data = digits();
    const std::vector<size_t> some{5, 0, 17};
    const SampleSet set =
        SampleSet::prepare(networkOf("mlp:64-10"), data.dataset(), digitsPreprocessing(), 0);
    const std::map<std::string, Tensor> inputs = data.inputs(some);
    QCOMPARE(inputs.at("input").shape, (Shape{3, 64}));
    QVERIFY(valuesOf(inputs) == toFloats(set.subset(some).tensors().front()));
}

void TstTrainingData::views_areTheSameWhereverTheyAreAskedFor()
{
    const TrainingData data = digits();
    View view{everything(), 0, 9, 4};
    const std::vector<float> pair = valuesOf(data.inputs(std::vector<size_t>{8, 21}, view));
    const std::vector<float> alone = valuesOf(data.inputs(std::vector<size_t>{21}, view));
    QVERIFY(std::equal(alone.begin(), alone.end(), pair.begin() + 64));
    view.number = 5;
    QVERIFY(valuesOf(data.inputs(std::vector<size_t>{21}, view)) != alone);
    view.number = 4;
    view.seed = 10;
    QVERIFY(valuesOf(data.inputs(std::vector<size_t>{21}, view)) != alone);
    QVERIFY(valuesOf(data.inputs(std::vector<size_t>{21})) != alone);
}

void TstTrainingData::streamed_isTheSameAsKept()
{
    const TrainingData kept = digits(), streamed = digits({.memory = 1000});
    QVERIFY(!kept.isStreamed() && streamed.isStreamed());
    std::vector<size_t> all(100);
    std::iota(all.begin(), all.end(), size_t(0));
    const View view{everything(), 0, 1, 2};
    QVERIFY(valuesOf(kept.inputs(all, view)) == valuesOf(streamed.inputs(all, view)));
}

void TstTrainingData::resolution_changesWhatIsFed()
{
    const TrainingData data(networkOf("lenet5"), Dataset::open(imageFolder({5, 5})),
                            guessPreprocessing(networkOf("lenet5").inputs().front()), {});
    QCOMPARE(data.inputs(std::vector<size_t>{0}).at("input").shape, (Shape{1, 1, 28, 28}));
    QCOMPARE(data.inputs(std::vector<size_t>{0}, {{}, 14, 0, 0}).at("input").shape, (Shape{1, 1, 14, 14}));
    Augmentation crop;
    crop.crop = 0.5;
    QCOMPARE(data.inputs(std::vector<size_t>{0, 3}, {crop, 14, 0, 0}).at("input").shape,
             (Shape{2, 1, 14, 14}));
}

void TstTrainingData::flip_mirrors()
{
    const Image image = ramp(5, 3);
    Image mirrored = image;
    for (int y = 0; y < 3; ++y)
        std::reverse(mirrored.pixels.begin() + 5 * y, mirrored.pixels.begin() + 5 * (y + 1));
    int same = 0, turned = 0;
    Augmentation flip;
    flip.flip = true;
    for (uint64_t seed = 0; seed < 200; ++seed) {
        const Image view = augmented(image, flip, {5, 3}, Chance(seed));
        same += view.pixels == image.pixels;
        turned += view.pixels == mirrored.pixels;
    }
    QCOMPARE(same + turned, 200);
    QVERIFY2(same > 60 && turned > 60, qPrintable(QString::number(same)));
}

void TstTrainingData::shift_movesWholePixels()
{
    const Image image = ramp(6, 6);
    Augmentation shift;
    shift.shift = 2;
    std::set<std::pair<int, int>> seen;
    for (uint64_t seed = 0; seed < 400; ++seed) {
        const Image view = augmented(image, shift, {6, 6}, Chance(seed));
        const int middle = view.pixels[6 * 3 + 3];
        const int right = 3 - middle % 6, down = 3 - middle / 6;
        seen.insert({right, down});
        for (int y = 0; y < 6; ++y)
            for (int x = 0; x < 6; ++x)
                QCOMPARE(int(view.pixels[static_cast<size_t>(6 * y + x)]),
                         6 * std::clamp(y - down, 0, 5) + std::clamp(x - right, 0, 5));
    }
    QCOMPARE(seen.size(), size_t(25));
}

void TstTrainingData::color_staysInsideAByte()
{
    Image image{2, 1, 3, {0, 0, 255, 255, 128, 0}};
    Augmentation color;
    color.color = 1;
    std::set<std::vector<uint8_t>> seen;
    for (uint64_t seed = 0; seed < 50; ++seed)
        seen.insert(augmented(image, color, {2, 1}, Chance(seed)).pixels);
    QVERIFY(seen.size() > 40);
}

void TstTrainingData::mix_letsAnotherTrainingImageShineThrough()
{
    // Each image is of one grey throughout.
    for (int c = 0; c < 2; ++c)
        for (int i = 0; i < 10; ++i) {
            const auto value = static_cast<uint8_t>(100 * c + 10 * i);
            test::writePgm(path(qPrintable(QString("images/%1/%2.pgm").arg(c).arg(i))), 6, 5,
                           std::vector<uint8_t>(30, value));
        }
    const Model network = networkOf("lenet5");
    const TrainingData data(network, Dataset::open(path("images")),
                            guessPreprocessing(network.inputs().front()), {.validation = 0.8});
    const std::vector<size_t> &learned = data.training();
    const std::vector<float> plain = valuesOf(data.inputs(learned));
    const auto [low, high] = std::ranges::minmax(plain);
    QVERIFY(valuesOf(data.inputs(data.validation()))[0] < low); // would be seen if it shone through
    Augmentation mix;
    mix.mix = 0.5;
    size_t mixed = 0, between = 0;
    for (uint64_t number = 0; number < 50; ++number) {
        const std::vector<float> seen = valuesOf(data.inputs(learned, {mix, 0, 1, number}));
        for (size_t i = 0; i < learned.size(); ++i) {
            const float value = seen[i * 784], own = plain[i * 784];
            QVERIFY(value >= low - 1e-6F && value <= high + 1e-6F);
            mixed += value != own;
            between += value > low && value < high && value != own;
        }
    }
    // Half of the views, of which one in four has itself shining through.
    const double share = static_cast<double>(mixed) / static_cast<double>(50 * learned.size());
    QVERIFY2(share > 0.25 && share < 0.5, qPrintable(QString::number(share)));
    QVERIFY(between > 0);
}

void TstTrainingData::arrays_areFedAsTheyAre()
{
    test::writeText(path("set/dataset.json"), R"({"format": "numpy", "inputs": "data.npz"})");
    Tensor values = makeTensor(ElementType::Float32, {12, 64});
    std::iota(values.as<float>().begin(), values.as<float>().end(), 0.0F);
    Tensor labels = makeTensor(ElementType::Int64, {12});
    for (size_t i = 0; i < 12; ++i)
        labels.as<int64_t>()[i] = static_cast<int64_t>(i % 2);
    test::writeNpz(path("set/data.npz"), {{"x", values}, {"labels", labels}});
    const TrainingData data(networkOf("mlp:64-2"), Dataset::open(path("set")), {}, {.validation = 0.25});
    QCOMPARE(data.validation().size(), size_t(3));
    const std::vector<float> row = valuesOf(data.inputs(std::vector<size_t>{7}));
    QCOMPARE(row.front(), 7 * 64.0F);
    QCOMPARE(data.labels(std::vector<size_t>{7}), std::vector<int64_t>{1});
}

void TstTrainingData::labels_areAskedFor_data()
{
    QTest::addColumn<QString>("counts"); // of each class; "-": images without classes
    QTest::addColumn<int>("classes");
    QTest::addColumn<QStringList>("words");
    QTest::newRow("enough") << "8 8" << 2 << QStringList{};
    QTest::newRow("of an unknown number") << "8 8 8" << 0 << QStringList{};
    QTest::newRow("none") << "-" << 2 << QStringList{"no labels", "teacher"};
    QTest::newRow("too many classes") << "8 8 8" << 2 << QStringList{"class index 2", "2 classes"};
    QTest::newRow("too few samples") << "8 3" << 2 << QStringList{"3 training samples", "class 1", "needs 5"};
    QTest::newRow("no samples of one") << "8 8" << 3 << QStringList{"0 training samples", "class 2"};
}

void TstTrainingData::labels_areAskedFor()
{
    QFETCH(QString, counts);
    QFETCH(int, classes);
    QFETCH(QStringList, words);
    std::string folder;
    if (counts == "-") {
        for (int i = 0; i < 6; ++i)
            test::writePgm(path(qPrintable(QString("flat/%1.pgm").arg(i))), 6, 5,
                           std::vector<uint8_t>(30, 9));
        folder = path("flat");
    } else {
        std::vector<int> numbers;
        for (const QString &count : counts.split(' '))
            numbers.push_back(count.toInt());
        folder = imageFolder(numbers);
    }
    Preprocessing gray = guessPreprocessing(networkOf("mlp:30-3").inputs().front());
    gray.doResize = false;
    gray.channels = Preprocessing::Channels::Gray;
    const TrainingData data(networkOf("mlp:30-3"), Dataset::open(folder), gray, {.validation = 0});
    const QString message = test::messageOf([&] { requireLabels(data, classes); });
    QCOMPARE(message.isEmpty(), words.isEmpty());
    for (const QString &word : words)
        QVERIFY2(message.contains(word), qPrintable(message));
}

void TstTrainingData::batches_comeInOrder()
{
    const TrainingData data = digits();
    const std::vector<size_t> order{40, 2, 33, 7, 19, 1};
    BatchLoader loader(data, {order, 2, {}, true}, {});
    for (size_t first = 0; first < order.size(); first += 2) {
        const auto batch = loader.next();
        QVERIFY(batch);
        const std::span<const size_t> samples(order.data() + first, 2);
        QVERIFY(valuesOf(batch->inputs) == valuesOf(data.inputs(samples)));
        QVERIFY(batch->labels == data.labels(samples));
    }
    QVERIFY(!loader.next());
    QVERIFY(!loader.next());
}

void TstTrainingData::batches_leaveOutWhatFillsNone()
{
    const TrainingData data = digits();
    BatchLoader loader(data, {{1, 2, 3, 4, 5}, 2, {}}, {});
    int batches = 0;
    while (loader.next())
        ++batches;
    QCOMPARE(batches, 2);
    BatchLoader few(data, {{1, 2, 3}, 8, {}}, {});
    const auto only = few.next();
    QVERIFY(only && only->inputs.at("input").shape.front() == 3 && !few.next());
    BatchLoader whole(data, {{1, 2, 3, 4, 5}, 2, {}, false, true}, {});
    std::vector<int64_t> sizes;
    while (const auto batch = whole.next())
        sizes.push_back(batch->inputs.at("input").shape.front());
    QCOMPARE(sizes, (std::vector<int64_t>{2, 2, 1}));
}

void TstTrainingData::missingFile_isSaid()
{
    const std::string folder = imageFolder({20, 20});
    Preprocessing gray = digitsPreprocessing();
    const TrainingData data(networkOf("mlp:30-2"), Dataset::open(folder), gray, {.memory = 100});
    QVERIFY(QFile::remove(path("images/1/007.pgm").c_str()));
    std::vector<size_t> all(40);
    std::iota(all.begin(), all.end(), size_t(0));
    BatchLoader loader(data, {all, 4, {}, true}, {});
    const QString message = test::messageOf([&] {
        while (loader.next()) {
        }
    });
    QVERIFY2(message.contains("007.pgm"), qPrintable(message));
}

void TstTrainingData::loaderThatIsGivenUp_ends()
{
    const TrainingData data = digits();
    std::vector<size_t> all(data.training());
    BatchLoader loader(data, {all, 1, {}, true}, {});
    QVERIFY(loader.next()); // and ends here, with more that wait
}

void TstTrainingData::hash_tellsDataApart()
{
    const std::string digitsHash = digits().hash();
    QCOMPARE(digits().hash(), digitsHash);
    QVERIFY(digits({.seed = 2}).hash() != digitsHash);
    const TrainingData test(networkOf("mlp:64-10"), Dataset::open(digitsFolder() + ":test"),
                            digitsPreprocessing(), {});
    QVERIFY(test.hash() != digitsHash);
    Preprocessing other = digitsPreprocessing();
    other.rescaleFactor = 0.5;
    QVERIFY(
        TrainingData(networkOf("mlp:64-10"), Dataset::open(digitsFolder() + ":train"), other, {}).hash() !=
        digitsHash);
}

void TstTrainingData::hash_goesByTheDataNotByWhatIsKept()
{
    const TrainingData streamed = digits({.memory = 1});
    QVERIFY(streamed.isStreamed());
    QCOMPARE(streamed.hash(), digits().hash());
}

QTEST_GUILESS_MAIN(TstTrainingData)
#include "tst_trainingdata.moc"
