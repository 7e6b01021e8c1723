// ONNX files from elsewhere as variants: matched, measured through themselves, kept by path and hash.
#include "core/base/fileio.h"
#include "tests/support/graphbuilder.h"
#include "tests/ui/sample.h"
#include "ui/compare/variantfiles.h"
#include "ui/session/projectkeeper.h"

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstVariantFiles : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();

    void row_isThereAtOnceWithItsStage();
    void cancelled_rowGoesAndTheNextFileFollows();
    void deletedRow_isNotMeasured();
    void failedFile_canBeTriedAgain();
    void unfinishedFiles_areNotStored();
    void exportOfTheModel_isMeasuredAndMatched_data();
    void exportOfTheModel_isMeasuredAndMatched();
    void severalFiles_areAddedOneAfterTheOther();
    void sameFile_isNotAddedAgainButPointedAt();
    void otherInputs_areRefusedInOneSentence();
    void otherOutputs_areRefusedInOneSentence();
    void noModelFile_isRefusedInOneSentence_data();
    void noModelFile_isRefusedInOneSentence();
    void withoutData_isMeasuredOnceThereIsSome();
    void applying_changesNothingAndSaysWhy();
    void measuringTheRecipe_leavesFilesAlone();
    void project_keepsFilesAndSeesThatTheyAreGone();
    void session_keepsFilesNotesAndParents();
    void measureAgain_takesTheFileAsItIsNow();
    void otherModel_dropsWhatWaits();

