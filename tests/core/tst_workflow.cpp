// The way from a recipe to files and figures that both programs take.
#include "core/base/fileio.h"
#include "core/workflow/exportmodel.h"
#include "tests/support/livemodels.h"
#include "tests/support/messageof.h"
#include "tests/support/samplesets.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <set>

using namespace lathe;
using namespace lathe::test;
namespace fs = std::filesystem;

namespace {

Recipe recipeOf(const std::string &rule)
{
    Recipe recipe;
    recipe.rules.push_back(parseRule(rule));
    return recipe;
}

BuiltRecipe build(const Model &source, const std::string &rule, Storage storage = Storage::Compact)
{
    Compressor compressor(source);
    return buildRecipe(compressor, nullptr, recipeOf(rule), storage);
}

} // namespace

class TstWorkflow : public QObject {
    Q_OBJECT
private slots:
    void init();
    void export_isWhatThePartsGive_data();
    void export_isWhatThePartsGive();
    void report_speaksAnotherLanguage();
    void openModel_givesTheSameFile();
    void filesThatAreRead_areNotWrittenOver_data();
    void filesThatAreRead_areNotWrittenOver();
    void figures_areTheSameWhetherTheSourceIsKnown();
    void figuresOnHalf_areThoseOfItsSamples();
    void untouchedModel_isKnownToDifferByNothing();
    void cancel_leavesNothing();

private:
    fs::path path(const std::string &name) const { return fs::path(m_folder->path().toStdString()) / name; }
    std::set<std::string> names() const;
    ExportFiles allFiles() const
    {
        return {path("small.onnx"), path("small.json"), path("small.lathez"), path("small.html")};
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Model> m_source; ///< "source.onnx"
};

void TstWorkflow::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    liveConvolution().save(path("source.onnx"));
    m_source = std::make_unique<Model>(Model::load(path("source.onnx")));
}

std::set<std::string> TstWorkflow::names() const
{
    std::set<std::string> all;
    for (const fs::directory_entry &entry : fs::directory_iterator(path("")))
        all.insert(entry.path().filename().string());
    return all;
}

void TstWorkflow::export_isWhatThePartsGive_data()
{
    QTest::addColumn<int>("storage");
    for (const Storage storage : {Storage::Compact, Storage::Dense, Storage::QdqInt8, Storage::Sparse})
        QTest::addRow("%d", static_cast<int>(storage)) << static_cast<int>(storage);
}

void TstWorkflow::export_isWhatThePartsGive()
{
    QFETCH(int, storage);
    const BuiltRecipe model = build(*m_source, "*:bits=4,prune=0.5", static_cast<Storage>(storage));
    const SampleSet samples = randomSamples(*m_source, 24, mixedLabels(24));
    const MeasuredModels measured = measureModels(model, samples, Message::verbatim("none"));
    ExportOptions options;
    options.files = allFiles();
    options.samples = &samples;
    const ExportedModel exported = exportModel(model, options, &measured);
    QVERIFY(exported.published.written && exported.published.certificate && exported.archive);
    QCOMPARE(names().size(), size_t(5));

    const Recipe recipe = recipeOf("*:bits=4,prune=0.5");
    const CompressedModel compressed = Compressor(*m_source).compress(recipe);
    const BuiltModel built = buildModel(compressed, static_cast<Storage>(storage));
    PublishOptions publishing;
    publishing.samples = &samples;
    const Published published = publish(built, compressed, path("parts.onnx"), publishing);
    QCOMPARE(exported.published.bytes, published.bytes);
    QVERIFY(readFile(path("small.onnx")) == readFile(path("parts.onnx")));
    QVERIFY(loadRecipe(path("small.json")) == compressed.finalRecipe());
    packModel(path("parts.onnx"), path("parts.lathez"));
    unpackArchive(path("small.lathez"), path("back.onnx"));
    QVERIFY(readFile(path("back.onnx")) == readFile(path("small.onnx")));
    const std::string page = reportHtml({path("small.onnx").string(), compressed, built, exported.published,
                                         macsOf(compressed), measured.reported()});
    QVERIFY(readFile(path("small.html")) == page);
}

