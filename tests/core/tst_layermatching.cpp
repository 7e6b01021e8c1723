#include "core/model/layermatching.h"
#include "tests/support/graphbuilder.h"

#include <QtTest>

using namespace lathe;
using namespace lathe::test;
using By = LayerMatching::By;

namespace {

Layer layer(const std::string &name, Index rows, Index cols, LayerKind kind = LayerKind::Conv,
            const std::string &weight = {})
{
    Layer l;
    l.name = name;
    l.kind = kind;
    l.weightName = weight.empty() ? name + ".weight" : weight;
    l.rows = rows;
    l.cols = cols;
    return l;
}

/// "a=A b~B*C c-": by name, by shape (as two layers), not at all.
std::string textOf(const std::vector<Layer> &layers, const std::vector<Layer> &others,
                   const std::vector<std::optional<size_t>> &feeding = {})
{
    std::string text;
    const LayerMatching matching = matchLayers(layers, others, feeding);
    for (size_t i = 0; i < layers.size(); ++i) {
        text += text.empty() ? "" : " ";
        text += layers[i].name;
        if (const auto &match = matching.matches[i])
            for (size_t part = 0; part < match->parts.size(); ++part)
                text += (part > 0                ? "*"
                         : match->by == By::Name ? "="
                                                 : "~") +
                        others[match->parts[part]].name;
        else
            text += "-";
    }
    return text;
}

} // namespace

Q_DECLARE_METATYPE(lathe::LayerForm)
Q_DECLARE_METATYPE(std::optional<lathe::LayerForm>)

class TstLayerMatching : public QObject {
    Q_OBJECT
private slots:
    void itself_matchesByName();
    void names_comeBeforeShapes();
    void nameOfTheConstant_countsAsName();
    void renamedLayers_matchByShapeInOrder();
    void ambiguousShapes_areNotGuessed();
    void otherOperator_isAnotherLayer();
    void kernelAndGroups_belongToTheShape();
    void noLayer_isMatchedTwice();
    void nothing_matchesNothing();
    void factors_matchTheLayerWhoseNameTheyHave();
    void namelessFactors_matchByTheirProduct();
    void ambiguousFactors_areNotGuessed();
    void forms_ofChains_data();
    void forms_ofChains();
    void chainedWeight_doesWhatTheChainDoes();
    void feedingLayers_areFoundWhereNothingLiesBetween();
};

void TstLayerMatching::itself_matchesByName()
{
    const std::vector<Layer> layers = {layer("conv1", 8, 9), layer("fc", 10, 64, LayerKind::Gemm)};
    QCOMPARE(textOf(layers, layers), std::string("conv1=conv1 fc=fc"));
    const LayerMatching matching = matchLayers(layers, layers);
    QCOMPARE(matching.count(), size_t(2));
    QCOMPARE(matching.count(By::Name), size_t(2));
    QCOMPARE(matching.count(By::Shape), size_t(0));
}

void TstLayerMatching::names_comeBeforeShapes()
{
    // The order of the other file is another one, and one layer lost channels.
    QCOMPARE(textOf({layer("a", 8, 9), layer("b", 8, 9), layer("c", 16, 72)},
                    {layer("c", 12, 72), layer("b", 8, 9), layer("x", 8, 9)}),
             std::string("a~x b=b c=c"));
}

void TstLayerMatching::nameOfTheConstant_countsAsName()
{
    QCOMPARE(
        textOf({layer("Conv_0", 8, 9, LayerKind::Conv, "w0"), layer("Conv_1", 8, 9, LayerKind::Conv, "w1")},
               {layer("n1", 8, 9, LayerKind::Conv, "w1"), layer("n0", 8, 9, LayerKind::Conv, "w0")}),
        std::string("Conv_0=n0 Conv_1=n1"));
    // Computed weights have no constant; that is no name in common.
    Layer a = layer("a", 8, 9), b = layer("b", 4, 9);
    a.weightName.clear();
    b.weightName.clear();
    QCOMPARE(textOf({a}, {b}), std::string("a-"));
}

void TstLayerMatching::renamedLayers_matchByShapeInOrder()
{
    QCOMPARE(textOf({layer("a", 8, 9), layer("b", 8, 9), layer("c", 4, 8)},
                    {layer("x", 8, 9), layer("y", 4, 8), layer("z", 8, 9)}),
             std::string("a~x b~z c~y"));
}

void TstLayerMatching::ambiguousShapes_areNotGuessed()
{
    QCOMPARE(
        textOf({layer("a", 8, 9), layer("b", 8, 9), layer("c", 4, 8)}, {layer("x", 8, 9), layer("y", 4, 8)}),
        std::string("a- b- c~y"));
    Layer unknown = layer("a", 0, 0), other = layer("x", 0, 0);
    QCOMPARE(textOf({unknown}, {other}), std::string("a-"));
}

