#include "core/base/error.h"
#include "core/data/preprocessing.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/messageof.h"
#include "tests/support/samplefiles.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace lathe;
using lathe::test::messageOf;
using Channels = Preprocessing::Channels;
using Layout = Preprocessing::Layout;

namespace {

/// Blue-first pixels whose value tells where they are: channel * 100 + row * 10 + column.
Image numbered(int height, int width, int channels)
{
    Image image{width, height, channels, {}};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < channels; ++c)
                image.pixels.push_back(static_cast<uint8_t>(c * 100 + y * 10 + x));
    return image;
}

Preprocessing raw(Channels channels, Layout layout = Layout::Nchw)
{
    Preprocessing p = preprocessingPreset("raw");
    p.channels = channels;
    p.layout = layout;
    return p;
}

ValueInfo inputOf(Shape shape, ElementType type = ElementType::Float32)
{
    return {"x", type, std::move(shape), {}, true};
}

std::vector<float> apply(const Image &image, const Preprocessing &p)
{
    Shape shape = sampleShape(image, p);
    std::vector<float> out(static_cast<size_t>(elementCount(shape)));
    shape.insert(shape.begin(), -1);
    preprocess(image, p, inputOf(shape), out);
    return out;
}

} // namespace

class TstPreprocessing : public QObject {
    Q_OBJECT
private slots:
    void channels_areOrderedAsAsked_data();
    void channels_areOrderedAsAsked();
    void grayImage_isExpandedForColour();
    void colourImage_becomesGrayByLuminance();
    void layout_nhwcKeepsChannelsTogether();
    void crop_takesTheCentreByIntegerDivision();
    void crop_padsWithBlackBeforeNormalizing();
    void resize_shortestEdgeKeepsTheRatio_data();
    void resize_shortestEdgeKeepsTheRatio();
    void resize_shrinkingAverages();
    void resize_growingInterpolates();
    void normalize_usesMeansInChannelOrder();
    void everyPreset_goesThroughJson();
    void unknownPreset_listsThePresets();
    void preset_followsTheInput();
    void huggingFaceFile_isRead();
    void keys_areHonoured_data();
    void keys_areHonoured();
    void everySetting_goesThroughJson();
    void longestEdge_bounds();
    void rescaleOffset_takesOneOff();
    void padding_isZeroAfterNormalizing();
    void crop_isThatOfTheResizedImage();
    void badJson_namesTheKey_data();
    void badJson_namesTheKey();
    void wrongShape_namesBoth();
    void imagesOfDifferentSize_areRefused();
    void description_isFoundBesideTheModel();
    void guess_followsTheInput_data();
    void guess_followsTheInput();
};

void TstPreprocessing::channels_areOrderedAsAsked_data()
{
    QTest::addColumn<int>("channels");
    QTest::addColumn<QVector<float>>("values");
    QTest::newRow("rgb") << int(Channels::Rgb) << QVector<float>{200, 201, 100, 101, 0, 1};
    QTest::newRow("bgr") << int(Channels::Bgr) << QVector<float>{0, 1, 100, 101, 200, 201};
}

void TstPreprocessing::channels_areOrderedAsAsked()
{
    QFETCH(int, channels);
    QFETCH(QVector<float>, values);
    QCOMPARE(apply(numbered(1, 2, 3), raw(Channels(channels))),
             std::vector<float>(values.begin(), values.end()));
}

void TstPreprocessing::grayImage_isExpandedForColour()
{
    QCOMPARE(apply(numbered(1, 2, 1), raw(Channels::Rgb)), (std::vector<float>{0, 1, 0, 1, 0, 1}));
}

void TstPreprocessing::colourImage_becomesGrayByLuminance()
{
    const Image image{2, 1, 3, {10, 20, 200, 90, 90, 90}};
    // ITU-R BT.601, as Pillow's "L"
    QCOMPARE(apply(image, raw(Channels::Gray)),
             (std::vector<float>{std::round(0.299F * 200 + 0.587F * 20 + 0.114F * 10), 90}));
}

void TstPreprocessing::layout_nhwcKeepsChannelsTogether()
{
    const Preprocessing p = raw(Channels::Bgr, Layout::Nhwc);
    QCOMPARE(apply(numbered(1, 2, 3), p), (std::vector<float>{0, 100, 200, 1, 101, 201}));
    QCOMPARE(sampleShape(numbered(4, 5, 3), p), (Shape{4, 5, 3}));
}