void TstWorkflow::report_speaksAnotherLanguage()
{
    const BuiltRecipe model = build(*m_source, "*:rank=900,bits=4,prune=0.5");
    const SampleSet samples = randomSamples(*m_source, 24, mixedLabels(24));
    const MeasuredModels measured = measureModels(model, samples, Message::verbatim("none"));
    ExportOptions options;
    options.files = {path("small.onnx"), {}, {}, path("small.html")};
    options.translate = [](const std::string &pattern) { // a language without words
        return QString::fromStdString(pattern)
            .remove(QRegularExpression("[a-zA-Z]+(?![^{]*})"))
            .toStdString();
    };
    Published published = exportModel(model, options, &measured).published;
    const auto page = [&](const Message::Translate &translate) {
        return reportHtml({path("small.onnx").string(), model.compressed, model.built, published, model.macs,
                           measured.reported(), translate});
    };
    QVERIFY(readFile(path("small.html")) == page(options.translate));
    std::erase_if(published.certificate->checks, [](const CertificateCheck &check) {
        return check.name.text().starts_with("OpenCV"); // it may quote others
    });
    const auto said = [](const std::string &html) {
        static const QRegularExpression unsaid("<style>.*</style>|<code>[^<]*</code>|<[^>]*>",
                                               QRegularExpression::DotMatchesEverythingOption);
        return QString::fromStdString(html).replace(unsaid, "|");
    };
    static const QRegularExpression sentence("[a-z]{2,} [a-z]{2,}|passed|Layers|Certificate|Rank|before");
    QVERIFY(said(page({})).count(sentence) > 30);
    QVERIFY2(!said(page(options.translate)).contains(sentence), qPrintable(said(page(options.translate))));
    QVERIFY(page({}).starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    QVERIFY(page(options.translate).starts_with("<!DOCTYPE html>\n<html lang=\"\">"));
}

void TstWorkflow::openModel_givesTheSameFile()
{
    Compressor compressor(*m_source);
    Exporter exporter(*m_source);
    for (const char *rule : {"*:bits=4", "middle:bits=3", "*:rank=3"}) {
        const BuiltRecipe kept = buildRecipe(compressor, &exporter, recipeOf(rule), Storage::Compact);
        const BuiltRecipe once = build(*m_source, rule);
        kept.built.model.save(path("kept.onnx"));
        once.built.model.save(path("once.onnx"));
        QVERIFY2(readFile(path("kept.onnx")) == readFile(path("once.onnx")), rule);
        QCOMPARE(kept.macs, once.macs);
        QCOMPARE(kept.macs, exporter.costs(kept.compressed).macs);
    }
}

void TstWorkflow::filesThatAreRead_areNotWrittenOver_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("report");
    QTest::addColumn<QString>("said"); ///< empty: all is well
    QTest::newRow("new files") << "a.onnx"
                               << "a.html"
                               << "";
    QTest::newRow("no report") << "a.onnx"
                               << ""
                               << "";
    QTest::newRow("the source") << "source.onnx"
                                << "a.html"
                                << "source model itself";
    QTest::newRow("report over the recipe") << "a.onnx"
                                            << "open.json"
                                            << "recipe that is open";
    QTest::newRow("over external data") << "weights.bin"
                                        << ""
                                        << "external data of the source model";
    QTest::newRow("report over the result") << "a.onnx"
                                            << "a.onnx"
                                            << "the result";
}

void TstWorkflow::filesThatAreRead_areNotWrittenOver()
{
    QFETCH(QString, target);
    QFETCH(QString, report);
    QFETCH(QString, said);
    ExportFiles files;
    files.target = path(target.toStdString());
    if (!report.isEmpty())
        files.report = path(report.toStdString());
    const ExportInputs inputs{m_source->path(),
                              {path("weights.bin")},
                              {{Message::verbatim("the recipe that is open"), path("open.json")},
                               {Message::verbatim("the project"), {}}},
                              {""}};
    const QString message = messageOf([&] { requireSafeExport(files, inputs); });
    QCOMPARE(message.isEmpty(), said.isEmpty());
    QVERIFY2(message.contains(said), qPrintable(message));
}