void TstLayerMatching::otherOperator_isAnotherLayer()
{
    QCOMPARE(textOf({layer("a", 8, 9)}, {layer("a", 8, 9, LayerKind::MatMul)}), std::string("a-"));
    QCOMPARE(textOf({layer("a", 8, 9, LayerKind::Gemm)}, {layer("a", 8, 9, LayerKind::MatMul)}),
             std::string("a=a"));
    QCOMPARE(textOf({layer("a", 8, 9, LayerKind::Gemm)}, {layer("b", 8, 9, LayerKind::MatMul)}),
             std::string("a~b"));
}

void TstLayerMatching::kernelAndGroups_belongToTheShape()
{
    Layer square = layer("a", 8, 9), flat = layer("x", 8, 9), grouped = layer("y", 8, 9);
    square.kernel = {3, 3};
    flat.kernel = {1, 9};
    grouped.kernel = {3, 3};
    grouped.groups = 4;
    QCOMPARE(textOf({square}, {flat}), std::string("a-"));
    QCOMPARE(textOf({square}, {grouped}), std::string("a-"));
}

void TstLayerMatching::noLayer_isMatchedTwice()
{
    const std::vector<Layer> layers = {layer("a", 8, 9, LayerKind::Conv, "w"),
                                       layer("b", 8, 9, LayerKind::Conv, "w")};
    const std::vector<Layer> others = {layer("b", 8, 9, LayerKind::Conv, "w")};
    QCOMPARE(textOf(layers, others), std::string("a- b=b"));
}

void TstLayerMatching::nothing_matchesNothing()
{
    QCOMPARE(matchLayers({}, {}).count(), size_t(0));
    const std::vector<Layer> layers = {layer("a", 8, 9)};
    QCOMPARE(matchLayers(layers, {}).matches.size(), size_t(1));
    QCOMPARE(matchLayers({}, layers).matches.size(), size_t(0));
}

void TstLayerMatching::factors_matchTheLayerWhoseNameTheyHave()
{
    const std::vector<Layer> source = {layer("a", 10, 64, LayerKind::Gemm),
                                       layer("b", 8, 10, LayerKind::Gemm)};
    const Layer reduce = layer("a.reduce", 3, 64, LayerKind::Gemm), last = layer("a", 10, 3, LayerKind::Gemm);
    const Layer b = layer("b", 8, 10, LayerKind::Gemm);
    QCOMPARE(textOf(source, {reduce, last, b}, {{}, 0, 1}), std::string("a=a.reduce*a b=b"));
    // The first of them may have the name as well.
    const Layer first = layer("a", 3, 64, LayerKind::Gemm), second = layer("x", 10, 3, LayerKind::Gemm);
    QCOMPARE(textOf(source, {first, second, b}, {{}, 0, 1}), std::string("a=a*x b=b"));
    // Something lies between them: the one that has the name is all that is known.
    QCOMPARE(textOf(source, {reduce, last, b}, {{}, {}, {}}), std::string("a=a b=b"));
}

void TstLayerMatching::namelessFactors_matchByTheirProduct()
{
    Layer a = layer("a", 12, 72), in = layer("x", 4, 8), core = layer("y", 5, 36), out = layer("z", 12, 5);
    a.kernel = core.kernel = {3, 3};
    in.kernel = out.kernel = {1, 1};
    QCOMPARE(textOf({a}, {in, core, out}, {{}, 0, 1}), std::string("a~x*y*z"));
    const Layer left = layer("b", 7, 9, LayerKind::MatMul), p = layer("p", 2, 9, LayerKind::MatMul),
                q = layer("q", 7, 2, LayerKind::MatMul);
    // Factors count as what they stand for: two layers of that form are there, and two here.
    QCOMPARE(textOf({left, layer("c", 7, 9, LayerKind::MatMul)}, {layer("r", 7, 9, LayerKind::MatMul), p, q},
                    {{}, {}, 1}),
             std::string("b~r c~p*q"));
}

void TstLayerMatching::ambiguousFactors_areNotGuessed()
{
    const auto product = [](const char *name, Index rows, Index cols) {
        return layer(name, rows, cols, LayerKind::MatMul);
    };
    // Three in a row: which two of them are the layer?
    QCOMPARE(textOf({product("a", 4, 4)}, {product("x", 4, 4), product("y", 4, 4), product("z", 4, 4)},
                    {{}, 0, 1}),
             std::string("a-"));
    QCOMPARE(
        textOf({product("a", 7, 9), product("b", 7, 9)}, {product("p", 2, 9), product("q", 7, 2)}, {{}, 0}),
        std::string("a- b-"));
}

