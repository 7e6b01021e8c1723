// Image files: decoded exactly, held against their headers first, cancelled, and quiet.
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "tests/support/imagefiles.h"
#include "tests/support/messageof.h"
#include "tests/support/residentbytes.h"
#include "tests/support/samplefiles.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fcntl.h>
#include <unistd.h>

using namespace lathe;
using namespace lathe::test;

namespace {

/// Smooth, so that JPEG keeps it closely.
Image ramp(int width, int height, int channels)
{
    Image image{width, height, channels, {}};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < channels; ++c)
                image.pixels.push_back(static_cast<uint8_t>(40 + c * 60 + x * 2 + y));
    return image;
}

class Picture {
public:
    Picture(const std::string &name, const std::string &bytes)
    {
        writeText(std::filesystem::path(m_folder.path().toStdString()) / name, bytes);
    }
    Image read(const JobContext &ctx = {}) const
    {
        return Dataset::open(m_folder.path().toStdString()).image(0, ctx);
    }
    QString refusal() const
    {
        return messageOf([this] { (void)read(); });
    }

private:
    QTemporaryDir m_folder;
};

/// What is written to stderr meanwhile.
template <class Action>
QByteArray writtenToStderr(const Action &action)
{
    QTemporaryFile file;
    if (!file.open())
        return "no file";
    std::fflush(stderr);
    const int before = dup(2);
    dup2(file.handle(), 2);
    action();
    std::fflush(stderr);
    dup2(before, 2);
    close(before);
    file.seek(0);
    return file.readAll();
}

std::string little(uint32_t value, int width)
{
    std::string bytes;
    for (int i = 0; i < width; ++i)
        bytes += static_cast<char>(value >> (8 * i) & 0xFF);
    return bytes;
}

std::string bmpHead(int width, int height)
{
    return "BM" + little(1000, 4) + little(0, 4) + little(54, 4) + little(40, 4) +
           little(uint32_t(width), 4) + little(uint32_t(height), 4) + little(1, 2) + little(24, 2) +
           std::string(24, '\0');
}

std::string tiffHead(uint32_t width, uint32_t height)
{
    const auto entry = [](uint32_t tag, uint32_t value) {
        return little(tag, 2) + little(4, 2) + little(1, 4) + little(value, 4);
    };
    return "II" + little(42, 2) + little(8, 4) + little(2, 2) + entry(256, width) + entry(257, height) +
           little(0, 4);
}

} // namespace

class TstImageFiles : public QObject {
    Q_OBJECT
private slots:
    void png_isExact_data();
    void png_isExact();
    void jpeg_isClose_data();
    void jpeg_isClose();
    void announcedSize_isRefusedBeforeItsMemoryIsTaken_data();
    void announcedSize_isRefusedBeforeItsMemoryIsTaken();
    void cutOffFile_isRefused_data();
    void cutOffFile_isRefused();
    void missingEndMark_isNoLoss();
    void otherFormats_areNamed();
    void decoders_areQuiet_data();
    void decoders_areQuiet();
    void cancelled_stops_data();
    void cancelled_stops();
};

void TstImageFiles::png_isExact_data()
{
    QTest::addColumn<int>("channels");
    QTest::newRow("grey") << 1;
    QTest::newRow("colours") << 3;
}

void TstImageFiles::png_isExact()
{
    QFETCH(int, channels);
    const Image image = ramp(13, 7, channels);
    const Image read = Picture("a.png", pngBytes(image)).read();
    QCOMPARE(read.width, 13);
    QCOMPARE(read.height, 7);
    QCOMPARE(read.channels, channels);
    QCOMPARE(read.pixels, image.pixels);
}

void TstImageFiles::jpeg_isClose_data()
{
    QTest::addColumn<int>("channels");
    QTest::addColumn<bool>("progressive");
    for (const bool progressive : {false, true}) {
        QTest::addRow("grey, %d", progressive) << 1 << progressive;
        QTest::addRow("colours, %d", progressive) << 3 << progressive;
    }
}

void TstImageFiles::jpeg_isClose()
{
    QFETCH(int, channels);
    QFETCH(bool, progressive);
    const Image image = ramp(29, 17, channels);
    const Image read = Picture("a.jpg", jpegBytes(image, progressive)).read();
    QCOMPARE(read.channels, channels);
    QCOMPARE(read.pixels.size(), image.pixels.size());
    for (size_t i = 0; i < image.pixels.size(); ++i)
        QVERIFY(std::abs(int(read.pixels[i]) - int(image.pixels[i])) <= 4);
}

