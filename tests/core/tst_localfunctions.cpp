#include "core/base/error.h"
#include "core/certify/certificate.h"
#include "core/model/proto.h"
#include "tests/support/modelruns.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;

namespace {

constexpr int irWithFunctions = 8;
constexpr int opset = 17;

using Attributes = std::vector<std::pair<std::string, Attribute>>;

/// A function of the domain "pkg" whose nodes are those of a graph.
onnx::FunctionProto function(const std::string &name, const std::vector<std::string> &inputs,
                             const std::vector<std::string> &outputs, GraphBuilder body, int version = opset)
{
    onnx::FunctionProto result;
    result.set_domain("pkg");
    result.set_name(name);
    for (const std::string &input : inputs)
        result.add_input(input);
    for (const std::string &output : outputs)
        result.add_output(output);
    *result.mutable_node() = body.proto().graph().node();
    auto *import = result.add_opset_import();
    import->set_version(version);
    return result;
}

/// The field `number` of a message, as a file has it: an older libonnx keeps it as an unknown one.
template <class Message>
void addField(Message &message, int number, const std::string &bytes)
{
    message.GetReflection()->MutableUnknownFields(&message)->AddLengthDelimited(number, bytes);
    const std::string written = message.SerializeAsString();
    QVERIFY(message.ParseFromString(written));
}

struct Functions : GraphBuilder {
    Functions() : GraphBuilder(opset, irWithFunctions)
    {
        auto *import = proto().add_opset_import();
        import->set_domain("pkg");
        import->set_version(1);
    }
    Functions &add(const onnx::FunctionProto &function)
    {
        *proto().add_functions() = function;
        return *this;
    }
    Functions &call(const std::string &name, const std::vector<std::string> &inputs,
                    const std::vector<std::string> &outputs, const std::string &label = {},
                    const Attributes &attributes = {})
    {
        node(name, inputs, outputs, attributes, label);
        proto().mutable_graph()->mutable_node(proto().graph().node_size() - 1)->set_domain("pkg");
        return *this;
    }
};

GraphBuilder body()
{
    return GraphBuilder(opset, irWithFunctions);
}

onnx::AttributeProto &lastAttribute(GraphBuilder &graph)
{
    auto &nodes = *graph.proto().mutable_graph()->mutable_node();
    auto &attributes = *nodes.rbegin()->mutable_attribute();
    return *attributes.rbegin();
}

onnx::FunctionProto linear()
{
    return function("Linear", {"x", "W"}, {"y"}, body().node("MatMul", {"x", "W"}, {"y"}));
}

onnx::FunctionProto block()
{
    return function("Block", {"x"}, {"y"},
                    body()
                        .node("Constant", {}, {"W"}, {{"value", randomTensor({64, 64}, 3, 0.1F)}})
                        .node("MatMul", {"x", "W"}, {"y"}));
}

/// Two calls of Linear with weights that are given to it.
Functions weightsPassed()
{
    Functions graph;
    graph.input("x", {1, 64}).output("y", {1, 32}).random("W1", {64, 64}, 0.1F).random("W2", {64, 32}, 0.1F);
    graph.add(linear()).call("Linear", {"x", "W1"}, {"a"}).call("Linear", {"a", "W2"}, {"y"});
    return graph;
}

QStringList issuesOf(const Model &model)
{
    QStringList texts;
    for (const Issue &issue : model.issues())
        texts << QString::fromStdString(issue.message.text());
    return texts;
}

bool namesFunction(const Model &model, const QString &function, const QString &reason)
{
    const QStringList texts = issuesOf(model);
    return std::any_of(texts.begin(), texts.end(),
                       [&](const QString &text) { return text.contains(function) && text.contains(reason); });
}

} // namespace

class TstLocalFunctions : public QObject {
    Q_OBJECT
private slots:
    void weightsGivenToAFunction_areLayers();
    void weightsInsideAFunction_areCounted();
    void constantOfTwoCalls_isStoredOnce();
    void nestedCalls_computeWhatTheirGraphComputes();
    void attributes_comeFromTheCallOrTheDefault();
    void overload_isTheOneCalled();
    void branchesInsideAFunction_areCopied();
    void callInsideABranch_isReplaced();
    void outputThatIsAnInput_isPassedOn();
    void namesOfTheModel_areNotTakenAgain();
    void otherVersion_staysAndIsSaid();
    void functionThatCallsItself_staysAndIsSaid();
    void doublingFunctions_stayAndAreSaid();
    void export_carriesNoCallsAndPasses();
};

