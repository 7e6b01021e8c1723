#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/idx.h"
#include "core/data/npy.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/messageof.h"
#include "tests/support/samplefiles.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <map>
#include <set>

using namespace lathe;
using lathe::test::messageOf;
using test::writeText;

namespace {

class Folder {
public:
    std::filesystem::path path() const { return m_folder.path().toStdString(); }
    std::string text() const { return path().string(); }
    std::filesystem::path operator/(const std::string &name) const { return path() / name; }

private:
    QTemporaryDir m_folder;
};

Tensor bytes(const Shape &shape, int step = 1)
{
    Tensor tensor = makeTensor(ElementType::UInt8, shape);
    for (size_t i = 0; i < tensor.bytes.size(); ++i)
        tensor.bytes[i] = static_cast<std::byte>(static_cast<int>(i) * step);
    return tensor;
}

/// 6 pictures of 3 x 2 grey pixels, labels 0 1 2 0 1 2.
void writeIdxSet(const Folder &folder)
{
    Tensor labels = makeTensor(ElementType::UInt8, {6});
    for (size_t i = 0; i < 6; ++i)
        labels.bytes[i] = static_cast<std::byte>(i % 3);
    writeText(folder / "images", test::idxBytes(bytes({6, 2, 3})));
    writeText(folder / "labels", test::idxBytes(labels));
    test::writeGzip(folder / "images.gz", test::idxBytes(bytes({6, 2, 3})));
    test::writeGzip(folder / "labels.gz", test::idxBytes(labels));
}

/// pictures/cat/{1,2}.ppm, pictures/dog/3.ppm
void writePictures(const Folder &folder)
{
    const std::vector<uint8_t> red = {255, 0, 0, 200, 10, 20};
    for (const char *file : {"pictures/cat/1.ppm", "pictures/cat/2.ppm", "pictures/dog/3.ppm"})
        test::writePpm(folder / file, 2, 1, red);
}

std::vector<int> labelsOf(const Dataset &dataset)
{
    std::vector<int> labels;
    for (size_t i = 0; i < dataset.size(); ++i)
        labels.push_back(dataset.label(i));
    return labels;
}

} // namespace

class TstDataset : public QObject {
    Q_OBJECT
private slots:
    void classFolders_needNoDescription();
    void classFolders_withNumbersAreInNumericOrder();
    void folderOfImages_isUnlabelled();
    void foldersOfClassFolders_areSplits();
    void imageFolder_followsTheOrderOfItsClasses();
    void imageList_readsPathsWithSpaces();
    void classesFile_maySayIndexAndName_data();
    void classesFile_maySayIndexAndName();
    void idx_isReadPlainAndCompressed_data();
    void idx_isReadPlainAndCompressed();
    void idx_ofWiderTypesIsTurnedToLittleEndian();
    void numpy_isReadFromEveryForm_data();
    void numpy_isReadFromEveryForm();
    void numpy_inFortranOrderIsTurned();
    void split_isTestUnlessAsked();
    void halves_shareNothingAndMixClasses();
    void halvesOfArrays_areCutAlike();
    void folderWithColon_isStillAFolder();
    void grayImages_stayGray();
    void images_areBlueFirst();
    void fault_isOneSentenceThatNamesIt_data();
    void fault_isOneSentenceThatNamesIt();
    void undecodableImage_isNamed();
    void damagedNpy_isRefused_data();
    void damagedNpy_isRefused();
    void announcedArrays_areHeldAgainstTheFile();
    void readingArrays_canBeCancelled();
    void halfOfOneSample_isRefused();
    void otherHalf_isNamed();
    void realData_opens_data();
    void realData_opens();
};

void TstDataset::classFolders_needNoDescription()
{
    const Folder folder;
    writePictures(folder);
    writeText(folder / "pictures/cat/notes.txt", "no image");
    writeText(folder / "pictures/.hidden/x.ppm", "no class");
    const Dataset dataset = Dataset::open((folder / "pictures").string());
    QCOMPARE(dataset.size(), size_t(3));
    QCOMPARE(labelsOf(dataset), (std::vector<int>{0, 0, 1}));
    QCOMPARE(dataset.classes(), (std::vector<std::string>{"cat", "dog"}));
    QCOMPARE(dataset.sampleName(2), std::string("dog/3.ppm"));
    QCOMPARE(dataset.description().text(), std::string("pictures"));
    QVERIFY(dataset.holdsImages() && dataset.hasLabels() && dataset.splits().empty());
}

