#include "core/data/resample.h"

#include <QtTest>
#include <cmath>
#include <numbers>
#include <random>

using namespace lathe;

namespace {

Image noise(int width, int height, int channels)
{
    std::mt19937 random(static_cast<unsigned>(width * 1000 + height * 10 + channels));
    Image image{width, height, channels, {}};
    for (int i = 0; i < width * height * channels; ++i)
        image.pixels.push_back(static_cast<uint8_t>(random() >> 24));
    return image;
}

Image resizedTo(const Image &image, int width, int height, Resample filter)
{
    return resampled(image, {width, height}, filter, {0, 0, width, height});
}

double sincOf(double x)
{
    return std::abs(x) < 1e-9 ? 1.0 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

/// The filters as they are defined, and how far each reaches.
double weightOf(Resample filter, double x)
{
    const double a = std::abs(x);
    switch (filter) {
    case Resample::Box:
        return x > -0.5 && x <= 0.5 ? 1.0 : 0.0;
    case Resample::Bilinear:
        return a < 1.0 ? 1.0 - a : 0.0;
    case Resample::Hamming:
        return a < 1.0 ? sincOf(x) * (0.54 + 0.46 * std::cos(std::numbers::pi * x)) : 0.0;
    case Resample::Bicubic:
        return a < 1.0   ? 1.5 * a * a * a - 2.5 * a * a + 1.0
               : a < 2.0 ? -0.5 * a * a * a + 2.5 * a * a - 4.0 * a + 2.0
                         : 0.0;
    case Resample::Lanczos:
        return a < 3.0 ? sincOf(x) * sincOf(x / 3.0) : 0.0;
    case Resample::Nearest:
        break;
    }
    return 0.0;
}

double reachOf(Resample filter)
{
    return filter == Resample::Box       ? 0.5
           : filter == Resample::Bicubic ? 2.0
           : filter == Resample::Lanczos ? 3.0
                                         : 1.0;
}

/// One side resized in double precision: `at` gives the value `i` of a line, every pixel of which is weighed
/// whose centre lies within reach, rounded to a whole pixel.
template <class At>
double lineValue(int from, int to, int i, Resample filter, const At &at)
{
    const double scale = double(from) / to, wide = std::max(1.0, scale);
    const double centre = (i + 0.5) * scale, reach = reachOf(filter) * wide;
    double sum = 0.0, weights = 0.0;
    for (int x = std::max(0, int(std::floor(centre - reach + 0.5)));
         x < std::min(from, int(std::floor(centre + reach + 0.5))); ++x) {
        const double weight = weightOf(filter, (x + 0.5 - centre) / wide);
        sum += weight * at(x);
        weights += weight;
    }
    return std::clamp(std::floor(sum / weights + 0.5), 0.0, 255.0);
}

Image reference(const Image &image, int width, int height, Resample filter)
{
    const auto n = size_t(image.channels);
    Image across{width, image.height, image.channels, {}}, both{width, height, image.channels, {}};
    across.pixels.resize(size_t(width) * size_t(image.height) * n);
    both.pixels.resize(size_t(width) * size_t(height) * n);
    for (size_t c = 0; c < n; ++c)
        for (int x = 0; x < width; ++x) {
            for (int y = 0; y < image.height; ++y)
                across.pixels[(size_t(y) * size_t(width) + size_t(x)) * n + c] =
                    uint8_t(lineValue(image.width, width, x, filter, [&](int i) {
                        return image.pixels[(size_t(y) * size_t(image.width) + size_t(i)) * n + c];
                    }));
            for (int y = 0; y < height; ++y)
                both.pixels[(size_t(y) * size_t(width) + size_t(x)) * n + c] =
                    uint8_t(lineValue(image.height, height, y, filter, [&](int i) {
                        return across.pixels[(size_t(i) * size_t(width) + size_t(x)) * n + c];
                    }));
        }
    return both;
}

void addFilters(const std::vector<Resample> &filters)
{
    QTest::addColumn<int>("filter");
    for (const Resample filter : filters)
        QTest::newRow(resampleNames[size_t(filter)]) << int(filter);
}

} // namespace

class TstResample : public QObject {
    Q_OBJECT
private slots:
    void squares_areThoseOfPillow_data();
    void squares_areThoseOfPillow();
    void noise_isAsInDoublePrecision_data();
    void noise_isAsInDoublePrecision();
    void nearest_takesThePixelUnderTheCentre();
    void nearest_addsUpItsStep();
    void evenImage_staysEven_data();
    void evenImage_staysEven();
    void window_isCutFromTheWhole_data();
    void window_isCutFromTheWhole();
    void extremeProportions_takeTheWindowsMemory();
};

void TstResample::squares_areThoseOfPillow_data()
{
    QTest::addColumn<int>("filter");
    QTest::addColumn<int>("from");
    QTest::addColumn<QString>("quarter"); // the top left of the result, which is twice as wide
    const auto row = [](const char *name, Resample filter, int from, const char *quarter) {
        QTest::newRow(name) << int(filter) << from << quarter;
    };
    row("box, half", Resample::Box, 8, "e1 e1 e1 e1");
    row("bilinear, half", Resample::Bilinear, 8, "e1 c9 c9 b7");
    row("hamming, half", Resample::Hamming, 8, "e1 da da d3");
    row("bicubic, half", Resample::Bicubic, 12, "e1 e3 d4 e3 e5 d6 d4 d6 c9");
    row("lanczos, half", Resample::Lanczos, 16, "e1 e0 e4 d7 e0 df e3 d6 e4 e3 e7 da d7 d6 d9 ce");
    row("box, twice", Resample::Box, 2, "e1 e1 e1 e1");
    row("bilinear, twice", Resample::Bilinear, 2, "e1 b0 b0 98");
    row("hamming, twice", Resample::Hamming, 2, "e1 d2 d2 c5");
    row("bicubic, twice", Resample::Bicubic, 4, "e1 e5 ee b9 e5 e9 f3 bc ee f3 fd c1 b9 bc c1 a2");
    row("lanczos, twice", Resample::Lanczos, 6,
        "e1 e0 db ed f5 b8 e0 df da ec f3 b7 db db d6 e7 ee b5 ed ec e6 fb ff bf f5 f4 ee ff ff c4 b8 b7 b4 "
        "bf "
        "c4 a0");
}

void TstResample::squares_areThoseOfPillow()
{
    QFETCH(int, filter);
    QFETCH(int, from);
    QFETCH(QString, quarter);
    Image image{from, from, 1, {}}; // two bright squares, top left and bottom right, and two dark ones
    for (int i = 0; i < from * from; ++i)
        image.pixels.push_back((i / from < from / 2) == (i % from < from / 2) ? 0xe1 : 0x1e);
    const QStringList values = quarter.split(' ');
    const int half = int(std::lround(std::sqrt(values.size()))), to = 2 * half;
    const Image result = resizedTo(image, to, to, Resample(filter));
    for (int y = 0; y < half; ++y)
        for (int x = 0; x < half; ++x) {
            const int value = values[y * half + x].toInt(nullptr, 16);
            QCOMPARE(int(result.pixels[size_t(y * to + x)]), value);
            QCOMPARE(int(result.pixels[size_t((to - 1 - y) * to + to - 1 - x)]), value);
            QCOMPARE(int(result.pixels[size_t(y * to + to - 1 - x)]), 255 - value);
        }
}

void TstResample::noise_isAsInDoublePrecision_data()
{
    addFilters({Resample::Lanczos, Resample::Bilinear, Resample::Bicubic, Resample::Box, Resample::Hamming});
}

void TstResample::noise_isAsInDoublePrecision()
{
    QFETCH(int, filter);
    struct Case {
        int fromWidth, fromHeight, channels, width, height;
    };
    for (const Case &c : {Case{73, 58, 3, 31, 20}, Case{73, 58, 1, 96, 96}, Case{40, 33, 3, 113, 12},
                          Case{50, 64, 1, 50, 24}, Case{64, 50, 3, 24, 50}, Case{300, 7, 1, 5, 5}}) {
        const Image image = noise(c.fromWidth, c.fromHeight, c.channels);
        const Image result = resizedTo(image, c.width, c.height, Resample(filter));
        const Image wanted = reference(image, c.width, c.height, Resample(filter));
        QCOMPARE(result.pixels.size(), wanted.pixels.size());
        size_t unequal = 0;
        for (size_t i = 0; i < wanted.pixels.size(); ++i) {
            const int away = std::abs(int(result.pixels[i]) - int(wanted.pixels[i]));
            QVERIFY2(away <= 1, qPrintable(QString("%1 x %2, value %3").arg(c.width).arg(c.height).arg(i)));
            unequal += away != 0;
        }
        // Ties are rounded by what the fixed-point weights come to; even averages of few pixels often are
        // some.
        const size_t share = Resample(filter) == Resample::Box ? 4 : 100;
        QVERIFY(unequal * share <= wanted.pixels.size());
    }
}

void TstResample::nearest_takesThePixelUnderTheCentre()
{
    const Image image = noise(17, 9, 3);
    for (const auto &[width, height] : {std::pair(5, 4), std::pair(40, 31), std::pair(17, 3)}) {
        const Image result = resizedTo(image, width, height, Resample::Nearest);
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x)
                for (int c = 0; c < 3; ++c)
                    QCOMPARE(
                        result.pixels[size_t((y * width + x) * 3 + c)],
                        image.pixels[size_t(
                            (((2 * y + 1) * 9 / (2 * height)) * 17 + (2 * x + 1) * 17 / (2 * width)) * 3 +
                            c)]);
    }
}