void TstLocalFunctions::weightsGivenToAFunction_areLayers()
{
    const Model model = weightsPassed().build();
    QCOMPARE(model.layers().size(), size_t(2));
    QCOMPARE(model.layers()[0].weightName, std::string("W1"));
    QCOMPARE(model.layers()[0].name, std::string("a/MatMul"));
    QCOMPARE(model.parameterCount(), int64_t(64 * 64 + 64 * 32));
    QCOMPARE(model.macs().value_or(-1), int64_t(64 * 64 + 64 * 32));
    QVERIFY(!model.hasMoreMacs() && !model.hasMoreParameters());
    QVERIFY(model.issues().empty());
    QVERIFY(!model.opsets().contains("pkg"));
    QCOMPARE(model.content().proto.functions_size(), 0);
}

void TstLocalFunctions::weightsInsideAFunction_areCounted()
{
    Functions graph;
    graph.input("x", {-1, 64}).output("y", {-1, 32}).random("W2", {64, 32}, 0.1F);
    graph.add(block());
    graph.call("Block", {"x"}, {"a"}).node("MatMul", {"a", "W2"}, {"y"}, {}, "head");
    const Model model = graph.build();
    QCOMPARE(model.layers().size(), size_t(2));
    QCOMPARE(model.parameterCount(), int64_t(6144));
    QCOMPARE(model.macs().value_or(-1), int64_t(6144));
    QCOMPARE(model.layers()[0].weightName, std::string("Block/W"));
}

void TstLocalFunctions::constantOfTwoCalls_isStoredOnce()
{
    Functions graph;
    graph.input("x", {-1, 64}).output("y", {-1, 64});
    graph.add(block());
    graph.call("Block", {"x"}, {"a"}, "first").call("Block", {"a"}, {"y"}, "second");
    const Model model = graph.build();
    QCOMPARE(model.layers().size(), size_t(2));
    QCOMPARE(model.layers()[1].name, std::string("second/MatMul"));
    QCOMPARE(model.layers()[1].tiedTo.value_or(9), size_t(0));
    QCOMPARE(model.parameterCount(), int64_t(64 * 64)); // stored once, used twice
    QCOMPARE(model.macs().value_or(-1), int64_t(2 * 64 * 64));
    QVERIFY(size_t(model.serializedBytes()) < graph.bytes().size() + 200);
}

void TstLocalFunctions::nestedCalls_computeWhatTheirGraphComputes()
{
    const auto fill = [](GraphBuilder &graph) {
        graph.input("x", {2, 8})
            .output("y", {2, 8})
            .random("W1", {8, 8})
            .random("W2", {8, 8})
            .random("b", {8});
    };
    Functions graph;
    fill(graph);
    GraphBuilder inner = body(); // not in the order of computation: the model may not be, either
    inner.node("Add", {"h", "b"}, {"y"}).node("MatMul", {"x", "W"}, {"h"});
    GraphBuilder outer = body();
    outer.node("Affine", {"x", "W", "b"}, {"h"}, {}, "affine").node("Tanh", {"h"}, {"y"});
    onnx::FunctionProto layer = function("Layer", {"x", "W", "b"}, {"y"}, outer);
    layer.mutable_node(0)->set_domain("pkg");
    graph.add(layer).add(function("Affine", {"x", "W", "b"}, {"y"}, inner));
    graph.call("Layer", {"x", "W1", "b"}, {"h"}, "one").call("Layer", {"h", "W2", "b"}, {"y"}, "two");
    GraphBuilder plain(opset);
    fill(plain);
    plain.node("MatMul", {"x", "W1"}, {"p"}).node("Add", {"p", "b"}, {"q"}).node("Tanh", {"q"}, {"h"});
    plain.node("MatMul", {"h", "W2"}, {"r"}).node("Add", {"r", "b"}, {"s"}).node("Tanh", {"s"}, {"y"});
    const Model model = graph.build();
    QCOMPARE(model.layers().size(), size_t(2));
    QCOMPARE(model.layers()[1].name, std::string("two/affine/MatMul"));
    QCOMPARE(outputOf(model).bytes, outputOf(plain.build()).bytes);
}