private:
    QString exportTo(const QString &name, const char *rule, Storage storage = Storage::Compact);
    bool addAndWait(const QStringList &paths);
    /// What the row of a file says it cannot be had for.
    QString errorAt(int row) const
    {
        const std::optional<VariantWork> &work = m_workbench->variants()->at(row).work;
        return work ? work->error : QString();
    }
    const Variant &last() const { return m_workbench->variants()->variants().back(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workbench> m_workbench;
    std::unique_ptr<VariantFiles> m_files;
    QStringList m_failures, m_notices;
};

Q_DECLARE_METATYPE(lathe::Storage)

void TstVariantFiles::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void TstVariantFiles::init()
{
    startClean();
    m_folder = std::make_unique<QTemporaryDir>();
    m_workbench = std::make_unique<Workbench>();
    m_files = std::make_unique<VariantFiles>(*m_workbench);
    m_failures.clear();
    m_notices.clear();
    connect(m_files.get(), &VariantFiles::failed, this,
            [this](const QString &, const Error &error) { m_failures << error.what(); });
    connect(m_files.get(), &VariantFiles::notice, this, [this](const QString &text) { m_notices << text; });
    connect(m_workbench.get(), &Workbench::notice, this, [this](const QString &text) { m_notices << text; });
    QVERIFY(openSample(*m_workbench));
}

void TstVariantFiles::cleanup()
{
    m_files.reset();
    m_workbench.reset();
}

QString TstVariantFiles::exportTo(const QString &name, const char *rule, Storage storage)
{
    Recipe recipe;
    if (*rule)
        recipe.rules.push_back(parseRule(rule));
    const QString path = m_folder->filePath(name);
    m_workbench->exporter()
        ->build(m_workbench->compressor()->compress(recipe), storage)
        .model.save(path.toStdString());
    return path;
}

bool TstVariantFiles::addAndWait(const QStringList &paths)
{
    QSignalSpy finished(m_files.get(), &VariantFiles::finished);
    m_files->add(paths);
    return QTest::qWaitFor([&] { return !finished.isEmpty() && !m_files->isBusy(); }, patience);
}

void TstVariantFiles::row_isThereAtOnceWithItsStage()
{
    const QString path = exportTo("mine.onnx", "*:bits=4"), other = exportTo("other.onnx", "*:bits=3");
    QStringList stages;
    double fraction = 0.0;
    connect(m_workbench->variants(), &VariantModel::workChanged, this, [&](int row) {
        const std::optional<VariantWork> &work = m_workbench->variants()->at(row).work;
        if (row != 1 || !work)
            return;
        QVERIFY(work->fraction >= fraction);
        fraction = work->fraction;
        if (stages.isEmpty() || stages.last() != work->stage)
            stages << work->stage;
    });
    QSignalSpy finished(m_files.get(), &VariantFiles::finished);
    m_files->add({path, other});
    QCOMPARE(m_workbench->variants()->rowCount(), 3); // before anything was read
    QCOMPARE(m_workbench->variants()->at(1).name, QString("mine"));
    QCOMPARE(m_workbench->variants()->at(1).work->stage, QString("reading the file"));
    QCOMPARE(m_workbench->variants()->at(2).work->stage, QString("waiting"));
    QVERIFY(QTest::qWaitFor([&] { return !finished.isEmpty() && !m_files->isBusy(); }, patience));
    const QString all = stages.join('\n');
    QVERIFY2(all.contains("checking the model") && all.contains("running sample"), qPrintable(all));
    QVERIFY(!m_workbench->variants()->at(1).work && !m_workbench->variants()->at(2).work);
    QVERIFY(m_workbench->variants()->at(2).figures.top1.has_value());
}

void TstVariantFiles::cancelled_rowGoesAndTheNextFileFollows()
{
    const QString other = exportTo("other.onnx", "*:bits=3");
    QSignalSpy finished(m_files.get(), &VariantFiles::finished);
    m_files->add({exportTo("mine.onnx", "*:bits=4"), exportTo("next.onnx", "*:bits=5"), other});
    m_files->cancel(m_workbench->variants()->at(1).id); // the one that runs
    m_files->cancel(m_workbench->variants()->at(1).id); // the next one, which began in its place
    QVERIFY(QTest::qWaitFor([&] { return !finished.isEmpty() && !m_files->isBusy(); }, patience));
    QCOMPARE(m_workbench->variants()->rowCount(), 2);
    QCOMPARE(last().name, QString("other"));
    QVERIFY(last().figures.top1.has_value());
    // Measuring again and stopping that keeps what was known.
    m_files->measure({1});
    QVERIFY(last().work.has_value());
    m_files->cancel(last().id);
    QCOMPARE(m_workbench->variants()->rowCount(), 2);
    QVERIFY(!last().work && last().figures.top1.has_value() && !m_files->isBusy());
    QVERIFY(m_failures.isEmpty());
}

void TstVariantFiles::deletedRow_isNotMeasured()
{
    QSignalSpy finished(m_files.get(), &VariantFiles::finished);
    m_files->add({exportTo("mine.onnx", "*:bits=4")});
    m_workbench->variantStore().remove({1});
    QVERIFY(!m_files->isBusy());
    QCOMPARE(finished.size(), 1);
    QCOMPARE(m_workbench->variants()->rowCount(), 1);
}

void TstVariantFiles::failedFile_canBeTriedAgain()
{
    const QString path = m_folder->filePath("mine.onnx");
    QVERIFY(addAndWait({path}));
    QVERIFY2(errorAt(1).contains("mine.onnx"), qPrintable(errorAt(1)));
    exportTo("mine.onnx", "*:bits=8");
    QSignalSpy finished(m_files.get(), &VariantFiles::finished);
    m_files->retry(m_workbench->variants()->at(1).id);
    QVERIFY(QTest::qWaitFor([&] { return !finished.isEmpty() && !m_files->isBusy(); }, patience));
    QVERIFY2(!last().work, qPrintable(errorAt(1)));
    QVERIFY(last().figures.top1.has_value());
    m_files->add({m_folder->filePath("nothing.onnx")});
    QTRY_VERIFY_WITH_TIMEOUT(!errorAt(2).isEmpty(), patience);
    m_files->cancel(last().id);
    QCOMPARE(m_workbench->variants()->rowCount(), 2);
}

void TstVariantFiles::unfinishedFiles_areNotStored()
{
    m_files->add({exportTo("mine.onnx", "*:bits=4")});
    QVERIFY(m_workbench->work().variants.empty());
    QVERIFY(addAndWait({}));
    QTRY_VERIFY_WITH_TIMEOUT(!m_files->isBusy(), patience);
    QCOMPARE(m_workbench->work().variants.size(), size_t(1));
}

void TstVariantFiles::exportOfTheModel_isMeasuredAndMatched_data()
{
    QTest::addColumn<QByteArray>("rule");
    QTest::addColumn<Storage>("storage");
    QTest::newRow("untouched") << QByteArray() << Storage::Dense;
    QTest::newRow("2 bits compact") << QByteArray("*:bits=2") << Storage::Compact;
    QTest::newRow("pruned") << QByteArray("*:prune=0.8") << Storage::Compact;
    QTest::newRow("qdq") << QByteArray("*:bits=8") << Storage::QdqInt8;
    QTest::newRow("factors") << QByteArray("*:rank=60%") << Storage::Compact;
    QTest::newRow("factors of 6 bits") << QByteArray("*:rank=60%,bits=6") << Storage::Compact;
}

void TstVariantFiles::exportOfTheModel_isMeasuredAndMatched()
{
    QFETCH(QByteArray, rule);
    QFETCH(Storage, storage);
    const QString path = exportTo("mine.onnx", rule.constData(), storage);
    QVERIFY(addAndWait({path}));
    QVERIFY2(m_failures.isEmpty(), qPrintable(m_failures.join('\n')));
    QCOMPARE(m_workbench->variants()->rowCount(), 2);
    const Variant &variant = last();
    QCOMPARE(variant.name, QString("mine"));
    QVERIFY(variant.file && variant.recipe.rules.empty() && variant.parent.isEmpty());
    QCOMPARE(variant.file->byName, int(m_workbench->model().layers().size()));
    QCOMPARE(variant.file->byShape, 0);
    QCOMPARE(variant.file->sha256.toStdString(), sha256OfFile(path.toStdString()));
    QCOMPARE(variant.figures.bytes, QFileInfo(path).size()); // its real size
    QCOMPARE(variant.figures.samplesDone, qint64(m_workbench->data()->samples->size()));
    QVERIFY(variant.figures.macs && variant.figures.latency && variant.figures.baselineLatency);
    QVERIFY(variant.file->zeros.has_value());
    if (rule == "*:prune=0.8")
        QVERIFY(*variant.file->zeros > 0.79);
    if (rule.isEmpty()) {
        QCOMPARE(variant.figures.agreement->value, 1.0);
        QCOMPARE(*variant.figures.macs, *m_workbench->model().macs());
    }
    // The same recipe in the window gives the same accuracy.
    if (!rule.isEmpty()) {
        Recipe recipe;
        recipe.rules.push_back(parseRule(rule.constData()));
        m_workbench->editor().replaceRecipe(recipe, "test");
        QVERIFY(settle(*m_workbench));
        m_workbench->measureAgain();
        QVERIFY(settle(*m_workbench));
        const double apart = m_workbench->previews().figures().top1->value - variant.figures.top1->value;
        QVERIFY2(std::abs(apart) < 0.004,
                 qPrintable(QString::number(apart))); // two samples may flip by rounding
        // Names and what is stored beside the weights differ a little.
        const double memory =
            double(*variant.figures.memory) / double(*m_workbench->previews().figures().memory);
        QVERIFY2(storage == Storage::QdqInt8 || (memory > 0.97 && memory < 1.03),
                 qPrintable(QString::number(memory))); // the recipe's is that of a compact file
        QCOMPARE(*variant.figures.baselineMemory, *m_workbench->previews().figures().baselineMemory);
    }
    QVERIFY2(m_notices.last().contains("layers were found in it"), qPrintable(m_notices.last()));
}

void TstVariantFiles::severalFiles_areAddedOneAfterTheOther()
{
    const QString a = exportTo("a.onnx", "*:bits=4"), b = exportTo("b.onnx", "*:bits=3");
    QVERIFY(addAndWait({a, m_folder->filePath("nothing.onnx"), b}));
    QCOMPARE(m_workbench->variants()->rowCount(), 4);
    QCOMPARE(m_workbench->variants()->at(1).name, QString("a"));
    QVERIFY2(errorAt(2).contains("nothing.onnx"),
             qPrintable(errorAt(2))); // the others are added all the same
    QCOMPARE(m_workbench->variants()->at(3).name, QString("b"));
    for (const int row : {1, 3})
        QVERIFY(!m_workbench->variants()->at(row).work);
}

void TstVariantFiles::sameFile_isNotAddedAgainButPointedAt()
{
    const QString a = exportTo("a.onnx", "*:bits=4"), b = exportTo("b.onnx", "*:bits=3");
    QSignalSpy known(m_files.get(), &VariantFiles::alreadyThere);
    QVERIFY(addAndWait({a, b, a}));
    QCOMPARE(m_workbench->variants()->rowCount(), 3);
    QCOMPARE(known.size(), 1);
    QCOMPARE(known[0][0].value<QVector<int>>(), QVector<int>({1}));
    QVERIFY(known[0][1].toString().startsWith("a.onnx is among the variants already"));
    // By another way to the same file, which is another one by now.
    QVERIFY(QFile::link(b, m_folder->filePath("link.onnx")));
    QVERIFY(QFile::remove(b) && QFile::copy(a, b));
    QVERIFY(addAndWait({m_folder->filePath("./a.onnx"), m_folder->filePath("link.onnx")}));
    QCOMPARE(m_workbench->variants()->rowCount(), 3);
    QCOMPARE(known[1][0].value<QVector<int>>(), QVector<int>({1, 2}));
    QVERIFY(known[1][1].toString().startsWith("2 of these files"));
    QCOMPARE(m_workbench->variants()->at(1).file->state, VariantFile::Here);
    QCOMPARE(m_workbench->variants()->at(2).file->state, VariantFile::Changed);
    const QString before = m_workbench->variants()->at(2).file->sha256;
    QVERIFY(addAndWait({b})); // now it is wanted as it is
    QVERIFY(m_workbench->variants()->at(2).file->sha256 != before);
}

void TstVariantFiles::otherInputs_areRefusedInOneSentence()
{
    const QString path = m_folder->filePath("other.onnx");
    GraphBuilder()
        .input("x", {-1, 3, 32, 32})
        .output("y", {-1, 3, 32, 32})
        .node("Relu", {"x"}, {"y"})
        .build()
        .save(path.toStdString());
    QVERIFY(addAndWait({path}));
    QCOMPARE(m_workbench->variants()->rowCount(), 2);
    QVERIFY2(errorAt(1).startsWith("other.onnx cannot stand beside the open model. Its input"),
             qPrintable(errorAt(1)));
    QVERIFY(!errorAt(1).contains('\n'));
    QVERIFY(m_failures.isEmpty()); // it is said in the row: no dialog
}

void TstVariantFiles::otherOutputs_areRefusedInOneSentence()
{
    Shape input = m_workbench->model().inputs().front().shape;
    int64_t count = 1;
    for (size_t i = 1; i < input.size(); ++i)
        count *= input[i];
    const QString path = m_folder->filePath("other.onnx");
    GraphBuilder()
        .input("x", input)
        .output("y")
        .random("w", {count, 7})
        .node("Flatten", {"x"}, {"h"})
        .node("MatMul", {"h", "w"}, {"y"}, {}, "only")
        .build()
        .save(path.toStdString());
    QVERIFY(addAndWait({path}));
    QCOMPARE(m_workbench->variants()->rowCount(), 2);
    QVERIFY2(errorAt(1).contains("7"), qPrintable(errorAt(1)));
}

void TstVariantFiles::noModelFile_isRefusedInOneSentence_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("text") << QByteArray("no model");
    QTest::newRow("bytes") << QByteArray("\x08\x07\xff\xff\xff", 5);
}

