#include "tests/support/places.h"

#include <QDirIterator>
#include <QFile>
#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using lathe::test::sourcePath;

/// Reads the sources: what the folders promise of each other, and what must stay small.
class TstStructure : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void core_includesOnlyWhatItLinks();
    void core_hasNoCircles();
    void core_knowsNoQt();
    void parallelLoops_areTheOnlyUseOfTbb();
    void libtorch_staysInItsFolder();
    void ui_includesOnlyFloorsBelow();
    void tests_standWhereTheirSubjectDoes();
    void insideHeaders_areInside();
    void readme_isOneScreenAndAHalf();
    void mainWindow_staysSmall();
    void workbench_staysSmall();

private:
    struct Include {
        QString from, to; ///< paths from the top of the repository
    };
    static QString read(const QString &path);
    static QStringList filesOf(const QString &folder);
    /// As the class declares them in a header, special ones and those with a body included.
    static QStringList functionsOf(const QString &className, const QString &header);
    static QString folderOf(const QString &path) { return path.section('/', 0, 1); }
    QVector<Include> includesOf(const QString &folder) const;
    static QMap<QString, QSet<QString>>
    linkedFolders(); ///< of core, by folder: what its CMakeLists.txt names

    QVector<Include> m_includes;
};

QString TstStructure::read(const QString &path)
{
    QFile file(QString::fromStdString(sourcePath("")) + path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QStringList TstStructure::filesOf(const QString &folder)
{
    const QString top = QString::fromStdString(sourcePath(""));
    QStringList files;
    QDirIterator all(top + folder, {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
    while (all.hasNext())
        files << all.next().mid(top.size());
    files.sort();
    return files;
}

void TstStructure::initTestCase()
{
    for (const char *folder : {"app", "core", "ui", "tests"})
        m_includes += includesOf(folder);
    QVERIFY(m_includes.size() > 2000);
}

QVector<TstStructure::Include> TstStructure::includesOf(const QString &folder) const
{
    static const QRegularExpression line("^#include \"([^\"]+)\"", QRegularExpression::MultilineOption);
    QVector<Include> found;
    for (const QString &file : filesOf(folder)) {
        auto match = line.globalMatch(read(file));
        while (match.hasNext())
            found << Include{file, match.next().captured(1)};
    }
    return found;
}

QMap<QString, QSet<QString>> TstStructure::linkedFolders()
{
    static const QRegularExpression target("lathe::([a-z]+)");
    QMap<QString, QSet<QString>> linked;
    for (const QString &name :
         QDir(QString::fromStdString(sourcePath("core"))).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QSet<QString> &targets = linked[name];
        auto match = target.globalMatch(read("core/" + name + "/CMakeLists.txt"));
        while (match.hasNext())
            targets << match.next().captured(1);
        if (targets.remove("model_proto") && name != "model") // stands for these
            targets << "model"
                    << "shapes"
                    << "onnx";
        targets.remove(name);
    }
    for (bool grown = true; grown;) {
        grown = false;
        for (QSet<QString> &targets : linked) {
            const qsizetype before = targets.size();
            for (const QString &target : QSet<QString>(targets))
                targets |= linked.value(target);
            grown |= targets.size() > before;
        }
    }
    return linked;
}

void TstStructure::core_includesOnlyWhatItLinks()
{
    const QMap<QString, QSet<QString>> linked = linkedFolders();
    QStringList faults;
    for (const Include &include : m_includes) {
        if (!include.from.startsWith("core/"))
            continue;
        const QString from = include.from.section('/', 1, 1), to = include.to.section('/', 1, 1);
        const bool allowed = include.to.startsWith("core/") && (from == to || linked[from].contains(to));
        if (!allowed)
            faults << include.from + " includes " + include.to;
    }
    QVERIFY2(faults.isEmpty(), qPrintable(faults.join('\n')));
}

void TstStructure::core_hasNoCircles()
{
    const QMap<QString, QSet<QString>> linked = linkedFolders();
    QVERIFY(linked.size() > 15);
    for (auto folder = linked.begin(); folder != linked.end(); ++folder)
        for (const QString &other : folder.value())
            QVERIFY2(!linked[other].contains(folder.key()), qPrintable(folder.key() + " and " + other));
}

void TstStructure::core_knowsNoQt()
{
    for (const QString &file : filesOf("core") + filesOf("app"))
        if (file != "app/workbench_main.cpp")
            QVERIFY2(!read(file).contains("#include <Q"), qPrintable(file));
}

void TstStructure::parallelLoops_areTheOnlyUseOfTbb()
{
    for (const QString &file : filesOf("core") + filesOf("app") + filesOf("ui"))
        QCOMPARE(read(file).contains("tbb/") || read(file).contains("tbb::"),
                 file == "core/base/parallel.cpp");
}

/// What includes it needs a second to start; all else finds the engine by loadEngine().
void TstStructure::libtorch_staysInItsFolder()
{
    static const QRegularExpression torch("#include [<\"](torch/|ATen/|c10/|core/train/torch/)");
    QStringList opened;
    for (const QString &file : filesOf("core") + filesOf("app") + filesOf("ui") + filesOf("tests")) {
        const QString text = read(file);
        if (file.section('/', -2, -2) != "torch")
            QVERIFY2(!text.contains(torch), qPrintable(file));
        if (!file.startsWith("tests/") && text.contains("dlopen("))
            opened << file;
    }
    QCOMPARE(opened, QStringList{"core/train/loadengine.cpp"});
}

void TstStructure::ui_includesOnlyFloorsBelow()
{
    // From the ground up; folders of one floor do not know each other.
    const QVector<QStringList> floors{
        {"style"},
        {"base"},
        {"widgets"},
        {"variants", "layers", "help", "jobs"},
        {"session"},
        {"charts"},
        {"compare", "inspector", "graph", "export", "recipe", "data", "recover"},
        {"window"}};
    QMap<QString, int> floorOf;
    for (int floor = 0; floor < floors.size(); ++floor)
        for (const QString &folder : floors[floor])
            floorOf["ui/" + folder] = floor;
    const QStringList folders =
        QDir(QString::fromStdString(sourcePath("ui"))).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    QCOMPARE(folders.size(), floorOf.size());
    QStringList faults;
    for (const Include &include : m_includes) {
        if (!include.from.startsWith("ui/"))
            continue;
        const QString from = folderOf(include.from), to = folderOf(include.to);
        QVERIFY2(floorOf.contains(from), qPrintable(include.from));
        const bool allowed = include.to.startsWith("core/") || from == to ||
                             (floorOf.contains(to) && floorOf[to] < floorOf[from]);
        if (!allowed)
            faults << include.from + " includes " + include.to;
    }
    QVERIFY2(faults.isEmpty(), qPrintable(faults.join('\n')));
}

void TstStructure::tests_standWhereTheirSubjectDoes()
{
    for (const QString &file : filesOf("tests/ui")) {
        const QString name = file.section("/tst_", 1).section('.', 0, 0);
        if (name.isEmpty())
            continue;
        for (const QString &header : filesOf("ui"))
            if (header.endsWith('/' + name + ".h"))
                QCOMPARE(file.section('/', 2, 2), header.section('/', 1, 1));
        QVERIFY2(QDir(QString::fromStdString(sourcePath("ui/")) + file.section('/', 2, 2)).exists(),
                 qPrintable(file));
    }
}

void TstStructure::insideHeaders_areInside()
{
    static const QRegularExpression promise("Inside (core(?:/[a-z]+)?) only");
    QMap<QString, QString> places;
    for (const QString &file : filesOf("core"))
        if (file.endsWith(".h"))
            if (const auto match = promise.match(read(file).replace(QRegularExpression("\\s*\n//\\s*"), " "));
                match.hasMatch())
                places[file] = match.captured(1) + '/';
    QVERIFY(places.size() > 40);
    QStringList faults;
    for (const Include &include : m_includes)
        if (places.contains(include.to) && !include.from.startsWith(places[include.to]) &&
            !include.from.startsWith("tests/"))
            faults << include.from + " includes " + include.to;
    QVERIFY2(faults.isEmpty(), qPrintable(faults.join('\n')));
}

void TstStructure::readme_isOneScreenAndAHalf()
{
    const qsizetype words = read("README.md").split(QRegularExpression("\\s+"), Qt::SkipEmptyParts).size();
    QVERIFY2(words > 100 && words < 1000, qPrintable(QString::number(words)));
}

QStringList TstStructure::functionsOf(const QString &className, const QString &header)
{
    static const QRegularExpression comment("//[^\\n]*"), body("\\{[^{}]*\\}"), arguments("<[^<>]*>");
    const qsizetype start = header.indexOf("class " + className + " : public");
    QString code = header.mid(start, header.indexOf("\n};", start) - start).remove(comment);
    code.remove(0, code.indexOf('{') + 1);
    while (code.contains(body))
        code.replace(body, ";"); // of a function, or what a member begins with
    while (code.contains(arguments))
        code.remove(arguments); // std::function<void(int)> is a member
    QStringList functions;
    for (const QString &declaration : code.split(';'))
        if (declaration.contains('('))
            functions << declaration.simplified();
    return functions;
}

void TstStructure::mainWindow_staysSmall()
{
    const QStringList declared = functionsOf("MainWindow", read("ui/window/mainwindow.h"));
    QVERIFY2(declared.size() > 5 && declared.size() < 40, qPrintable(declared.join('\n')));
    // What is defined, free functions too, wherever it was moved to.
    static const QRegularExpression definition("^[A-Za-z][^;={}\"]*\\([^;{}]*\\)[^;{}()]*\\n?\\{",
                                               QRegularExpression::MultilineOption);
    qsizetype defined = 0;
    for (const QString &file : filesOf("ui")) {
        const QString code = read(file);
        if (file.startsWith("ui/window/mainwindow") && file.endsWith(".cpp"))
            defined += code.count(definition);
        else
            QVERIFY2(!code.contains(QRegularExpression("^[^\\s/].*\\bMainWindow::\\w+\\(",
                                                       QRegularExpression::MultilineOption)),
                     qPrintable(file + " defines a function of MainWindow"));
    }
    QVERIFY2(defined > 5 && defined < 40, qPrintable(QString::number(defined)));
}

/// Its parts hold the rest: RecipeEditor, PreviewController, VariantStore, LayerFocus, SessionKeeper.
void TstStructure::workbench_staysSmall()
{
    const QStringList declared = functionsOf("Workbench", read("ui/session/workbench.h"));
    QVERIFY2(declared.size() > 5 && declared.size() <= 60, qPrintable(declared.join('\n')));
}

QTEST_APPLESS_MAIN(TstStructure)
#include "tst_structure.moc"