void TstPreprocessing::crop_takesTheCentreByIntegerDivision()
{
    Preprocessing p = raw(Channels::Gray);
    p.doCenterCrop = true;
    p.cropHeight = 2;
    p.cropWidth = 2;
    QCOMPARE(apply(numbered(5, 6, 1), p),
             (std::vector<float>{12, 13, 22, 23})); // offsets 3/2 = 1 and 4/2 = 2
}

void TstPreprocessing::crop_padsWithBlackBeforeNormalizing()
{
    Preprocessing p = raw(Channels::Gray);
    p.doCenterCrop = p.doNormalize = true;
    p.cropHeight = 1;
    p.cropWidth = 5;
    p.mean = {10};
    p.deviation = {2};
    const Image image{2, 3, 1, {1, 1, 50, 60, 1, 1}};
    QCOMPARE(apply(image, p), (std::vector<float>{-5, -5, 20, 25, -5})); // the odd column in front
    p.cropWidth = 4;
    QCOMPARE(apply(image, p), (std::vector<float>{-5, 20, 25, -5}));
}

void TstPreprocessing::resize_shortestEdgeKeepsTheRatio_data()
{
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("newHeight");
    QTest::addColumn<int>("newWidth");
    QTest::newRow("landscape") << 333 << 500 << 256 << 384; // 384.38
    QTest::newRow("portrait") << 500 << 375 << 341 << 256;  // 341.33
    QTest::newRow("square") << 90 << 90 << 256 << 256;
    QTest::newRow("already") << 256 << 300 << 256 << 300;
}

void TstPreprocessing::resize_shortestEdgeKeepsTheRatio()
{
    QFETCH(int, height);
    QFETCH(int, width);
    QFETCH(int, newHeight);
    QFETCH(int, newWidth);
    Preprocessing p = raw(Channels::Gray);
    p.doResize = true;
    p.shortestEdge = 256;
    QCOMPARE(sampleShape(Image{width, height, 1, {}}, p), (Shape{1, newHeight, newWidth}));
}

void TstPreprocessing::resize_shrinkingAverages()
{
    Preprocessing p = raw(Channels::Gray);
    p.doResize = true;
    p.resizeHeight = p.resizeWidth = 1;
    const Image image{4, 2, 1, {0, 100, 20, 40, 60, 80, 10, 90}};
    QCOMPARE(apply(image, p), std::vector<float>{50}); // every pixel counts
}

void TstPreprocessing::resize_growingInterpolates()
{
    Preprocessing p = raw(Channels::Gray);
    p.doResize = true;
    p.resizeHeight = 1;
    p.resizeWidth = 4;
    QCOMPARE(apply(Image{2, 1, 1, {0, 100}}, p), (std::vector<float>{0, 25, 75, 100}));
}

void TstPreprocessing::normalize_usesMeansInChannelOrder()
{
    Preprocessing p = preprocessingPreset("unit");
    p.doNormalize = true;
    p.mean = {0.5, 0.25, 0.0};
    p.deviation = {0.5, 0.25, 2.0};
    const Image image{1, 1, 3, {51, 102, 255}}; // B 0.2, G 0.4, R 1
    const std::vector<float> rgb = apply(image, p);
    const std::array<float, 3> expected = {1.0F, 0.6F, 0.1F};
    for (size_t c = 0; c < 3; ++c)
        QVERIFY(std::abs(rgb[c] - expected[c]) < 1e-6F);
    p.channels = Channels::Bgr;
    QVERIFY(std::abs(apply(image, p)[0] + 0.6F) < 1e-6F); // now the first mean is blue's
}

void TstPreprocessing::everyPreset_goesThroughJson()
{
    for (const std::string &name : preprocessingPresets()) {
        const Preprocessing preset = preprocessingPreset(name);
        Preprocessing back = preprocessingFromJson(toJson(preset), name);
        QCOMPARE(back.name, name);
        QVERIFY2(back == preset, name.c_str());
    }
    QCOMPARE(loadPreprocessing("cifar10"), preprocessingPreset("cifar10"));
    const std::vector<float> ends = apply(Image{2, 1, 1, {0, 255}}, [] {
        Preprocessing p = preprocessingPreset("minus1to1");
        p.channels = Channels::Gray;
        return p;
    }());
    QCOMPARE(ends, (std::vector<float>{-1, 1}));
}