void TstVariantFiles::noModelFile_isRefusedInOneSentence()
{
    QFETCH(QByteArray, content);
    const QString path = m_folder->filePath("odd.onnx");
    writeFileAtomically(path.toStdString(), content.toStdString());
    QVERIFY(addAndWait({path}));
    QCOMPARE(m_workbench->variants()->rowCount(), 2);
    QVERIFY2(errorAt(1).contains("odd.onnx") && !errorAt(1).contains('\n'), qPrintable(errorAt(1)));
}

void TstVariantFiles::withoutData_isMeasuredOnceThereIsSome()
{
    const QString model = m_folder->filePath("net.onnx"); // no data set lies beside it
    QVERIFY(QFile::copy(samplePath(), model));
    QVERIFY(QFile::copy(samplePath("digits.preprocessor_config.json"),
                        m_folder->filePath("net.preprocessor_config.json")));
    const QString path = exportTo("mine.onnx", "*:bits=8");
    m_workbench->openModel(model);
    QVERIFY(QTest::qWaitFor([&] { return m_workbench->modelPath() == model; }, patience));
    QVERIFY(settle(*m_workbench));
    QVERIFY(!m_workbench->data());
    QVERIFY(addAndWait({path}));
    QVERIFY2(m_failures.isEmpty(), qPrintable(m_failures.join('\n')));
    QCOMPARE(last().figures.samplesTotal, qint64(0));
    QCOMPARE(last().figures.bytes, QFileInfo(path).size());
    DatasetChoice choice;
    choice.reference = QFileInfo(samplePath()).path();
    m_workbench->setDataset(choice);
    QTRY_VERIFY_WITH_TIMEOUT(last().figures.samplesTotal > 0, patience);
    QVERIFY(last().figures.top1Difference.has_value());
    QCOMPARE(m_workbench->variants()->rowCount(), 2);
}