void TstDataset::classFolders_withNumbersAreInNumericOrder()
{
    const Folder folder;
    for (const char *name : {"0", "1", "2", "10"})
        test::writePgm(folder / name / "a.pgm", 1, 1, {7});
    QCOMPARE(Dataset::open(folder.text()).classes(), (std::vector<std::string>{"0", "1", "2", "10"}));
}

void TstDataset::folderOfImages_isUnlabelled()
{
    const Folder folder;
    writePictures(folder);
    const Dataset dataset = Dataset::open((folder / "pictures/cat").string());
    QCOMPARE(dataset.size(), size_t(2));
    QVERIFY(!dataset.hasLabels());
    QCOMPARE(dataset.label(0), -1);
}

void TstDataset::foldersOfClassFolders_areSplits()
{
    const Folder folder;
    for (const char *file :
         {"test/a/1.pgm", "test/b/1.pgm", "train/a/1.pgm", "train/b/1.pgm", "train/b/2.pgm"})
        test::writePgm(folder / file, 1, 1, {7});
    QCOMPARE(Dataset::open(folder.text()).size(), size_t(2));
    const Dataset train = Dataset::open(folder.text() + ":train");
    QCOMPARE(train.size(), size_t(3));
    QCOMPARE(train.splits(), (std::vector<std::string>{"test", "train"}));
}

void TstDataset::imageFolder_followsTheOrderOfItsClasses()
{
    const Folder folder;
    writePictures(folder);
    writeText(folder / "dataset.json",
              R"({"format": "image_folder", "folder": "pictures", "classes": ["dog", "cat"]})");
    const Dataset dataset = Dataset::open(folder.text());
    QCOMPARE(labelsOf(dataset), (std::vector<int>{0, 1, 1}));
    QCOMPARE(dataset.sampleName(0), std::string("dog/3.ppm"));
}

void TstDataset::imageList_readsPathsWithSpaces()
{
    const Folder folder;
    test::writePgm(folder / "a picture.pgm", 1, 1, {7});
    test::writePgm(folder / "b.pgm", 1, 1, {8});
    writeText(folder / "list.txt", "a picture.pgm 1\r\n\nb.pgm\t0\n");
    writeText(folder / "dataset.json",
              R"({"format": "image_list", "labels": "list.txt", "name": "two", "licence": "none"})");
    const Dataset dataset = Dataset::open(folder.text());
    QCOMPARE(dataset.sampleName(0), std::string("a picture.pgm"));
    QCOMPARE(labelsOf(dataset), (std::vector<int>{1, 0}));
    QCOMPARE(dataset.image(1).pixels, std::vector<uint8_t>{8});
}

void TstDataset::classesFile_maySayIndexAndName_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("names");
    QTest::newRow("names") << "cat\nbig dog\n" << QStringList{"cat", "big dog"};
    QTest::newRow("index and name") << "0 cat\n1 big dog\n" << QStringList{"cat", "big dog"};
    QTest::newRow("tabs") << "0\tn01\tcat, tom\n1\tn02\tdog\n" << QStringList{"cat, tom", "dog"};
    QTest::newRow("digits as names") << "0\n1\n" << QStringList{"0", "1"};
    QTest::newRow("numbers that are no index") << "7 up\n8 down\n" << QStringList{"7 up", "8 down"};
}

void TstDataset::classesFile_maySayIndexAndName()
{
    QFETCH(QString, text);
    QFETCH(QStringList, names);
    const Folder folder;
    writeIdxSet(folder);
    writeText(folder / "classes.txt", text.toStdString());
    writeText(folder / "dataset.json", R"({"format": "idx", "images": "images", "classes": "classes.txt"})");
    const std::vector<std::string> found = Dataset::open(folder.text()).classes();
    QCOMPARE(found.size(), size_t(names.size()));
    for (size_t i = 0; i < found.size(); ++i)
        QCOMPARE(QString::fromStdString(found[i]), names[qsizetype(i)]);
}

void TstDataset::idx_isReadPlainAndCompressed_data()
{
    QTest::addColumn<QString>("json");
    QTest::newRow("plain") << R"({"format": "idx", "images": "images", "labels": "labels"})";
    QTest::newRow("gzip") << R"({"format": "idx", "images": "images.gz", "labels": "labels.gz"})";
    QTest::newRow("as a split")
        << R"({"format": "idx", "labels": "labels", "splits": {"test": {"images": "images.gz"}}})";
}

