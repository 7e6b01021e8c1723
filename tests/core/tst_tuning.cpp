#include "core/certify/certificate.h"
#include "core/exporting/exportedrecipe.h"
#include "core/exporting/graph.h"
#include "core/methods/refit.h"
#include "core/model/proto.h"
#include "core/runtime/session.h"
#include "tests/support/calibrationruns.h"
#include "tests/support/liveexactness.h"
#include "tests/support/modelruns.h"
#include "tests/support/populations.h"
#include "tests/support/samplesets.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;

/// Trained values laid over a recipe: what they replace, when they do, and that files with them are verified.
class TstTuning : public QObject {
    Q_OBJECT
private slots:
    void constants_areThoseOfAModelEditedByHand_data();
    void constants_areThoseOfAModelEditedByHand();
    void replacedBiases_getTheCorrectionToo();
    void trainedLayers_takeTheirCode();
    void layersWithOtherSettings_keepTheRecipes();
    void whatDoesNotFit_isRefused_data();
    void whatDoesNotFit_isRefused();
    void hash_tellsContentsApart();
    void costs_areThoseOfTheFile();
    void movingConstants_areMeasuredAsExported();
    void fixedConstants_makeOtherCuts();
    void files_areVerifiedByTheirHash();

private:
    static Model model(bool constantNodes = false);
    static Recipe recipeOf(const std::vector<std::string> &rules);
    static std::shared_ptr<const Tuning> tuningOf(const std::vector<std::string> &names, unsigned seed = 5);
    static Model editedByHand(const Model &source, const Tuning::Constants &constants);
    static std::vector<std::string> constantNames() { return {"b1", "b2", "b3", "m1", "s1", "t1", "v1"}; }
};

/// Two convolutions, a normalization between them, a Gemm; all with biases of their own.
Model TstTuning::model(bool constantNodes)
{
    GraphBuilder graph;
    graph.input("x", {-1, 3, 6, 6}).random("w1", {8, 3, 3, 3}, 0.3F).random("w2", {8, 8, 3, 3}, 0.3F);
    graph.random("w3", {10, 8}).random("b3", {10}).random("b2", {8}).random("b1", {8});
    graph.random("s1", {8}).random("t1", {8});
    graph.constant("v1", makeTensor(Shape{8}, std::vector<float>(8, 0.7F)));
    graph.random("m1", {8}, 0.2F);
    graph.node("Conv", {"x", "w1", "b1"}, {"c1"}, {}, "conv1");
    graph.node("BatchNormalization", {"c1", "s1", "t1", "m1", "v1"}, {"n1"}).node("Relu", {"n1"}, {"r1"});
    graph.node("Conv", {"r1", "w2", "b2"}, {"c2"}, {}, "conv2").node("Relu", {"c2"}, {"r2"});
    graph.node("GlobalAveragePool", {"r2"}, {"p"}).node("Flatten", {"p"}, {"f"});
    graph.node("Gemm", {"f", "w3", "b3"}, {"y"}, {{"transB", int64_t(1)}, {"beta", 0.5F}}, "fc");
    graph.output("y", {-1, 10});
    if (!constantNodes)
        return graph.build();
    onnx::GraphProto &proto = *graph.proto().mutable_graph();
    google::protobuf::RepeatedPtrField<onnx::NodeProto> nodes;
    for (const auto &constant : proto.initializer()) {
        onnx::NodeProto &node = *nodes.Add();
        node.set_op_type("Constant");
        node.add_output(constant.name());
        onnx::AttributeProto &value = *node.add_attribute();
        value.set_name("value");
        value.set_type(onnx::AttributeProto::TENSOR);
        *value.mutable_t() = constant;
    }
    proto.clear_initializer();
    nodes.MergeFrom(proto.node());
    *proto.mutable_node() = nodes;
    return graph.build();
}

Recipe TstTuning::recipeOf(const std::vector<std::string> &rules)
{
    Recipe recipe;
    for (const std::string &rule : rules)
        recipe.rules.push_back(parseRule(rule));
    return recipe;
}

std::shared_ptr<const Tuning> TstTuning::tuningOf(const std::vector<std::string> &names, unsigned seed)
{
    Tuning::Constants constants;
    for (const std::string &name : names) {
        Tensor tensor = randomTensor({name == "b3" ? 10 : 8}, seed++);
        if (name == "v1")
            for (float &value : tensor.as<float>())
                value = 0.5F + std::abs(value);
        constants.emplace(name, std::move(tensor));
    }
    return std::make_shared<const Tuning>(std::vector<std::optional<TunedLayer>>(), std::move(constants),
                                          "made up");
}

