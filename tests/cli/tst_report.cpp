#include "core/model/model.h"
#include "tests/cli/program.h"
#include "tests/support/samplefiles.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>

using namespace lathe;
using namespace lathe::test;

class TstReport : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(m_folder.isValid()); }

    void columns_areThoseOfTheTerminal();
    void pictures_areWellFormed();
    void page_saysWhatWasNotMeasured();
    void outputs_changeNeitherFileNorMeasurement();
    void missingOutputs_areSaid();
    void outputData_calibratesNothing();
    void calibratedHalf_isNotMeasured();
    void preprocessing_isTakenAsText();

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    Run compressed(const QStringList &options, const QString &target = "small.onnx") const
    {
        return runLathe(QStringList{"compress", sampleModel(), "-o", path(target)} + options);
    }
    QString page() const { return QString::fromUtf8(read("small.html")); }
    QByteArray read(const QString &name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_folder;
};

void TstReport::columns_areThoseOfTheTerminal()
{
    const Run run = compressed({"--set", "*:bits=4", "--report", path("small.html")});
    QVERIFY2(run.exitCode == 0, run.report());
    const QString head = page().section("<thead><tr>", 1).section("</tr>", 0, 0);
    QStringList columns;
    static const QRegularExpression title("<th[^>]*>([^<]*)</th>");
    for (const auto &match : title.globalMatch(head))
        columns << match.captured(1);
    QVERIFY2(columns.size() == 13, qPrintable(columns.join('|')));
    QCOMPARE(
        QString::fromUtf8(run.out).section('\n', 0, 0).split(QRegularExpression(" {2,}"), Qt::SkipEmptyParts),
        columns);
    QVERIFY(run.out.contains("All layers"));
    QVERIFY(page().contains("<td>–</td>") && !page().contains(">-<")); // no layer is factored
}

void TstReport::pictures_areWellFormed()
{
    const Run run = compressed({"--set", "*:bits=4", "--data", samplePath(), "--report", path("small.html")});
    QVERIFY2(run.exitCode == 0, run.report());
    int pictures = 0;
    static const QRegularExpression picture("<svg.*?</svg>", QRegularExpression::DotMatchesEverythingOption);
    for (const auto &match : picture.globalMatch(page())) {
        QXmlStreamReader xml(match.captured(0));
        QString title, description;
        while (!xml.atEnd())
            if (xml.readNext() == QXmlStreamReader::StartElement) {
                if (xml.name() == QLatin1String("title") && title.isEmpty())
                    title = xml.readElementText();
                else if (xml.name() == QLatin1String("desc"))
                    description = xml.readElementText();
            }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QVERIFY(!title.isEmpty() && !description.isEmpty());
        ++pictures;
    }
    QCOMPARE(pictures, 2 + 6); // size and accuracy, sizes by layer, and six layers
    QVERIFY(page().contains("prefers-color-scheme: dark") && page().contains("@media print"));
    // The page as a whole closes what it opens.
    QString body = "<body>" + page().section("<body>", 1).section("</html>", 0, 0);
    body.replace("<br>", "<br/>");
    QXmlStreamReader xml(body);
    while (!xml.atEnd())
        xml.readNext();
    QVERIFY2(!xml.hasError(),
             qPrintable(xml.errorString() + body.mid(int(xml.characterOffset()) - 100, 200)));
}

void TstReport::page_saysWhatWasNotMeasured()
{
    QVERIFY(compressed({"--set", "*:prune=0.5", "--report", path("small.html")}).exitCode == 0);
    QVERIFY(page().contains("no data set was given") && page().contains("no calibration data were given"));
    QVERIFY(page().contains("Latency: "));
    QVERIFY(compressed({"--set", "*:prune=0.5", "--data", samplePath(), "--report", path("small.html")})
                .exitCode == 0);
    QVERIFY(!page().contains("no data set was given") && !page().contains("no calibration data"));
    QVERIFY(page().contains(" dB</td>"));
}

