#include "tests/support/places.h"
#include "tests/ui/sample.h"
#include "ui/base/format.h"
#include "ui/base/settings.h"
#include "ui/base/settingstext.h"
#include "ui/base/translation.h"
#include "ui/inspector/inspector.h"
#include "ui/session/presets.h"
#include "ui/widgets/figurelabel.h"
#include "ui/window/mainwindow.h"
#include "ui/window/nowstrip.h"
#include "ui/window/preferencesdialog.h"

#include <QAbstractButton>
#include <QLabel>
#include <QMenuBar>
#include <QProcess>
#include <QRegularExpression>
#include <QSettings>
#include <QTemporaryDir>
#include <QXmlStreamReader>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

namespace {

struct Entry {
    QString context, source, comment;
    QStringList translations; ///< one, or one for each plural form
    bool isPlural = false;
    bool isFinished = true;

    QString id() const { return context + QLatin1Char('|') + source + QLatin1Char('|') + comment; }
};

Entry readMessage(QXmlStreamReader &xml, const QString &context)
{
    Entry message;
    message.context = context;
    message.isPlural = xml.attributes().value("numerus") == QLatin1String("yes");
    while (xml.readNextStartElement()) {
        if (xml.name() == QLatin1String("source"))
            message.source = xml.readElementText();
        else if (xml.name() == QLatin1String("comment"))
            message.comment = xml.readElementText();
        else if (xml.name() == QLatin1String("translation")) {
            message.isFinished = !xml.attributes().hasAttribute("type");
            if (!message.isPlural)
                message.translations << xml.readElementText();
            else
                while (xml.readNextStartElement())
                    message.translations << xml.readElementText();
        } else
            xml.skipCurrentElement();
    }
    return message;
}

QVector<Entry> readMessages(const QString &path)
{
    QFile file(path);
    QVector<Entry> messages;
    if (!file.open(QIODevice::ReadOnly))
        return messages;
    QXmlStreamReader xml(&file);
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == QLatin1String("name"))
            context = xml.readElementText();
        else if (xml.name() == QLatin1String("message"))
            messages << readMessage(xml, context);
    }
    return messages;
}

QString tsFile(const QString &language)
{
    return QString::fromStdString(sourcePath("resources/translations/lathe_%1.ts")).arg(language);
}

QStringList all(const QString &text, const QString &pattern)
{
    QStringList found;
    const QRegularExpression expression(pattern);
    for (auto match = expression.globalMatch(text); match.hasNext();)
        found << match.next().captured();
    found.sort();
    return found;
}

/// Of each place of core's patterns: its number, or that of those without one.
QList<int> places(const QString &pattern)
{
    static const QRegularExpression place("\\{(\\d*)[^{}]*\\}");
    QList<int> numbers;
    int next = 0;
    for (auto match = place.globalMatch(pattern); match.hasNext();) {
        const QString number = match.next().captured(1);
        numbers << (number.isEmpty() ? next++ : number.toInt());
    }
    std::ranges::sort(numbers);
    return numbers;
}

QString mnemonicOf(const QString &text)
{
    static const QRegularExpression mark(QStringLiteral("&([^&\\s])"));
    return mark.match(text).captured(1).toUpper();
}

bool isChinese(const QString &text)
{
    return text.contains(QRegularExpression(QStringLiteral("\\p{Han}")));
}

} // namespace

class TstTranslation : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();

    void everyText_isTranslated_data();
    void everyText_isTranslated();
    void placeholders_areKept_data();
    void placeholders_areKept();
    void mnemonics_areKept();
    void sentences_endAsTheyDid();
    void everyTextOfTheSources_isInTheFile_data();
    void everyTextOfTheSources_isInTheFile();
    void system_choosesTheLanguage_data();
    void system_choosesTheLanguage();
    void plurals_followTheNumber();
    void numbers_followTheLanguage();
    void settings_areSaidInTheLanguage();
    void choice_isRemembered();
    void anotherLanguage_takesTheFirstOut();
    void chineseWindow_clipsNothing_data();
    void chineseWindow_clipsNothing();
    void program_startsInChinese();