/// Where the centres fall between two pixels the sum of the steps decides, as it does in Pillow.
void TstResample::nearest_addsUpItsStep()
{
    Image image{7, 1, 1, {0, 1, 2, 3, 4, 5, 6}};
    std::vector<uint8_t> wanted;
    const double step = 7.0 / 10.0;
    double at = step * 0.5;
    for (int i = 0; i < 10; ++i, at += step)
        wanted.push_back(uint8_t(at));
    QCOMPARE(resizedTo(image, 10, 1, Resample::Nearest).pixels, wanted);
}

void TstResample::evenImage_staysEven_data()
{
    addFilters({Resample::Nearest, Resample::Lanczos, Resample::Bilinear, Resample::Bicubic, Resample::Box,
                Resample::Hamming});
}

void TstResample::evenImage_staysEven()
{
    QFETCH(int, filter);
    for (const int value : {0, 12, 64, 255}) {
        const Image image{512, 9, 1, std::vector<uint8_t>(512 * 9, uint8_t(value))};
        QCOMPARE(resizedTo(image, 9, 512, Resample(filter)).pixels,
                 std::vector<uint8_t>(512 * 9, uint8_t(value)));
    }
}

void TstResample::window_isCutFromTheWhole_data()
{
    evenImage_staysEven_data();
}

