// What core says in words is known to the window, and said in its language.
#include "core/calibrate/layerinput.h"
#include "core/exporting/graph.h"
#include "tests/support/exportcases.h"
#include "ui/base/coreterms.h"
#include "ui/base/coretexts.h"
#include "ui/base/translation.h"

#include <QDirIterator>
#include <QRegularExpression>
#include <QtTest>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

namespace {

// Files of core whose texts the window never shows but as errors, or not at all (report, terminal).
const QStringList notShown{"archive/archive.cpp",
                           "base/outputs.cpp",
                           "base/systemreason.cpp",
                           "base/temporaryfolder.cpp",
                           "base/text.cpp",
                           "data/arraysets.cpp",
                           "measure/modelfit.cpp",
                           "data/preprocessingjson.cpp",
                           "exporting/exportedrecipe.cpp",
                           "exporting/metadata.cpp",
                           "exporting/opsetraise.cpp",
                           "certify/report.cpp",
                           "onnx/filekind.cpp",
                           "model/layererror.cpp",
                           "onnx/tensor.cpp",
                           "onnx/tensordata.cpp",
                           "recipe/keys.cpp",
                           "recipe/settings.cpp",
                           "runtime/errortext.cpp",
                           "runtime/session.cpp"};
// Parts of sentences: with them, what they are part of.
const QHash<QString, QString> wholeOf{
    {"running sample", "running sample 1 of 2"},
    {"preparing sample", "preparing sample 1 of 2"},
    {"the first of ", "the first of 4 random inputs, seed 1"},
    {"mask + ", "mask + values"},
    {"gaps + ", "gaps + values"},
    {"writing ", "writing a.onnx"},
    {"plain ", "plain float16"},
    {"its bias is not corrected: ", "its bias is not corrected: the shape of its output is not known"},
    {", multiplied on loading", "codes 3 bit, multiplied on loading"},
    {"factors ({})", "factors (plain, codes 3 bit)"},
    {"{}codes {} bit", "gaps + codes 3 bit"},
    {"{}codebook {} bit", "mask + codebook 3 bit"},
    {"{}int{} QDQ", "uint8 QDQ"},
    {" when the model is loaded, for it cannot run as several layers: a smaller file, the same compute",
     "its factors are multiplied when the model is loaded, for it cannot run as several layers: a smaller "
     "file, "
     "the same compute"},
    {"the {} of {} is not found in the file in its type and shape",
     "the weight of a is not found in the file in its type and shape"},
    {"the {} of {} differs from what its recipe gives (by {:.2g} of its largest value)",
     "the bias of a differs from what its recipe gives (by 0.1 of its largest value)"},
    {"In the file, {}.", "In the file, the weight of a is not found in the file in its type and shape."},
    {", optimizations off", "equals the in-memory model, optimizations off"},
    {"loads in ONNX Runtime{}", "loads in ONNX Runtime, optimizations off"},
};

/// The string literals of a source file in statements that say something to a person.
QStringList saidIn(QString source)
{
    static const QRegularExpression comment("//[^\n]*"), joint("\"\\s*\n\\s*\""), end("[;{}]\\s*\n"),
        literal("\"((?:[^\"\\\\]|\\\\.)*)\""), words("[a-z]{2,} |^plain$|^values$|^sparse$"),
        says("checkpoint\\(|StepProgress|\\b(obstacle|why|note|form|untouchable|loads)\\s*\\+?=|notes\\.push_"
             "back|"
             "\\b(note|warn|add|noteOtherForm)\\(|Issue::Severity|\\breturn\\b|all\\.push_back|Result::");
    source.remove(comment);
    source.remove(joint); // parts of one text
    QStringList said;
    for (const QString &statement : source.split(end)) {
        if (!says.match(statement).hasMatch() || statement.contains("throw Error("))
            continue;
        for (auto match = literal.globalMatch(statement); match.hasNext();)
            if (const QString text = match.next().captured(1).replace("\\\"", "\""); text.contains(words))
                said << text;
    }
    return said;
}

} // namespace

class TstCoreTexts : public QObject {
    Q_OBJECT
private slots:
    void cleanup() { applyLanguage("en"); }
    void everyTextInTheSourcesOfCore_isKnown();
    void everyFormAndRemarkOfExports_isKnown_data();
    void everyFormAndRemarkOfExports_isKnown();
    void everyTerm_isSaidInChinese();
    void chinese_data();
    void chinese();
    void english_staysAsItIs();
    void unknownTexts_stayAsTheyAre();
};

void TstCoreTexts::everyTextInTheSourcesOfCore_isKnown()
{
    static const QRegularExpression place("\\{[^}]*\\}");
    const QString core = LATHE_SOURCE_DIR "/core/";
    QStringList missing;
    int known = 0;
    for (QDirIterator files(core, {"*.cpp"}, QDir::Files, QDirIterator::Subdirectories); files.hasNext();) {
        const QString path = files.next();
        if (notShown.contains(path.mid(core.size())))
            continue;
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        for (const QString &text : saidIn(QString::fromUtf8(file.readAll()))) {
            QString example = wholeOf.value(text, text);
            if (isCoreText(example.replace(place, "7")))
                ++known;
            else
                missing << path.mid(core.size()) + ": " + text;
        }
    }
    QVERIFY2(missing.isEmpty(), qPrintable(missing.join('\n')));
    QVERIFY(known > 120); // the search finds them at all
}