void TstDataset::idx_isReadPlainAndCompressed()
{
    QFETCH(QString, json);
    const Folder folder;
    writeIdxSet(folder);
    writeText(folder / "dataset.json", json.toStdString());
    const Dataset dataset = Dataset::open(folder.text());
    QCOMPARE(dataset.size(), size_t(6));
    QCOMPARE(labelsOf(dataset), (std::vector<int>{0, 1, 2, 0, 1, 2}));
    const Image image = dataset.image(1);
    QCOMPARE(image.width, 3);
    QCOMPARE(image.height, 2);
    QCOMPARE(image.channels, 1);
    QCOMPARE(image.pixels, (std::vector<uint8_t>{6, 7, 8, 9, 10, 11}));
    QCOMPARE(dataset.sampleName(1), std::string("#1"));
}

void TstDataset::idx_ofWiderTypesIsTurnedToLittleEndian()
{
    const Folder folder;
    const char raw[] = "\0\0\x0C\x01\0\0\0\x02\0\0\1\2\xFF\xFF\xFF\xFE";
    writeText(folder / "a", std::string_view(raw, sizeof raw - 1));
    const Tensor tensor = readIdx(folder / "a");
    QCOMPARE(tensor.type, ElementType::Int32);
    QCOMPARE(tensor.as<int32_t>()[0], 258);
    QCOMPARE(tensor.as<int32_t>()[1], -2);
}

void TstDataset::numpy_isReadFromEveryForm_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<bool>("labelled");
    QTest::newRow("npy") << R"({"format": "numpy", "inputs": "x.npy", "labels": "y.npy"})" << QStringList{""}
                         << true;
    QTest::newRow("no labels") << R"({"format": "numpy", "inputs": "x.npy"})" << QStringList{""} << false;
    QTest::newRow("npz with labels") << R"({"format": "numpy", "inputs": "all.npz"})" << QStringList{"a", "b"}
                                     << true;
    QTest::newRow("npz, labels named")
        << R"({"format": "numpy", "inputs": "all.npz", "labels": "y.npy"})" << QStringList{"a", "b"} << true;
    QTest::newRow("npz, one array")
        << R"({"format": "numpy", "inputs": "all.npz:b", "labels": "all.npz:labels"})" << QStringList{""}
        << true;
    QTest::newRow("by input name")
        << R"({"format": "numpy", "inputs": {"p": "x.npy", "q": "all.npz:a"}, "labels": "all.npz"})"
        << QStringList{"p", "q"} << true;
}

void TstDataset::numpy_isReadFromEveryForm()
{
    QFETCH(QString, json);
    QFETCH(QStringList, names);
    QFETCH(bool, labelled);
    const Folder folder;
    const Tensor x = test::randomTensor({4, 2}, 1);
    Tensor y = makeTensor(ElementType::Int64, {4});
    for (size_t i = 0; i < 4; ++i)
        y.as<int64_t>()[i] = int64_t(i * i);
    test::writeNpy(folder / "x.npy", x);
    test::writeNpy(folder / "y.npy", y);
    test::writeNpz(folder / "all.npz", {{"a", x}, {"labels", y}, {"b", x}});
    writeText(folder / "dataset.json", json.toStdString());
    const Dataset dataset = Dataset::open(folder.text());
    QCOMPARE(dataset.size(), size_t(4));
    QVERIFY(!dataset.holdsImages());
    QCOMPARE(dataset.arrays().size(), size_t(names.size()));
    for (size_t i = 0; i < dataset.arrays().size(); ++i) {
        QCOMPARE(QString::fromStdString(dataset.arrays()[i].first), names[qsizetype(i)]);
        QCOMPARE(dataset.arrays()[i].second.bytes, x.bytes);
    }
    QCOMPARE(labelsOf(dataset),
             labelled ? (std::vector<int>{0, 1, 4, 9}) : (std::vector<int>{-1, -1, -1, -1}));
    QVERIFY_EXCEPTION_THROWN(dataset.image(0), Error);
}

void TstDataset::numpy_inFortranOrderIsTurned()
{
    Tensor stored = makeTensor(ElementType::Int32, {2, 3});
    const std::array<int32_t, 6> columns = {0, 10, 1, 11, 2, 12};
    std::ranges::copy(columns, stored.as<int32_t>().begin());
    for (const int version : {1, 2, 3}) {
        const std::string npy = test::npyBytes(stored, true, version);
        const Tensor tensor = parseNpy(std::as_bytes(std::span(npy)), Message::verbatim("a.npy"));
        QCOMPARE(tensor.shape, (Shape{2, 3}));
        const auto values = tensor.as<int32_t>();
        QCOMPARE(std::vector<int32_t>(values.begin(), values.end()),
                 (std::vector<int32_t>{0, 1, 2, 10, 11, 12}));
    }
}

