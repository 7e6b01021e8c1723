#include "core/base/fileio.h"
#include "tests/support/endless.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/samplefiles.h"
#include "tests/support/smallmodels.h"
#include "tests/ui/sample.h"

#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstWorkbench : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { qRegisterMetaType<lathe::Error>("lathe::Error"); }
    void init() { startClean(); }

    void sample_opensWithDataBaselineAndFigures();
    void brokenModel_leavesTheSessionIntact_data();
    void brokenModel_leavesTheSessionIntact();
    void edit_marksFiguresOutdatedAtOnce();
    void rapidEdits_endInTheFiguresOfTheLastRecipe();
    void settledFigure_holdsWhatAllSamplesShow();
    void move_isGuessedFromWhatWasMeasured();
    void drag_isOneStepOfUndo();
    void dragBackToTheStart_leavesNoStep();
    void editWithoutEffect_leavesNoStep();
    void undoAndRedo_bringFiguresBack();
    void preset_isOneShortRule();
    void everyPreset_isForEveryLayer();
    void allLayersAlike_becomeOneRule();
    void recipeOfAnotherModel_isRefused();
    void recipe_survivesSaveAndOpen();
    void savedRecipe_saysWhatBecameOfAutomaticSettings();
    void variant_isCompletedOnceMeasured();
    void variant_appliesAsOneStep();
    void variant_knowsWhatItWasMadeFrom();
    void deletedVariant_leavesItsParentAsOrigin();
    void calibration_isOneHalfAndMeasuresTheOther();
    void calibration_onOtherDataMeasuresAll();
    void badDataset_keepsTheOneOfBefore();
    void cancel_leavesAUsableWorkbench();
    void measurementThatNeverEnds_leavesTheWindowFree();
    void modelWithoutData_hasSizesButNoAccuracy();
    void truncatedWeights_areSaidAndLeaveTheSession();
    void recipe_isNotSavedOverTheModel();
};

void TstWorkbench::sample_opensWithDataBaselineAndFigures()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    QVERIFY(workbench.data().has_value());
    QVERIFY(workbench.previews().baseline().top1->value >= 0.97);
    QCOMPARE(workbench.previews().figures().quality, Figures::Settled);
    QCOMPARE(workbench.previews().figures().agreement->value, 1.0);
    QCOMPARE(workbench.previews().figures().top1Difference->halfWidth(),
             0.0); // nothing is changed: known, not measured
    QCOMPARE(workbench.previews().figures().samplesDone, qint64(workbench.data()->samples->size()));
    QVERIFY(workbench.previews().figures().latency.has_value());
    QCOMPARE(workbench.variants()->rowCount(), 1);
    QCOMPARE(workbench.variants()->at(0).figures.top1->value, workbench.previews().baseline().top1->value);
}

void TstWorkbench::brokenModel_leavesTheSessionIntact_data()
{
    QTest::addColumn<QByteArray>("content");
    QFile file(samplePath());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QTest::newRow("missing") << QByteArray();
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("text") << QByteArray("this is no model");
    QTest::newRow("truncated") << file.readAll().left(100000);
}

void TstWorkbench::brokenModel_leavesTheSessionIntact()
{
    QFETCH(QByteArray, content);
    QTemporaryDir folder;
    const QString path = folder.filePath("broken.onnx");
    if (!content.isNull()) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }
    Workbench workbench;
    QVERIFY(openSample(workbench));
    editBits(workbench, "fc1", 4);
    const Recipe before = workbench.editor().recipe();
    QString sentence;
    connect(&workbench, &Workbench::failed, this,
            [&](const QString &, const Error &e) { sentence = e.what(); });

    workbench.openModel(path);
    QTRY_VERIFY_WITH_TIMEOUT(!sentence.isEmpty(), patience);

    QVERIFY2(sentence.contains("broken.onnx"), qPrintable(sentence));
    QCOMPARE(workbench.modelName(), QString("digits"));
    QVERIFY(workbench.editor().recipe() == before);
    QVERIFY(workbench.data().has_value());
    QVERIFY(settle(workbench));
    QCOMPARE(workbench.previews().figures().quality, Figures::Settled);
}