void TstLocalFunctions::attributes_comeFromTheCallOrTheDefault()
{
    GraphBuilder inner = body();
    inner.node("LeakyRelu", {"x"}, {"h"}, {{"alpha", 0.0F}});
    lastAttribute(inner).clear_f();
    lastAttribute(inner).set_ref_attr_name("slope");
    inner.node("Elu", {"h"}, {"y"}, {{"alpha", 0.0F}}); // given by nobody: the operator's own, 1
    lastAttribute(inner).clear_f();
    lastAttribute(inner).set_ref_attr_name("steepness");
    onnx::FunctionProto leaky = function("Leaky", {"x"}, {"y"}, inner);
    leaky.add_attribute("steepness");
    onnx::AttributeProto slope;
    slope.set_name("slope");
    slope.set_type(onnx::AttributeProto::FLOAT);
    slope.set_f(0.25F);
    addField(leaky, 11, slope.SerializeAsString());
    Functions graph;
    graph.input("x", {1, 16}).output("y", {1, 16});
    graph.add(leaky);
    graph.call("Leaky", {"x"}, {"h"}).call("Leaky", {"h"}, {"y"}, {}, {{"slope", 0.5F}});
    GraphBuilder plain(opset);
    plain.input("x", {1, 16}).output("y", {1, 16});
    plain.node("LeakyRelu", {"x"}, {"a"}, {{"alpha", 0.25F}}).node("Elu", {"a"}, {"h"});
    plain.node("LeakyRelu", {"h"}, {"b"}, {{"alpha", 0.5F}}).node("Elu", {"b"}, {"y"});
    QCOMPARE(outputOf(graph.build()).bytes, outputOf(plain.build()).bytes);
}

void TstLocalFunctions::overload_isTheOneCalled()
{
    onnx::FunctionProto up = function("Move", {"x"}, {"y"}, body().node("Exp", {"x"}, {"y"}));
    onnx::FunctionProto down = function("Move", {"x"}, {"y"}, body().node("Neg", {"x"}, {"y"}));
    addField(down, 13, "down");
    Functions graph;
    graph.input("x", {1, 4}).output("y", {1, 4});
    graph.add(up).add(down).call("Move", {"x"}, {"y"});
    addField(*graph.proto().mutable_graph()->mutable_node(0), 8, "down");
    const Model model = graph.build();
    QCOMPARE(model.operatorCounts().count("Neg"), size_t(1));
    QCOMPARE(model.operatorCounts().size(), size_t(1));
}

void TstLocalFunctions::branchesInsideAFunction_areCopied()
{
    const auto choice = [](GraphBuilder graph, const std::string &from, const std::string &to) {
        GraphBuilder then = body(), otherwise = body();
        then.output("t").node("Neg", {from}, {"t"});
        otherwise.output("e").node("Exp", {from}, {"inside"}).node("Neg", {"inside"}, {"e"});
        graph.node("ReduceSum", {from}, {to + "sum"}, {{"keepdims", int64_t(0)}});
        graph.node("Greater", {to + "sum", "zero"}, {to + "sign"}).node("If", {to + "sign"}, {to});
        return graph.subgraph("then_branch", then).subgraph("else_branch", otherwise);
    };
    Functions graph;
    graph.input("x", {1, 4}).output("y", {1, 4}).constant("nought", makeTensor(Shape{}, std::vector{0.0F}));
    graph.add(function("Choose", {"v", "zero"}, {"w"}, choice(body(), "v", "w")));
    graph.call("Choose", {"x", "nought"}, {"a"}, "once").call("Choose", {"a", "nought"}, {"y"}, "again");
    GraphBuilder plain(opset);
    plain.input("x", {1, 4}).output("y", {1, 4}).constant("zero", makeTensor(Shape{}, std::vector{0.0F}));
    plain = choice(choice(plain, "x", "a"), "a", "y");
    QCOMPARE(outputOf(graph.build()).bytes, outputOf(plain.build()).bytes);
}

void TstLocalFunctions::callInsideABranch_isReplaced()
{
    Functions then, otherwise;
    then.output("t");
    then.call("Block", {"x"}, {"t"}, "inner");
    otherwise.output("e").node("Neg", {"x"}, {"e"});
    Functions graph;
    graph.input("x", {1, 64}).input("c", {}, ElementType::Bool).output("y", {1, 64});
    graph.add(block());
    graph.node("If", {"c"}, {"y"});
    graph.subgraph("then_branch", then).subgraph("else_branch", otherwise);
    const Model model = graph.build();
    QCOMPARE(model.layers().size(), size_t(1));
    QCOMPARE(model.layers()[0].name, std::string("inner/MatMul"));
    QVERIFY(model.issues().empty());
    outputOf(model); // the runtime takes it
}

