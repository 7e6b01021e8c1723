// Models that are broken, hostile or merely odd: each is refused with a sentence, or loaded; nothing crashes.
#include "core/base/error.h"
#include "core/model/model.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/smallmodels.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <fstream>
#include <limits>
#include <sys/stat.h>

using namespace lathe;
using lathe::test::attempt;
using lathe::test::Edit;
using lathe::test::GraphBuilder;
using lathe::test::smallGraph;
using lathe::test::weightOf;

namespace {

std::string lengthDelimited(int field, const std::string &content)
{
    const auto varint = [](size_t n) {
        std::string out;
        for (; n > 127; n >>= 7)
            out += static_cast<char>((n & 127) | 128);
        return out + static_cast<char>(n);
    };
    return varint(static_cast<size_t>(field << 3 | 2)) + varint(content.size()) + content;
}

} // namespace

class TstModelFaults : public QObject {
    Q_OBJECT
private slots:
    void otherFiles_areNamed_data();
    void otherFiles_areNamed();
    void missingFile_isUnreadable();
    void pipe_isNotWaitedFor();
    void damage_isNamed_data();
    void damage_isNamed();
    void truncation_neverCrashes();
    void flippedBytes_neverCrash();
    void nesting_neverOverflowsTheStack();
    void declaredSize_isNotAllocated();
    void oddButValid_loads_data();
    void oddButValid_loads();
    void unsortedNodes_areNoted();
    void notFinite_weightsLoad();
    void withoutWeights_isNoted();
};

void TstModelFaults::otherFiles_areNamed_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("phrase");
    QTest::newRow("empty") << QByteArray() << "is empty";
    QTest::newRow("text") << QByteArray("name,value\none,1\n") << "a text file";
    QTest::newRow("json") << QByteArray("{\"model\": []}") << "a text file";
    QTest::newRow("lfs") << QByteArray("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
                         << "Git LFS";
    QTest::newRow("png") << QByteArray("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) << "a PNG image";
    QTest::newRow("zip") << QByteArray("PK\x03\x04\x14\0\0\0\x08\0", 10) << "a zip archive";
    QTest::newRow("gzip") << QByteArray("\x1f\x8b\x08\0\0\0\0\0", 8) << "a gzip archive";
    QTest::newRow("pickle") << QByteArray("\x80\x02}q\x01.", 6) << "a Python pickle";
    QTest::newRow("zeros") << QByteArray(64, '\0') << "cannot be read as an ONNX model";
    QTest::newRow("noise") << QByteArray("\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7", 9)
                           << "cannot be read as an ONNX model";
    QTest::newRow("one field") << QByteArray("\x08\x07", 2) << "holds no graph";
}

void TstModelFaults::otherFiles_areNamed()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, phrase);
    QTemporaryDir folder;
    const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "strange.onnx";
    std::ofstream(path, std::ios::binary) << content.toStdString();
    try {
        Model::load(path);
        QFAIL("it was taken for a model");
    } catch (const Error &e) {
        QCOMPARE(e.code(), ErrorCode::MalformedModel);
        QVERIFY2(QString(e.what()).contains(phrase), e.what());
        QVERIFY2(QString(e.what()).contains("strange.onnx"), e.what());
        QVERIFY2(!QString(e.what()).contains('\n'), e.what());
    }
}

void TstModelFaults::missingFile_isUnreadable()
{
    QTemporaryDir folder;
    for (const std::string name : {"nothing.onnx", "."})
        try {
            Model::load(folder.path().toStdString() + "/" + name);
            QFAIL("nothing was loaded");
        } catch (const Error &e) {
            QCOMPARE(e.code(), ErrorCode::FileUnreadable);
            QVERIFY2(QString(e.what()).contains(folder.path()), e.what());
        }
}

void TstModelFaults::pipe_isNotWaitedFor()
{
    QTemporaryDir folder;
    const std::string path = folder.path().toStdString() + "/pipe.onnx";
    QCOMPARE(::mkfifo(path.c_str(), 0600), 0);
    QVERIFY_EXCEPTION_THROWN(Model::load(path), Error);
}