void TstPreprocessing::unknownPreset_listsThePresets()
{
    const QString message = messageOf([] { loadPreprocessing("imagnet"); });
    QVERIFY2(message.contains("\"imagnet\"") && message.contains("imagenet-bgr-caffe"), qPrintable(message));
}

void TstPreprocessing::preset_followsTheInput()
{
    const Preprocessing unit = preprocessingPreset("unit");
    QCOMPARE(adaptedTo(inputOf({-1, 1, 28, 28}), unit).channels, Channels::Gray);
    QCOMPARE(adaptedTo(inputOf({-1, 224, 224, 3}), preprocessingPreset("imagenet")).layout, Layout::Nhwc);
    Preprocessing own = unit;
    own.name = "mine.json"; // a description is taken at its word
    QCOMPARE(adaptedTo(inputOf({-1, 1, 28, 28}), own), own);
}

void TstPreprocessing::huggingFaceFile_isRead()
{
    const Preprocessing p = preprocessingFromJson(
        R"({"crop_size": 224, "do_center_crop": true, "do_normalize": true, "do_resize": true,
        "image_mean": 0.5, "image_std": [0.5, 0.5, 0.25], "size": {"height": 240, "width": 320}, "resample": 3,
        "image_processor_type": "ViTImageProcessor"})",
        "p.json");
    QCOMPARE(p.resizeHeight, 240);
    QCOMPARE(p.resizeWidth, 320);
    QCOMPARE(p.cropWidth, 224);
    QVERIFY(p.doRescale && p.rescaleFactor == 1.0 / 255.0);
    QCOMPARE(p.mean, std::vector<double>{0.5});
    QCOMPARE(p.resample, Resample::Bicubic);
}

void TstPreprocessing::keys_areHonoured_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("same"); // in the keys that say it outright
    const auto row = [](const char *name, const char *json, const char *same) {
        QTest::newRow(name) << json << same;
    };
    row("no filter is bilinear", R"({"do_resize": true, "size": 5})",
        R"({"do_resize": true, "size": 5, "resample": 2})");
    row("one number is the shortest edge", R"({"do_resize": true, "size": 5})",
        R"({"do_resize": true, "size": {"shortest_edge": 5}})");
    row("one number is a square to ViT",
        R"({"do_resize": true, "size": 5, "feature_extractor_type": "ViTFeatureExtractor"})",
        R"({"do_resize": true, "size": {"height": 5, "width": 5}})");
    row("and a shortest edge to CLIP",
        R"({"do_resize": true, "size": 5, "image_processor_type": "CLIPImageProcessorFast"})",
        R"({"do_resize": true, "size": {"shortest_edge": 5}})");
    row("a square if it says so", R"({"do_resize": true, "size": 5, "default_to_square": true})",
        R"({"do_resize": true, "size": [5, 5]})");
    row("crop of one number", R"({"do_center_crop": true, "crop_size": 4})",
        R"({"do_center_crop": true, "crop_size": {"width": 4, "height": 4}})");
    row("crop_pct", R"({"do_resize": true, "size": 224, "crop_pct": 0.875})",
        R"({"do_resize": true, "size": 256, "do_center_crop": true, "crop_size": 224})");
    row("crop_pct that ConvNext leaves out",
        R"({"do_resize": true, "size": {"shortest_edge": 224}, "image_processor_type": "ConvNextImageProcessor"})",
        R"({"do_resize": true, "size": 256, "do_center_crop": true, "crop_size": 224})");
    row("crop_pct of a large size", R"({"do_resize": true, "size": 384, "crop_pct": 0.95})",
        R"({"do_resize": true, "size": {"height": 384, "width": 384}})");
    row("crop_pct beside a crop",
        R"({"do_resize": true, "size": 224, "crop_pct": 0.9, "do_center_crop": true, "crop_size": 224})",
        R"({"do_resize": true, "size": 248, "do_center_crop": true, "crop_size": 224})");
    row("LeViT resizes by more",
        R"({"do_resize": true, "size": 224, "image_processor_type": "LevitImageProcessor"})",
        R"({"do_resize": true, "size": 256})");
    row("EfficientNet divides twice",
        R"({"do_normalize": true, "image_mean": 0.25, "image_std": [0.5, 0.25, 1], "image_processor_type": "EfficientNetImageProcessor"})",
        R"({"do_normalize": true, "image_mean": 0.25, "image_std": [0.25, 0.0625, 1]})");
    row("channels flipped", R"({"do_flip_channel_order": true})", R"({"channel_order": "bgr"})");
    row("MobileViT flips unasked", R"({"image_processor_type": "MobileViTImageProcessor"})",
        R"({"channel_order": "bgr"})");
    row("channels last", R"({"data_format": "channels_last"})", R"({"layout": "NHWC"})");
    row("keys that say nothing of pixels",
        R"({"processor_class": "X", "_valid_processor_keys": ["a"], "auto_map": {}, "do_convert_rgb": true, "do_reduce_labels": true, "use_fast": true})",
        "{}");
    row("keys that ask for nothing",
        R"({"do_pad": false, "size_divisor": null, "do_thumbnail": false, "offset": false})", "{}");
}