void TstWorkbench::edit_marksFiguresOutdatedAtOnce()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    const Figures before = workbench.previews().figures();
    editBits(workbench, "fc1", 1);
    QCOMPARE(workbench.previews().figures().quality, Figures::Outdated);
    QVERIFY(!workbench.previews().isCurrent());
    QVERIFY(settle(workbench));
    QCOMPARE(workbench.previews().figures().quality, Figures::Settled);
    QVERIFY(workbench.previews().isCurrent());
    QVERIFY(workbench.previews().figures().bytes < before.bytes);
}

void TstWorkbench::rapidEdits_endInTheFiguresOfTheLastRecipe()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    connect(&workbench, &Workbench::figuresChanged, this, [&] {
        const Figures::Standing state = workbench.previews().figures().quality;
        if (state == Figures::Settled || state == Figures::Measuring)
            QVERIFY(workbench.previews()
                        .isCurrent()); // figures of an older recipe are never shown as those of this one
    });
    for (int round = 0; round < 60; ++round) {
        editBits(workbench, "fc1", 1 + round % 8, true);
        QTest::qWait(round % 7);
    }
    editBits(workbench, "fc1", 2, false);
    QVERIFY(settle(workbench));
    workbench.measureAgain(); // on all samples
    QVERIFY(settle(workbench));

    Compressor fresh(Model::load(samplePath().toStdString()));
    const BuiltModel built = buildModel(fresh.compress(workbench.editor().recipe()), Storage::Dense);
    const LoadedData &data = *workbench.data();
    const PreviewState state = measureVariant(built.model, *data.samples, *data.baseline);
    QCOMPARE(workbench.previews().figures().top1->value, state.metrics.top1->value);
    QCOMPARE(workbench.previews().figures().agreement->value, state.comparison.agreement->value);
    QCOMPARE(
        workbench.previews().figures().bytes,
        buildModel(fresh.compress(workbench.editor().recipe()), Storage::Compact).model.serializedBytes());
}

void TstWorkbench::settledFigure_holdsWhatAllSamplesShow()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    editBits(workbench, "conv3", 2);
    QVERIFY(settle(workbench));
    const Figures early = workbench.previews().figures();
    QVERIFY(early.fullSet.has_value());
    QVERIFY(early.fullSet->halfWidth() <= Settings().precision());
    QVERIFY(early.memory.has_value() && early.baselineMemory.has_value());

    workbench.measureAgain();
    QVERIFY(settle(workbench));
    const Figures all = workbench.previews().figures();
    QCOMPARE(all.samplesDone, all.samplesTotal);
    QVERIFY(early.fullSet->low <= all.top1Difference->value &&
            all.top1Difference->value <= early.fullSet->high);
}

void TstWorkbench::move_isGuessedFromWhatWasMeasured()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    editBits(workbench, "fc1", 1);
    QVERIFY(settle(workbench));
    workbench.measureAgain();
    QVERIFY(settle(workbench));
    const double measured = workbench.previews().figures().top1Difference->value;

    editBits(workbench, "fc1", 2); // between one bit and the untouched layer, both known
    QCOMPARE(workbench.previews().figures().quality, Figures::Outdated);
    QVERIFY(workbench.previews().figures().guess.has_value());
    const double guess = workbench.previews().figures().guess->difference;
    QVERIFY(guess >= std::min(0.0, measured) && guess <= std::max(0.0, measured));
    QVERIFY(settle(workbench));
    QVERIFY(!workbench.previews().figures().guess.has_value());

    editBits(workbench, "fc1", 3);
    QVERIFY(workbench.previews().figures().guess->checked >=
            1); // the one before was held against the measurement
    QVERIFY(settle(workbench));
}

