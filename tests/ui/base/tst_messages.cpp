// What core says is said in the language of the window.
#include "core/calibrate/layerinput.h"
#include "core/exporting/graph.h"
#include "core/recipe/recipe.h"
#include "tests/support/exportcases.h"
#include "ui/base/messages.h"
#include "ui/base/translation.h"

#include <QtTest>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;
using namespace std::string_literals;

namespace {

bool isMadeOfPatterns(const Message &message)
{
    return message.empty() || !message.pattern().empty();
}

} // namespace

class TstMessages : public QObject {
    Q_OBJECT
private slots:
    void cleanup() { applyLanguage("en"); }
    void everyFormAndRemarkOfExports_isMadeOfPatterns_data();
    void everyFormAndRemarkOfExports_isMadeOfPatterns();
    void chinese_data();
    void chinese();
    void english_staysAsItIs();
    void whatOthersSaid_staysAsItIs();
};

void TstMessages::everyFormAndRemarkOfExports_isMadeOfPatterns_data()
{
    QTest::addColumn<size_t>("which");
    for (size_t i = 0; i < layerCases().size(); ++i)
        QTest::addRow("%s", layerCases()[i].name) << i;
}

void TstMessages::everyFormAndRemarkOfExports_isMadeOfPatterns()
{
    QFETCH(size_t, which);
    for (const int opset : {layerCases()[which].oldestOpset, 13}) {
        const Model model = layerCases()[which].build(opset);
        for (const Layer &layer : model.layers()) {
            QVERIFY(isMadeOfPatterns(layer.untouchable));
            QVERIFY(isMadeOfPatterns(factorizationObstacle(layer)));
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
                    QVERIFY2(isMadeOfPatterns(layer.form), layer.form.text().c_str());
                std::vector<Issue> issues = compressed.issues;
                issues.insert(issues.end(), built.issues.begin(), built.issues.end());
                for (const Issue &issue : issues)
                    QVERIFY2(isMadeOfPatterns(issue.message), issue.message.text().c_str());
            }
        }
    }
}

void TstMessages::chinese_data()
{
    const auto codes = [](int bits) { return Message::tr("codes {} bit", bits); };
    const auto factors = [](const Message &parts) { return Message::tr("factors ({})", parts); };
    const auto joined = [](const Message &a, const Message &b) { return Message::tr("{}, {}", a, b); };
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("chinese");
    const auto row = [](const char *name, const Message &message, const char *chinese) {
        applyLanguage("zh_CN");
        QTest::newRow(name) << messageText(message) << chinese;
        applyLanguage("en");
    };
    row("form", codes(8), "8 位编码");
    row("factors",
        factors(joined(joined(Message::tr("mask + codes {} bit", 3), Message::tr("plain {}", "float16"s)),
                       codes(4))),
        "因子（掩码 + 3 位编码，普通 float16，4 位编码）");
    row("remark",
        Message::tr("{}: {}.", "plain"s,
                    Message::tr("its bias is not corrected: {}",
                                Message::tr("the shape of its output is not known"))),
        "plain：偏置未校正：其输出形状未知。"); // a layer of that name keeps it
    row("stage", Message::tr("compressing layer {} of {}", 3, 8), "正在压缩第 3 / 8 层");
    row("placeholders in names",
        Message::tr("{} is not factorized: {}.", "{1}"s, Message::tr("its kernel is 1 x 1")),
        "{1} 未分解：其卷积核为 1×1。");
}

void TstMessages::chinese()
{
    QFETCH(QString, said);
    QTEST(said, "chinese");
}

void TstMessages::english_staysAsItIs()
{
    QCOMPARE(messageText(Message::tr("codes {} bit", 8)), "codes 8 bit");
    QCOMPARE(messageText(Message::tr("{} {{}} {:.2f}", "a"s, 0.5)), "a {} 0.50");
    QCOMPARE(messageText({}), "");
}

void TstMessages::whatOthersSaid_staysAsItIs()
{
    applyLanguage("zh_CN");
    for (const char *text : {"", "conv1", "plain", "something new: {} in words."})
        QCOMPARE(messageText(Message::verbatim(text)), QString(text));
}

QTEST_GUILESS_MAIN(TstMessages)
#include "tst_messages.moc"