void TstModelFaults::damage_isNamed_data()
{
    QTest::addColumn<Edit>("edit");
    QTest::addColumn<QString>("phrase");
    const auto row = [](const char *name, const char *phrase, const Edit &edit) {
        QTest::newRow(name) << edit << phrase;
    };
    row("no opset", "no opset_import", [](GraphBuilder &b) { b.proto().clear_opset_import(); });
    row("absurd opset", "314159",
        [](GraphBuilder &b) { b.proto().mutable_opset_import(0)->set_version(314159); });
    row("opset zero", "version 0",
        [](GraphBuilder &b) { b.proto().mutable_opset_import(0)->set_version(0); });
    row("no graph", "holds no graph", [](GraphBuilder &b) { b.proto().clear_graph(); });
    row("node without operator", "\"fc\" has no operator",
        [](GraphBuilder &b) { b.proto().mutable_graph()->mutable_node(0)->clear_op_type(); });
    row("cut data", "\"w\" declares the shape [3, 4] (48 bytes), but holds 40 bytes",
        [](GraphBuilder &b) { weightOf(b)->mutable_raw_data()->resize(40); });
    row("more declared", "\"w\" declares", [](GraphBuilder &b) { weightOf(b)->set_dims(0, 1000000000); });
    row("overflow", "impossible shape", [](GraphBuilder &b) { weightOf(b)->set_dims(0, int64_t{1} << 62); });
    row("negative", "impossible shape", [](GraphBuilder &b) { weightOf(b)->set_dims(0, -3); });
    row("nothing inside", "holds 0 values", [](GraphBuilder &b) { weightOf(b)->clear_raw_data(); });
    row("no type", "no element type", [](GraphBuilder &b) { weightOf(b)->set_data_type(0); });
    row("strings as raw", "\"w\" declares", [](GraphBuilder &b) { weightOf(b)->set_data_type(8); });
    row("half of int4", "\"w\" declares", [](GraphBuilder &b) {
        weightOf(b)->set_data_type(22);
        weightOf(b)->mutable_raw_data()->resize(5);
    });
    row("typed field", "holds 2 values", [](GraphBuilder &b) {
        weightOf(b)->clear_raw_data();
        weightOf(b)->add_float_data(1.0F);
        weightOf(b)->add_float_data(2.0F);
    });
    row("fp16 in the wrong field", "holds 0 values", [](GraphBuilder &b) {
        weightOf(b)->clear_raw_data();
        weightOf(b)->set_data_type(10);
        for (int i = 0; i < 12; ++i)
            weightOf(b)->add_float_data(1.0F);
    });
    row("Constant node", "a constant tensor declares", [](GraphBuilder &b) {
        Tensor bad = makeTensor({2}, std::vector{1.0F, 2.0F});
        bad.shape = {200};
        b.node("Constant", {}, {"c"}, {{"value", bad}});
    });
    row("inside a subgraph", "\"inner\" declares", [](GraphBuilder &b) {
        GraphBuilder inner;
        inner.random("inner", {4}).output("o").node("Identity", {"inner"}, {"o"});
        inner.proto().mutable_graph()->mutable_initializer(0)->set_dims(0, 5);
        b.node("If", {"flag"}, {"z"});
        auto *attribute = b.proto().mutable_graph()->mutable_node(1)->add_attribute();
        attribute->set_name("then_branch");
        *attribute->mutable_g() = inner.proto().graph();
    });
    row("inside a function", "declares", [](GraphBuilder &b) {
        auto *node = b.proto().add_functions()->add_node();
        node->set_op_type("Constant");
        auto *attribute = node->add_attribute();
        attribute->set_name("value");
        attribute->mutable_t()->set_data_type(1);
        attribute->mutable_t()->add_dims(1 << 30);
    });
    row("sparse index", "index outside", [](GraphBuilder &b) {
        auto *sparse = b.proto().mutable_graph()->add_sparse_initializer();
        sparse->add_dims(10);
        sparse->mutable_values()->set_name("s");
        sparse->mutable_values()->set_data_type(1);
        sparse->mutable_values()->add_dims(1);
        sparse->mutable_values()->add_float_data(1.0F);
        sparse->mutable_indices()->set_data_type(7);
        sparse->mutable_indices()->add_dims(1);
        sparse->mutable_indices()->add_int64_data(10);
    });
    row("sparse without indices", "indices", [](GraphBuilder &b) {
        auto *sparse = b.proto().mutable_graph()->add_sparse_initializer();
        sparse->add_dims(10);
        sparse->mutable_values()->set_name("s");
        sparse->mutable_values()->set_data_type(1);
        sparse->mutable_values()->add_dims(1);
        sparse->mutable_values()->add_float_data(1.0F);
        sparse->mutable_indices()->set_data_type(7);
        sparse->mutable_indices()->add_dims(0);
    });
    row("cycle", "in a circle through node \"", [](GraphBuilder &b) {
        b.node("Add", {"y", "back"}, {"z"}, {}, "first").node("Relu", {"z"}, {"back"}, {}, "second");
        b.node("Relu", {"z"}, {"after"}, {}, "behind");
    });
    row("node reading itself", "\"self\"",
        [](GraphBuilder &b) { b.node("Relu", {"loop"}, {"loop"}, {}, "self"); });
    row("cycle through a subgraph", "\"outer\"", [](GraphBuilder &b) {
        GraphBuilder inner;
        inner.node("Identity", {"z"}, {"o"}).output("o"); // z is what the node around it makes
        b.node("If", {"x"}, {"z"}, {}, "outer");
        auto *attribute = b.proto().mutable_graph()->mutable_node(1)->add_attribute();
        attribute->set_name("then_branch");
        *attribute->mutable_g() = inner.proto().graph();
    });
    row("made twice", "made by two nodes",
        [](GraphBuilder &b) { b.node("Relu", {"x"}, {"y"}, {}, "again"); });
}