void TstWorkbench::drag_isOneStepOfUndo()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    const Recipe before = workbench.editor().recipe();
    for (const int bits : {7, 6, 5})
        editBits(workbench, "fc1", bits, true);
    editBits(workbench, "fc1", 4, false);
    QCOMPARE(workbench.editor().undoStack()->count(), 1);
    editBits(workbench, "fc1", 3, true);
    editBits(workbench, "fc1", 2, false);
    QCOMPARE(workbench.editor().undoStack()->count(), 2);
    workbench.editor().undoStack()->undo();
    QCOMPARE(workbench.editor().settings()[size_t(layerNamed(workbench, "fc1"))].quantize->bits, 4);
    workbench.editor().undoStack()->undo();
    QVERIFY(workbench.editor().recipe() == before);
}

void TstWorkbench::dragBackToTheStart_leavesNoStep()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    editBits(workbench, "fc1", 8);
    editBits(workbench, "fc1", 5, true);
    editBits(workbench, "fc1", 6, true);
    editBits(workbench, "fc1", 8, false);
    QCOMPARE(workbench.editor().undoStack()->count(), 1);
    QCOMPARE(workbench.editor().settings()[size_t(layerNamed(workbench, "fc1"))].quantize->bits, 8);
}

void TstWorkbench::editWithoutEffect_leavesNoStep()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    workbench.editor().editLayers(
        {0, 1}, [](LayerSettings &) {}, "nothing", false);
    QCOMPARE(workbench.editor().undoStack()->count(), 0);
    QVERIFY(workbench.editor().undoStack()->isClean());
}

void TstWorkbench::undoAndRedo_bringFiguresBack()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    const qint64 before = workbench.previews().figures().bytes;
    editBits(workbench, "fc1", 3);
    QVERIFY(settle(workbench));
    const qint64 after = workbench.previews().figures().bytes;
    QVERIFY(after < before);
    workbench.editor().undoStack()->undo();
    QVERIFY(settle(workbench));
    QCOMPARE(workbench.previews().figures().bytes, before);
    workbench.editor().undoStack()->redo();
    QVERIFY(settle(workbench));
    QCOMPARE(workbench.previews().figures().bytes, after);
}

void TstWorkbench::preset_isOneShortRule()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    editBits(workbench, "fc1", 3);
    workbench.editor().applyPreset(presetNamed("8-bit per channel"));
    for (size_t i = 0; i < workbench.editor().settings().size(); ++i)
        QCOMPARE(workbench.editor().settings()[i].quantize->bits, 8);
    workbench.editor().applyPreset(presetNamed("Half rank"), PresetMode::Add); // factors come on top
    QCOMPARE(workbench.editor().settings()[0].quantize->bits, 8);
    QCOMPARE(workbench.editor().settings()[0].rank->value, 0.5);
    QVERIFY(workbench.editor().recipe().rules.size() <= 3);
    workbench.editor().applyPreset(presetNamed("Deep Compression"),
                                   PresetMode::Add); // a codebook comes instead of bits
    for (const LayerSettings &s : workbench.editor().settings()) {
        QVERIFY(!s.quantize);
        QCOMPARE(s.cluster->clusters, 32);
        QCOMPARE(s.prune->ratio, 0.4);
    }
    workbench.editor().applyPreset(presetNamed("4-bit group 32"), PresetMode::Add);
    QCOMPARE(workbench.editor().settings()[0].quantize->group, 32);
    QVERIFY(!workbench.editor().settings()[0].cluster);
    QVERIFY(workbench.editor().recipe().rules.size() <= 3);
    workbench.editor().applyPreset(presets().last());
    QVERIFY(workbench.editor().settings()[0].empty());
}