Model TstTuning::editedByHand(const Model &source, const Tuning::Constants &constants)
{
    onnx::ModelProto proto = source.content().proto;
    for (const auto &[name, tensor] : constants) {
        const auto put = [&, &tensorName = name, &values = tensor](onnx::TensorProto &constant) {
            constant = makeTensorProto(tensorName, values);
        };
        for (auto &constant : *proto.mutable_graph()->mutable_initializer())
            if (constant.name() == name)
                put(constant);
        for (auto &node : *proto.mutable_graph()->mutable_node())
            if (node.op_type() == "Constant" && node.output(0) == name)
                put(*node.mutable_attribute(0)->mutable_t());
    }
    return modelFromProto(std::move(proto), source);
}

void TstTuning::constants_areThoseOfAModelEditedByHand_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<bool>("constantNodes");
    QTest::newRow("nothing else") << "*:bits=off" << false;
    QTest::newRow("quantized") << "*:bits=4,bias_correction=off" << false;
    QTest::newRow("factors") << "*:rank=2" << false;
    QTest::newRow("constants as nodes") << "*:bits=4,bias_correction=off" << true;
}

void TstTuning::constants_areThoseOfAModelEditedByHand()
{
    QFETCH(QString, rule);
    QFETCH(bool, constantNodes);
    const Model source = model(constantNodes);
    const Recipe recipe = recipeOf({rule.toStdString()});
    const auto tuning = tuningOf(constantNames());
    const CompressedModel compressed = Compressor(source).compress(recipe, tuning);
    QVERIFY(!compressed.changesNothing());
    const Model edited = editedByHand(source, tuning->constants());
    const CompressedModel reference = Compressor(edited).compress(recipe);
    const SampleSet samples = randomSamples(source, 8);
    const auto outputs = [&](const Model &of) { return runSamples(Session(of), samples).values; };
    for (const Storage storage : {Storage::Compact, Storage::Dense, Storage::QdqInt8}) {
        const Model built = buildModel(compressed, storage).model;
        QCOMPARE(outputs(built), outputs(buildModel(reference, storage).model));
        QVERIFY(outputs(built) != outputs(buildModel(Compressor(source).compress(recipe), storage).model));
        QCOMPARE(built.metadata().at("lathe.tuning_sha256"), tuning->sha256());
    }
}

/// A shift goes on top of the trained bias, whichever of both came last.
void TstTuning::replacedBiases_getTheCorrectionToo()
{
    const Model source = model();
    const auto calibration = calibrate(source, randomSamples(source, 40), everything());
    const Recipe recipe = recipeOf({"*:bits=3,bias_correction=data"});
    Compressor compressor(source, calibration);
    Exporter exporter(source);
    exporter.costs(compressor.compress(recipe)); // what it remembers must not be taken for the next
    for (const unsigned seed : {5U, 50U}) {
        const auto tuning = tuningOf({"b1", "b2", "b3"}, seed);
        const CompressedModel compressed = compressor.compress(recipe, tuning);
        CompressedModel reference = compressor.compress(recipe);
        reference.origin = reference.source = editedByHand(source, tuning->constants());
        const SampleSet samples = randomSamples(source, 8);
        QCOMPARE(runSamples(Session(exporter.build(compressed, Storage::Compact).model), samples).values,
                 runSamples(Session(buildModel(reference, Storage::Compact).model), samples).values);
        QCOMPARE(exporter.costs(compressed).fileBytes,
                 exporter.build(compressed, Storage::Compact).model.serializedBytes());
        QVERIFY(exporter.looseConstants(compressed).empty());
    }
}

