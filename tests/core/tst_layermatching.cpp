#include "core/model/layermatching.h"

#include <QtTest>

using namespace lathe;
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

/// "a=A b~B c-": by name, by shape, not at all.
std::string textOf(const std::vector<Layer> &layers, const std::vector<Layer> &others)
{
    std::string text;
    const LayerMatching matching = matchLayers(layers, others);
    for (size_t i = 0; i < layers.size(); ++i) {
        text += text.empty() ? "" : " ";
        text += layers[i].name;
        if (const auto &match = matching.matches[i])
            text += (match->by == By::Name ? "=" : "~") + others[match->other].name;
        else
            text += "-";
    }
    return text;
}

} // namespace

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

QTEST_APPLESS_MAIN(TstLayerMatching)
#include "tst_layermatching.moc"
