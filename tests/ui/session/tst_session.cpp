// The work on a model that is in no project: kept by itself, gone on with when the model is opened again.
#include "core/base/fileio.h"
#include "tests/support/places.h"
#include "tests/ui/sample.h"

#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

namespace {

/// Where 0.1.0 kept the session of a model.
QString firstSessionPath(const QString &model)
{
    return SessionKeeper::pathFor(model).chopped(6) + ".json";
}

QString copyOfSample(const QTemporaryDir &folder)
{
    const QString path = folder.filePath("digits.onnx");
    return QFile::copy(samplePath(), path) &&
                   QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner)
               ? path
               : QString();
}

} // namespace

class TstSession : public QObject {
    Q_OBJECT
private slots:
    void init() { startClean(); }

    void sessionOfFirstRelease_isContinued();
    void sessionOfFirstRelease_keepsFiguresAndGoesOnAsAProject();
    void session_continuesWhereItStopped();
    void session_isAProjectWrittenWhileOneWorks();
    void session_ofAChangedModel_hasNoFigures();
    void session_ofTwoWindows_isThatOfTheLast();
    void session_thatCannotBeWritten_isSaidAndNothingIsLost();
    void session_thatCannotBeRead_isSaid();
    void session_thatCannotBeRead_isPutAside_data();
    void session_thatCannotBeRead_isPutAside();
    void session_thatCannotBePutAside_isNotWrittenOver();
};

/// tests/tools/makeformatfiles.py made it.
void TstSession::sessionOfFirstRelease_isContinued()
{
    QTemporaryDir folder;
    const QString model = folder.filePath("net.onnx");
    const QString place = firstSessionPath(model);
    QVERIFY(QFile::copy(QString::fromStdString(sourcePath("tests/data/0.1.0/net.onnx")), model));
    QVERIFY(QDir().mkpath(QFileInfo(place).path()));
    QVERIFY(QFile::copy(QString::fromStdString(sourcePath("tests/data/0.1.0/session.json")), place));
    Workbench workbench;
    workbench.openModel(model);
    QTRY_VERIFY_WITH_TIMEOUT(workbench.hasModel(), patience);
    const Recipe expected = loadRecipe(sourcePath("tests/data/0.1.0/recipes/switched.json"));
    QVERIFY(workbench.editor().recipe() == expected);
    QCOMPARE(workbench.variants()->rowCount(), 2); // the baseline and one of its own
    const Variant &kept = workbench.variants()->at(1);
    QCOMPARE(kept.name, QString("8 bits"));
    QVERIFY(kept.recipe == loadRecipe(sourcePath("tests/data/0.1.0/recipes/plain.json")));
    QVERIFY(QFile::remove(place));
}

/// The window of 0.1.0 wrote it; only its paths were changed.
void TstSession::sessionOfFirstRelease_keepsFiguresAndGoesOnAsAProject()
{
    QTemporaryDir folder;
    const QString model = copyOfSample(folder);
    const QString place = firstSessionPath(model);
    std::string text = readFile(sourcePath("tests/data/0.1.0/session-measured.json"));
    const QByteArray changed = QByteArray::number(QFileInfo(model).lastModified().toMSecsSinceEpoch());
    text.replace(text.find("1795940458298"), 13, changed.toStdString());
    QVERIFY(QDir().mkpath(QFileInfo(place).path()));
    writeFileAtomically(place.toStdString(), text);
    std::string figures;
    for (int time = 0; time < 2; ++time) {
        Workbench workbench;
        workbench.openModel(model);
        QTRY_VERIFY_WITH_TIMEOUT(workbench.hasModel(), patience);
        QCOMPARE(workbench.editor().settings().front().quantize->bits, 4);
        QCOMPARE(workbench.editor().recipePath(), QString("/recipes/four.json"));
        QCOMPARE(workbench.variants()->rowCount(), 4);
        QCOMPARE(workbench.variants()->at(1).file->path, QString("/elsewhere/mine.onnx"));
        const Variant &four = workbench.variants()->at(3);
        QCOMPARE(workbench.editor().origin(), four.id);
        QCOMPARE(four.parent, workbench.variants()->at(2).id);
        QCOMPARE(four.note, QString("two\nlines"));
        QCOMPARE(four.when.time().msec(), 963);
        QCOMPARE(four.figures.top1->value, 0.9907407407407407);
        const Figures &mine =
            workbench.variants()->at(1).figures; // what is open is sized anew, files are not
        QCOMPARE(mine.bytes, int64_t(190770));
        if (time == 1)
            QCOMPARE(toJson(mine), figures);
        figures = toJson(mine);
        workbench.saveSession();
        QVERIFY(!QFile::exists(place));
        QVERIFY(QFile::exists(SessionKeeper::pathFor(model)));
    }
}

