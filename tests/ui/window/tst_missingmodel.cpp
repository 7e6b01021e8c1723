#include "core/base/fileio.h"
#include "tests/ui/dialogs.h"
#include "ui/window/missingmodel.h"

#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstMissingModel : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { m_missing.reset(); }

    void movedModel_isTakenWithoutAWord();
    void otherWeights_areSaidAndMayBeUsed();
    void otherLayers_areNamedAndTheirRulesLeftOut();
    void noModel_isSaid();
    void cancel_opensNothing();
    void abandoned_findsNothingAndLetsTheProjectGo();
    void abandoned_takesItsQuestionAway();
    void laterSearch_takesThePlaceOfTheFirst();

private:
    QString file(const QString &name) const { return m_folder->filePath(name); }
    ProjectOpening opening() const;
    ProjectOpening openingOfAnother() const;
    QMessageBox *question() const { return shownDialog<QMessageBox>(*m_window); }
    bool isFound() const
    {
        return QTest::qWaitFor([this] { return !m_found->isEmpty(); }, patience);
    }
    ProjectOpening found() const { return m_found->at(0).at(0).value<ProjectOpening>(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QWidget> m_window;
    std::unique_ptr<MissingModel> m_missing;
    std::unique_ptr<QSignalSpy> m_found, m_givenUp;
};

void TstMissingModel::init()
{
    startClean();
    m_folder = std::make_unique<QTemporaryDir>();
    m_window = std::make_unique<QWidget>();
    m_window->show();
    m_missing = std::make_unique<MissingModel>(m_window.get());
    m_found = std::make_unique<QSignalSpy>(m_missing.get(), &MissingModel::found);
    m_givenUp = std::make_unique<QSignalSpy>(m_missing.get(), &MissingModel::givenUp);
}

/// Of a project of the sample that has moved.
ProjectOpening TstMissingModel::opening() const
{
    const Model model = Model::load(samplePath().toStdString());
    ProjectOpening opening;
    opening.path = file("p.lathe");
    opening.lock = std::make_shared<QLockFile>(file("lock"));
    opening.read.project.model.path = file("gone.onnx").toStdString();
    opening.read.project.model.sha256 = model.sha256();
    opening.read.project.layers = projectLayers(model);
    opening.read.project.recipe.rules = {parseRule("*:bits=8"), parseRule("fc1:bits=4")};
    return opening;
}

ProjectOpening TstMissingModel::openingOfAnother() const
{
    ProjectOpening other = opening();
    other.read.project.model.sha256 = "of another file";
    return other;
}

static void press(QMessageBox *box, const QString &text)
{
    QTest::mouseClick(buttonOf(*box, text), Qt::LeftButton);
}

void TstMissingModel::movedModel_isTakenWithoutAWord()
{
    QVERIFY(QFile::copy(samplePath(), file("elsewhere.onnx")));
    m_missing->compare(opening(), file("elsewhere.onnx"));
    QVERIFY(isFound());
    QCOMPARE(m_found->at(0).at(1).toString(), file("elsewhere.onnx"));
    QVERIFY(m_window->findChildren<QMessageBox *>().isEmpty());
}

void TstMissingModel::otherWeights_areSaidAndMayBeUsed()
{
    std::string bytes = readFile(samplePath().toStdString());
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1); // a weight's last bit
    writeFileAtomically(file("other.onnx").toStdString(), bytes);
    m_missing->compare(opening(), file("other.onnx"));
    QMessageBox *box = question();
    QVERIFY(box && m_found->isEmpty());
    QVERIFY(box->text().contains("other.onnx is not the model"));
    QVERIFY2(box->informativeText().contains("the same layers of the same shapes"),
             qPrintable(box->informativeText()));
    QVERIFY(box->informativeText().contains("Every rule"));
    press(box, "Use it anyway");
    QCOMPARE(m_found->size(), 1);
    QCOMPARE(found().read.project.recipe.rules.size(), size_t(2));
    QVERIFY(found().read.losses.empty());
    QVERIFY(m_givenUp->isEmpty());
}

void TstMissingModel::otherLayers_areNamedAndTheirRulesLeftOut()
{
    ProjectOpening other = openingOfAnother();
    other.read.project.layers.push_back({"head<1>", "Gemm", 3, 4});
    other.read.project.layers[0].rows += 2;
    other.read.project.recipe.rules.push_back(parseRule("head*:bits=2"));
    m_missing->compare(other, samplePath());
    QMessageBox *box = question();
    QVERIFY(box);
    const QString said = box->informativeText();
    QVERIFY2(said.contains("1 layer") && said.contains("head<1>"), qPrintable(said));
    QVERIFY2(said.contains(QString::fromStdString(other.read.project.layers[0].name)), qPrintable(said));
    QVERIFY2(said.contains("head*"), qPrintable(said));
    press(box, "Use it anyway");
    QCOMPARE(m_found->size(), 1);
    QCOMPARE(found().read.project.recipe.rules.size(), size_t(2));
    QCOMPARE(found().read.losses.size(), size_t(1));
}

void TstMissingModel::noModel_isSaid()
{
    writeFileAtomically(file("text.onnx").toStdString(), "no model");
    m_missing->compare(opening(), file("text.onnx"));
    QMessageBox *box = question();
    QVERIFY(box && box->text().contains("text.onnx cannot be read"));
    QVERIFY(buttonOf(*box, "Look again") && !buttonOf(*box, "Use it anyway"));
}

void TstMissingModel::cancel_opensNothing()
{
    m_missing->compare(openingOfAnother(), samplePath());
    QMessageBox *box = question();
    QVERIFY(box);
    QTest::keyClick(box, Qt::Key_Escape);
    QVERIFY(m_found->isEmpty());
    QVERIFY(!box->isVisible());
    QCOMPARE(m_givenUp->size(), 1);
}

void TstMissingModel::abandoned_findsNothingAndLetsTheProjectGo()
{
    ProjectOpening first = opening();
    const std::weak_ptr<QLockFile> lock = first.lock;
    m_missing->compare(first, samplePath());
    first.lock.reset();
    QVERIFY(!lock.expired());
    m_missing->abandon();
    QVERIFY(lock.expired()); // at once: it may be opened again
    m_missing->compare(opening(), file("nothing.onnx"));
    QVERIFY(question()); // the answer about the first would have come before
    QVERIFY(m_found->isEmpty() && m_givenUp->isEmpty());
}

void TstMissingModel::abandoned_takesItsQuestionAway()
{
    m_missing->compare(openingOfAnother(), samplePath());
    const QPointer<QMessageBox> box = question();
    QVERIFY(box);
    m_missing->abandon();
    QVERIFY(!box->isVisible());
    QTRY_VERIFY(!box);
    QVERIFY(m_found->isEmpty() && m_givenUp->isEmpty());
}

void TstMissingModel::laterSearch_takesThePlaceOfTheFirst()
{
    QVERIFY(QFile::copy(samplePath(), file("elsewhere.onnx")));
    m_missing->compare(opening(), samplePath());
    ProjectOpening second = opening();
    second.path = file("second.lathe");
    m_missing->compare(second, file("elsewhere.onnx"));
    QVERIFY(isFound());
    QCOMPARE(m_found->size(), 1);
    QCOMPARE(found().path, file("second.lathe"));
}

QTEST_MAIN(TstMissingModel)
#include "tst_missingmodel.moc"
