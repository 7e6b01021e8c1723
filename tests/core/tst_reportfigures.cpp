#include "core/certify/reportfigures.h"

#include <QRegularExpression>
#include <QXmlStreamReader>
#include <QtTest>

#include <cmath>

using namespace lathe;

namespace {

const Say english = [](const Message &message) { return message.text(); };

struct Element {
    QString name, kind, text, hint;
    QXmlStreamAttributes attributes;
    double number(const QString &attribute) const { return attributes.value(attribute).toDouble(); }
};

struct Picture {
    double width = 0.0, height = 0.0;
    QString title, description;
    QVector<Element> elements;

    QVector<Element> all(const QString &name, const QString &kind = {}) const
    {
        QVector<Element> found;
        for (const Element &element : elements)
            if (element.name == name && (kind.isEmpty() || element.kind == kind))
                found << element;
        return found;
    }
};

/// @returns empty, with a warning, when it is no XML
Picture read(const std::string &markup)
{
    QXmlStreamReader xml(QByteArray::fromStdString(markup));
    Picture picture;
    QStringList path;
    while (!xml.atEnd()) {
        const auto token = xml.readNext();
        if (token == QXmlStreamReader::StartElement) {
            path << xml.name().toString();
            if (path.size() == 1) {
                const QStringList box = xml.attributes().value("viewBox").toString().split(' ');
                picture.width = box.value(2).toDouble();
                picture.height = box.value(3).toDouble();
            } else if (path.size() == 2) {
                picture.elements << Element{
                    path.back(), xml.attributes().value("class").toString(), {}, {}, xml.attributes()};
            }
        } else if (token == QXmlStreamReader::Characters && path.size() >= 2) {
            QString *into = path.size() == 3     ? &picture.elements.back().hint
                            : path[1] == "title" ? &picture.title
                            : path[1] == "desc"  ? &picture.description
                                                 : &picture.elements.back().text;
            *into += xml.text();
        } else if (token == QXmlStreamReader::EndElement) {
            path.removeLast();
        }
    }
    if (xml.hasError()) {
        qWarning("%s", qPrintable(xml.errorString()));
        return {};
    }
    return picture;
}

/// What lies outside the view box.
QStringList outside(const Picture &picture)
{
    QStringList faults;
    const auto check = [&](const QString &what, double x, double y) {
        if (x < -0.01 || y < -0.01 || x > picture.width + 0.01 || y > picture.height + 0.01 ||
            std::isnan(x) || std::isnan(y))
            faults << QString("%1 at %2, %3").arg(what).arg(x).arg(y);
    };
    for (const Element &e : picture.elements) {
        if (e.name == "rect") {
            check("rect", e.number("x"), e.number("y"));
            check("rect", e.number("x") + e.number("width"), e.number("y") + e.number("height"));
        } else if (e.name == "line") {
            check("line", e.number("x1"), e.number("y1"));
            check("line", e.number("x2"), e.number("y2"));
        } else if (e.name == "circle") {
            check("circle", e.number("cx") - e.number("r"), e.number("cy") - e.number("r"));
            check("circle", e.number("cx") + e.number("r"), e.number("cy") + e.number("r"));
        } else if (e.name == "text") {
            const double width = textWidth(e.text.toStdString(), e.number("font-size"));
            const QString anchor = e.attributes.value("text-anchor").toString();
            const double left = e.number("x") - (anchor == "end"      ? width
                                                 : anchor == "middle" ? width / 2
                                                                      : 0);
            check("text " + e.text, left, e.number("y") - e.number("font-size"));
            check("text " + e.text, left + width, e.number("y") + 3.0);
        } else if (e.name == "path") {
            static const QRegularExpression bar("M([\\d.]+),([\\d.]+)v-([\\d.]+)h([\\d.]+)");
            for (const auto &match : bar.globalMatch(e.attributes.value("d").toString())) {
                check("bar", match.captured(1).toDouble(),
                      match.captured(2).toDouble() - match.captured(3).toDouble());
                check("bar", match.captured(1).toDouble() + match.captured(4).toDouble(),
                      match.captured(2).toDouble());
            }
        }
    }
    return faults;
}

/// Heights of the bars of a histogram by their left ends.
QMap<int, double> barHeights(const Element &path, double left, double width)
{
    static const QRegularExpression bar("M([\\d.]+),[\\d.]+v-([\\d.]+)h");
    QMap<int, double> heights;
    for (const auto &match : bar.globalMatch(path.attributes.value("d").toString()))
        heights[int(std::lround((match.captured(1).toDouble() - left) / width))] =
            match.captured(2).toDouble();
    return heights;
}

std::vector<float> bell(int count, float scale)
{
    std::vector<float> values;
    for (int i = 0; i < count; ++i)
        values.push_back(scale * std::sin(float(i) * 0.7F) * std::cos(float(i) * 1.3F));
    return values;
}

} // namespace

