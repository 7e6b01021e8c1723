#include "core/base/error.h"
#include "core/data/fedimage.h"

#include <QtTest>

using namespace lathe;

class TstFedImage : public QObject {
    Q_OBJECT
private slots:
    void scaledValues_giveThePixelsBack_data();
    void scaledValues_giveThePixelsBack();
    void order_isShownByTheColours();
    void mean_tintsWhatItShifts();
    void cropAndSize_areThoseOfTheInput();
    void filledUp_isWhatZeroIs();
};

/// Blue, green, red of one pixel after another.
static Image pixels(int width, int height, std::vector<uint8_t> values)
{
    return {width, height, static_cast<int>(values.size()) / (width * height), std::move(values)};
}

void TstFedImage::scaledValues_giveThePixelsBack_data()
{
    QTest::addColumn<QString>("preset");
    for (const char *name : {"unit", "raw", "minus1to1"})
        QTest::newRow(name) << QString(name);
}

void TstFedImage::scaledValues_giveThePixelsBack()
{
    QFETCH(QString, preset);
    const Image image = pixels(2, 1, {10, 20, 30, 255, 0, 128});
    for (const auto layout : {Preprocessing::Layout::Nchw, Preprocessing::Layout::Nhwc}) {
        Preprocessing p = preprocessingPreset(preset.toStdString());
        p.layout = layout;
        const FedImage fed = fedImage(image, p);
        QVERIFY(fed.picture.pixels == image.pixels);
        QCOMPARE(fed.picture.width, 2);
        QCOMPARE(fed.picture.height, 1);
        QCOMPARE(fed.low, fedValue(p, 0.0, 0));
        QCOMPARE(fed.high, fedValue(p, 255.0, 0));
        QVERIFY(std::abs(fed.most - fed.high) < 1e-6 && std::abs(fed.least - fed.low) < 1e-6);
    }
}

void TstFedImage::order_isShownByTheColours()
{
    Preprocessing p = preprocessingPreset("unit");
    p.channels = Preprocessing::Channels::Bgr;
    QVERIFY((fedImage(pixels(1, 1, {10, 20, 30}), p).picture.pixels == std::vector<uint8_t>{30, 20, 10}));
    p.channels = Preprocessing::Channels::Gray;
    QCOMPARE(fedImage(pixels(1, 1, {10, 20, 30}), p).picture.channels, 1);
}

void TstFedImage::mean_tintsWhatItShifts()
{
    Preprocessing p = preprocessingPreset("unit");
    p.doNormalize = true;
    p.mean = {0.5, 0.0, 0.0}; // red is darker than the others
    p.deviation = {1.0};
    const FedImage fed = fedImage(pixels(1, 1, {100, 100, 100}), p);
    QCOMPARE(fed.low, -0.5);
    QCOMPARE(fed.high, 1.0);
    QVERIFY(fed.picture.pixels[2] < fed.picture.pixels[1]);
    QCOMPARE(fed.picture.pixels[0], fed.picture.pixels[1]);
}

void TstFedImage::cropAndSize_areThoseOfTheInput()
{
    Preprocessing p = preprocessingPreset("imagenet");
    const FedImage fed = fedImage(pixels(40, 20, std::vector<uint8_t>(40 * 20 * 3, 77)), p);
    QCOMPARE(fed.picture.width, 224);
    QCOMPARE(fed.picture.height, 224);
    p.layout = Preprocessing::Layout::Nhwc;
    p.cropWidth = 100;
    QCOMPARE(fedImage(pixels(40, 20, std::vector<uint8_t>(40 * 20 * 3, 77)), p).picture.width, 100);
}

void TstFedImage::filledUp_isWhatZeroIs()
{
    Preprocessing p = preprocessingPreset("minus1to1");
    p.padWidth = p.padHeight = 2;
    const FedImage fed = fedImage(pixels(1, 1, {255, 255, 255}), p);
    QCOMPARE(fed.picture.width, 2);
    QCOMPARE(int(fed.picture.pixels[0]), 255);
    QCOMPARE(int(fed.picture.pixels[3]), 128); // 0 lies in the middle of -1..1
}

QTEST_APPLESS_MAIN(TstFedImage)
#include "tst_fedimage.moc"