void TstPreprocessing::keys_areHonoured()
{
    QFETCH(QString, json);
    QFETCH(QString, same);
    QCOMPARE(toJson(preprocessingFromJson(json.toStdString(), "p.json")),
             toJson(preprocessingFromJson(same.toStdString(), "p.json")));
}

void TstPreprocessing::everySetting_goesThroughJson()
{
    Preprocessing p;
    p.name = "p.json";
    p.doResize = p.doCenterCrop = p.doNormalize = p.rescaleOffset = true;
    p.shortestEdge = 20;
    p.longestEdge = 33;
    p.cropHeight = 8;
    p.cropWidth = 9;
    p.rescaleFactor = 1.0 / 127.5;
    p.mean = {0.1};
    p.deviation = {0.2};
    p.padHeight = 10;
    p.padWidth = 12;
    p.layout = Layout::Nhwc;
    p.channels = Channels::Gray;
    for (size_t filter = 0; filter < resampleNames.size(); ++filter) {
        p.resample = Resample(filter);
        QCOMPARE(preprocessingFromJson(toJson(p), "p.json"), p);
    }
    p.shortestEdge = 0;
    QCOMPARE(preprocessingFromJson(toJson(p), "p.json"), p);
}

void TstPreprocessing::longestEdge_bounds()
{
    Preprocessing p = raw(Channels::Gray);
    p.doResize = true;
    p.shortestEdge = 20;
    p.longestEdge = 30;
    QCOMPARE(sampleShape(Image{100, 80, 1, {}}, p), (Shape{1, 20, 25}));
    QCOMPARE(sampleShape(Image{300, 80, 1, {}}, p), (Shape{1, 8, 30})); // 20 x 75, then 20 * 30 / 75
    p.shortestEdge = 0;
    QCOMPARE(sampleShape(Image{80, 300, 1, {}}, p), (Shape{1, 30, 8}));
    QCOMPARE(sampleShape(Image{8, 12, 1, {}}, p), (Shape{1, 30, 20})); // grows as well
}

void TstPreprocessing::rescaleOffset_takesOneOff()
{
    const Preprocessing p = preprocessingFromJson(
        R"({"rescale_factor": 0.0078431372549019607, "rescale_offset": true, "channel_order": "gray"})",
        "p.json");
    const std::vector<float> values = apply(Image{2, 1, 1, {0, 255}}, p);
    QVERIFY(values[0] == -1.0F && std::abs(values[1] - 1.0F) < 1e-6F);
}

void TstPreprocessing::padding_isZeroAfterNormalizing()
{
    Preprocessing p = raw(Channels::Gray);
    p.doNormalize = true;
    p.mean = {10};
    p.deviation = {2};
    p.padHeight = 2;
    p.padWidth = 3;
    QCOMPARE(apply(Image{2, 1, 1, {10, 50}}, p), (std::vector<float>{0, 20, 0, 0, 0, 0}));
    p.padWidth = 1;
    QVERIFY(messageOf([&] { apply(Image{2, 1, 1, {10, 50}}, p); }).contains("pad_size"));
}