class TstReportFigures : public QObject {
    Q_OBJECT
private slots:
    void sizes_areInProportion();
    void sizes_ofManyLayersAddTheSmallOnes();
    void names_areEscapedAndShortened();
    void histograms_areInProportion();
    void histograms_cutOffTheZeros();
    void histograms_ofOddWeights_data();
    void histograms_ofOddWeights();
    void tradeOff_placesPointsAndIntervals();
    void tradeOff_keepsLinesOfTextApart();
    void ticks_areRound_data();
    void ticks_areRound();
};

void TstReportFigures::sizes_areInProportion()
{
    const std::vector<LayerSizes> layers{{"conv1", 4000, 1000}, {"conv2", 100, 250}, {"tied", 0, 0}};
    const Picture picture = read(sizesFigure(layers, 60, english));
    QVERIFY(!picture.title.isEmpty() && !picture.description.isEmpty());
    QVERIFY2(outside(picture).isEmpty(), qPrintable(outside(picture).join('\n')));
    const QVector<Element> before = picture.all("rect", "before"), after = picture.all("rect", "after");
    QCOMPARE(before.size(), 4); // the key's, then one for each
    QCOMPARE(after.size(), 4);
    const double unit = before[1].number("width") / 4000.0;
    QVERIFY(unit > 0.05);
    for (size_t i = 0; i < layers.size(); ++i) {
        QVERIFY(std::abs(before[int(i) + 1].number("width") - unit * double(layers[i].before)) < 0.01);
        QVERIFY(std::abs(after[int(i) + 1].number("width") - unit * double(layers[i].after)) < 0.01);
    }
    QVERIFY(before[1].hint.contains("conv1: 4.0 kB") || before[1].hint.contains("conv1: 4"));
}

void TstReportFigures::sizes_ofManyLayersAddTheSmallOnes()
{
    std::vector<LayerSizes> layers;
    int64_t all = 0;
    for (int i = 0; i < 200; ++i) {
        layers.push_back({"layer" + std::to_string(i), 1000 + i, 10 + i});
        all += 1000 + i;
    }
    const Picture picture = read(sizesFigure(layers, 60, english));
    QVERIFY2(outside(picture).isEmpty(), qPrintable(outside(picture).join('\n')));
    const QVector<Element> before = picture.all("rect", "before");
    QCOMPARE(before.size(), 61);
    QVERIFY(before.back().hint.contains("141 smaller layers together"));
    double sum = 0.0;
    for (const Element &bar : before.mid(1))
        sum += bar.number("width");
    const double unit = before[1].number("width") / 1141.0; // the first of the 59 largest
    QVERIFY(std::abs(sum - unit * double(all)) < 0.5);
}

void TstReportFigures::names_areEscapedAndShortened()
{
    const std::string evil = "a<b>&\"c\"</text><script>";
    const std::string endless = "features/stage4/block17/branch2/expand3x3/conv_with_a_very_long_name_indeed";
    const std::string picture = sizesFigure({{evil, 10, 5}, {endless, 10, 5}}, 60, english);
    const Picture parsed = read(picture);
    QVERIFY(!parsed.elements.isEmpty());
    QVERIFY(!picture.find("<script>") || picture.find("<script>") == std::string::npos);
    const QVector<Element> texts = parsed.all("text", "ink");
    QStringList shown, hints;
    for (const Element &text : texts) {
        shown << text.text;
        hints << text.hint;
    }
    QVERIFY(shown.contains(QString::fromStdString(evil)));
    QVERIFY(!shown.contains(QString::fromStdString(endless)));
    QVERIFY(hints.join('\n').contains(QString::fromStdString(endless)));
    QVERIFY2(outside(parsed).isEmpty(), qPrintable(outside(parsed).join('\n')));
    const QString cut = QString::fromStdString(shortened(endless, 120.0, 12.0));
    QVERIFY(cut.contains("…") && cut.endsWith("indeed") && cut.startsWith("featur"));
    QVERIFY(textWidth(cut.toStdString(), 12.0) <= 120.0);
    QCOMPARE(shortened("短名", 120.0, 12.0), std::string("短名"));
}