void TstVariantFiles::applying_changesNothingAndSaysWhy()
{
    QVERIFY(addAndWait({exportTo("mine.onnx", "*:bits=8")}));
    const Recipe before = m_workbench->editor().recipe();
    m_workbench->variantStore().apply(1);
    QVERIFY(m_workbench->editor().recipe() == before);
    QVERIFY(!m_workbench->editor().undoStack()->canUndo());
    QVERIFY2(m_notices.last().contains("no recipe to apply"), qPrintable(m_notices.last()));
}

void TstVariantFiles::measuringTheRecipe_leavesFilesAlone()
{
    QVERIFY(addAndWait({exportTo("mine.onnx", "*:bits=2")}));
    const qint64 bytes = last().figures.bytes;
    m_workbench->measureAgain(); // of the empty recipe, which a file has as well
    QVERIFY(settle(*m_workbench));
    QCOMPARE(last().figures.bytes, bytes);
    QVERIFY(last().figures.agreement->value < 1.0);
}

void TstVariantFiles::project_keepsFilesAndSeesThatTheyAreGone()
{
    const QString here = exportTo("here.onnx", "*:bits=8"), gone = exportTo("gone.onnx", "*:bits=4"),
                  changed = exportTo("changed.onnx", "*:bits=3");
    const QString project = m_folder->filePath("p.lathe");
    {
        ProjectKeeper keeper(m_workbench.get(), nullptr);
        QVERIFY(addAndWait({here, gone, changed}));
        m_workbench->variantStore().save("recipe");
        QVERIFY(settle(*m_workbench));
        keeper.save(project);
        keeper.close();
    }
    const qint64 goneBytes = QFileInfo(gone).size();
    QVERIFY(QFile::remove(gone));
    exportTo("changed.onnx", "*:bits=2");
    startClean();
    Workbench workbench;
    VariantFiles files(workbench);
    ProjectKeeper keeper(&workbench, nullptr);
    QSignalSpy finished(&files, &VariantFiles::finished);
    const ProjectOpening opening = keeper.prepare(project, false);
    QVERIFY(opening.read.losses.empty());
    keeper.open(opening, opening.model);
    QVERIFY(QTest::qWaitFor([&] { return workbench.hasModel() && !finished.isEmpty(); }, patience));
    QVERIFY(settle(workbench));
    QCOMPARE(workbench.variants()->rowCount(), 5);
    const auto stateAt = [&](int row) { return workbench.variants()->at(row).file->state; };
    QTRY_COMPARE_WITH_TIMEOUT(stateAt(1), VariantFile::Here, patience);
    QCOMPARE(stateAt(2), VariantFile::Gone);
    QCOMPARE(stateAt(3), VariantFile::Changed);
    QVERIFY(!workbench.variants()->at(4).file);
    const Variant &lost = workbench.variants()->at(2);
    QCOMPARE(lost.figures.bytes, goneBytes); // its figures stay
    QVERIFY(lost.figures.top1.has_value());
    QVERIFY(lost.file->byName > 0);
    keeper.check();
    QVERIFY(!keeper.isModified()); // looking is no change
    keeper.close();
}

