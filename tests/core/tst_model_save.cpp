// Saving: without a change, whole or not at all, with external data brought in or split off.
#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/model/proto.h"
#include "core/model/save.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/smallmodels.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

using namespace lathe;
using lathe::test::expectedMatrix;
using lathe::test::gemmGraph;
using lathe::test::GraphBuilder;
using lathe::test::values;
using lathe::test::writeAll;

namespace {

/// The Gemm graph with its weight in `location` at `offset`.
GraphBuilder externalGraph(const std::string &location, int64_t offset)
{
    GraphBuilder builder = gemmGraph();
    auto *tensor = builder.proto().mutable_graph()->add_initializer();
    tensor->set_name("w");
    tensor->set_data_type(onnx::TensorProto::FLOAT);
    tensor->add_dims(2);
    tensor->add_dims(3);
    tensor->set_data_location(onnx::TensorProto::EXTERNAL);
    for (const auto &[key, value] :
         {std::pair<std::string, std::string>{"location", location}, {"offset", std::to_string(offset)}}) {
        auto *entry = tensor->add_external_data();
        entry->set_key(key);
        entry->set_value(value);
    }
    return builder;
}

std::string dataBytes(int64_t offset)
{
    return std::string(static_cast<size_t>(offset), 'x') +
           std::string(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float));
}

} // namespace

class TstModelSave : public QObject {
    Q_OBJECT
private slots:
    void save_keepsEveryByte();
    void save_overwritesOnlyWhole();
    void external_isReadAndSavedInline();
    void external_isWrittenAsProtobufWouldInIt();
    void external_inSubfolderIsAllowed();
    void large_isSplitAndReadBack();
    void split_survivesSavingOverItself();
    void serializedBytes_isWhatSaveWrites();
    void modelFromProto_keepsExternalTensorsReachable();
};

void TstModelSave::save_keepsEveryByte()
{
    QTemporaryDir folder;
    GraphBuilder builder = gemmGraph().constant("w", makeTensor({2, 3}, values));
    // A field that a later version of ONNX may bring.
    builder.proto().mutable_graph()->mutable_unknown_fields()->AddLengthDelimited(999, "from the future");
    builder.proto().mutable_graph()->mutable_node(0)->mutable_unknown_fields()->AddVarint(998, 7);
    const std::string bytes = builder.bytes();
    const auto path = std::filesystem::path(folder.path().toStdString()) / "model.onnx";
    writeAll(path, bytes);
    const Model model = Model::load(path);
    const auto copy = path.parent_path() / "copy.onnx";
    QCOMPARE(model.save(copy), int64_t(bytes.size()));
    QCOMPARE(readFile(copy), bytes);
    QCOMPARE(model.serialize(), bytes);
    QCOMPARE(model.path(), path);
    QCOMPARE(model.fileBytes(), int64_t(bytes.size()));
}

void TstModelSave::save_overwritesOnlyWhole()
{
    QTemporaryDir folder;
    const Model model = gemmGraph().constant("w", makeTensor({2, 3}, values)).build();
    const std::filesystem::path root = folder.path().toStdString();
    writeAll(root / "file", "precious");
    QVERIFY_EXCEPTION_THROWN(model.save(root / "missing" / "m.onnx"), Error);
    QVERIFY_EXCEPTION_THROWN(model.save(root / "file" / "m.onnx"), Error);
    std::filesystem::create_directory(root / "folder.onnx");
    QVERIFY_EXCEPTION_THROWN(model.save(root / "folder.onnx"), Error);
    QCOMPARE(readFile(root / "file"), std::string("precious"));
    QCOMPARE(std::distance(std::filesystem::directory_iterator(root), {}), 2); // nothing half-written is left
}

void TstModelSave::external_isReadAndSavedInline()
{
    QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    const std::string bytes = externalGraph("weights.bin", 64).bytes();
    writeAll(root / "model.onnx", bytes);
    writeAll(root / "weights.bin", dataBytes(64));
    const Model model = Model::load(root / "model.onnx");
    QCOMPARE(model.weight(0), expectedMatrix);
    QCOMPARE(model.fileBytes(), int64_t(bytes.size() + 64 + 24));
    QCOMPARE(*model.macs(), int64_t{6});
    const int64_t written = model.save(root / "inline.onnx");
    QCOMPARE(written, int64_t(std::filesystem::file_size(root / "inline.onnx")));
    QCOMPARE(written, model.serializedBytes());
    std::filesystem::remove(root / "weights.bin");
    QCOMPARE(Model::load(root / "inline.onnx").weight(0), expectedMatrix);
    QCOMPARE(Model::parse(model.serialize()).weight(0), expectedMatrix);
}