void TstSession::session_continuesWhereItStopped()
{
    std::vector<LayerSettings> settings;
    {
        Workbench workbench;
        QVERIFY(openSample(workbench));
        editBits(workbench, "fc1", 3);
        QVERIFY(settle(workbench));
        workbench.variantStore().save("three bits");
        settings = workbench.editor().settings();
    }
    Workbench workbench;
    QString notice;
    connect(&workbench, &Workbench::notice, this, [&](const QString &text) { notice = text; });
    QVERIFY(openSample(workbench));
    QVERIFY(workbench.editor().settings() == settings);
    QVERIFY(!notice.isEmpty());
    QCOMPARE(workbench.variants()->rowCount(), 2);
    QCOMPARE(workbench.variants()->at(1).name, QString("three bits"));
    QVERIFY(workbench.variants()->at(1).figures.top1.has_value());
    workbench.editor().undoStack()->undo();
    QVERIFY(workbench.editor().recipe().rules.empty());
}

/// So that a program that is killed loses no more than the last moment.
void TstSession::session_isAProjectWrittenWhileOneWorks()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    const QString place = SessionKeeper::pathFor(workbench.modelPath());
    QVERIFY(!QFile::exists(place)); // nothing to keep
    editBits(workbench, "fc1", 3);
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(place), patience);
    const ReadProject read = loadProject(place.toStdString());
    QVERIFY(read.losses.empty());
    QVERIFY(read.project.recipe == workbench.editor().recipe());
    QCOMPARE(QString::fromStdString(read.project.model.path.string()), workbench.modelPath());
    workbench.editor().undoStack()->undo();
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(place), patience);
}

void TstSession::session_ofAChangedModel_hasNoFigures()
{
    QTemporaryDir folder;
    const QString model = copyOfSample(folder);
    const auto open = [&](Workbench &workbench) {
        workbench.openModel(model, {samplePath(""), {}, {}, {}});
        return QTest::qWaitFor([&] { return workbench.hasModel(); }, patience) && settle(workbench);
    };
    {
        Workbench workbench;
        QVERIFY(open(workbench));
        editBits(workbench, "fc1", 3);
        workbench.variantStore().save("three bits");
        QVERIFY(settle(workbench));
        editBits(workbench, "fc1", 2);
        QVERIFY(settle(workbench));
        QVERIFY(workbench.variants()->at(1).figures.top1.has_value());
    }
    QFile file(model);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.setFileTime(QDateTime::currentDateTime().addSecs(5), QFileDevice::FileModificationTime));
    file.close();
    Workbench workbench;
    QVERIFY(open(workbench));
    QCOMPARE(workbench.variants()->at(1).name, QString("three bits"));
    QVERIFY(!workbench.variants()->at(1).figures.top1);
    QCOMPARE(workbench.editor().settings()[size_t(layerNamed(workbench, "fc1"))].quantize->bits, 2);
}

void TstSession::session_ofTwoWindows_isThatOfTheLast()
{
    {
        Workbench first, second;
        QVERIFY(openSample(first));
        editBits(first, "fc1", 3);
        first.saveSession();
        QVERIFY(openSample(second));
        QCOMPARE(second.editor().settings()[size_t(layerNamed(second, "fc1"))].quantize->bits, 3);
        editBits(second, "fc1", 5);
    } // the second one goes first
    Workbench again;
    QVERIFY(openSample(again));
    QCOMPARE(again.editor().settings()[size_t(layerNamed(again, "fc1"))].quantize->bits, 3);
}

