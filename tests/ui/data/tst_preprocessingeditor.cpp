#include "tests/ui/sample.h"
#include "ui/data/preprocessingeditor.h"
#include "ui/data/preprocessingform.h"
#include "ui/data/samplepreview.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstPreprocessingEditor : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();

    void untouchedFields_changeNothing_data();
    void untouchedFields_changeNothing();
    void fields_changeWhatTheyNameAndTheText();
    void text_changesTheFields();
    void wrongNumbers_areSaidAndCannotBeUsed();
    void numbers_areReadAndWritten();
    void sample_isShownBeforeAndAfter();
    void sample_followsEachField();
    void samples_areSteppedThrough();
    void misfit_isSaidBesideThePictures();

private:
    std::shared_ptr<const Model> m_model;
    std::shared_ptr<const Dataset> m_dataset;
    Preprocessing m_own; ///< of the sample
};

void TstPreprocessingEditor::initTestCase()
{
    m_model = std::make_shared<Model>(Model::load(samplePath().toStdString()));
    m_dataset = std::make_shared<Dataset>(Dataset::open(samplePath("").toStdString()));
    m_own = findPreprocessing(samplePath().toStdString()).value();
}

template <class Widget>
static Widget *field(PreprocessingEditor &editor, const char *name)
{
    return editor.findChild<Widget *>(name);
}

static void choose(PreprocessingEditor &editor, const char *name, int index)
{
    auto *combo = field<QComboBox>(editor, name);
    combo->setFocus();
    QTest::keyClick(combo, Qt::Key_Home);
    for (int i = 0; i < index; ++i)
        QTest::keyClick(combo, Qt::Key_Down);
}

static void typeInto(PreprocessingEditor &editor, const char *name, const QString &text)
{
    auto *edit = field<QLineEdit>(editor, name);
    edit->selectAll();
    QTest::keyClicks(edit, text);
}

static bool shows(PreprocessingEditor &editor, const std::function<void()> &trigger)
{
    QSignalSpy shown(editor.findChild<SamplePreview *>(), &SamplePreview::shown);
    trigger();
    return QTest::qWaitFor([&] { return !shown.isEmpty(); }, patience);
}

void TstPreprocessingEditor::untouchedFields_changeNothing_data()
{
    QTest::addColumn<QString>("preset");
    for (const std::string &name : preprocessingPresets())
        QTest::newRow(name.c_str()) << QString::fromStdString(name);
}

void TstPreprocessingEditor::untouchedFields_changeNothing()
{
    QFETCH(QString, preset);
    Preprocessing start = preprocessingPreset(preset.toStdString());
    start.rescaleFactor = 0.1 + 0.2; // no short text
    PreprocessingForm form;
    form.setPreprocessing(start);
    QVERIFY(form.preprocessing() == start);
    QVERIFY(form.problem().isEmpty());
    PreprocessingEditor editor(start, *m_model, nullptr);
    const auto before = toJson(start);
    editor.findChild<QSpinBox *>("padWidth")->setValue(5);
    editor.findChild<QSpinBox *>("padHeight")->setValue(5);
    editor.findChild<QSpinBox *>("padWidth")->setValue(0);
    editor.findChild<QSpinBox *>("padHeight")->setValue(0);
    QCOMPARE(QString::fromStdString(toJson(editor.preprocessing())), QString::fromStdString(before));
}