void TstDataset::split_isTestUnlessAsked()
{
    const Folder folder;
    writeIdxSet(folder);
    writeText(
        folder / "dataset.json",
        R"({"format": "idx", "splits": {"test": {"images": "images", "labels": "labels"}, "train": {"images": "images"}}})");
    const Dataset test = Dataset::open(folder.text());
    QVERIFY(test.hasLabels());
    QVERIFY(test.reference().ends_with(":test") && test.reference().starts_with("/"));
    QVERIFY(test.description().text().ends_with(" (test)"));
    QVERIFY(!Dataset::open(folder.text() + ":train").hasLabels());
    QCOMPARE(test.splits(), (std::vector<std::string>{"test", "train"}));
    QCOMPARE(Dataset::open(test.reference()).description().text(), test.description().text());

    writeText(folder / "dataset.json",
              R"({"format": "idx", "images": "images", "splits": {"half": {"labels": "labels"}}})");
    QVERIFY(!Dataset::open(folder.text()).hasLabels()); // no test split: what stands outside the splits
    QVERIFY(Dataset::open(folder.text() + ":half").hasLabels());
}

void TstDataset::halves_shareNothingAndMixClasses()
{
    const Folder folder;
    for (int i = 0; i < 7; ++i) { // 5 cats, 2 dogs, sorted by class
        const std::string name = (i < 5 ? "cat/" : "dog/") + std::to_string(i) + ".pgm";
        test::writePgm(folder / name, 1, 1, {static_cast<uint8_t>(i)});
    }
    const Dataset whole = Dataset::open(folder.text());
    const Dataset first = Dataset::open(folder.text() + "#first");
    const Dataset second = Dataset::open(folder.text() + "#second");
    QCOMPARE(first.size(), size_t(4));
    QCOMPARE(second.size(), size_t(3));
    QVERIFY(first.description().text().ends_with(" (first half)"));
    QCOMPARE(Dataset::open(second.reference()).description().text(), second.description().text());
    QCOMPARE(second.classes(), whole.classes());
    std::set<int> seen;
    std::map<int, int> balance; // class -> samples in the first half less those in the second
    for (const Dataset *half : {&first, &second}) {
        for (size_t i = 0; i < half->size(); ++i) {
            const int pixel = half->image(i).pixels.at(0);
            QVERIFY(seen.insert(pixel).second);
            QCOMPARE(half->label(i), pixel < 5 ? 0 : 1);
            QVERIFY(half->sampleName(i).find(std::to_string(pixel)) != std::string::npos);
            balance[half->label(i)] += half == &first ? 1 : -1;
        }
    }
    QCOMPARE(seen.size(), whole.size());
    for (const auto &[label, difference] : balance)
        QVERIFY(std::abs(difference) <= 1);
}

void TstDataset::halvesOfArrays_areCutAlike()
{
    const Folder folder;
    test::writeNpy(folder / "x.npy", bytes({5, 2}));
    writeText(folder / "dataset.json", R"({"format": "numpy", "splits": {"test": {"inputs": "x.npy"}}})");
    const Dataset second = Dataset::open(folder.text() + ":test#second");
    QVERIFY(second.description().text().ends_with(" (test, second half)"));
    const Tensor &tensor = second.arrays().front().second;
    QCOMPARE(tensor.shape, (Shape{2, 2}));
    QCOMPARE(tensor.bytes, (std::vector<std::byte>{std::byte{2}, std::byte{3}, std::byte{6}, std::byte{7}}));
    QVERIFY_EXCEPTION_THROWN(Dataset::open(folder.text() + "#third"), Error);
}

void TstDataset::folderWithColon_isStillAFolder()
{
    const Folder folder;
    test::writePgm(folder / "a:b/test/cat/1.pgm", 1, 1, {7});
    test::writePgm(folder / "a:b/train/cat/1.pgm", 1, 1, {7});
    QCOMPARE(Dataset::open((folder / "a:b").string()).description().text(), std::string("a:b (test)"));
    QCOMPARE(Dataset::open((folder / "a:b").string() + ":train").description().text(),
             std::string("a:b (train)"));
}