void TstWorkflow::figures_areTheSameWhetherTheSourceIsKnown()
{
    const SampleSet samples = randomSamples(*m_source, 40, mixedLabels(40));
    const BuiltRecipe model = build(*m_source, "*:bits=2");
    const MeasuredModels anew = measureModels(model, samples, Message::verbatim("as given"));
    const MeasuredModels known = measureModels(model, samples, measureBaseline(*m_source, samples), {});
    QCOMPARE(anew.samples, samples.description());
    QCOMPARE(anew.preprocessing.text(), std::string("as given"));
    QCOMPARE(toJson(anew.reported().compressed), toJson(known.reported().compressed));
    QCOMPARE(toJson(anew.reported().baseline), toJson(known.reported().baseline));
    QVERIFY(anew.comparison.agreement && anew.comparison.agreement->value < 1.0); // two bits are few
    QCOMPARE(anew.comparison.changed, known.comparison.changed);
}

void TstWorkflow::figuresOnHalf_areThoseOfItsSamples()
{
    const SampleSet samples = randomSamples(*m_source, 40, mixedLabels(40));
    std::vector<size_t> places;
    for (size_t place = 1; place < samples.size(); place += 2)
        places.push_back(place);
    const BuiltRecipe model = build(*m_source, "*:bits=2");
    const Baseline half = baselineOn(measureBaseline(*m_source, samples), samples, places);
    const MeasuredModels inSet = measureModels(model, samples, half, {});
    const MeasuredModels alone = measureModels(model, samples.subset(places), {});
    QCOMPARE(inSet.compressed.samples, int64_t(20));
    QCOMPARE(toJson(inSet.reported().compressed), toJson(alone.reported().compressed));
    QCOMPARE(toJson(inSet.reported().baseline), toJson(alone.reported().baseline));
}

void TstWorkflow::untouchedModel_isKnownToDifferByNothing()
{
    const SampleSet samples = randomSamples(*m_source, 16, mixedLabels(16));
    Compressor compressor(*m_source);
    const BuiltRecipe model = buildRecipe(compressor, nullptr, {}, Storage::Compact);
    const MeasuredModels measured = measureModels(model, samples, {});
    QVERIFY(measured.untouched);
    QCOMPARE(measured.reported().compressed.top1Difference->halfWidth(), 0.0);
    QVERIFY(!measureModels(build(*m_source, "*:bits=8"), samples, {}).untouched);
}

void TstWorkflow::cancel_leavesNothing()
{
    const SampleSet samples = randomSamples(*m_source, 24, mixedLabels(24));
    int steps = 0; // that were reported before the job was told to stop
    for (bool stopped = true; stopped; ++steps) {
        std::stop_source stop;
        JobContext ctx;
        ctx.threads = 1;
        ctx.stop = stop.get_token();
        ctx.onProgress = [&, left = steps](const Progress &) mutable {
            if (left-- == 0)
                stop.request_stop();
        };
        Compressor compressor(*m_source);
        try {
            const BuiltRecipe model =
                buildRecipe(compressor, nullptr, recipeOf("*:bits=4"), Storage::Compact, ctx.part(0.0, 0.4));
            const MeasuredModels measured = measureModels(model, samples, {}, ctx.part(0.4, 0.6));
            ExportOptions options;
            options.files = allFiles();
            options.samples = &samples;
            const ExportedModel exported = exportModel(model, options, &measured, ctx.part(0.6, 1.0));
            stopped = false;
            QVERIFY(exported.published.written);
        } catch (const Cancelled &) {
            QCOMPARE(names(), std::set<std::string>{"source.onnx"});
        }
    }
    QVERIFY(steps > 5);
    QCOMPARE(names().size(), size_t(5));
}

QTEST_APPLESS_MAIN(TstWorkflow)
#include "tst_workflow.moc"