void TstWorkbench::everyPreset_isForEveryLayer()
{
    for (const Preset &preset : presets()) {
        QVERIFY2(!preset.hint.isEmpty(), qPrintable(preset.name));
        for (const Rule &rule : preset.rules)
            QCOMPARE(rule.pattern, std::string("*"));
        const Recipe once = withPreset({}, preset, PresetMode::Add);
        QCOMPARE(withPreset(once, preset, PresetMode::Add), once);
        for (const Preset &other : presets()) { // what was there before leaves no trace of the method
            const Recipe both = withPreset(once, other, PresetMode::Add);
            QCOMPARE(withPreset(both, preset, PresetMode::Add).rules.empty(), once.rules.empty());
            QCOMPARE(withPreset(both, preset, PresetMode::Replace), once);
        }
    }
}

void TstWorkbench::allLayersAlike_becomeOneRule()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    QVector<int> all;
    for (size_t i = 0; i < workbench.model().layers().size(); ++i)
        all << int(i);
    workbench.editor().editLayers(
        all, [](LayerSettings &s) { setBits(s, 4); }, "Bits → 4", false);
    QCOMPARE(workbench.editor().recipe().rules.size(), size_t(1));
    QCOMPARE(workbench.editor().recipe().rules[0].pattern, std::string("*"));
    QVERIFY(workbench.commandLine("small.onnx").contains("bits=4"));
}

void TstWorkbench::recipeOfAnotherModel_isRefused()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("other.recipe.json");
    saveRecipe(Recipe{"other", {parseRule("backbone.*:bits=4")}}, path.toStdString());
    Workbench workbench;
    QVERIFY(openSample(workbench));
    QString sentence;
    connect(&workbench, &Workbench::failed, this,
            [&](const QString &, const Error &e) { sentence = e.what(); });
    QVERIFY(!workbench.editor().openRecipe(path));
    QVERIFY2(sentence.contains("backbone"), qPrintable(sentence));
    QVERIFY(workbench.editor().recipe().rules.empty());
    QCOMPARE(workbench.editor().undoStack()->count(), 0);
}

void TstWorkbench::recipe_survivesSaveAndOpen()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("mine.recipe.json");
    Workbench workbench;
    QVERIFY(openSample(workbench));
    editBits(workbench, "fc1", 3);
    QVERIFY(!workbench.editor().undoStack()->isClean());
    QVERIFY(workbench.saveRecipe(path));
    QVERIFY(workbench.editor().undoStack()->isClean());
    const std::vector<LayerSettings> saved = workbench.editor().settings();
    workbench.editor().applyPreset(presets().last());
    QVERIFY(workbench.editor().openRecipe(path));
    QVERIFY(workbench.editor().settings() == saved);
    QVERIFY(workbench.editor().undoStack()->isClean());
}

/// So that the file makes the same model wherever it is opened, data or not.
void TstWorkbench::savedRecipe_saysWhatBecameOfAutomaticSettings()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("mine.recipe.json");
    Workbench workbench;
    QVERIFY(openSample(workbench));
    editBits(workbench, "fc1", 3);
    QVERIFY(settle(workbench));
    QVERIFY(workbench.previews().isCurrent() && workbench.previews().preview().compressed->resolved);
    QVERIFY(workbench.saveRecipe(path));
    QVERIFY(loadRecipe(path.toStdString()).rules ==
            workbench.previews().preview().compressed->resolved->rules);
}

void TstWorkbench::variant_isCompletedOnceMeasured()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    editBits(workbench, "fc1", 2);
    const int row = workbench.variantStore().save();
    QVERIFY(workbench.variants()->at(row).figures.quality != Figures::Settled);
    QVERIFY(settle(workbench));
    QCOMPARE(workbench.variants()->at(row).figures.quality, Figures::Settled);
    QCOMPARE(workbench.variants()->at(row).figures.bytes, workbench.previews().figures().bytes);
}