void TstResample::window_isCutFromTheWhole()
{
    QFETCH(int, filter);
    const Image image = noise(60, 45, 3);
    const int width = 33, height = 70, left = 7, top = 11, cutWidth = 20, cutHeight = 40;
    const Image whole = resizedTo(image, width, height, Resample(filter));
    const Image window =
        resampled(image, {width, height}, Resample(filter), {left, top, cutWidth, cutHeight});
    QCOMPARE(window.width, cutWidth);
    QCOMPARE(window.height, cutHeight);
    for (int y = 0; y < cutHeight; ++y)
        for (int i = 0; i < cutWidth * 3; ++i)
            QCOMPARE(window.pixels[size_t(y * cutWidth * 3 + i)],
                     whole.pixels[size_t(((y + top) * width + left) * 3 + i)]);
}

/// As long as a shortest edge of 256 makes it, this image would have 65 million pixels.
void TstResample::extremeProportions_takeTheWindowsMemory()
{
    const Image image = noise(1000, 1, 3);
    const PixelSize size{256000, 256};
    const Image window = resampled(image, size, Resample::Bilinear, {127888, 16, 224, 224});
    QCOMPARE(window.pixels.size(), size_t(224 * 224 * 3));
    QVERIFY(std::equal(window.pixels.begin(), window.pixels.begin() + 224 * 3,
                       window.pixels.begin() + 100 * 224 * 3)); // one row became all
}

QTEST_APPLESS_MAIN(TstResample)
#include "tst_resample.moc"