void TstLayerMatching::forms_ofChains_data()
{
    QTest::addColumn<LayerForm>("first");
    QTest::addColumn<LayerForm>("second");
    QTest::addColumn<std::optional<LayerForm>>("both");
    using Form = std::optional<LayerForm>;
    const LayerKind conv = LayerKind::Conv, product = LayerKind::MatMul;
    QTest::newRow("product") << LayerForm{product, 3, 64} << LayerForm{product, 10, 3}
                             << Form({product, 10, 64});
    QTest::newRow("wrong size") << LayerForm{product, 3, 64} << LayerForm{product, 10, 4} << Form();
    QTest::newRow("reduce") << LayerForm{conv, 4, 72, 1, {3, 3}} << LayerForm{conv, 16, 4, 1, {1, 1}}
                            << Form({conv, 16, 72, 1, {3, 3}});
    QTest::newRow("spatial") << LayerForm{conv, 4, 24, 1, {3, 1}} << LayerForm{conv, 16, 20, 1, {1, 5}}
                             << Form({conv, 16, 120, 1, {3, 5}});
    QTest::newRow("groups") << LayerForm{conv, 4, 36, 2, {3, 3}} << LayerForm{conv, 16, 2, 2, {1, 1}}
                            << Form({conv, 16, 36, 2, {3, 3}});
    QTest::newRow("separable") << LayerForm{conv, 8, 9, 8, {3, 3}} << LayerForm{conv, 16, 8, 1, {1, 1}}
                               << Form({conv, 16, 72, 1, {3, 3}});
    QTest::newRow("groups after") << LayerForm{conv, 8, 8, 1, {1, 1}} << LayerForm{conv, 8, 9, 8, {3, 3}}
                                  << Form();
    QTest::newRow("two kernels") << LayerForm{conv, 4, 72, 1, {3, 3}} << LayerForm{conv, 16, 36, 1, {3, 3}}
                                 << Form();
    QTest::newRow("other kind") << LayerForm{conv, 3, 64} << LayerForm{product, 10, 3} << Form();
    QTest::newRow("recurrent") << LayerForm{LayerKind::Lstm, 3, 64} << LayerForm{LayerKind::Lstm, 10, 3}
                               << Form();
}

void TstLayerMatching::forms_ofChains()
{
    QFETCH(LayerForm, first);
    QFETCH(LayerForm, second);
    QFETCH(std::optional<LayerForm>, both);
    QVERIFY(chained(first, second) == both);
    if (!both)
        return;
    // Each weight of the first one alone, then of the second one, adds to the places that it reaches.
    const Matrix a = randomMatrix(first.rows, first.cols, 1), b = randomMatrix(second.rows, second.cols, 2);
    const Matrix whole = chainedWeight(first, a, second, b);
    QCOMPARE(whole.rows(), both->rows);
    QCOMPARE(whole.cols(), both->cols);
    const Matrix twice = chainedWeight(first, 2.0F * a, second, b);
    QVERIFY((twice - 2.0F * whole).norm() <= 1e-5F * whole.norm());
}

void TstLayerMatching::chainedWeight_doesWhatTheChainDoes()
{
    const LayerForm in{LayerKind::Conv, 3, 4, 1, {1, 1}}, depthwise{LayerKind::Conv, 3, 3, 3, {1, 3}},
        out{LayerKind::Conv, 5, 3, 1, {1, 1}};
    const Matrix a = randomMatrix(3, 4, 1), b = randomMatrix(3, 3, 2), c = randomMatrix(5, 3, 3);
    const LayerForm tail = chained(depthwise, out).value();
    const Matrix whole = chainedWeight(in, a, tail, chainedWeight(depthwise, b, out, c));
    for (Index o = 0; o < 5; ++o)
        for (Index i = 0; i < 4; ++i)
            for (Index k = 0; k < 3; ++k) {
                float expected = 0;
                for (Index m = 0; m < 3; ++m)
                    expected += c(o, m) * b(m, k) * a(m, i);
                QVERIFY(std::abs(whole(o, i * 3 + k) - expected) < 1e-5F);
            }
}

void TstLayerMatching::feedingLayers_areFoundWhereNothingLiesBetween()
{
    GraphBuilder builder(13);
    builder.input("x", {2, 6}).output("y").output("z");
    for (const char *name : {"a", "b", "c", "d", "e", "f", "g"})
        builder.random(name, {6, 6});
    builder.constant("zeros", makeTensor({6}, std::vector<float>(6, 0.0F))).random("bias", {6});
    const Model model = builder.node("Gemm", {"x", "a", "zeros"}, {"1"}, {}, "a")
                            .node("Gemm", {"1", "b", "bias"}, {"2"}, {}, "b") // a bias of zeros is none
                            .node("MatMul", {"2", "c"}, {"3"}, {}, "c")       // behind a bias
                            .node("Relu", {"3"}, {"4"})
                            .node("MatMul", {"4", "d"}, {"5"}, {}, "d") // behind another operator
                            .node("MatMul", {"5", "e"}, {"z"}, {}, "e")
                            .node("MatMul", {"z", "f"}, {"6"}, {}, "f") // an output reads it too
                            .node("Gemm", {"6", "g", "bias"}, {"y"}, {{"transA", int64_t{1}}}, "g")
                            .build();
    const std::vector<std::optional<size_t>> feeding = feedingLayers(model);
    const std::vector<std::optional<size_t>> expected = {{}, 0, {}, {}, 3, {}, {}};
    QVERIFY(feeding == expected);
}

QTEST_APPLESS_MAIN(TstLayerMatching)
#include "tst_layermatching.moc"