void TstSession::session_thatCannotBeWritten_isSaidAndNothingIsLost()
{
    Workbench workbench;
    QStringList notices;
    connect(&workbench, &Workbench::notice, this, [&](const QString &text) { notices << text; });
    QVERIFY(openSample(workbench));
    const QString place = SessionKeeper::pathFor(workbench.modelPath());
    const QString folder = QFileInfo(place).path();
    QVERIFY(QDir().mkpath(QFileInfo(folder).path()));
    writeFileAtomically(folder.toStdString(), "in the way"); // where not even root can write
    editBits(workbench, "fc1", 3);
    workbench.saveSession();
    QCOMPARE(notices.size(), 1);
    QVERIFY2(notices.front().contains(place), qPrintable(notices.front()));
    QCOMPARE(workbench.editor().settings()[size_t(layerNamed(workbench, "fc1"))].quantize->bits, 3);
    QVERIFY(QFile::remove(folder));
    workbench.saveSession();
    QVERIFY(loadProject(place.toStdString()).project.recipe == workbench.editor().recipe());
    QCOMPARE(notices.size(), 1);
}

void TstSession::session_thatCannotBeRead_isSaid()
{
    const QString place = SessionKeeper::pathFor(samplePath());
    QVERIFY(QDir().mkpath(QFileInfo(place).path()));
    writeFileAtomically(place.toStdString(), "{\"lathe_project\": 99}");
    Workbench workbench;
    QStringList notices;
    connect(&workbench, &Workbench::notice, this, [&](const QString &text) { notices << text; });
    QVERIFY(openSample(workbench));
    QCOMPARE(notices.size(), 1);
    QVERIFY2(notices.front().contains("newer"), qPrintable(notices.front()));
    QVERIFY(workbench.editor().recipe().rules.empty());
}

void TstSession::session_thatCannotBeRead_isPutAside_data()
{
    QTest::addColumn<bool>("isOfFirstRelease");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isChanged");
    QTest::newRow("newer, then another recipe") << false << "{\"lathe_project\": 99}" << true;
    QTest::newRow("newer, then nothing to keep") << false << "{\"lathe_project\": 99}" << false;
    QTest::newRow("damaged") << false << "{\"lathe_proj" << true;
    QTest::newRow("damaged, of the first release") << true << "{" << false;
}

void TstSession::session_thatCannotBeRead_isPutAside()
{
    QFETCH(bool, isOfFirstRelease);
    QFETCH(QString, text);
    QFETCH(bool, isChanged);
    const QString place = SessionKeeper::pathFor(samplePath());
    const QString unread = isOfFirstRelease ? firstSessionPath(samplePath()) : place;
    const QString aside = unread + ".unreadable";
    QVERIFY(QDir().mkpath(QFileInfo(place).path()));
    QVERIFY(!QFile::exists(place));
    writeFileAtomically(unread.toStdString(), text.toStdString());
    writeFileAtomically(aside.toStdString(), "put aside before");
    {
        Workbench workbench;
        QStringList notices;
        connect(&workbench, &Workbench::notice, this, [&](const QString &said) { notices << said; });
        QVERIFY(openSample(workbench));
        QCOMPARE(notices.size(), 1);
        QVERIFY2(notices.front().contains(aside), qPrintable(notices.front()));
        if (isChanged)
            editBits(workbench, "fc1", 3);
    } // saved
    QCOMPARE(QString::fromStdString(readFile(aside.toStdString())), text);
    QVERIFY(!isOfFirstRelease || !QFile::exists(unread));
    QCOMPARE(QFile::exists(place), isChanged);
}

void TstSession::session_thatCannotBePutAside_isNotWrittenOver()
{
    const std::string text = "{\"lathe_project\": 99}";
    const QString place = SessionKeeper::pathFor(samplePath());
    QVERIFY(QDir().mkpath(place + ".unreadable/in the way"));
    writeFileAtomically(place.toStdString(), text);
    {
        Workbench workbench;
        QVERIFY(openSample(workbench));
        editBits(workbench, "fc1", 3);
    }
    QCOMPARE(readFile(place.toStdString()), text);
}

QTEST_MAIN(TstSession)
#include "tst_session.moc"