void TstWorkbench::variant_appliesAsOneStep()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    editBits(workbench, "fc1", 2);
    const int row = workbench.variantStore().save("two");
    workbench.variantStore().duplicate(row);
    QCOMPARE(workbench.variants()->rowCount(), 3);
    workbench.variantStore().apply(0); // the baseline: everything as it is
    QVERIFY(workbench.editor().recipe().rules.empty());
    workbench.variantStore().apply(row);
    QCOMPARE(workbench.editor().settings()[size_t(layerNamed(workbench, "fc1"))].quantize->bits, 2);
    workbench.editor().undoStack()->undo();
    QVERIFY(workbench.editor().recipe().rules.empty());
    workbench.variantStore().remove({0, 1, 2});
    QCOMPARE(workbench.variants()->rowCount(), 1);
}

void TstWorkbench::variant_knowsWhatItWasMadeFrom()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    const auto parentOf = [&](int row) {
        const int parent = workbench.variants()->rowOf(workbench.variants()->at(row).parent);
        return parent < 0 ? QString("baseline") : workbench.variants()->at(parent).name;
    };
    editBits(workbench, "fc1", 4);
    QCOMPARE(parentOf(workbench.variantStore().save("a")), QString("baseline"));
    editBits(workbench, "fc1", 3);
    QCOMPARE(parentOf(workbench.variantStore().save("b")), QString("a"));
    workbench.variantStore().apply(1);
    editBits(workbench, "fc2", 2);
    QCOMPARE(parentOf(workbench.variantStore().save("c")), QString("a"));
    workbench.editor().undoStack()->undo(); // before the edit, after applying
    QCOMPARE(workbench.variants()->at(workbench.variants()->rowOf(workbench.editor().origin())).name,
             QString("a"));
    workbench.editor().undoStack()->undo(); // the recipe of b is back
    QCOMPARE(workbench.variants()->at(workbench.variants()->rowOf(workbench.editor().origin())).name,
             QString("b"));
    editBits(workbench, "fc3", 2); // what could be redone is gone
    QCOMPARE(parentOf(workbench.variantStore().save("d")), QString("b"));
    while (workbench.editor().undoStack()->canUndo())
        workbench.editor().undoStack()->undo();
    QVERIFY(workbench.editor().origin().isEmpty());
    workbench.variantStore().apply(4);
    workbench.variantStore().apply(0);
    QVERIFY(workbench.editor().origin().isEmpty());
    workbench.variantStore().duplicate(2);
    QCOMPARE(parentOf(5), QString("a")); // a copy was made from what the other was made from
}

void TstWorkbench::deletedVariant_leavesItsParentAsOrigin()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    editBits(workbench, "fc1", 4);
    workbench.variantStore().save("a");
    editBits(workbench, "fc1", 3);
    workbench.variantStore().save("b");
    editBits(workbench, "fc1", 2);
    workbench.variantStore().remove({2});
    QCOMPARE(workbench.editor().origin(), workbench.variants()->at(1).id);
    const int row = workbench.variantStore().save("c");
    QCOMPARE(workbench.variants()->at(row).parent, workbench.variants()->at(1).id);
    workbench.variantStore().remove({1, 2});
    QVERIFY(workbench.editor().origin().isEmpty());
}

void TstWorkbench::calibration_isOneHalfAndMeasuresTheOther()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    QVERIFY(workbench.calibration());
    const qint64 all = qint64(workbench.data()->samples->size());
    QCOMPARE(workbench.previews().figures().samplesTotal, all); // nothing uses it yet
    QVERIFY(workbench.previews().figures().note.empty());
    workbench.editor().applyPreset(presetNamed("4-bit group 32, GPTQ"));
    QVERIFY(settle(workbench));
    QCOMPARE(workbench.previews().figures().quality, Figures::Settled);
    QCOMPARE(workbench.previews().figures().samplesTotal, all / 2);
    QCOMPARE(workbench.previews().baseline().samplesTotal, all / 2); // side by side on the same samples
    QVERIFY2(workbench.previews().figures().note.text().find("other half") != std::string::npos,
             workbench.previews().figures().note.text().c_str());
    for (const LayerResult &layer : workbench.previews().preview().compressed->layers)
        QVERIFY(layer.outputError.has_value() && *layer.outputError < 0.5);
    QVERIFY2(workbench.commandLine("small.onnx").contains("--calibrate '"),
             qPrintable(workbench.commandLine("small.onnx")));
    workbench.variantStore().save();
    QVERIFY(workbench.variants()->at(1).data.text().find("half") != std::string::npos);
    workbench.editor().undoStack()->undo();
    QVERIFY(settle(workbench));
    QCOMPARE(workbench.previews().figures().samplesTotal, all);
    QVERIFY(!workbench.commandLine("small.onnx").contains("--calibrate"));
}