void TstDataset::grayImages_stayGray()
{
    const Folder folder;
    test::writePgm(folder / "g.pgm", 2, 2, {1, 2, 3, 4});
    const Image image = Dataset::open(folder.text()).image(0);
    QCOMPARE(image.channels, 1);
    QCOMPARE(image.pixels, (std::vector<uint8_t>{1, 2, 3, 4}));
}

void TstDataset::images_areBlueFirst()
{
    const Folder folder;
    writePictures(folder);
    const Image image = Dataset::open((folder / "pictures").string()).image(0);
    QCOMPARE(image.width, 2);
    QCOMPARE(image.channels, 3);
    QCOMPARE(image.pixels, (std::vector<uint8_t>{0, 0, 255, 20, 10, 200}));
}

void TstDataset::fault_isOneSentenceThatNamesIt_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("reference"); // behind the folder
    QTest::addColumn<int>("code");
    QTest::addColumn<QStringList>("words");
    const int data = int(ErrorCode::MalformedData), file = int(ErrorCode::FileUnreadable),
              argument = int(ErrorCode::InvalidArgument);
    const auto row = [](const char *name, const char *json, const char *reference, int code,
                        const QStringList &words) {
        QTest::newRow(name) << json << reference << code << words;
    };
    const char *const good = R"({"format": "idx", "images": "images", "labels": "labels"})";
    row("no such folder", good, "/nowhere", file, {"/nowhere"});
    row("a file", good, "/images", file, {"/images is not a folder"});
    row("no such split", good, ":valid", argument, {"no splits", "valid"});
    row("split of another name", R"({"format": "idx", "images": "images", "splits": {"train": {}}})",
        ":valid", argument, {"\"valid\"", "train"});
    row("must choose", R"({"format": "idx", "splits": {"train": {"images": "images"}}})", "", argument,
        {"choose one", "train"});
    row("no JSON", "{", "", data, {"dataset.json", "not valid JSON"});
    const std::string deep = R"({"format": )" + std::string(200000, '[') + std::string(200000, ']') + "}";
    row("deep JSON", deep.c_str(), "", data, {"dataset.json", "nests deeper"});
    row("not an object", "[]", "", data, {"no JSON object"});
    row("no format", R"({"images": "images"})", "", data, {"\"format\"", "image_list"});
    row("unknown format", R"({"format": "tfrecord"})", "", data, {"\"format\""});
    row("unknown key", R"({"format": "idx", "images": "images", "lables": "labels"})", "", data,
        {"\"lables\"", "labels"});
    row("unknown key in a split", R"({"format": "idx", "splits": {"test": {"image": "x"}}})", "", data,
        {"\"image\""});
    row("key missing", R"({"format": "idx", "labels": "labels"})", "", data, {"\"images\""});
    row("key of the wrong kind", R"({"format": "idx", "images": 3})", "", data, {"text", "\"images\""});
    row("split of the wrong kind", R"({"format": "idx", "splits": {"test": 3}})", "", data, {"\"test\""});
    row("file missing", R"({"format": "idx", "images": "gone"})", "", file, {"gone"});
    row("label out of range",
        R"({"format": "idx", "images": "images", "labels": "labels", "classes": ["a", "b"]})", "", data,
        {"labels", "#2", "class index 2", "2 classes"});
    row("too few labels", R"({"format": "idx", "images": "images", "labels": "labels5"})", "", data,
        {"5 labels for 6 samples"});
    row("labels of two dimensions", R"({"format": "idx", "images": "images", "labels": "images"})", "", data,
        {"[6, 2, 3]"});
    row("images of one dimension", R"({"format": "idx", "images": "labels"})", "", data,
        {"[6]", "[samples, height, width]"});
    row("idx cut off", R"({"format": "idx", "images": "cut"})", "", data, {"cut", "30 of 36 bytes"});
    row("idx too long", R"({"format": "idx", "images": "long"})", "", data, {"long", "holds more"});
    row("gzip cut off", R"({"format": "idx", "images": "cut.gz"})", "", data, {"cut.gz", "cut off"});
    row("gzip damaged", R"({"format": "idx", "images": "damaged.gz"})", "", data, {"damaged.gz", "damaged"});
    row("idx claims too much", R"({"format": "idx", "images": "bomb"})", "", data, {"bomb", "far too small"});
    row("idx claims overflow", R"({"format": "idx", "images": "overflow"})", "", data,
        {"overflow", "far too small"});
    row("gzip'd idx claims too much", R"({"format": "idx", "images": "bomb.gz"})", "", data,
        {"bomb.gz", "far too small"});
    row("no idx", R"({"format": "idx", "images": "dataset.json"})", "", data, {"no IDX file"});
    row("idx header cut", R"({"format": "idx", "images": "header"})", "", data, {"inside its header"});
    row("empty file", R"({"format": "idx", "images": "empty"})", "", data, {"no IDX file"});
    row("image missing", R"({"format": "image_list", "labels": "list.txt"})", "", data,
        {"list.txt", "gone.pgm"});
    row("images missing", R"({"format": "image_list", "labels": "list2.txt"})", "", data,
        {"2 of the 3", "gone.pgm"});
    row("line without label", R"({"format": "image_list", "labels": "list3.txt"})", "", data,
        {"list3.txt, line 2", "pictures"});
    row("negative label", R"({"format": "image_list", "labels": "list4.txt"})", "", data, {"below 0"});
    row("empty list", R"({"format": "image_list", "labels": "empty"})", "", data, {"lists no images"});
    row("class without folder",
        R"({"format": "image_folder", "folder": "pictures", "classes": ["cat", "dog", "cow"]})", "", data,
        {"\"cow\""});
    row("folder without class", R"({"format": "image_folder", "folder": "pictures", "classes": ["cat"]})", "",
        data, {"dog"});
    row("folder missing", R"({"format": "image_folder", "folder": "gone"})", "", data, {"gone"});
    row("classes of the wrong kind", R"({"format": "idx", "images": "images", "classes": 3})", "", data,
        {"\"classes\""});
    row("npz without the array", R"({"format": "numpy", "inputs": "all.npz:c"})", "", data,
        {"\"c\"", "\"a\", \"b\""});
    row("npz without labels", R"({"format": "numpy", "inputs": "x.npy", "labels": "all.npz"})", "", data,
        {"\"labels\""});
    row("npz is none", R"({"format": "numpy", "inputs": "fake.npz"})", "", data, {"fake.npz"});
    row("npz missing", R"({"format": "numpy", "inputs": "gone.npz"})", "", file, {"gone.npz"});
    row("neither npy nor npz", R"({"format": "numpy", "inputs": "x.csv"})", "", data, {"x.csv"});
    row("labels that are floats", R"({"format": "numpy", "inputs": "x.npy", "labels": "x1.npy"})", "", data,
        {"float32"});
    row("inputs of different length", R"({"format": "numpy", "inputs": {"p": "x.npy", "q": "x1.npy"}})", "",
        data, {"\"p\"", "\"q\"", "4", "3"});
}