void TstVariantFiles::session_keepsFilesNotesAndParents()
{
    QVERIFY(addAndWait({exportTo("mine.onnx", "*:bits=8")}));
    m_workbench->editor().applyPreset(presetNamed("8-bit per channel"));
    const int parent = m_workbench->variantStore().save("eight");
    m_workbench->editor().applyPreset(presetNamed("4-bit group 32"), PresetMode::Add); // to what is there
    const int child = m_workbench->variantStore().save("four");
    QVERIFY(settle(*m_workbench));
    m_workbench->variants()->setData(m_workbench->variants()->index(child, 0), "two\nlines",
                                     VariantModel::NoteRole);
    const QString id = m_workbench->variants()->at(parent).id, origin = m_workbench->editor().origin();
    const Variant file = m_workbench->variants()->at(1);
    m_files.reset();
    m_workbench.reset();
    Workbench again;
    VariantFiles files(again);
    QVERIFY(openSample(again));
    QCOMPARE(again.variants()->rowCount(), 4);
    QCOMPARE(again.variants()->at(child).note, QString("two\nlines"));
    QCOMPARE(again.variants()->at(child).parent, id);
    QCOMPARE(again.editor().origin(), origin);
    QVERIFY(again.variants()->at(1).file);
    QCOMPARE(again.variants()->at(1).file->sha256, file.file->sha256);
    QCOMPARE(again.variants()->at(1).file->zeros, file.file->zeros);
    QTRY_COMPARE_WITH_TIMEOUT(again.variants()->at(1).file->state, VariantFile::Here, patience);
}