void TstWorkbench::calibration_onOtherDataMeasuresAll()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    const qint64 all = qint64(workbench.data()->samples->size());
    workbench.setCalibration(QFileInfo(samplePath()).path() + ":train");
    QVERIFY(settle(workbench));
    workbench.editor().applyPreset(presetNamed("Half pruned (OBS)"));
    QVERIFY(settle(workbench));
    QCOMPARE(workbench.previews().figures().quality, Figures::Settled);
    QCOMPARE(workbench.previews().figures().samplesTotal, all);
    QVERIFY(workbench.previews().figures().note.text().starts_with("Calibrated on"));
}

void TstWorkbench::badDataset_keepsTheOneOfBefore()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    const auto before = workbench.data()->samples;
    int failures = 0;
    connect(&workbench, &Workbench::failed, this, [&] { ++failures; });
    workbench.setDataset({"/nowhere/at/all", {}, 100});
    QTRY_COMPARE_WITH_TIMEOUT(failures, 1, patience);
    QCOMPARE(workbench.data()->samples, before);
    QVERIFY(settle(workbench));
}

void TstWorkbench::cancel_leavesAUsableWorkbench()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    editBits(workbench, "fc1", 2);
    workbench.cancel();
    QTRY_VERIFY_WITH_TIMEOUT(!workbench.isBusy(), patience);
    QVERIFY(workbench.previews().figures().quality != Figures::Settled);
    workbench.measureAgain();
    QVERIFY(settle(workbench));
    QCOMPARE(workbench.previews().figures().quality, Figures::Settled);
    QVERIFY(workbench.previews().isCurrent());
}

/// In the window's thread it would hold up every event for good.
void TstWorkbench::measurementThatNeverEnds_leavesTheWindowFree()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath("steps.onnx");
    steppingModel().save(path.toStdString());
    Tensor labels = makeTensor(ElementType::UInt8, {int64_t(steppingSamples)});
    for (size_t i = 0; i < steppingSamples; ++i)
        labels.bytes[i] = std::byte(i % 10);
    const std::filesystem::path place = folder.path().toStdString();
    writeNpy(place / "x.npy", steppingInputs());
    writeNpy(place / "y.npy", labels);
    writeText(place / "dataset.json", R"({"format": "numpy", "inputs": "x.npy", "labels": "y.npy"})");
    Workbench workbench;
    workbench.openModel(path, {.dataset = folder.path(), .recipeFile = {}, .project = {}, .work = {}});
    QTRY_VERIFY_WITH_TIMEOUT(workbench.hasModel() && workbench.data() && workbench.isSettled(), patience);

    workbench.editor().editLayers(
        {layerNamed(workbench, "steps")},
        [](LayerSettings &s) { s.quantize.emplace().format = NumberFormat::Binary; }, "Binary", false);
    int turns = 0, busy = 0;
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, [&] {
        ++turns;
        busy += workbench.isBusy();
    });
    timer.start(0);
    QTRY_VERIFY_WITH_TIMEOUT(turns > 5000, patience);
    QVERIFY(busy > 0 && workbench.isBusy() && !workbench.isSettled());
    editBits(workbench, "steps", 8); // takes the place of the one that never ends
    QVERIFY(settle(workbench));
    QCOMPARE(workbench.previews().figures().quality, Figures::Settled);
}

