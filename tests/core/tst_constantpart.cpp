#include "core/exporting/storedvalues.h"
#include "core/model/proto.h"
#include "core/storage/constantpart.h"
#include "tests/support/graphbuilder.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;

namespace {

const Tensor &weight()
{
    static const Tensor tensor = randomTensor({4, 3}, 5);
    return tensor;
}

/// A branch that makes the weight of a constant which it calls as the model calls its input.
GraphBuilder branch(const char *result)
{
    GraphBuilder b;
    return b.output(result, {4, 3})
        .node("Constant", {}, {"x"}, {{"value", weight()}})
        .node("Identity", {"x"}, {result});
}

Model chosenWeight(bool sorted)
{
    Tensor flag = makeTensor(ElementType::Bool, {});
    flag.bytes[0] = std::byte(1);
    GraphBuilder b;
    b.input("x", {-1, 4}).output("y", {-1, 3}).constant("flag", flag);
    b.node("If", {"flag"}, {"w"}, {}, "choice")
        .subgraph("then_branch", branch("t"))
        .subgraph("else_branch", branch("e"));
    b.node("MatMul", {"x", "w"}, {"y"}, {}, "product");
    if (!sorted)
        b.proto().mutable_graph()->mutable_node()->SwapElements(0, 1);
    return b.build();
}

} // namespace

class TstConstantPart : public QObject {
    Q_OBJECT
private slots:
    void nameOfABranch_isNoInput_data();
    void nameOfABranch_isNoInput();
    void makers_standBeforeTheirReaders();
};

void TstConstantPart::nameOfABranch_isNoInput_data()
{
    QTest::addColumn<bool>("sorted");
    QTest::newRow("in order") << true;
    QTest::newRow("reader first") << false;
}

/// The weight depends on nothing that is fed, so it can be read.
void TstConstantPart::nameOfABranch_isNoInput()
{
    QFETCH(bool, sorted);
    const Model model = chosenWeight(sorted);
    const ValuePlace place{0, "w"};
    Tensor read;
    visitStoredValues(model, std::span(&place, 1), {},
                      [&](size_t, StoredValue value) { read = std::move(value.tensor); });
    QVERIFY(read.type == weight().type);
    QCOMPARE(read.shape, weight().shape);
    QCOMPARE(read.bytes, weight().bytes);
}

void TstConstantPart::makers_standBeforeTheirReaders()
{
    GraphBuilder b;
    b.input("x", {-1, 4}).output("y").random("w", {4, 3});
    b.node("Abs", {"n"}, {"a"}).node("MatMul", {"x", "a"}, {"y"}).node("Neg", {"w"}, {"n"});
    const Model model = b.build();
    const ValuePlace place{0, "a"};
    const std::vector<Definition> makers = makersOf(*model.content().view, std::span(&place, 1));
    QCOMPARE(makers.size(), size_t(3));
    QVERIFY(makers[0].kind == Definition::Kind::Initializer);
    QCOMPARE(makers[1].index, 2);
    QCOMPARE(makers[2].index, 0);
}

QTEST_GUILESS_MAIN(TstConstantPart)
#include "tst_constantpart.moc"
