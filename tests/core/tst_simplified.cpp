#include "core/runtime/simplified.h"

#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/model/proto.h"
#include "tests/support/livemodels.h"
#include "tests/support/modelruns.h"
#include "tests/support/temporaryplace.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;

/// The graph as the runtime simplifies it.
class TstSimplified : public QObject {
    Q_OBJECT
private slots:
    void simplified_givesTheSame_data();
    void simplified_givesTheSame();
    void float16_staysFloat32BetweenNodes();
    void externalData_isThere();
    void unloadableModel_isRefused();
    void missingFolder_isNamed();
};

void TstSimplified::simplified_givesTheSame_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<bool>("half");
    for (size_t i = 0; i < liveModels().size(); ++i)
        for (const bool half : {false, true})
            QTest::addRow("%s%s", liveModels()[i].name, half ? ", float16" : "") << int(i) << half;
}

void TstSimplified::simplified_givesTheSame()
{
    QFETCH(int, which);
    QFETCH(bool, half);
    const Model plain = liveModels()[size_t(which)].build();
    const Model model = half ? inFloat16(plain) : plain;
    const Model simple = simplifiedByRuntime(model);
    QCOMPARE(simple.inputs().size(), model.inputs().size());
    QCOMPARE(simple.outputs().front().name, model.outputs().front().name);
    const auto outputs = [](const Model &of) {
        const Session session(of);
        std::vector<Tensor> feed;
        for (const ValueInfo &input : session.inputs()) {
            Shape shape = input.shape;
            shape.at(0) = 3;
            const Tensor values = randomTensor(shape, 4);
            feed.push_back(isFloat(input.type) ? fromFloats(input.type, shape, values.as<float>())
                                               : makeTensor(input.type, shape));
        }
        return session.run(std::vector<TensorView>(feed.begin(), feed.end())).front();
    };
    QVERIFY(relativeDifference(outputs(simple), outputs(model)) <= (half ? 1e-3 : 1e-5));
}

void TstSimplified::float16_staysFloat32BetweenNodes()
{
    const Model simple = simplifiedByRuntime(inFloat16(liveConvolution()));
    const auto &graph = simple.content().proto.graph();
    const auto isCast = [](const auto &node) { return node.op_type() == "Cast"; };
    int convolutions = 0;
    for (const auto &node : graph.node()) {
        if (node.op_type() != "Conv")
            continue;
        ++convolutions;
        for (const auto &reader : graph.node())
            if (std::ranges::count(reader.input(), node.output(0)) > 0)
                QVERIFY(!isCast(reader));
    }
    QCOMPARE(convolutions, 2);
    QCOMPARE(simple.outputs().front().type, ElementType::Float16);
}

void TstSimplified::externalData_isThere()
{
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString();
    onnx::ModelProto proto = inFloat16(liveConvolution()).content().proto;
    onnx::TensorProto &weight = *proto.mutable_graph()->mutable_initializer(0);
    writeFileAtomically(path / "w.bin", weight.raw_data());
    weight.clear_raw_data();
    weight.set_data_location(onnx::TensorProto::EXTERNAL);
    auto *entry = weight.add_external_data();
    entry->set_key("location");
    entry->set_value("w.bin");
    writeFileAtomically(path / "m.onnx", proto.SerializeAsString());
    const Model simple = simplifiedByRuntime(Model::load(path / "m.onnx"));
    const Model inside = simplifiedByRuntime(inFloat16(liveConvolution()));
    const auto bytesOf = [](const Model &of, const std::string &name) {
        for (const auto &tensor : of.content().proto.graph().initializer())
            if (tensor.name() == name)
                return readTensor(tensor, of.content()).bytes;
        return std::vector<std::byte>{};
    };
    QVERIFY(!bytesOf(inside, weight.name()).empty());
    QCOMPARE(bytesOf(simple, weight.name()), bytesOf(inside, weight.name()));
}

void TstSimplified::unloadableModel_isRefused()
{
    const Model model =
        GraphBuilder().input("x", {2}).output("y").node("NoSuchOperator", {"x"}, {"y"}).build();
    try {
        simplifiedByRuntime(model);
        QFAIL("nobody knows this operator");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::Unsupported);
        QVERIFY2(std::string(error.what()).find("NoSuchOperator") != std::string::npos, error.what());
    }
}

void TstSimplified::missingFolder_isNamed()
{
    const TemporaryPlace nowhere("/nowhere/at/all");
    try {
        simplifiedByRuntime(liveConvolution());
        QFAIL("there is no such folder");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::FileUnwritable);
    }
}

QTEST_GUILESS_MAIN(TstSimplified)
#include "tst_simplified.moc"