void TstModelFaults::damage_isNamed()
{
    QFETCH(Edit, edit);
    QFETCH(QString, phrase);
    GraphBuilder builder = smallGraph();
    QCOMPARE(attempt(builder.bytes()), QString());
    edit(builder);
    const QString sentence = attempt(builder.bytes());
    QVERIFY2(sentence.contains(phrase), qPrintable(sentence.isEmpty() ? "it was loaded" : sentence));
    QVERIFY2(sentence.endsWith('.'), qPrintable(sentence));
}

void TstModelFaults::truncation_neverCrashes()
{
    const std::string bytes = smallGraph().bytes();
    for (size_t size = 0; size < bytes.size(); ++size)
        QVERIFY2(!attempt(bytes.substr(0, size)).isEmpty(),
                 qPrintable(QString("%1 bytes were enough").arg(size)));
}

void TstModelFaults::flippedBytes_neverCrash()
{
    GraphBuilder builder = smallGraph();
    builder.input("im", {1, 2, 8, 8}).random("k", {4, 2, 3, 3});
    builder.node("Conv", {"im", "k"}, {"c"}, {{"strides", std::vector<int64_t>{2, 2}}});
    builder.node("Transpose", {"c"}, {"t"}, {{"perm", std::vector<int64_t>{0, 2, 3, 1}}});
    builder.node("MaxPool", {"t"}, {"p"}, {{"kernel_shape", std::vector<int64_t>{2, 2}}});
    const std::string bytes = builder.bytes();
    std::mt19937 random(3);
    int refused = 0;
    for (int i = 0; i < 3000; ++i) {
        std::string damaged = bytes;
        for (unsigned flips = 1 + random() % 3; flips > 0; --flips)
            damaged[random() % damaged.size()] = static_cast<char>(random());
        const QString sentence = attempt(damaged);
        QVERIFY2(!sentence.startsWith("WRONG CODE"), qPrintable(sentence));
        refused += !sentence.isEmpty();
    }
    QVERIFY(refused > 500 && refused < 2900); // both ways are taken
}

void TstModelFaults::nesting_neverOverflowsTheStack()
{
    std::string graph;
    for (int depth = 0; depth < 20000; ++depth)
        graph = lengthDelimited(1, lengthDelimited(5, lengthDelimited(6, graph)));
    QVERIFY(attempt(lengthDelimited(7, graph)).contains("cannot be read"));
}