void TstWorkbench::modelWithoutData_hasSizesButNoAccuracy()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("alone.onnx");
    GraphBuilder builder;
    builder.input("x", {-1, 16})
        .random("w", {16, 8})
        .node("MatMul", {"x", "w"}, {"y"}, {}, "fc")
        .output("y", {-1, 8});
    builder.build().save(path.toStdString());
    Workbench workbench;
    workbench.openModel(path);
    QTRY_VERIFY_WITH_TIMEOUT(workbench.hasModel(), patience);
    QVERIFY(settle(workbench));
    workbench.editor().editLayers(
        {0}, [](LayerSettings &s) { setBits(s, 8); }, "Bits → 8", false);
    QVERIFY(settle(workbench));
    QCOMPARE(workbench.previews().figures().quality, Figures::Unknown);
    QVERIFY(!workbench.previews().figures().top1);
    QVERIFY(workbench.previews().figures().bytes > 0);
    QVERIFY(!workbench.previews().figures().note.empty());
}

/// As an export in another program does that writes its data file anew.
void TstWorkbench::truncatedWeights_areSaidAndLeaveTheSession()
{
    QTemporaryDir folder;
    GraphBuilder builder;
    builder.input("x", {-1, 16}).random("w", {16, 64}).random("v", {64, 8}).output("y", {-1, 8});
    builder.node("MatMul", {"x", "w"}, {"h"}, {}, "fc1").node("MatMul", {"h", "v"}, {"y"}, {}, "fc2");
    for (auto &tensor : *builder.proto().mutable_graph()->mutable_initializer()) {
        writeAll(folder.filePath(QString::fromStdString(tensor.name() + ".data")).toStdString(),
                 tensor.raw_data());
        makeExternal(&tensor, {{"location", tensor.name() + ".data"}});
    }
    writeAll(folder.filePath("m.onnx").toStdString(), builder.bytes());
    Workbench workbench;
    workbench.openModel(folder.filePath("m.onnx"));
    QTRY_VERIFY_WITH_TIMEOUT(workbench.hasModel(), patience);
    QVERIFY(settle(workbench));
    editBits(workbench, "fc1", 8);
    QVERIFY(settle(workbench));
    const Recipe before = workbench.editor().recipe();

    QVERIFY(QFile::resize(folder.filePath("v.data"), 10));
    workbench.editor().applyPreset(presetNamed("8-bit per channel"));
    QTRY_VERIFY_WITH_TIMEOUT(workbench.previews().figures().failed, patience);
    const QString note = QString::fromStdString(workbench.previews().figures().note.text());
    QVERIFY2(note.contains("v.data") && note.contains("has been changed"), qPrintable(note));

    QVERIFY(workbench.hasModel());
    QVERIFY(workbench.saveRecipe(folder.filePath("work.json")));
    workbench.editor().undoStack()->undo();
    QVERIFY(workbench.editor().recipe() == before);
    QVERIFY(openSample(workbench)); // and so does everything else
}

void TstWorkbench::recipe_isNotSavedOverTheModel()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("m.onnx");
    QVERIFY(QFile::copy(samplePath(), path));
    Workbench workbench;
    workbench.openModel(path);
    QTRY_VERIFY_WITH_TIMEOUT(workbench.hasModel(), patience);
    QString sentence;
    connect(&workbench, &Workbench::failed, this,
            [&](const QString &, const Error &e) { sentence = e.what(); });
    QVERIFY(!workbench.saveRecipe(folder.filePath("./m.onnx")));
    QVERIFY2(sentence.contains("is the model that is open"), qPrintable(sentence));
    QCOMPARE(QFileInfo(path).size(), QFileInfo(samplePath()).size());
}

QTEST_MAIN(TstWorkbench)
#include "tst_workbench.moc"