void TstPreprocessingEditor::fields_changeWhatTheyNameAndTheText()
{
    PreprocessingEditor editor(m_own, *m_model, nullptr);
    editor.show();
    auto *text = editor.findChild<QPlainTextEdit *>();

    choose(editor, "resizeMode", 1);
    field<QSpinBox>(editor, "resizeEdge")->setValue(40);
    QCOMPARE(editor.preprocessing().shortestEdge, 40);
    QVERIFY(editor.preprocessing().doResize);
    field<QSpinBox>(editor, "resizeBound")->setValue(90);
    QCOMPARE(editor.preprocessing().longestEdge, 90);
    choose(editor, "resizeMode", 2);
    field<QSpinBox>(editor, "resizeLonger")->setValue(50);
    QCOMPARE(editor.preprocessing().longestEdge, 50);
    QCOMPARE(editor.preprocessing().shortestEdge, 0);
    choose(editor, "resizeMode", 3);
    field<QSpinBox>(editor, "resizeWidth")->setValue(8);
    field<QSpinBox>(editor, "resizeHeight")->setValue(9);
    QCOMPARE(editor.preprocessing().resizeWidth, 8);
    QCOMPARE(editor.preprocessing().resizeHeight, 9);
    QCOMPARE(editor.preprocessing().longestEdge, 0);
    auto *filter = field<QComboBox>(editor, "resizeFilter");
    QCOMPARE(filter->count(), int(resampleNames.size()));
    choose(editor, "resizeFilter", filter->findData(int(Resample::Bicubic)));
    QCOMPARE(editor.preprocessing().resample, Resample::Bicubic);
    QVERIFY(text->toPlainText().contains("\"resample\": 3"));
    choose(editor, "resizeMode", 0);
    QVERIFY(!editor.preprocessing().doResize);
    QVERIFY(!filter->isEnabled());

    QTest::keyClick(field<QCheckBox>(editor, "crop"), Qt::Key_Space);
    field<QSpinBox>(editor, "cropWidth")->setValue(6);
    field<QSpinBox>(editor, "cropHeight")->setValue(7);
    QVERIFY(editor.preprocessing().doCenterCrop);
    QCOMPARE(editor.preprocessing().cropWidth, 6);
    QCOMPARE(editor.preprocessing().cropHeight, 7);

    field<QCheckBox>(editor, "rescale")->setChecked(true);
    typeInto(editor, "rescaleFactor", "1/16");
    QCOMPARE(editor.preprocessing().rescaleFactor, 1.0 / 16.0);
    field<QCheckBox>(editor, "rescaleOffset")->setChecked(true);
    QVERIFY(editor.preprocessing().rescaleOffset);
    field<QCheckBox>(editor, "normalize")->setChecked(true);
    typeInto(editor, "mean", "0.25");
    typeInto(editor, "deviation", "0.125");
    QCOMPARE(editor.preprocessing().mean, std::vector<double>{0.25});
    QCOMPARE(editor.preprocessing().deviation, std::vector<double>{0.125});
    choose(editor, "channelOrder", 1);
    QCOMPARE(editor.preprocessing().channels, Preprocessing::Channels::Bgr);
    choose(editor, "layout", 1);
    QCOMPARE(editor.preprocessing().layout, Preprocessing::Layout::Nhwc);
    QCOMPARE(QString::fromStdString(toJson(editor.preprocessing())), text->toPlainText());
}

void TstPreprocessingEditor::text_changesTheFields()
{
    PreprocessingEditor editor(preprocessingPreset("imagenet"), *m_model, nullptr);
    auto *text = editor.findChild<QPlainTextEdit *>();
    auto *filter = field<QComboBox>(editor, "resizeFilter");
    QCOMPARE(filter->currentData().toInt(), int(Resample::Bilinear));
    text->setPlainText(text->toPlainText().replace("\"resample\": 2", "\"resample\": 1"));
    QCOMPARE(filter->currentData().toInt(), int(Resample::Lanczos));
    QCOMPARE(editor.preprocessing().resample, Resample::Lanczos);
    text->setPlainText("{");
    QVERIFY(!filter->isEnabled()); // a text that is no preprocessing has no fields
    QVERIFY(!editor.findChild<QLabel *>("preprocessingProblem")->text().isEmpty());
    text->setPlainText("{\"do_resize\": false}");
    QVERIFY(!filter->isEnabled());
    QCOMPARE(field<QComboBox>(editor, "resizeMode")->currentIndex(), 0);
    QVERIFY(field<QComboBox>(editor, "resizeMode")->isEnabled());
    for (QPushButton *button : editor.findChildren<QPushButton *>())
        if (button->text().contains("Copy"))
            button->click();
    QCOMPARE(QGuiApplication::clipboard()->text(), text->toPlainText());
}

void TstPreprocessingEditor::wrongNumbers_areSaidAndCannotBeUsed()
{
    PreprocessingEditor editor(preprocessingPreset("imagenet"), *m_model, nullptr);
    editor.show();
    auto *problem = editor.findChild<QLabel *>("preprocessingProblem");
    QPushButton *use = nullptr;
    for (QPushButton *button : editor.findChildren<QPushButton *>())
        if (button->text() == "Use")
            use = button;
    QVERIFY(use && use->isEnabled());
    typeInto(editor, "mean", "0.5, 0.5");
    QVERIFY2(problem->text().contains("Mean takes one number, or three"), qPrintable(problem->text()));
    QVERIFY(!use->isEnabled());
    typeInto(editor, "mean", "much");
    QVERIFY(!use->isEnabled());
    typeInto(editor, "mean", "0.5");
    QVERIFY2(use->isEnabled() && problem->text().isEmpty(), qPrintable(problem->text()));
    typeInto(editor, "deviation", "0"); // nothing can be divided by it
    QVERIFY(!use->isEnabled());
    QVERIFY(!problem->text().isEmpty());
}