void TstTuning::trainedLayers_takeTheirCode()
{
    const Model source = model();
    Compressor compressor(source);
    const Recipe recipe = recipeOf({"conv1:bits=4", "conv2:prune=0.5", "fc:rank=2"});
    const CompressedModel plain = compressor.compress(recipe);
    std::vector<std::optional<TunedLayer>> layers(3);
    for (size_t i = 0; i < 3; ++i) {
        const Encoding &structure = *plain.layers[i].code.weight;
        std::vector<Matrix> values;
        for (const MatrixEncoding *matrix : matricesOf(structure))
            values.emplace_back(1.25F * decode(*matrix));
        layers[i] = TunedLayer{plain.layers[i].planKey,
                               {std::make_shared<const Encoding>(refit(structure, values)),
                                Vector::Constant(source.layers()[i].rows, 0.125F)}};
    }
    const auto tuning = std::make_shared<const Tuning>(layers, Tuning::Constants(), "larger by a quarter");
    const CompressedModel tuned = compressor.compress(recipe, tuning);
    QVERIFY(tuned.issues.empty());
    for (size_t i = 0; i < 3; ++i) {
        QCOMPARE(tuned.layers[i].code, layers[i]->code);
        const Matrix weight = source.weight(i);
        const double error =
            double((weight - decode(*tuned.layers[i].code.weight)).norm()) / double(weight.norm());
        QVERIFY(std::abs(tuned.layers[i].relativeError - error) < 1e-5);
    }
    QCOMPARE(tuned.layers[2].rank, Index(2));
    LiveCheck check(source, randomSamples(source, 40, mixedLabels(40)));
    QCOMPARE(check.faultOf(plain, {1}), std::string());
    QCOMPARE(check.faultOf(tuned, {1}), std::string());
}

void TstTuning::layersWithOtherSettings_keepTheRecipes()
{
    const Model source = model();
    Compressor compressor(source);
    const CompressedModel four = compressor.compress(recipeOf({"conv*:bits=4"}));
    const auto tuning = std::make_shared<const Tuning>(
        std::vector<std::optional<TunedLayer>>{
            TunedLayer{four.layers[0].planKey, {four.layers[0].code.weight, Vector::Ones(8)}}},
        Tuning::Constants(), "");
    const CompressedModel stale = compressor.compress(recipeOf({"conv1:bits=3", "conv2:bits=4"}), tuning);
    QCOMPARE(stale.layers[0].code, compressor.compress(recipeOf({"conv1:bits=3"})).layers[0].code);
    QCOMPARE(stale.issues.size(), size_t(1));
    QCOMPARE(stale.issues[0].message.text(),
             std::string("conv1 was trained with other settings, and its trained weights are left out."));
    const CompressedModel off = compressor.compress(recipeOf({"conv2:bits=4"}), tuning);
    QVERIFY(off.layers[0].code.changesNothing());
    const CompressedModel back = compressor.compress(recipeOf({"conv1:bits=4"}), tuning);
    QCOMPARE(back.layers[0].code.biasShift, Vector(Vector::Ones(8)));
    QVERIFY(back.issues.empty());
}

void TstTuning::whatDoesNotFit_isRefused_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("why");
    QTest::newRow("unknown") << "b9"
                             << "is not in its graph";
    QTest::newRow("no constant") << "c1"
                                 << "is no plain constant";
    QTest::newRow("input") << "x"
                           << "is no plain constant";
    QTest::newRow("weight") << "w1"
                            << "is the weight of a layer";
    QTest::newRow("shape") << "b3"
                           << "is float32 [10], not float32 [8]";
}

void TstTuning::whatDoesNotFit_isRefused()
{
    QFETCH(QString, name);
    QFETCH(QString, why);
    const auto tuning = std::make_shared<const Tuning>(
        std::vector<std::optional<TunedLayer>>(),
        Tuning::Constants{{name.toStdString(), makeTensor(Shape{8}, std::vector<float>(8))}}, "");
    const std::string said = refusal([&] { Compressor(model()).compress(recipeOf({}), tuning); });
    QCOMPARE(QString::fromStdString(said),
             "The trained values do not belong to this model: `" + name + "` " + why + ".");
}

void TstTuning::hash_tellsContentsApart()
{
    const auto one = tuningOf({"b1", "m1"});
    QCOMPARE(one->sha256(), tuningOf({"b1", "m1"})->sha256());
    QVERIFY(one->sha256() != tuningOf({"b1"})->sha256());
    QVERIFY(one->sha256() != tuningOf({"b1", "m1"}, 6)->sha256());
    const auto withLayer = [&](const std::string &key, float shift) {
        return Tuning({TunedLayer{key, {nullptr, Vector::Constant(8, shift)}}}, one->constants(), "")
            .sha256();
    };
    QVERIFY(withLayer("bits=4,", 1.0F) != one->sha256());
    QVERIFY(withLayer("bits=4,", 1.0F) != withLayer("bits=4,", 2.0F));
    QVERIFY(withLayer("bits=4,", 1.0F) != withLayer("bits=3,", 1.0F));
}