/// Everywhere a tensor can lie, among fields that this program does not know, in front of it and behind.
void TstModelSave::external_isWrittenAsProtobufWouldInIt()
{
    const auto build = [](bool outside) {
        GraphBuilder then, otherwise, graph = outside ? externalGraph("w.bin", 8) : gemmGraph();
        if (!outside)
            graph.constant("w", lathe::makeTensor({2, 3}, std::span<const float>(values)));
        then.output("t", {1, 2}).node("Constant", {}, {"t"});
        auto *value = then.proto().mutable_graph()->mutable_node(0)->add_attribute();
        value->set_name("value");
        value->set_type(onnx::AttributeProto::TENSOR);
        *value->mutable_t() = graph.proto().graph().initializer(0);
        otherwise.output("e", {1, 2}).constant("e", lathe::test::randomTensor({1, 2}, 1));
        graph.input("c", {}, ElementType::Bool).output("z", {1, 2}).node("If", {"c"}, {"z"});
        graph.subgraph("then_branch", then).subgraph("else_branch", otherwise);
        graph.random("after", {3}).node("Identity", {"after"}, {"same"}).output("same", {3});
        graph.proto().mutable_graph()->mutable_initializer(0)->set_doc_string("of the whole");
        graph.proto().mutable_graph()->set_doc_string("and of the graph");
        for (google::protobuf::Message *message : std::initializer_list<google::protobuf::Message *>{
                 graph.proto().mutable_graph()->mutable_initializer(0), graph.proto().mutable_graph(),
                 &graph.proto()})
            message->GetReflection()->MutableUnknownFields(message)->AddLengthDelimited(4000, "newer");
        return graph;
    };
    const QTemporaryDir folder;
    const std::filesystem::path at = folder.path().toStdString();
    writeAll(at / "m.onnx", build(true).bytes());
    writeAll(at / "w.bin", dataBytes(8));
    const Model model = Model::load(at / "m.onnx");
    QVERIFY(model.serialize() == build(false).bytes());
    QCOMPARE(model.save(at / "out.onnx"), int64_t(build(false).bytes().size()));
    QCOMPARE(int64_t(std::filesystem::file_size(at / "out.onnx")), model.serializedBytes());
    QVERIFY(lathe::readFile(at / "out.onnx") == build(false).bytes());
}

void TstModelSave::external_inSubfolderIsAllowed()
{
    QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    std::filesystem::create_directory(root / "parts");
    writeAll(root / "parts" / "w.bin", dataBytes(0));
    QCOMPARE(Model::parse(externalGraph("parts/w.bin", 0).bytes(), root).weight(0), expectedMatrix);
    QVERIFY_EXCEPTION_THROWN(Model::parse(externalGraph("parts/w.bin", 0).bytes()), Error);
}

void TstModelSave::large_isSplitAndReadBack()
{
    QTemporaryDir folder;
    const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "model.onnx";
    GraphBuilder builder;
    builder.input("x", {1, 50}).random("w1", {60, 50}).random("w2", {10, 60}).random("b", {10});
    builder.node("Gemm", {"x", "w1"}, {"h"}, {{"transB", int64_t{1}}});
    builder.node("Gemm", {"h", "w2", "b"}, {"y"}, {{"transB", int64_t{1}}}).output("y");
    const Model model = builder.build();
    const int64_t limit = 10000; // both weights together need 14,400 bytes
    const int64_t written = saveModel(model.content(), path, limit);
    QCOMPARE(written, savedBytes(model.content(), limit));
    const auto data = std::filesystem::path(path.string() + ".data");
    QCOMPARE(written, int64_t(std::filesystem::file_size(path) + std::filesystem::file_size(data)));
    QCOMPARE(std::filesystem::file_size(data), uintmax_t{3 * 4096 + 600 * 4});
    const Model back = Model::load(path);
    QCOMPARE(back.fileBytes(), written);
    QCOMPARE(back.weight(0), model.weight(0));
    QCOMPARE(back.weight(1), model.weight(1));
    QCOMPARE(back.parameterCount(), model.parameterCount());
    for (const auto &tensor : back.content().proto.graph().initializer())
        for (const auto &entry : tensor.external_data())
            if (entry.key() == "offset")
                QCOMPARE(std::stoll(entry.value()) % 4096, 0LL);
}

void TstModelSave::split_survivesSavingOverItself()
{
    QTemporaryDir folder;
    const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "big.onnx";
    const Model model = GraphBuilder()
                            .input("x", {1, 50})
                            .random("w", {60, 50})
                            .output("y")
                            .node("Gemm", {"x", "w"}, {"y"}, {{"transB", int64_t{1}}})
                            .build();
    saveModel(model.content(), path, 10000);
    const Model first = Model::load(path);
    saveModel(first.content(), path, 10000); // its own data file is replaced under it
    QCOMPARE(first.weight(0), model.weight(0));
    QCOMPARE(Model::load(path).weight(0), model.weight(0));
}

void TstModelSave::serializedBytes_isWhatSaveWrites()
{
    QTemporaryDir folder;
    const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "m.onnx";
    const Model model = gemmGraph().constant("w", makeTensor({2, 3}, values)).build();
    QCOMPARE(model.save(path), model.serializedBytes());
    QCOMPARE(int64_t(std::filesystem::file_size(path)), model.serializedBytes());
    QCOMPARE(int64_t(model.serialize().size()), model.serializedBytes());
}

void TstModelSave::modelFromProto_keepsExternalTensorsReachable()
{
    QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    writeAll(root / "model.onnx", externalGraph("weights.bin", 0).bytes());
    writeAll(root / "weights.bin", dataBytes(0));
    const Model origin = Model::load(root / "model.onnx");
    std::filesystem::remove(root / "weights.bin");
    onnx::ModelProto proto = origin.content().proto;
    proto.mutable_graph()->mutable_node(0)->set_name("renamed");
    const Model edited = modelFromProto(std::move(proto), origin);
    QCOMPARE(edited.layers()[0].name, std::string("renamed"));
    QCOMPARE(edited.weight(0), expectedMatrix);
    QVERIFY(edited.path().empty());
    QCOMPARE(edited.fileBytes(), edited.serializedBytes());
    onnx::ModelProto broken = origin.content().proto;
    broken.clear_opset_import();
    QVERIFY_EXCEPTION_THROWN(modelFromProto(std::move(broken), origin), Error);
}

QTEST_GUILESS_MAIN(TstModelSave)
#include "tst_model_save.moc"