void TstModelFaults::declaredSize_isNotAllocated()
{
    GraphBuilder builder = smallGraph();
    weightOf(builder)->set_dims(0, int64_t{1} << 40); // 16 TB
    const QString sentence = attempt(builder.bytes());
    QVERIFY2(sentence.contains("holds 48 bytes"), qPrintable(sentence));
    // A length field of 2 GB in a file of a few bytes.
    QVERIFY(attempt(std::string("\x3a\xff\xff\xff\xff\x07", 6)).contains("cannot be read"));
}

void TstModelFaults::oddButValid_loads_data()
{
    QTest::addColumn<Edit>("edit");
    QTest::newRow("empty tensor") << Edit([](GraphBuilder &b) {
        b.constant("e", makeTensor(ElementType::Float32, {0, 5}));
    });
    QTest::newRow("unknown type") << Edit([](GraphBuilder &b) {
        weightOf(b)->set_data_type(77);
        weightOf(b)->mutable_raw_data()->resize(3);
    });
    QTest::newRow("unknown operator")
        << Edit([](GraphBuilder &b) { b.node("NotYetInvented", {"y"}, {"z"}); });
    QTest::newRow("name that nothing makes")
        << Edit([](GraphBuilder &b) { b.node("Relu", {"ghost"}, {"z"}); });
    QTest::newRow("output listed twice") << Edit([](GraphBuilder &b) { b.output("y", {7, 7}); });
    QTest::newRow("wrong value_info") << Edit([](GraphBuilder &b) {
        auto *info = b.proto().mutable_graph()->add_value_info();
        info->set_name("y");
        info->mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(-9);
    });
    QTest::newRow("strides of zero") << Edit([](GraphBuilder &b) {
        b.random("k", {2, 2, 3, 3}).input("i", {1, 2, 9, 9});
        b.node("Conv", {"i", "k"}, {"o"}, {{"strides", std::vector<int64_t>{0, 0}}, {"group", int64_t{0}}});
    });
    QTest::newRow("scalar as kernel") << Edit([](GraphBuilder &b) {
        b.random("k", {}).input("i", {1, 2, 9, 9}).node("ConvTranspose", {"i", "k"}, {"o"});
    });
    QTest::newRow("node without inputs")
        << Edit([](GraphBuilder &b) { b.node("Gemm", {}, {"o"}).node("LSTM", {}, {}); });
}

void TstModelFaults::oddButValid_loads()
{
    QFETCH(Edit, edit);
    GraphBuilder builder = smallGraph();
    edit(builder);
    QCOMPARE(attempt(builder.bytes()), QString());
}

void TstModelFaults::unsortedNodes_areNoted()
{
    GraphBuilder builder = smallGraph();
    builder.node("Relu", {"h"}, {"z"}).node("Relu", {"y"}, {"h"});
    const Model model = builder.build();
    QVERIFY(QString::fromStdString(model.issues().at(0).message.text()).contains("order"));
}

void TstModelFaults::notFinite_weightsLoad()
{
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    GraphBuilder builder;
    builder.input("x", {1, 3}).constant("w", makeTensor({1, 3}, std::vector{nan, infinity, 1.0F}));
    const Model model = builder.node("Gemm", {"x", "w"}, {"y"}, {{"transB", int64_t{1}}}).output("y").build();
    const Matrix weight = model.weight(0);
    QVERIFY(std::isnan(weight(0, 0)) && weight(0, 1) == infinity);
}

void TstModelFaults::withoutWeights_isNoted()
{
    const Model model = GraphBuilder().input("x", {2}).node("Relu", {"x"}, {"y"}).output("y").build();
    QVERIFY(model.layers().empty());
    QCOMPARE(model.issues().size(), size_t{1});
    QCOMPARE(*model.macs(), int64_t{0});
    QVERIFY_EXCEPTION_THROWN(model.layerIndex("any"), Error);
}

QTEST_GUILESS_MAIN(TstModelFaults)
#include "tst_model_faults.moc"