private:
    static void languageRows();
};

void TstTranslation::init()
{
    startClean();
}

void TstTranslation::cleanup()
{
    applyLanguage("en");
}

void TstTranslation::languageRows()
{
    QTest::addColumn<QString>("language");
    for (const QString &language : languages())
        QTest::newRow(qPrintable(language)) << language;
}

void TstTranslation::everyText_isTranslated_data()
{
    languageRows();
}

void TstTranslation::everyText_isTranslated()
{
    QFETCH(QString, language);
    const QVector<Entry> messages = readMessages(tsFile(language));
    QVERIFY(!messages.isEmpty());
    const int forms = language == "en" ? 2 : 1;
    for (const Entry &m : messages) {
        QVERIFY2(m.isFinished, qPrintable(m.id()));
        QVERIFY2(m.translations.size() == (m.isPlural ? forms : 1), qPrintable(m.id()));
        for (const QString &translation : m.translations)
            QVERIFY2(!translation.isEmpty(), qPrintable(m.id()));
    }
}

void TstTranslation::placeholders_areKept_data()
{
    languageRows();
}

// Also each link and tag of rich text; %n may be left out of a form for one.
void TstTranslation::placeholders_areKept()
{
    QFETCH(QString, language);
    const QString placeholder = "%(L?[1-9]|n)", tag = "<[^>]+>";
    for (const Entry &m : readMessages(tsFile(language)))
        for (const QString &translation : m.translations) {
            QStringList expected = all(m.source, placeholder);
            const bool isOne = language == "en" && &translation == &m.translations.first();
            if (isOne && m.isPlural && !translation.contains("%n"))
                expected.removeAll("%n");
            QVERIFY2(all(translation, placeholder) == expected, qPrintable(m.id() + " -> " + translation));
            QVERIFY2(all(translation, tag) == all(m.source, tag), qPrintable(m.id()));
            if (m.context.endsWith("Message"))
                QVERIFY2(places(translation) == places(m.source), qPrintable(m.id() + " -> " + translation));
        }
}

void TstTranslation::mnemonics_areKept()
{
    for (const Entry &m : readMessages(tsFile("zh_CN")))
        QVERIFY2(mnemonicOf(m.translations.first()) == mnemonicOf(m.source),
                 qPrintable(m.id() + " -> " + m.translations.first()));
}

// What is put together from several texts needs each to end as its original does.
void TstTranslation::sentences_endAsTheyDid()
{
    for (const Entry &m : readMessages(tsFile("zh_CN"))) {
        const QString translation = m.translations.first();
        const auto ends = [](const QString &text, const QStringList &with) {
            return std::any_of(with.begin(), with.end(), [&](const QString &w) { return text.endsWith(w); });
        };
        QVERIFY2(ends(m.source, {"."}) == ends(translation, {"。"}), qPrintable(m.id() + translation));
        QVERIFY2(ends(m.source, {"…"}) == ends(translation, {"…"}), qPrintable(m.id() + translation));
        QVERIFY2(ends(m.source, {"?"}) == ends(translation, {"？"}), qPrintable(m.id() + translation));
        QVERIFY2(m.source.count('\n') == translation.count('\n'), qPrintable(m.id()));
    }
}

void TstTranslation::everyTextOfTheSources_isInTheFile_data()
{
    languageRows();
}