void TstDataset::fault_isOneSentenceThatNamesIt()
{
    QFETCH(QString, json);
    QFETCH(QString, reference);
    QFETCH(int, code);
    QFETCH(QStringList, words);
    const Folder folder;
    writeIdxSet(folder);
    writePictures(folder);
    const std::string images = test::idxBytes(bytes({6, 2, 3}));
    writeText(folder / "labels5", test::idxBytes(bytes({5})));
    writeText(folder / "cut", images.substr(0, images.size() - 6));
    writeText(folder / "long", images + "x");
    writeText(folder / "header", images.substr(0, 10));
    writeText(folder / "empty", "");
    writeText(folder / "bomb", test::idxBytes(bytes({6, 2, 3}), {60000, 20000, 20000}));
    writeText(folder / "overflow", test::idxBytes(bytes({6}), {4294967295, 4294967295, 4294967295}));
    test::writeGzip(folder / "bomb.gz", test::idxBytes(bytes({6, 2, 3}), {60000, 2000, 2000}));
    test::writeGzip(folder / "whole.gz", test::idxBytes(bytes({60, 20, 30}, 7)));
    std::string gzip(std::filesystem::file_size(folder / "whole.gz"), '\0');
    std::ifstream(folder / "whole.gz", std::ios::binary).read(gzip.data(), std::streamsize(gzip.size()));
    writeText(folder / "cut.gz", gzip.substr(0, gzip.size() / 2));
    std::ranges::fill(gzip.begin() + std::ptrdiff_t(gzip.size() / 2), gzip.end() - 8, '\xFF');
    writeText(folder / "damaged.gz", gzip);
    writeText(folder / "list.txt", "pictures/cat/1.ppm 0\ngone.pgm 1\n");
    writeText(folder / "list2.txt", "pictures/cat/1.ppm 0\ngone.pgm 1\ngone2.pgm 1\n");
    writeText(folder / "list3.txt", "pictures/cat/1.ppm 0\npictures/cat/2.ppm\n");
    writeText(folder / "list4.txt", "pictures/cat/1.ppm -3\n");
    test::writeNpz(folder / "all.npz", {{"a", bytes({4})}, {"b", bytes({4})}});
    test::writeNpy(folder / "x.npy", test::randomTensor({4, 2}, 1));
    test::writeNpy(folder / "x1.npy", test::randomTensor({3}, 1));
    writeText(folder / "fake.npz", "no zip at all");
    writeText(folder / "dataset.json", json.toStdString());
    ErrorCode found = ErrorCode::Internal;
    const QString message =
        messageOf([&] { Dataset::open(folder.text() + reference.toStdString()); }, &found);
    QVERIFY(!message.isEmpty());
    QVERIFY2(int(found) == code, qPrintable(message));
    QVERIFY2(!message.contains('\n') && message.endsWith('.'), qPrintable(message));
    for (const QString &word : words)
        QVERIFY2(message.contains(word), qPrintable(word + " is not in: " + message));
}