void TstPreprocessingEditor::numbers_areReadAndWritten()
{
    QCOMPARE(numbersText({1.0 / 255.0}), QString("1/255"));
    QCOMPARE(numbersText({0.485, 0.456}), QString("0.485, 0.456"));
    QCOMPARE(numbersText({2.0, 0.0, -1.5}), QString("2, 0, -1.5"));
    QVERIFY((numbersOf("0.485,0.456; 1/255") == std::vector<double>{0.485, 0.456, 1.0 / 255.0}));
    for (const char *wrong : {"a", "1/0", "1/2/3", "1, b", ""})
        QVERIFY2(numbersOf(wrong).empty(), wrong);
    for (const double number : {1.0 / 255.0, 0.1 + 0.2, 1e-30, 58.395})
        QVERIFY(numbersOf(numbersText({number})) == std::vector<double>{number});
}

void TstPreprocessingEditor::sample_isShownBeforeAndAfter()
{
    std::unique_ptr<PreprocessingEditor> editor;
    QVERIFY([&] {
        editor = std::make_unique<PreprocessingEditor>(m_own, *m_model, m_dataset);
        editor->show();
        return shows(*editor, [] {});
    }());
    auto *sample = editor->findChild<SamplePreview *>();
    const Image stored = m_dataset->image(0);
    QCOMPARE(sample->before().size(), QSize(stored.width, stored.height));
    QVERIFY(!sample->after().isNull());
    QVERIFY(!editor->findChild<QLabel *>("sampleBefore")->pixmap().isNull());
    QVERIFY(!editor->findChild<QLabel *>("sampleAfter")->pixmap().isNull());
    QVERIFY(editor->findChild<QLabel *>("sampleValues")->text().contains("values"));
    QVERIFY(sample->problem().isEmpty());
    // Values of 0..16 would be black: both pictures are made brighter by the same.
    QCOMPARE(sample->before(), sample->after());
    const QImage gray = sample->after().convertToFormat(QImage::Format_Grayscale8);
    QCOMPARE(int(*std::max_element(gray.constBits(), gray.constBits() + gray.sizeInBytes())), 255);
}

void TstPreprocessingEditor::sample_followsEachField()
{
    PreprocessingEditor editor(m_own, *m_model, m_dataset);
    editor.show();
    QVERIFY(shows(editor, [] {}));
    auto *sample = editor.findChild<SamplePreview *>();
    const QImage before = sample->after();
    QVERIFY(shows(editor, [&] { field<QCheckBox>(editor, "crop")->setChecked(true); }));
    QVERIFY(shows(editor, [&] { field<QSpinBox>(editor, "cropWidth")->setValue(4); }));
    QVERIFY(shows(editor, [&] { field<QSpinBox>(editor, "cropHeight")->setValue(3); }));
    QTRY_COMPARE_WITH_TIMEOUT(sample->after().size(), QSize(4, 3), patience);
    QVERIFY(sample->after() != before);
}

void TstPreprocessingEditor::samples_areSteppedThrough()
{
    PreprocessingEditor editor(m_own, *m_model, m_dataset);
    editor.show();
    QVERIFY(shows(editor, [] {}));
    auto *sample = editor.findChild<SamplePreview *>();
    const QImage first = sample->before();
    QVERIFY(
        shows(editor, [&] { QTest::mouseClick(field<QToolButton>(editor, "nextSample"), Qt::LeftButton); }));
    QCOMPARE(sample->sample(), size_t(1));
    QVERIFY(sample->before() != first);
    QVERIFY(editor.findChild<QLabel *>("sampleName")->text().contains("2 of 540"));
    QVERIFY(shows(editor,
                  [&] { QTest::mouseClick(field<QToolButton>(editor, "previousSample"), Qt::LeftButton); }));
    QVERIFY(sample->before() == first);
    QVERIFY(shows(editor, [&] { sample->step(-1); })); // around the end
    QCOMPARE(sample->sample(), m_dataset->size() - 1);
    PreprocessingEditor without(m_own, *m_model, nullptr);
    QVERIFY(!field<QToolButton>(without, "nextSample")->isEnabled());
    QVERIFY(without.findChild<QLabel *>("sampleBefore")->text().contains("Choose a folder"));
}

void TstPreprocessingEditor::misfit_isSaidBesideThePictures()
{
    PreprocessingEditor editor(preprocessingPreset("imagenet"), *m_model, m_dataset);
    editor.show();
    QVERIFY(shows(editor, [] {}));
    auto *sample = editor.findChild<SamplePreview *>();
    QVERIFY2(sample->problem().contains("224"), qPrintable(sample->problem()));
    QCOMPARE(sample->after().size(), QSize(224, 224)); // it is shown what would be fed
}

QTEST_MAIN(TstPreprocessingEditor)
#include "tst_preprocessingeditor.moc"