void TstLocalFunctions::outputThatIsAnInput_isPassedOn()
{
    Functions graph;
    graph.input("x", {1, 4}).output("y", {1, 4}).output("same", {1, 4});
    graph.add(function("Both", {"x"}, {"x", "y"}, body().node("Neg", {"x"}, {"y"})));
    graph.call("Both", {"x"}, {"same", "y"});
    const Model model = graph.build();
    QVERIFY2(!namesFunction(model, "pkg", ""),
             qPrintable(issuesOf(model).join('\n'))); // it has no layer, only that is said
    QCOMPARE(model.operatorCounts().at("Identity"), 1);
    outputOf(model);
}

void TstLocalFunctions::namesOfTheModel_areNotTakenAgain()
{
    Functions graph;
    graph.input("x", {2, 64}).output("y", {2, 64}).random("Block/W", {64, 64});
    graph.add(block());
    graph.node("MatMul", {"x", "Block/W"}, {"b/h"}, {}, "b/MatMul");
    graph.call("Block", {"b/h"}, {"y"}, "b");
    const Model model = graph.build();
    QCOMPARE(model.layers().size(), size_t(2));
    QVERIFY(model.layers()[0].weightName != model.layers()[1].weightName);
    QVERIFY(model.layers()[1].untouchable.empty());
    QCOMPARE(model.parameterCount(), int64_t(2 * 64 * 64));
    outputOf(model);
}

void TstLocalFunctions::otherVersion_staysAndIsSaid()
{
    Functions graph;
    graph.input("x", {1, 64}).output("y", {1, 64}).random("W", {64, 64}, 0.1F);
    graph.add(function("Old", {"x", "W"}, {"y"}, body().node("MatMul", {"x", "W"}, {"y"}), 13));
    graph.call("Old", {"x", "W"}, {"y"});
    const Model model = graph.build();
    QVERIFY2(namesFunction(model, "\"pkg.Old\"", "version 13"), qPrintable(issuesOf(model).join('\n')));
    QCOMPARE(model.content().proto.functions_size(), 1);
    QVERIFY(model.hasMoreMacs() && model.hasMoreParameters());
}

void TstLocalFunctions::functionThatCallsItself_staysAndIsSaid()
{
    onnx::FunctionProto round = function("Round", {"x"}, {"y"}, body().node("Round", {"x"}, {"y"}));
    round.mutable_node(0)->set_domain("pkg");
    Functions graph;
    graph.input("x", {1, 4}).output("y", {1, 4});
    graph.add(round).call("Round", {"x"}, {"y"});
    QVERIFY(namesFunction(graph.build(), "\"pkg.Round\"", "calls itself"));
}

/// Forty functions that each call the one before twice would make 2^40 nodes.
void TstLocalFunctions::doublingFunctions_stayAndAreSaid()
{
    Functions graph;
    graph.input("x", {1, 4}).output("y", {1, 4});
    graph.add(function("F0", {"x"}, {"y"}, body().node("Neg", {"x"}, {"y"})));
    for (int i = 1; i <= 40; ++i) {
        const std::string before = "F" + std::to_string(i - 1);
        onnx::FunctionProto next = function("F" + std::to_string(i), {"x"}, {"y"},
                                            body().node(before, {"x"}, {"h"}).node(before, {"h"}, {"y"}));
        next.mutable_node(0)->set_domain("pkg");
        next.mutable_node(1)->set_domain("pkg");
        graph.add(next);
    }
    graph.call("F40", {"x"}, {"y"});
    const Model model = graph.build();
    QVERIFY2(namesFunction(model, "pkg.F", "too large"), qPrintable(issuesOf(model).join('\n')));
    QVERIFY(model.content().proto.graph().node_size() < 1'100'000);
}

void TstLocalFunctions::export_carriesNoCallsAndPasses()
{
    QTemporaryDir folder;
    QVERIFY(folder.isValid());
    const std::filesystem::path from = folder.filePath("from.onnx").toStdString();
    const std::filesystem::path to = folder.filePath("to.onnx").toStdString();
    {
        const std::string bytes = weightsPassed().bytes();
        QFile file(QString::fromStdString(from.string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes.data(), qint64(bytes.size())), qint64(bytes.size()));
    }
    const Model source = Model::load(from);
    const Recipe recipe{"", {parseRule("*:bits=8")}};
    const BuiltModel built = buildModel(Compressor(source).compress(recipe), Storage::Compact);
    built.model.save(to);
    QVERIFY(std::filesystem::file_size(to) * 3 < std::filesystem::file_size(from));
    QVERIFY(certify(to, source, recipe).passed());
    const Tensor before = outputOf(source), after = outputOf(Model::load(to));
    QVERIFY(relativeDifference(after, before) < 0.02);
}

QTEST_GUILESS_MAIN(TstLocalFunctions)
#include "tst_localfunctions.moc"