void TstTranslation::everyTextOfTheSources_isInTheFile()
{
    QFETCH(QString, language);
    QTemporaryDir folder;
    const QString fresh = folder.filePath("fresh.ts");
    QStringList arguments{"-I",
                          ".",
                          "ui",
                          "core",
                          "app/workbench_main.cpp",
                          "-source-language",
                          "en",
                          "-target-language",
                          language,
                          "-locations",
                          "none",
                          "-silent"};
    if (language == "en")
        arguments << "-pluralonly";
    QProcess process;
    process.setWorkingDirectory(QString::fromStdString(sourcePath("")));
    process.start(LATHE_LUPDATE, arguments << "-ts" << fresh);
    QVERIFY(process.waitForFinished(patience));
    QSet<QString> expected, there;
    for (const Entry &m : readMessages(fresh))
        expected << m.id();
    for (const Entry &m : readMessages(tsFile(language)))
        there << m.id();
    QVERIFY(!expected.isEmpty());
    const auto listed = [](const QSet<QString> &ids) {
        QStringList list = ids.values();
        list.sort();
        return list.join('\n').toUtf8();
    };
    QVERIFY2((expected - there).isEmpty(), listed(expected - there).constData());
    QVERIFY2((there - expected).isEmpty(), listed(there - expected).constData());
}

void TstTranslation::system_choosesTheLanguage_data()
{
    QTest::addColumn<QStringList>("read");
    QTest::addColumn<QString>("language");
    QTest::newRow("China") << QStringList{"zh-Hans-CN", "zh-CN", "zh"} << "zh_CN";
    QTest::newRow("Singapore") << QStringList{"zh-Hans-SG"} << "zh_CN";
    QTest::newRow("Taiwan: other characters") << QStringList{"zh-Hant-TW"} << "en";
    QTest::newRow("German") << QStringList{"de-DE", "de"} << "en";
    QTest::newRow("German, else Chinese") << QStringList{"de-DE", "zh-CN"} << "zh_CN";
    QTest::newRow("English, else Chinese") << QStringList{"en-GB", "zh-CN"} << "en";
    QTest::newRow("unknown") << QStringList{"C"} << "en";
    QTest::newRow("nothing") << QStringList{} << "en";
}

void TstTranslation::system_choosesTheLanguage()
{
    QFETCH(QStringList, read);
    QFETCH(QString, language);
    QCOMPARE(languageFor(read), language);
}

void TstTranslation::plurals_followTheNumber()
{
    const auto layers = [](int n) { return Inspector::tr("%n layers", nullptr, n); };
    applyLanguage("en");
    QCOMPARE(layers(1), QString("1 layer"));
    QCOMPARE(layers(3), QString("3 layers"));
    applyLanguage("zh_CN");
    QCOMPARE(layers(1), QString("1 个层"));
    QCOMPARE(layers(3), QString("3 个层"));
}

void TstTranslation::numbers_followTheLanguage()
{
    applyLanguage("zh_CN");
    QCOMPARE(QLocale().language(), QLocale::Chinese);
    QCOMPARE(percent(0.829), QString("82.9%"));
    QCOMPARE(number(-1234.5, 1), QString("−1,234.5"));
    applyLanguage("en");
    QCOMPARE(QLocale().language(), QLocale::English);
    QCOMPARE(percent(0.829), QString("82.9 %"));
    QLocale::setDefault(QLocale("de_DE")); // what a German system sets
    QCOMPARE(percent(0.829), QString("82,9 %"));
    QCOMPARE(number(-1234.5, 1), QString("−1.234,5"));
}

// The window's words for settings are those of the command line, until they are translated.
void TstTranslation::settings_areSaidInTheLanguage()
{
    QVector<LayerSettings> all(11);
    all[1].prune = PruneSettings{.ratio = 0.125};
    all[2].prune =
        PruneSettings{.ratio = 0.5, .method = PruneMethod::Obs, .pattern = {PrunePattern::Kind::NofM, 2, 4}};
    all[3].quantize = QuantizeSettings{.bits = 1};
    all[4].quantize = QuantizeSettings{.bits = 4, .symmetric = false, .granularity = Granularity::Group};
    all[4].prune = PruneSettings{.scope = PruneScope::Global};
    all[5].cluster = ClusterSettings{};
    all[5].rank = RankSettings{.value = 64};
    all[6].rank = RankSettings{.unit = RankSettings::Unit::ShareOfBreakEven,
                               .value = 0.5,
                               .method = RankMethod::ActivationSvd,
                               .form = RankForm::Spatial,
                               .bits = 8,
                               .residualBits = 2};
    all[7].rank = RankSettings{.unit = RankSettings::Unit::Energy, .value = 0.95};
    all[7].quantize = QuantizeSettings{.granularity = Granularity::Tensor, .format = NumberFormat::Ternary};
    all[8].separable = SeparableSettings{.onActivations = true};
    all[9].fold = FoldSettings{};
    all[9].quantize = QuantizeSettings{};
    all[10].renormalize = RenormalizeSettings{};
    for (const LayerSettings &settings : all) {
        applyLanguage("en");
        QCOMPARE(settingsText(settings), QString::fromStdString(summary(settings).text()));
        applyLanguage("zh_CN");
        QVERIFY2(isChinese(settingsText(settings)), qPrintable(settingsText(settings)));
    }
}

