#include "tests/ui/sample.h"
#include "ui/base/translation.h"
#include "ui/help/helppages.h"
#include "ui/help/helpwindow.h"
#include "ui/inspector/methodgroup.h"
#include "ui/window/mainwindow.h"
#include "ui/window/nowstrip.h"

#include <QLineEdit>
#include <QListWidget>
#include <QRegularExpression>
#include <QTextBrowser>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

namespace {

const QRegularExpression han(R"(\p{Han})");

/// What a line has in every language, in one order.
QStringList bones(const QString &line)
{
    static const QRegularExpression bone(
        R"(^#+ |^- |\]\([^)]+\)|`[^`]+`|\*\*|(?:Ctrl|Alt)\+[A-Za-z0-9+]+|\bF\d+\b)");
    QStringList found;
    for (const auto &match : bone.globalMatch(line))
        found << match.captured();
    found.sort();
    return found;
}

} // namespace

class TstHelp : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { startClean(); }
    void cleanup() { applyLanguage("en"); }

    void everyPage_opensWithItsTitle_data() { pages(); }
    void everyPage_opensWithItsTitle();
    void everyLink_leadsSomewhere_data() { pages(); }
    void everyLink_leadsSomewhere();
    void everyPage_isReachedFromTheContents();
    void everyFile_isListed();
    void everyPage_isAlsoInChinese_data() { pages(); }
    void everyPage_isAlsoInChinese();
    void chineseWindow_showsChinesePages();
    void everyMethod_hasAPageWithItsPaper_data();
    void everyMethod_hasAPageWithItsPaper();
    void search_findsPagesByAllWords();
    void search_findsChineseWords();
    void searchField_narrowsTheList();
    void f1_opensThePageOfTheFocus();

private:
    static void pages();
};

void TstHelp::pages()
{
    QTest::addColumn<HelpPage>("page");
    for (const HelpPage &page : helpPages())
        QTest::newRow(qPrintable(page.id)) << page;
}

void TstHelp::everyPage_opensWithItsTitle()
{
    QFETCH(HelpPage, page);
    QVERIFY(page.text.size() > 200);
    QVERIFY(page.title != page.id);
    QWidget parent;
    HelpWindow *window = HelpWindow::show(page.id, &parent);
    QCOMPARE(window->page(), page.id);
    const auto *text = window->findChild<QTextBrowser *>();
    QVERIFY(text->toPlainText().startsWith(page.title));
    QCOMPARE(window->findChild<QListWidget *>()->currentItem()->text(), page.title);
}

void TstHelp::everyLink_leadsSomewhere()
{
    QFETCH(HelpPage, page);
    static const QRegularExpression link(R"(\]\(([^)]+)\))");
    for (const auto &match : link.globalMatch(page.text)) {
        const QString target = match.captured(1);
        static const QRegularExpression paper(
            R"(^https://arxiv\.org/abs/\d{4}\.\d{5}$|^https://arxiv\.org/abs/1[0-4]\d\d\.\d{4}$)");
        QVERIFY2(paper.match(target).hasMatch() || QFile::exists(":/help/" + target), qPrintable(target));
    }
}

void TstHelp::everyPage_isReachedFromTheContents()
{
    for (const HelpPage &page : helpPages().mid(1))
        QVERIFY2(helpPages().first().text.contains("(" + page.id + ".md)"), qPrintable(page.id));
}

void TstHelp::everyFile_isListed()
{
    for (const char *folder : {":/help", ":/help/zh_CN"})
        QCOMPARE(QDir(folder).entryList(QDir::Files).size(), helpPages().size());
    QCOMPARE(QDir(":/help").entryList(QDir::Dirs), QStringList("zh_CN"));
}

// Line by line: what kind of line it is, its links, code, keys and bold words.
void TstHelp::everyPage_isAlsoInChinese()
{
    QFETCH(HelpPage, page);
    applyLanguage("zh_CN");
    const auto found = std::ranges::find(helpPages(), page.id, &HelpPage::id);
    QVERIFY(found != helpPages().end());
    QVERIFY(found->text.count(han) > 50);
    const QStringList english = page.text.split('\n'), chinese = found->text.split('\n');
    QCOMPARE(chinese.size(), english.size());
    for (qsizetype line = 0; line < english.size(); ++line)
        QVERIFY2(bones(chinese[line]) == bones(english[line]), qPrintable(chinese[line]));
}

void TstHelp::chineseWindow_showsChinesePages()
{
    applyLanguage("zh_CN");
    QWidget parent;
    HelpWindow *window = HelpWindow::show("index", &parent);
    auto *text = window->findChild<QTextBrowser *>();
    const auto *list = window->findChild<QListWidget *>();
    for (const HelpPage &page : helpPages()) {
        window->open(page.id);
        QCOMPARE(window->page(), page.id);
        const QString shown = text->toPlainText();
        QVERIFY2(shown.startsWith(page.title) && shown.contains(han), qPrintable(page.id));
        QCOMPARE(list->currentItem()->text(), page.title);
        // Between a Chinese full stop and a letter, Markdown takes no mark for one.
        QVERIFY2(!shown.contains("**") && !shown.contains("]("), qPrintable(page.id));
    }
    window->open("index");
    text->setSource(QUrl("rank.md")); // as its link does
    QVERIFY(text->toPlainText().startsWith(QString("秩")));
    QCOMPARE(window->page(), QString("rank"));
}