void TstReportFigures::histograms_areInProportion()
{
    const std::vector<float> before = bell(4000, 1.0F), after = bell(4000, 0.8F);
    const WeightHistograms weights = weightHistograms("conv", before, after);
    QCOMPARE(weights.before.low, weights.after.low);
    QCOMPARE(weights.before.high, weights.after.high);
    QCOMPARE(std::accumulate(weights.before.counts.begin(), weights.before.counts.end(), int64_t(0)), 4000);
    const Picture picture = read(histogramFigure(weights, english));
    QVERIFY2(outside(picture).isEmpty(), qPrintable(outside(picture).join('\n')));
    QCOMPARE(picture.title, QString("conv"));
    const double left = 8.0, width = (picture.width - 16.0) / double(weights.before.counts.size());
    double unit = 0.0;
    for (const auto &[kind, histogram] :
         {std::pair("before", weights.before), std::pair("after", weights.after)}) {
        const QMap<int, double> heights = barHeights(picture.all("path", kind).front(), left, width);
        for (size_t bin = 0; bin < histogram.counts.size(); ++bin) {
            const auto count = double(histogram.counts[bin]);
            if (unit == 0.0 && count > 0.0)
                unit = heights.value(int(bin)) / count;
            QVERIFY2(std::abs(heights.value(int(bin)) - unit * count) < 0.01, kind);
        }
    }
    QVERIFY(unit > 0.0);
}

void TstReportFigures::histograms_cutOffTheZeros()
{
    const std::vector<float> before = bell(4000, 1.0F);
    std::vector<float> after = before;
    for (float &value : after)
        if (std::abs(value) < 0.4F)
            value = 0.0F;
    const WeightHistograms weights = weightHistograms("conv", before, after);
    QVERIFY(weights.zeros > 0.5);
    const Picture picture = read(histogramFigure(weights, english));
    QVERIFY2(outside(picture).isEmpty(), qPrintable(outside(picture).join('\n')));
    QStringList texts;
    for (const Element &text : picture.all("text"))
        texts << text.text;
    QVERIFY2(texts.join('|').contains("zeros, cut off"), qPrintable(texts.join('|')));
    const double width = (picture.width - 16.0) / double(weights.after.counts.size());
    const QMap<int, double> heights = barHeights(picture.all("path", "before").front(), 8.0, width);
    QVERIFY(*std::max_element(heights.begin(), heights.end()) > 20.0); // the others are still to be seen
}

void TstReportFigures::histograms_ofOddWeights_data()
{
    QTest::addColumn<QVector<float>>("before");
    QTest::addColumn<QVector<float>>("after");
    const float nan = std::nanf("");
    QTest::newRow("all equal") << QVector<float>{2, 2, 2} << QVector<float>{2, 2, 2};
    QTest::newRow("all zero") << QVector<float>{0, 0} << QVector<float>{0, 0};
    QTest::newRow("nothing finite") << QVector<float>{nan, INFINITY} << QVector<float>{nan, -INFINITY};
    QTest::newRow("some not finite") << QVector<float>{1, nan, 3} << QVector<float>{1, 2, -INFINITY};
    QTest::newRow("huge") << QVector<float>{-3e38F, 3e38F} << QVector<float>{-1e38F, 0};
    QTest::newRow("tiny") << QVector<float>{1e-40F, 2e-40F} << QVector<float>{0, 2e-40F};
    QTest::newRow("none") << QVector<float>{} << QVector<float>{};
    QTest::newRow("all above zero") << QVector<float>{1, 2, 3} << QVector<float>{1.5, 2, 2.5};
}

void TstReportFigures::histograms_ofOddWeights()
{
    QFETCH(QVector<float>, before);
    QFETCH(QVector<float>, after);
    const Picture picture = read(histogramFigure(
        weightHistograms("odd", {before.data(), size_t(before.size())}, {after.data(), size_t(after.size())}),
        english));
    QVERIFY(picture.width > 0.0);
    QVERIFY2(outside(picture).isEmpty(), qPrintable(outside(picture).join('\n')));
}