void TstTuning::costs_areThoseOfTheFile()
{
    for (const bool constantNodes : {false, true}) {
        const Model source = model(constantNodes);
        Exporter exporter(source);
        for (const char *rule : {"*:bits=off", "*:bits=4", "*:prune=0.5,bits=3", "*:rank=2"}) {
            const CompressedModel compressed =
                Compressor(source).compress(recipeOf({rule}), tuningOf(constantNames()));
            QCOMPARE(exporter.costs(compressed).fileBytes,
                     exporter.build(compressed, Storage::Compact).model.serializedBytes());
        }
    }
}

void TstTuning::movingConstants_areMeasuredAsExported()
{
    for (const bool constantNodes : {false, true}) {
        const Model source = model(constantNodes);
        LiveCheck check(source, randomSamples(source, 40, mixedLabels(40)));
        Compressor compressor(source);
        const auto fault = [&](const std::string &rule, const std::vector<std::string> &names, unsigned seed,
                               const std::vector<size_t> &layers) {
            return check.faultOf(compressor.compress(recipeOf({rule}), tuningOf(names, seed)), layers);
        };
        QCOMPARE(fault("*:bits=off", {"b1", "m1", "v1"}, 1, {}), std::string());
        for (const unsigned seed : {2U, 20U}) // constants and layer move together
            for (const size_t layer : {0, 1, 2})
                for (const char *bits : {"*:bits=4", "*:bits=3"})
                    QCOMPARE(fault(bits, constantNames(), seed, {layer}), std::string());
        QCOMPARE(fault("conv1:bits=4", {}, 1, {0}), std::string());
    }
}

/// Only the second layer moves, so what stands before it is kept, and other constants there need other cuts.
void TstTuning::fixedConstants_makeOtherCuts()
{
    const Model source = model();
    LiveCheck check(source, randomSamples(source, 40, mixedLabels(40)));
    Compressor compressor(source);
    const auto with = [&](const std::vector<std::string> &names, unsigned seed) {
        return compressor.compress(recipeOf({"conv2:bits=4"}), tuningOf(names, seed));
    };
    check.live().prepare(with({"m1"}, 1), {1});
    QVERIFY(check.live().facts(with({"m1"}, 1), {1}).ready);
    QVERIFY(check.live().facts(with({"m1"}, 1), {1}).macShare < 0.9);
    QVERIFY(!check.live().facts(with({"m1"}, 2), {1}).ready); // before the cut
    QVERIFY(!check.live().facts(with({}, 1), {1}).ready);
    for (const unsigned seed : {1U, 2U, 1U})
        QCOMPARE(check.faultOf(with({"m1"}, seed), {1}), std::string());
    check.live().prepare(with({"b3"}, 1), {1});
    QVERIFY(check.live().facts(with({"b3"}, 2), {1}).ready); // behind it, so it moves
    for (const unsigned seed : {1U, 2U})
        QCOMPARE(check.faultOf(with({"b3"}, seed), {1}), std::string());
}

void TstTuning::files_areVerifiedByTheirHash()
{
    QTemporaryDir folder;
    const Model source = model();
    const std::string path = folder.filePath("small.onnx").toStdString();
    const CompressedModel compressed =
        Compressor(source).compress(recipeOf({"*:bits=4"}), tuningOf(constantNames()));
    for (const Storage storage : {Storage::Compact, Storage::QdqInt4, Storage::Dense}) {
        buildModel(compressed, storage).model.save(path);
        QVERIFY(certify(path, compressed).passed());
        QVERIFY(certify(path, source, recipeOfExport(Model::load(path))).passed());
    }
    const CompressedModel other =
        Compressor(source).compress(recipeOf({"*:bits=4"}), tuningOf(constantNames(), 6));
    QVERIFY(certify(path, other).failed());
    onnx::ModelProto proto = buildModel(compressed, Storage::Compact).model.content().proto;
    for (auto &constant : *proto.mutable_graph()->mutable_initializer())
        if (constant.name() == "t1")
            constant = makeTensorProto("t1", randomTensor({8}, 99));
    modelFromProto(std::move(proto), source).save(path);
    QVERIFY(certify(path, source, compressed.finalRecipe()).failed());
    QVERIFY(certify(path, compressed).failed());
}

QTEST_GUILESS_MAIN(TstTuning)
#include "tst_tuning.moc"