void TstPreprocessing::crop_isThatOfTheResizedImage()
{
    Preprocessing p = raw(Channels::Rgb);
    p.doResize = true;
    p.resizeHeight = 9;
    p.resizeWidth = 14;
    const Image image = numbered(6, 9, 3);
    const std::vector<float> whole = apply(image, p);
    p.doCenterCrop = true;
    p.cropHeight = 4;
    p.cropWidth = 5;
    const std::vector<float> cut = apply(image, p);
    for (size_t c = 0; c < 3; ++c)
        for (size_t y = 0; y < 4; ++y)
            for (size_t x = 0; x < 5; ++x)
                QCOMPARE(cut[(c * 4 + y) * 5 + x], whole[(c * 9 + y + 2) * 14 + x + 4]);
}

void TstPreprocessing::badJson_namesTheKey_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("word");
    QTest::newRow("no JSON") << "{"
                             << "not valid JSON";
    QTest::newRow("no object") << "3"
                               << "no JSON object";
    QTest::newRow("resize without size") << R"({"do_resize": true})"
                                         << "\"size\"";
    QTest::newRow("size of the wrong kind") << R"({"do_resize": true, "size": "big"})"
                                            << "size.shortest_edge";
    QTest::newRow("size without edge") << R"({"do_resize": true, "size": {}})"
                                       << "size.shortest_edge";
    QTest::newRow("absurd size") << R"({"do_resize": true, "size": 1000000})"
                                 << "size.shortest_edge";
    QTest::newRow("crop without size") << R"({"do_center_crop": true})"
                                       << "\"crop_size\"";
    QTest::newRow("crop of nothing") << R"({"do_center_crop": true, "crop_size": 0})"
                                     << "crop_size.height";
    QTest::newRow("no flag") << R"({"do_rescale": 1})"
                             << "\"do_rescale\"";
    QTest::newRow("no number") << R"({"rescale_factor": "x"})"
                               << "\"rescale_factor\"";
    QTest::newRow("normalize without mean") << R"({"do_normalize": true})"
                                            << "\"image_mean\"";
    QTest::newRow("two means") << R"({"do_normalize": true, "image_mean": [1, 2], "image_std": 1})"
                               << "2 numbers for \"image_mean\"";
    QTest::newRow("three for gray")
        << R"({"do_normalize": true, "image_mean": [1, 2, 3], "image_std": 1, "channel_order": "gray"})"
        << "1 channel";
    QTest::newRow("zero deviation") << R"({"do_normalize": true, "image_mean": 1, "image_std": [1, 0, 1]})"
                                    << "\"image_std\"";
    QTest::newRow("texts as means") << R"({"do_normalize": true, "image_mean": ["a"], "image_std": 1})"
                                    << "\"image_mean\"";
    QTest::newRow("channel order") << R"({"channel_order": "rbg"})"
                                   << "\"channel_order\"";
    QTest::newRow("layout") << R"({"layout": "CHWN"})"
                            << "\"layout\"";
    const auto row = [](const char *name, const char *json, const char *word) {
        QTest::newRow(name) << json << word;
    };
    row("unknown filter", R"({"do_resize": true, "size": 5, "resample": 6})", "\"resample\"");
    row("filter as a text", R"({"do_resize": true, "size": 5, "resample": "cubic"})", "\"resample\"");
    row("unknown size", R"({"do_resize": true, "size": {"max_height": 5, "max_width": 5}})",
        "\"max_height\"");
    row("long below short", R"({"do_resize": true, "size": {"shortest_edge": 5, "longest_edge": 4}})",
        "longest_edge");
    row("number of an unknown class",
        R"({"do_resize": true, "size": 5, "image_processor_type": "NewImageProcessor"})", "\"New\"");
    row("crop_pct of nothing", R"({"do_resize": true, "size": 224, "crop_pct": 0})", "\"crop_pct\"");
    row("crop_pct of another class",
        R"({"do_resize": true, "size": 224, "crop_pct": 0.9, "image_processor_type": "CLIPImageProcessor"})",
        "\"crop_pct\"");
    row("padding without a size", R"({"do_pad": true, "pad_size": 8})", "\"do_pad\"");
    row("offset of videos", R"({"offset": true})", "\"offset\"");
    row("unknown switch", R"({"do_align_long_axis": true})", "\"do_align_long_axis\"");
    row("unknown key", R"({"size_divisor": 32})", "\"size_divisor\"");
    row("flipped twice", R"({"do_flip_channel_order": true, "channel_order": "bgr"})",
        "\"do_flip_channel_order\"");
    row("crop before resizing",
        R"({"do_center_crop": true, "crop_size": 4, "image_processor_type": "PerceiverImageProcessor"})",
        "Perceiver");
    const std::string deep = R"({"size": )" + std::string(200000, '[') + std::string(200000, ']') + "}";
    row("deep", deep.c_str(), "nests deeper");
}