void TstTranslation::choice_isRemembered()
{
    Preferences start;
    start.language = "zh_CN";
    PreferencesDialog dialog(start);
    QVERIFY(dialog.preferences() == start);
    start.save();
    QCOMPARE(Preferences::load().language, QString("zh_CN"));
    Settings().setText("language", "xx");
    QCOMPARE(Preferences::load().language, QString());
}

void TstTranslation::anotherLanguage_takesTheFirstOut()
{
    applyLanguage("zh_CN");
    QVERIFY(isChinese(MainWindow::tr("Layers")));
    applyLanguage("en");
    QCOMPARE(MainWindow::tr("Layers"), QString("Layers"));
}

void TstTranslation::chineseWindow_clipsNothing_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("1280x800") << QSize(1280, 800);
    QTest::newRow("1920x1080") << QSize(1920, 1080);
}

void TstTranslation::chineseWindow_clipsNothing()
{
    QFETCH(QSize, size);
    applyLanguage("zh_CN");
    MainWindow window;
    window.resize(size);
    window.show();
    QVERIFY(openSample(window.workbench()));
    window.workbench().editor().applyPreset(presets().first());
    QVERIFY(settle(window.workbench()));
    QCOMPARE(window.size(), size);
    for (const QAction *action : window.menuBar()->actions())
        QVERIFY2(isChinese(action->text()), qPrintable(action->text()));

    for (const FigureLabel *label : window.findChildren<FigureLabel *>())
        QVERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->accessibleName()));
    for (const auto *place : {static_cast<QWidget *>(window.findChild<NowStrip *>()),
                              static_cast<QWidget *>(window.findChild<Inspector *>())}) {
        QVERIFY(place);
        for (const QLabel *label : place->findChildren<QLabel *>())
            if (label->isVisible() && !label->wordWrap() &&
                label->sizePolicy().horizontalPolicy() != QSizePolicy::Ignored)
                QVERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->text()));
        for (const QAbstractButton *button : place->findChildren<QAbstractButton *>())
            if (button->isVisible() && !button->text().isEmpty())
                QVERIFY2(button->width() >= button->fontMetrics().horizontalAdvance(button->text()),
                         qPrintable(button->text()));
    }
}

void TstTranslation::program_startsInChinese()
{
    QTemporaryDir folder;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char *name : {"LC_ALL", "LANGUAGE", "LC_MESSAGES"})
        environment.remove(name);
    environment.insert("LANG", "C.UTF-8");
    environment.insert("XDG_CONFIG_HOME", folder.path());
    QVERIFY(QDir(folder.path()).mkpath("lathe"));
    QSettings(folder.filePath("lathe/workbench.ini"), QSettings::IniFormat).setValue("language", "zh_CN");
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(QString::fromStdString(builtPath("lathe-workbench")), {"--help"});
    QVERIFY(process.waitForFinished(patience));
    QCOMPARE(process.exitCode(), 0);
    QVERIFY(QString::fromUtf8(process.readAllStandardOutput()).contains("要打开的 ONNX 模型"));
}

QTEST_MAIN(TstTranslation)
#include "tst_translation.moc"