void TstVariantFiles::measureAgain_takesTheFileAsItIsNow()
{
    const QString path = exportTo("mine.onnx", "*:bits=8");
    QVERIFY(addAndWait({path}));
    const QString before = last().file->sha256;
    exportTo("mine.onnx", "*:bits=2");
    QSignalSpy finished(m_files.get(), &VariantFiles::finished);
    m_files->measure({0, 1}); // the baseline is no file
    QVERIFY(QTest::qWaitFor([&] { return !finished.isEmpty(); }, patience));
    QCOMPARE(m_workbench->variants()->rowCount(), 2);
    QVERIFY(last().file->sha256 != before);
    QCOMPARE(last().figures.bytes, QFileInfo(path).size());
    QCOMPARE(last().name, QString("mine"));
}

void TstVariantFiles::otherModel_dropsWhatWaits()
{
    const QString path = exportTo("mine.onnx", "*:bits=8");
    QSignalSpy opened(m_workbench.get(), &Workbench::modelChanged);
    m_files->add({path, path, path});
    m_workbench->openModel(samplePath());
    QVERIFY(QTest::qWaitFor([&] { return !opened.isEmpty(); }, patience));
    QVERIFY(!m_files->isBusy());
    QVERIFY(settle(*m_workbench));
}

QTEST_MAIN(TstVariantFiles)
#include "tst_variantfiles.moc"