void TstPreprocessing::badJson_namesTheKey()
{
    QFETCH(QString, json);
    QFETCH(QString, word);
    const QString message = messageOf([&] { preprocessingFromJson(json.toStdString(), "p.json"); });
    QVERIFY2(message.contains(word) && message.startsWith("p.json ") && !message.contains('\n'),
             qPrintable(message));
}

void TstPreprocessing::wrongShape_namesBoth()
{
    std::vector<float> out(12);
    const QString message = messageOf([&] {
        preprocess(numbered(2, 2, 3), raw(Channels::Rgb), inputOf({1, 3, 4, 4}), out);
    });
    QVERIFY2(message.contains("[3, 2, 2]") && message.contains("[1, 3, 4, 4]"), qPrintable(message));
}

void TstPreprocessing::imagesOfDifferentSize_areRefused()
{
    std::vector<float> out(27);
    const QString message = messageOf([&] {
        preprocess(numbered(2, 2, 3), raw(Channels::Rgb), inputOf({-1, 3, -1, -1}), out);
    });
    QVERIFY2(message.contains("[3, 2, 2]") && message.contains("27"), qPrintable(message));
}

void TstPreprocessing::description_isFoundBesideTheModel()
{
    const QTemporaryDir dir;
    const std::filesystem::path folder = dir.path().toStdString();
    QVERIFY(!findPreprocessing(folder / "net.v2.onnx"));
    test::writeText(folder / "preprocessor_config.json", R"({"rescale_factor": 2})");
    QCOMPARE(findPreprocessing(folder / "net.v2.onnx")->rescaleFactor, 2.0);
    test::writeText(folder / "net.v2.preprocessor_config.json", R"({"rescale_factor": 3})");
    QCOMPARE(findPreprocessing(folder / "net.v2.onnx")->rescaleFactor, 3.0);
    QCOMPARE(loadPreprocessing((folder / "preprocessor_config.json").string()).rescaleFactor, 2.0);
}

void TstPreprocessing::guess_followsTheInput_data()
{
    QTest::addColumn<QVector<qint64>>("shape");
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("channels");
    QTest::addColumn<int>("layout");
    QTest::addColumn<bool>("rescale");
    QTest::addColumn<int>("width");
    const int f = int(ElementType::Float32), u = int(ElementType::UInt8), rgb = int(Channels::Rgb),
              gray = int(Channels::Gray);
    QTest::newRow("gray") << QVector<qint64>{1, 1, 28, 20} << f << gray << 0 << true << 20;
    QTest::newRow("colour") << QVector<qint64>{-1, 3, 224, 224} << f << rgb << 0 << true << 224;
    QTest::newRow("channels last") << QVector<qint64>{-1, 96, 80, 3} << f << rgb << 1 << true << 80;
    QTest::newRow("channels last, gray, bytes")
        << QVector<qint64>{-1, 96, 80, 1} << u << gray << 1 << false << 80;
    QTest::newRow("free size") << QVector<qint64>{-1, 3, -1, -1} << f << rgb << 0 << true << 0;
}

void TstPreprocessing::guess_followsTheInput()
{
    QFETCH(QVector<qint64>, shape);
    QFETCH(int, type);
    QFETCH(int, channels);
    QFETCH(int, layout);
    QFETCH(bool, rescale);
    QFETCH(int, width);
    const Preprocessing p = guessPreprocessing(inputOf({shape.begin(), shape.end()}, ElementType(type)));
    QCOMPARE(int(p.channels), channels);
    QCOMPARE(int(p.layout), layout);
    QCOMPARE(p.doRescale, rescale);
    QCOMPARE(p.doResize, width > 0);
    QCOMPARE(p.resizeWidth, width);
}

QTEST_GUILESS_MAIN(TstPreprocessing)
#include "tst_preprocessing.moc"