void TstReportFigures::tradeOff_placesPointsAndIntervals()
{
    using Kind = TradeOffPoint::Kind;
    const std::vector<TradeOffPoint> points{{Kind::Original, "digits.onnx", 745000, {0.0, 0.0, 0.0}},
                                            {Kind::Exported, "small", 90000, {-0.01, -0.02, 0.0}},
                                            {Kind::Other, "8 bits", 190000, {-0.002, -0.006, 0.002}}};
    const Picture picture = read(tradeOffFigure(points, ReportQuality::Difference, english));
    QVERIFY2(outside(picture).isEmpty(), qPrintable(outside(picture).join('\n')));
    QVERIFY(picture.description.contains("95 % intervals"));
    QMap<QString, Element> marks; // by name
    for (const Element &circle : picture.all("circle"))
        if (!circle.hint.isEmpty())
            marks[circle.hint.section(": ", 0, 0)] = circle;
    QCOMPARE(marks.size(), 3);
    // One point of the difference is as long anywhere; a ratio of sizes too.
    const double unit = (marks["small"].number("cy") - marks["digits.onnx"].number("cy")) / 1.0;
    QVERIFY(unit > 10.0);
    QVERIFY(std::abs(marks["8 bits"].number("cy") - marks["digits.onnx"].number("cy") - 0.2 * unit) < 0.05);
    const double perRatio =
        (marks["digits.onnx"].number("cx") - marks["small"].number("cx")) / std::log(745.0 / 90.0);
    QVERIFY(std::abs(marks["8 bits"].number("cx") - marks["small"].number("cx") -
                     perRatio * std::log(190.0 / 90.0)) < 0.05);
    const QVector<Element> own = picture.all("line", "after");
    QCOMPARE(own.size(), 1);
    QVERIFY(std::abs(std::abs(own[0].number("y1") - own[0].number("y2")) - 2.0 * unit) < 0.05);
    QCOMPARE(own[0].number("x1"), marks["small"].number("cx"));
    QVERIFY(marks["small"].hint.contains("-1.00 ± 1.00 points"));
}

void TstReportFigures::tradeOff_keepsLinesOfTextApart()
{
    std::vector<TradeOffPoint> points{{TradeOffPoint::Kind::Original, "m.onnx", 1000000, {0.0, 0.0, 0.0}}};
    for (int i = 0; i < 14; ++i) // close to each other
        points.push_back({TradeOffPoint::Kind::Other,
                          "variant " + std::to_string(i),
                          500000 + i,
                          {-1e-4 * i, -0.01, 0.01}});
    const Picture picture = read(tradeOffFigure(points, ReportQuality::Difference, english));
    QVERIFY2(outside(picture).isEmpty(), qPrintable(outside(picture).join('\n')));
    QVector<double> lines;
    for (const Element &text : picture.all("text", "ink"))
        lines << text.number("y");
    QCOMPARE(lines.size(), points.size());
    std::ranges::sort(lines);
    for (int i = 1; i < lines.size(); ++i)
        QVERIFY(lines[i] - lines[i - 1] >= 30.0);
    // A single model, and all alike, have axes too.
    for (const std::vector<TradeOffPoint> &few :
         {std::vector{points[0]}, std::vector{points[0], points[0]}}) {
        const Picture small = read(tradeOffFigure(few, ReportQuality::Agreement, english));
        QVERIFY2(outside(small).isEmpty(), qPrintable(outside(small).join('\n')));
    }
    QVERIFY(tradeOffFigure({}, ReportQuality::Agreement, english).empty());
}

void TstReportFigures::ticks_areRound_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<QVector<double>>("expected");
    QTest::newRow("around zero") << -1.2 << 0.9 << QVector<double>{-1.0, -0.5, 0.0, 0.5};
    QTest::newRow("small") << 0.0011 << 0.0049 << QVector<double>{0.002, 0.003, 0.004};
    QTest::newRow("nothing") << 1.0 << 1.0 << QVector<double>{};
}

void TstReportFigures::ticks_areRound()
{
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(QVector<double>, expected);
    const std::vector<double> ticks = roundTicks(low, high, 5);
    QCOMPARE(ticks.size(), size_t(expected.size()));
    for (size_t i = 0; i < ticks.size(); ++i)
        QVERIFY(std::abs(ticks[i] - expected[int(i)]) < 1e-12);
    const std::vector<double> sizes = ratioTicks(90e3, 745e3, 7);
    QVERIFY((sizes == std::vector<double>{100e3, 200e3, 500e3}));
}

QTEST_APPLESS_MAIN(TstReportFigures)
#include "tst_reportfigures.moc"