void TstHelp::everyMethod_hasAPageWithItsPaper_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("paper");
    using enum PruneMethod;
    using enum NumberFormat;
    QTest::newRow("magnitude") << helpPageOf(Magnitude) << "1506.02626";
    QTest::newRow("wanda") << helpPageOf(Wanda) << "2306.11695";
    QTest::newRow("obs") << helpPageOf(Obs) << "2301.00774";
    QTest::newRow("random") << helpPageOf(Random) << "2202.02643";
    QTest::newRow("taylor") << helpPageOf(Taylor) << "1611.06440";
    QTest::newRow("taylor2") << helpPageOf(Taylor2) << "1801.05787";
    QTest::newRow("fisher") << helpPageOf(Fisher) << "1801.05787";
    QTest::newRow("movement") << helpPageOf(Movement) << "2005.07683";
    QTest::newRow("uniform") << helpPageOf(Uniform) << "1712.05877";
    QTest::newRow("nf4") << helpPageOf(Nf4) << "2305.14314";
    QTest::newRow("fp16") << helpPageOf(Fp16) << "1905.12322";
    QTest::newRow("bf16") << helpPageOf(Bf16) << "1905.12322";
    QTest::newRow("ternary") << helpPageOf(Ternary) << "1605.04711";
    QTest::newRow("binary") << helpPageOf(Binary) << "1603.05279";
    QTest::newRow("gptq") << helpPageOf(Rounding::Gptq) << "2210.17323";
    QTest::newRow("bias correction") << "biascorrection"
                                     << "1906.04721";
    QTest::newRow("cluster") << "cluster"
                             << "1510.00149";
    QTest::newRow("svd") << helpPageOf(RankMethod::Svd) << "1404.0736";
    QTest::newRow("activation svd") << helpPageOf(RankMethod::ActivationSvd) << "2403.07378";
    QTest::newRow("spatial") << helpPageOf(RankForm::Spatial) << "1405.3866";
    QTest::newRow("tucker") << helpPageOf(RankForm::Tucker2) << "1511.06530";
    QTest::newRow("separable") << "separable"
                               << "1704.04861";
    QTest::newRow("channels") << "channels"
                              << "1608.08710";
    QTest::newRow("drop") << "drop"
                          << "2202.07861";
    QTest::newRow("fold") << "fold"
                          << "1712.05877";
    QTest::newRow("renormalize") << "renormalize"
                                 << "2007.02491";
}

void TstHelp::everyMethod_hasAPageWithItsPaper()
{
    QFETCH(QString, id);
    QFETCH(QString, paper);
    const auto page = std::ranges::find(helpPages(), id, &HelpPage::id);
    QVERIFY(page != helpPages().end());
    for (const QString &part :
         {QString("What it does"), QString("When to use it"), QString("What it costs"), paper})
        QVERIFY2(page->text.contains(part), qPrintable(part));
}

void TstHelp::search_findsPagesByAllWords()
{
    QCOMPARE(searchHelp({}).size(), helpPages().size());
    QCOMPARE(searchHelp("gptq").first().id, QString("gptq")); // others name it as well
    for (const HelpPage &page : searchHelp("tucker stripes"))
        QCOMPARE(page.id, QString("convrank"));
    QVERIFY(searchHelp("zzzz").isEmpty());
}

void TstHelp::search_findsChineseWords()
{
    applyLanguage("zh_CN");
    QCOMPARE(searchHelp("量化").first().id, QString("quantize")); // others name it as well
    const QList<HelpPage> clusters = searchHelp("聚类 码本");     // the window's page has both words as well
    QCOMPARE(clusters.first().id, QString("cluster"));
    for (const HelpPage &page : clusters)
        QVERIFY2(page.text.contains("聚类") && page.text.contains("码本"), qPrintable(page.id));
    QCOMPARE(searchHelp("聚类　码本").first().id, QString("cluster")); // a wide space
    QVERIFY(searchHelp("码本 条纹").isEmpty());
}

void TstHelp::searchField_narrowsTheList()
{
    QWidget parent;
    HelpWindow *window = HelpWindow::show("index", &parent);
    auto *list = window->findChild<QListWidget *>();
    QCOMPARE(list->count(), int(helpPages().size()));
    QTest::keyClicks(window->findChild<QLineEdit *>(), "codebook Deep");
    QCOMPARE(list->count(), 1);
    list->setCurrentRow(0);
    QCOMPARE(window->page(), QString("cluster"));
    QTest::keyClick(window, Qt::Key_Escape);
    QVERIFY(!window->isVisible());
}

void TstHelp::f1_opensThePageOfTheFocus()
{
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QVERIFY(openSample(window.workbench()));
    const auto pageAfterF1 = [](QWidget *widget) {
        QTest::keyClick(widget, Qt::Key_F1);
        HelpWindow *help = nullptr;
        for (QWidget *top : QApplication::topLevelWidgets())
            if (auto *found = qobject_cast<HelpWindow *>(top); found && found->isVisible())
                help = found;
        return help ? help->page() : QString();
    };
    for (MethodGroup *group : window.findChildren<MethodGroup *>())
        QCOMPARE(helpPageFor(group->check()), group->property("helpPage").toString());
    QCOMPARE(helpPageFor(window.findChild<NowStrip *>()), QString("figures"));
    QWidget *check = window.findChild<MethodGroup *>()->check();
    check->setFocus();
    QTRY_VERIFY(check->hasFocus());
    QCOMPARE(pageAfterF1(check), helpPageFor(check));
}

QTEST_MAIN(TstHelp)
#include "tst_help.moc"