void TstReport::outputs_changeNeitherFileNorMeasurement()
{
    const QStringList common{"--set", "*:bits=4", "--data", samplePath(), "--limit", "60", "--json"};
    const Run plain = compressed(common, "plain.onnx");
    QVERIFY2(plain.exitCode == 0, plain.report());
    const Run reported = compressed(common + QStringList{"--report", path("small.html")}, "reported.onnx");
    const Run named =
        compressed(common + QStringList{"--output-data", samplePath() + ":train"}, "named.onnx");
    for (const Run *run : {&reported, &named}) {
        QVERIFY2(run->exitCode == 0, run->report());
        QCOMPARE(run->json()["measured"], plain.json()["measured"]);
        QVERIFY(run->json()["calibration"].isNull());
        QVERIFY(run->json()["layers"][0]["output_error"].isDouble());
        QCOMPARE(run->json()["recipe"], plain.json()["recipe"]);
    }
    QVERIFY(plain.json()["layers"][0]["output_error"].isNull());
    QVERIFY(reported.json()["layers"][0]["output_error"] != named.json()["layers"][0]["output_error"]);
    QVERIFY(!read("plain.onnx").isEmpty());
    QCOMPARE(read("reported.onnx"), read("plain.onnx"));
    QCOMPARE(read("named.onnx"), read("plain.onnx"));
}

/// One sample: its other half, on which the outputs would be looked at, is empty.
void TstReport::missingOutputs_areSaid()
{
    const Model model = Model::load(sampleModel().toStdString());
    Shape shape = model.inputs().front().shape;
    shape[0] = 1;
    const std::filesystem::path folder = path("one").toStdString();
    writeNpy(folder / "x.npy", makeTensor(ElementType::Float32, shape));
    writeText(folder / "dataset.json", R"({"format": "numpy", "inputs": "x.npy"})");
    int told = 0;
    for (const char *half : {"#first", "#second"}) {
        const Run run =
            compressed({"--set", "*:bits=4", "--data", path("one") + half, "--report", path("small.html")});
        if (run.exitCode != 0)
            continue; // the empty one
        told += run.err.contains("The report does not tell the errors of the layers' outputs:") &&
                run.err.contains("has too few samples");
    }
    QCOMPARE(told, 1);
}

void TstReport::outputData_calibratesNothing()
{
    const Run run = compressed({"--set", "*:bits=4,rounding=gptq", "--output-data", samplePath()});
    QVERIFY2(run.exitCode == 2 && run.err.contains("calibrat"), run.report()); // as without it
    const Run wrong = compressed({"--set", "*:bits=4", "--output-data", path("nowhere")});
    QVERIFY2(wrong.exitCode == 3, wrong.report()); // it was asked for
}

void TstReport::calibratedHalf_isNotMeasured()
{
    const QString data = samplePath();
    const auto measured = [&](const QStringList &options) {
        const Run run = compressed(QStringList{"--set", "*:bits=3,rounding=gptq", "--json"} + options);
        return run.exitCode == 0 ? run.json()["measured"].toObject() : QJsonObject();
    };
    const QJsonObject whole = measured({"--calibrate", data + "#first", "--data", data});
    const QJsonObject shared = measured({"--data", data});
    QVERIFY(whole["data"].toString().startsWith("270 of 540 samples"));
    QCOMPARE(whole["compressed"], shared["compressed"]); // on the same samples
    const QJsonObject limited = measured({"--calibrate", data + "#first", "--data", data, "--limit", "100"});
    QVERIFY2(limited["data"].toString().endsWith(" of 100 samples of sample (test)") ||
                 limited["data"].toString().contains(" of 100 samples"),
             qPrintable(limited["data"].toString()));
    const QJsonObject other = measured({"--calibrate", data + ":train", "--data", data});
    QVERIFY(other["data"].toString().startsWith("540 samples"));
}

void TstReport::preprocessing_isTakenAsText()
{
    const QString text = R"({"do_resize": false, "rescale_factor": 0.03125, "channel_order": "gray"})";
    const Run run = compressed({"--set", "*:bits=8", "--data", samplePath(), "--preprocess", text, "--json"});
    QVERIFY2(run.exitCode == 0, run.report());
    const QJsonObject used = run.json()["measured"]["preprocessing"].toObject();
    QCOMPARE(used["name"].toString(), QString("custom"));
    QCOMPARE(used["settings"]["rescale_factor"].toDouble(), 0.03125);
    const Run wrong = compressed({"--set", "*:bits=8", "--data", samplePath(), "--preprocess", "{"});
    QCOMPARE(wrong.exitCode, 9);
}

QTEST_APPLESS_MAIN(TstReport)
#include "tst_report.moc"
