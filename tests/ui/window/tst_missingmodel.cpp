#include "core/base/fileio.h"
#include "tests/ui/dialogs.h"
#include "ui/window/fileopener.h"
#include "ui/window/mainactions.h"
#include "ui/window/mainwindow.h"
#include "ui/window/missingmodel.h"
#include "ui/window/projectcontroller.h"

#include <QMessageBox>
#include <QPushButton>
#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstMissingModel : public QObject {
    Q_OBJECT
private slots:
    void init();

    void movedModel_isTakenWithoutAWord();
    void otherWeights_areSaidAndMayBeUsed();
    void otherLayers_areNamedAndTheirRulesLeftOut();
    void noModel_isSaid();
    void cancel_opensNothing();

private:
    QString file(const QString &name) const { return m_folder->filePath(name); }
    ProjectOpening opening(MissingModel &missing) const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TstMissingModel::init()
{
    startClean();
    m_folder = std::make_unique<QTemporaryDir>();
}

/// Of a project of the sample that has moved.
ProjectOpening TstMissingModel::opening(MissingModel &) const
{
    const Model model = Model::load(samplePath().toStdString());
    ProjectOpening opening;
    opening.path = file("p.lathe");
    opening.read.project.model.path = file("gone.onnx").toStdString();
    opening.read.project.model.sha256 = model.sha256();
    opening.read.project.layers = projectLayers(model);
    opening.read.project.recipe.rules = {parseRule("*:bits=8"), parseRule("fc1:bits=4")};
    return opening;
}

static QMessageBox *question(const QWidget &window)
{
    return shownDialog<QMessageBox>(window);
}

static void press(QMessageBox *box, const QString &text)
{
    for (QAbstractButton *button : box->buttons())
        if (button->text().remove('&').startsWith(text))
            QTest::mouseClick(button, Qt::LeftButton);
}

void TstMissingModel::movedModel_isTakenWithoutAWord()
{
    QVERIFY(QFile::copy(samplePath(), file("elsewhere.onnx")));
    QWidget window;
    window.show();
    MissingModel missing(&window);
    QSignalSpy found(&missing, &MissingModel::found);
    missing.compare(opening(missing), file("elsewhere.onnx"));
    QVERIFY(QTest::qWaitFor([&] { return !found.isEmpty(); }, patience));
    QCOMPARE(found[0][1].toString(), file("elsewhere.onnx"));
    QVERIFY(window.findChildren<QMessageBox *>().isEmpty());
}

void TstMissingModel::otherWeights_areSaidAndMayBeUsed()
{
    std::string bytes = readFile(samplePath().toStdString());
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1); // a weight's last bit
    writeFileAtomically(file("other.onnx").toStdString(), bytes);
    QWidget window;
    window.show();
    MissingModel missing(&window);
    QSignalSpy found(&missing, &MissingModel::found);
    missing.compare(opening(missing), file("other.onnx"));
    QMessageBox *box = question(window);
    QVERIFY(box && found.isEmpty());
    QVERIFY(box->text().contains("other.onnx is not the model"));
    QVERIFY2(box->informativeText().contains("the same layers of the same shapes"),
             qPrintable(box->informativeText()));
    QVERIFY(box->informativeText().contains("Every rule"));
    press(box, "Use it anyway");
    QCOMPARE(found.size(), 1);
    const auto used = found[0][0].value<ProjectOpening>();
    QCOMPARE(used.read.project.recipe.rules.size(), size_t(2));
    QVERIFY(used.read.losses.empty());
}

void TstMissingModel::otherLayers_areNamedAndTheirRulesLeftOut()
{
    QWidget window;
    window.show();
    MissingModel missing(&window);
    QSignalSpy found(&missing, &MissingModel::found);
    ProjectOpening other = opening(missing);
    other.read.project.model.sha256 = "of another file";
    other.read.project.layers.push_back({"head<1>", "Gemm", 3, 4});
    other.read.project.layers[0].rows += 2;
    other.read.project.recipe.rules.push_back(parseRule("head*:bits=2"));
    missing.compare(other, samplePath());
    QMessageBox *box = question(window);
    QVERIFY(box);
    const QString said = box->informativeText();
    QVERIFY2(said.contains("1 layer") && said.contains("head<1>"), qPrintable(said));
    QVERIFY2(said.contains(QString::fromStdString(other.read.project.layers[0].name)), qPrintable(said));
    QVERIFY2(said.contains("head*"), qPrintable(said));
    press(box, "Use it anyway");
    QCOMPARE(found.size(), 1);
    const auto used = found[0][0].value<ProjectOpening>();
    QCOMPARE(used.read.project.recipe.rules.size(), size_t(2));
    QCOMPARE(used.read.losses.size(), size_t(1));
}

void TstMissingModel::noModel_isSaid()
{
    writeFileAtomically(file("text.onnx").toStdString(), "no model");
    QWidget window;
    window.show();
    MissingModel missing(&window);
    missing.compare(opening(missing), file("text.onnx"));
    QMessageBox *box = question(window);
    QVERIFY(box && box->text().contains("text.onnx cannot be read"));
    QStringList buttons;
    for (QAbstractButton *button : box->buttons())
        buttons << button->text().remove('&');
    QVERIFY2(buttons.join('|').contains("Look again") && !buttons.join('|').contains("anyway"),
             qPrintable(buttons.join('|')));
}

void TstMissingModel::cancel_opensNothing()
{
    QWidget window;
    window.show();
    MissingModel missing(&window);
    QSignalSpy found(&missing, &MissingModel::found);
    ProjectOpening other = opening(missing);
    other.read.project.model.sha256 = "of another file";
    missing.compare(other, samplePath());
    QMessageBox *box = question(window);
    QVERIFY(box);
    QTest::keyClick(box, Qt::Key_Escape);
    QVERIFY(found.isEmpty());
    QVERIFY(!box->isVisible());
}

QTEST_MAIN(TstMissingModel)
#include "tst_missingmodel.moc"