void TstCoreTexts::everyFormAndRemarkOfExports_isKnown_data()
{
    QTest::addColumn<size_t>("which");
    for (size_t i = 0; i < layerCases().size(); ++i)
        QTest::addRow("%s", layerCases()[i].name) << i;
}

void TstCoreTexts::everyFormAndRemarkOfExports_isKnown()
{
    QFETCH(size_t, which);
    for (const int opset : {layerCases()[which].oldestOpset, 13}) {
        const Model model = layerCases()[which].build(opset);
        for (const Layer &layer : model.layers()) {
            QVERIFY(layer.untouchable.empty() || isCoreText(QString::fromStdString(layer.untouchable)));
            const std::string obstacle = factorizationObstacle(layer);
            QVERIFY2(obstacle.empty() || isCoreText(QString::fromStdString(obstacle)), obstacle.c_str());
        }
        Compressor compressor(model);
        for (const char *method :
             {"bits=3", "bits=8,symmetric=false", "prune=0.6,bits=4", "prune=0.95", "clusters=9",
              "format=fp16", "rank=3", "rank=3,bits=8", "rank=900", "rank=3,residual.bits=3",
              "separable=true", "fold=batchnorm", "rank=3,rank.form=tucker2", "prune=0.5,prune.pattern=2:4",
              "format=nf4", "bits=4,granularity=group,group=3"}) {
            Recipe recipe;
            recipe.rules.push_back(parseRule(std::string("*:") + method));
            const CompressedModel compressed = compressor.compress(recipe);
            for (const Storage storage :
                 {Storage::Compact, Storage::QdqInt8, Storage::MatMulNBits, Storage::Sparse}) {
                const BuiltModel built = buildModel(compressed, storage);
                for (const LayerStorage &layer : built.layers)
                    QVERIFY2(isCoreText(QString::fromStdString(layer.form)), layer.form.c_str());
                std::vector<Issue> issues = compressed.issues;
                issues.insert(issues.end(), built.issues.begin(), built.issues.end());
                for (const Issue &issue : issues)
                    QVERIFY2(isCoreText(QString::fromStdString(issue.text)), issue.text.c_str());
            }
        }
    }
}

void TstCoreTexts::everyTerm_isSaidInChinese()
{
    static const QRegularExpression latinWords("[a-z]{3,} [a-z]{3,}");
    applyLanguage("zh_CN");
    for (const CoreTerm &term : coreTerms()) {
        const QString said = QCoreApplication::translate("lathe::ui::CoreText", term.source);
        QVERIFY2(!said.contains(latinWords), term.source);
    }
}

void TstCoreTexts::chinese_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("chinese");
    QTest::newRow("form") << "codes 8 bit"
                          << "8 位编码";
    QTest::newRow("factors") << "factors (mask + codes 3 bit, plain float16, codes 4 bit)"
                             << "因子（掩码 + 3 位编码，普通 float16，4 位编码）";
    QTest::newRow("residual") << "factors (codes 3 bit, codes 3 bit) + gaps + values, multiplied on loading"
                              << "因子（3 位编码，3 位编码） + 间隔 + 取值，加载时相乘";
    QTest::newRow("blocks") << "factors (MatMulNBits 4 bit, blocks of 32, MatMulNBits 8 bit, blocks of 16)"
                            << "因子（MatMulNBits 4 位，每块 32 个，MatMulNBits 8 位，每块 16 个）";
    QTest::newRow("remark") << "plain: its bias is not corrected: the shape of its output is not known."
                            << "plain：偏置未校正：其输出形状未知。"; // a layer of that name keeps it
    QTest::newRow("samples") << "200 of 500 samples of digits (test)"
                             << "digits (test) 的 500 个样本（取 200 个）";
    QTest::newRow("stage") << "compressing layer 3 of 8"
                           << "正在压缩第 3 / 8 层";
    QTest::newRow("placeholders in names") << "%2 is not factorized: its kernel is 1 x 1."
                                           << "%2 未分解：其卷积核为 1×1。";
}

void TstCoreTexts::chinese()
{
    QFETCH(QString, text);
    QFETCH(QString, chinese);
    applyLanguage("zh_CN");
    QCOMPARE(coreText(text.toStdString()), chinese);
}

void TstCoreTexts::english_staysAsItIs()
{
    for (const char *text :
         {"codes 8 bit", "factors (plain, codes 3 bit)", "conv1 is skipped: no reason.", ""})
        QCOMPARE(coreText(text), QString(text));
}

void TstCoreTexts::unknownTexts_stayAsTheyAre()
{
    applyLanguage("zh_CN");
    for (const char *text : {"", "conv1", "a, b", "1 + 2", "something new: in words."})
        QCOMPARE(coreText(text), QString(text));
}

QTEST_GUILESS_MAIN(TstCoreTexts)
#include "tst_coretexts.moc"