void TstImageFiles::announcedSize_isRefusedBeforeItsMemoryIsTaken_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *tag, const char *name, const std::string &bytes, const char *words) {
        QTest::newRow(tag) << name << QByteArray::fromStdString(bytes) << words;
    };
    const Image small = ramp(4, 4, 3);
    row("png, huge", "a.png", pngBytes(small, {30000, 30000}), "30000 x 30000 pixels");
    row("png, empty of data", "a.png", pngBytes(small, {9000, 9000}), "bytes cannot hold");
    std::string jpeg = jpegBytes(small);
    const size_t frame = jpeg.find("\xFF\xC0");
    jpeg.replace(frame + 5, 4, "\x40\x00\x40\x00", 4); // 16384 x 16384
    row("jpeg, huge", "a.jpg", jpeg, "16384 x 16384 pixels");
    jpeg.replace(frame + 5, 4, "\x20\x00\x20\x00", 4);
    row("jpeg, empty of data", "a.jpg", jpeg, "bytes cannot hold");
    row("bmp", "a.bmp", bmpHead(60000, -60000), "60000 x 60000 pixels");
    row("tiff", "a.tif", tiffHead(40000, 40000), "40000 x 40000 pixels");
    row("ppm", "a.ppm", "P6 # so large\n 99999 88888 255\n", "99999 x 88888 pixels");
    row("pgm, empty of data", "a.pgm", "P5\n9000 9000\n255\n", "bytes cannot hold");
    row("webp", "a.webp",
        "RIFF" + little(30, 4) + "WEBPVP8X" + little(10, 4) + little(0, 4) + little(16383, 3) +
            little(16383, 3),
        "16384 x 16384 pixels");
}

void TstImageFiles::announcedSize_isRefusedBeforeItsMemoryIsTaken()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, words);
    const Picture picture(name.toStdString(), bytes.toStdString());
    (void)picture.refusal(); // what is set up once
    const int64_t before = residentBytes();
    const QString message = picture.refusal();
    QVERIFY2(message.contains(words) && message.contains(name), qPrintable(message));
    QVERIFY(residentBytes() - before < 16 << 20);
}

void TstImageFiles::cutOffFile_isRefused_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char *tag, const char *name, const std::string &bytes) {
        QTest::newRow(tag) << name << QByteArray::fromStdString(bytes.substr(0, bytes.size() * 2 / 3));
    };
    const Image image = ramp(60, 60, 3);
    row("png", "a.png", pngBytes(image));
    row("jpeg", "a.jpg", jpegBytes(image));
    row("progressive jpeg", "a.jpg", jpegBytes(image, true));
    row("bmp", "a.bmp", bmpHead(60, 60) + std::string(900, 'x'));
    row("tiff", "a.tif", tiffHead(60, 60));
}

void TstImageFiles::cutOffFile_isRefused()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    const Picture picture(name.toStdString(), bytes.toStdString());
    QString message;
    const QByteArray chatter = writtenToStderr([&] { message = picture.refusal(); });
    QVERIFY2(message.contains(name) && message.endsWith('.'), qPrintable(message));
    QCOMPARE(chatter, QByteArray());
}

/// All pixels are there; only the two bytes behind them are not.
void TstImageFiles::missingEndMark_isNoLoss()
{
    const Image image = ramp(60, 60, 3);
    const std::string bytes = jpegBytes(image);
    QCOMPARE(Picture("a.jpg", bytes.substr(0, bytes.size() - 2)).read().pixels,
             Picture("a.jpg", bytes).read().pixels);
}

void TstImageFiles::otherFormats_areNamed()
{
    const QString message = Picture("a.png", "GIF89a..........").refusal();
    QVERIFY2(message.contains("a.png") && message.contains("PNG, JPEG, BMP, PNM, WebP"), qPrintable(message));
}

void TstImageFiles::decoders_areQuiet_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    const Image image = ramp(16, 16, 3);
    PngForm profile;
    profile.badProfile = true;
    QTest::newRow("png with a bad profile") << "a.png" << QByteArray::fromStdString(pngBytes(image, profile));
    std::string jpeg = jpegBytes(image);
    jpeg.insert(jpeg.find("\xFF\xDB"), "\x01\x02\x03"); // libjpeg: extraneous bytes before a marker
    QTest::newRow("jpeg with bytes between") << "a.jpg" << QByteArray::fromStdString(jpeg);
}

void TstImageFiles::decoders_areQuiet()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    const Picture picture(name.toStdString(), bytes.toStdString());
    Image image;
    const QByteArray chatter = writtenToStderr([&] { image = picture.read(); });
    QCOMPARE(chatter, QByteArray());
    QCOMPARE(image.width, 16);
}

void TstImageFiles::cancelled_stops_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    const Image image = ramp(64, 64, 3);
    QTest::newRow("png") << "a.png" << QByteArray::fromStdString(pngBytes(image));
    QTest::newRow("jpeg") << "a.jpg" << QByteArray::fromStdString(jpegBytes(image, true));
}

void TstImageFiles::cancelled_stops()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    std::stop_source source;
    source.request_stop();
    JobContext ctx;
    ctx.stop = source.get_token();
    QVERIFY_EXCEPTION_THROWN((void)Picture(name.toStdString(), bytes.toStdString()).read(ctx), Cancelled);
}

QTEST_GUILESS_MAIN(TstImageFiles)
#include "tst_imagefiles.moc"