void TstDataset::undecodableImage_isNamed()
{
    const Folder folder;
    writeText(folder / "a.jpg", "not an image");
    writeText(folder / "b.png", "");
    const Dataset dataset = Dataset::open(folder.text());
    QVERIFY(messageOf([&] { dataset.image(0); }).contains("a.jpg"));
    QVERIFY(messageOf([&] { dataset.image(1); }).contains("b.png"));
}

void TstDataset::damagedNpy_isRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("word");
    const std::string good = test::npyBytes(test::randomTensor({4, 2}, 1));
    const auto changed = [&good](const char *from, const char *to) {
        return QByteArray::fromStdString(good).replace(from, to);
    };
    QTest::newRow("empty") << QByteArray() << "no .npy array";
    QTest::newRow("magic") << changed("NUMPY", "NUMPX") << "no .npy array";
    QTest::newRow("header cut") << QByteArray::fromStdString(good.substr(0, 20)) << "inside its header";
    QTest::newRow("data cut") << QByteArray::fromStdString(good.substr(0, good.size() - 1))
                              << "holds 31 bytes";
    QTest::newRow("data too long") << QByteArray::fromStdString(good + "x") << "holds 33 bytes";
    QTest::newRow("claims too much") << changed("(4, 2, )", "(9999999999, 2, )")
                                     << "inside its header"; // the length stayed
    QTest::newRow("big-endian") << changed("<f4", ">f4") << "\">f4\"";
    QTest::newRow("complex") << changed("<f4", "<c8") << "\"<c8\"";
    QTest::newRow("object") << changed("<f4", "|O") << "|O";
    QTest::newRow("no NumPy header") << changed("descr", "xxxxx") << "records";
    const auto headed = [](const std::string &header) {
        const std::string size{static_cast<char>(header.size() & 0xFF),
                               static_cast<char>(header.size() >> 8)};
        return QByteArray::fromStdString("\x93NUMPY" + std::string("\x01\0", 2) + size + header);
    };
    // Long headers, each of which would be as many calls deep in a reader that recurses.
    const std::string many(60000, 'x'), blanks(60000, ' '), digits(60000, '9');
    QTest::newRow("long type") << headed("{'descr': '<" + many +
                                         "', 'fortran_order': False, 'shape': (1,), }")
                               << "holds values of type";
    QTest::newRow("long dimension") << headed("{'descr': '<f4', 'fortran_order': False, 'shape': (" + digits +
                                              ",), }")
                                    << "than there can be";
    std::string ones;
    for (int i = 0; i < 20000; ++i)
        ones += "1,";
    QTest::newRow("many dimensions") << headed("{'descr': '<f4', 'fortran_order': False, 'shape': (" + ones +
                                               "), }")
                                     << "64 dimensions";
    QTest::newRow("blanks") << headed("{'descr': '<f4', 'fortran_order': False, " + blanks +
                                      "'shape': (4,), }")
                            << "holds 0 bytes";
    QTest::newRow("unclosed") << headed("{'descr': '<f4', 'fortran_order': False, 'shape': (4,")
                              << "not NumPy's";
    QTest::newRow("negative") << headed("{'descr': '<f4', 'fortran_order': False, 'shape': (-4,), }")
                              << "not NumPy's";
    QTest::newRow("longer than any") << QByteArray::fromStdString("\x93NUMPY" +
                                                                  std::string("\x02\0\0\0\0\x10", 6))
                                     << "longer than any";
    QTest::newRow("no order") << changed("fortran_order", "fortran_xxxxx") << "not NumPy's";
}

void TstDataset::damagedNpy_isRefused()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, word);
    if (QTest::currentDataTag() == std::string("claims too much")) // make the header's length fit again
        content = QByteArray::fromStdString(test::npyBytes(bytes({1}))).replace("(1, )", "(9, )"),
        word = "announces [9]";
    const QString message = messageOf([&] {
        parseNpy(std::as_bytes(std::span(content.constData(), size_t(content.size()))),
                 Message::verbatim("a.npy"));
    });
    QVERIFY2(message.contains("a.npy"), qPrintable(message));
    if (QTest::currentDataTag() !=
        std::string("object")) // one letter less: the header's length is wrong first
        QVERIFY2(message.contains(word), qPrintable(message));
}

/// The header says more than a file of that size unpacks to: known before anything of it is unpacked.
void TstDataset::announcedArrays_areHeldAgainstTheFile()
{
    const Folder folder;
    Tensor claimed = bytes({8});
    claimed.shape = {int64_t(1) << 31, 4}; // what the header says; the data stay
    test::writeNpz(folder / "bomb.npz", {{"a", claimed}});
    const QString array = messageOf([&] { readNpz(folder / "bomb.npz"); });
    QVERIFY2(array.contains("bomb.npz") && array.contains("unpacks to"), qPrintable(array));
    test::writeGzip(folder / "bomb.gz", test::idxBytes(bytes({8}), {70000, 1000, 1000}));
    const QString images = messageOf([&] { readIdx(folder / "bomb.gz"); });
    QVERIFY2(images.contains("bomb.gz") && images.contains("too small"), qPrintable(images));
}

void TstDataset::readingArrays_canBeCancelled()
{
    const Folder folder;
    test::writeNpz(folder / "a.npz", {{"a", bytes({8})}});
    Tensor columns = bytes({4, 4});
    const std::string turned = test::npyBytes(columns, true);
    std::stop_source source;
    source.request_stop();
    JobContext ctx;
    ctx.stop = source.get_token();
    QVERIFY_EXCEPTION_THROWN(readNpz(folder / "a.npz", {}, ctx), Cancelled);
    QVERIFY_EXCEPTION_THROWN(parseNpy(std::as_bytes(std::span(turned)), Message::verbatim("a.npy"), ctx),
                             Cancelled);
}

void TstDataset::halfOfOneSample_isRefused()
{
    const Folder folder;
    test::writePgm(folder / "cat/1.pgm", 1, 1, {7});
    const QString message = messageOf([&] { Dataset::open(folder.text() + "#second"); });
    QVERIFY2(message.contains("second half is empty"), qPrintable(message));
}

void TstDataset::otherHalf_isNamed()
{
    const Folder folder;
    QCOMPARE(Dataset::otherHalf("a:test#first"), std::string("a:test#second"));
    QCOMPARE(Dataset::otherHalf("a#second"), std::string("a#first"));
    QCOMPARE(Dataset::otherHalf("a"), std::string());
    std::filesystem::create_directory(folder / "x#first");
    QCOMPARE(Dataset::otherHalf((folder / "x#first").string()), std::string()); // a folder of that name
}

void TstDataset::realData_opens_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("classes");
    QTest::newRow("imagenet-sample") << 500 << 1000;
    QTest::newRow("cifar10-sample") << 2000 << 10;
    QTest::newRow("cifar10-lossless") << 242 << 10;
    QTest::newRow("mnist") << 10000 << 0;
    QTest::newRow("mnist:train") << 60000 << 0;
    QTest::newRow("fashion-mnist:train") << 60000 << 10;
}

void TstDataset::realData_opens()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(int, count);
    QFETCH(int, classes);
    const Dataset dataset = Dataset::open(test::testData() + "/" + QTest::currentDataTag());
    QCOMPARE(int(dataset.size()), count);
    QCOMPARE(int(dataset.classes().size()), classes);
    QVERIFY(dataset.hasLabels());
    QVERIFY(!dataset.image(dataset.size() - 1).pixels.empty());
}

QTEST_GUILESS_MAIN(TstDataset)
#include "tst_dataset.moc"
