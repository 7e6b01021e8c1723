#include "ui/inspector/methodspec.h"

#include "ui/base/format.h"
#include "ui/inspector/methodspecparts.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::MethodSpec)
};

Choice codebookChoice()
{
    const auto text = [](int rows) { return Words::tr("Every %n output(s)", nullptr, rows); };
    Choice choice{.name = Words::tr("Codebook for"),
                  .hint =
                      Words::tr("One codebook for the whole weight, or one for so many outputs: closer, with "
                                "more tables to store"),
                  .entries = {{0, Words::tr("All outputs"), {}}},
                  .get = [](const LayerSettings &s) { return s.cluster->group; },
                  .set = [](LayerSettings &s, int key) { s.cluster->group = key; },
                  .textOf = text,
                  .parse = [](const QString &typed) -> std::optional<int> {
                      return typed.compare(Words::tr("All outputs"), Qt::CaseInsensitive) == 0
                                 ? std::optional(0)
                                 : wholeNumberIn(typed, 1, 1 << 20);
                  }};
    for (const int rows : {64, 32, 16, 8, 1})
        choice.entries.push_back({rows, text(rows), {}});
    return choice;
}

Choice startChoice()
{
    return {.name = Words::tr("Values found"),
            .hint = Words::tr("Optimally, or from a start that is then improved step by step"),
            .entries = {{keyOf(ClusterInit::Optimal), Words::tr("optimally"),
                         Words::tr("No other values have a smaller squared error.")},
                        {keyOf(ClusterInit::Linear), Words::tr("from even spacing"),
                         Words::tr("Keeps the large weights best.")},
                        {keyOf(ClusterInit::Density), Words::tr("from density"),
                         Words::tr("As many weights for each value at the start")},
                        {keyOf(ClusterInit::KMeansPlusPlus), Words::tr("k-means++"), {}}},
            .get = [](const LayerSettings &s) { return keyOf(s.cluster->init); },
            .set = [](LayerSettings &s, int key) { s.cluster->init = static_cast<ClusterInit>(key); }};
}

Choice weightingChoice()
{
    return {
        .name = Words::tr("Errors count"),
        .hint = Words::tr("All alike, or by what they do to the layer's output"),
        .entries = {{keyOf(ClusterWeighting::None), Words::tr("all alike"), {}},
                    {keyOf(ClusterWeighting::Activation), Words::tr("by input"),
                     Words::tr("By the mean square of the weight's input"), true, &LayerFacts::noCalibration},
                    {keyOf(ClusterWeighting::Hessian), Words::tr("by cost"),
                     Words::tr("By what moving the weight costs when the others make up for it"), true,
                     &LayerFacts::noCalibration}},
        .get = [](const LayerSettings &s) { return keyOf(s.cluster->weighting); },
        .set = [](LayerSettings &s, int key) { s.cluster->weighting = static_cast<ClusterWeighting>(key); }};
}

Choice fitChoice(const QString &hint, std::function<int(const LayerSettings &)> get,
                 std::function<void(LayerSettings &, int)> set)
{
    return {
        .name = Words::tr("Fitted to"),
        .hint = hint,
        .entries = {{0, Words::tr("weights"), Words::tr("The smallest error in the weights")},
                    {1, Words::tr("calibration data"), Words::tr("The smallest error in the layer's output"),
                     true, &LayerFacts::noCalibration}},
        .get = std::move(get),
        .set = std::move(set)};
}

Choice formChoice()
{
    return {.name = Words::tr("Form"),
            .hint = Words::tr("Into which products the weight is split"),
            .entries = {{keyOf(RankForm::Channel), Words::tr("by channel"),
                         Words::tr("A convolution becomes k×k, then 1×1; any other layer two products.")},
                        {keyOf(RankForm::Spatial), Words::tr("spatial"),
                         Words::tr("A convolution becomes k×1, then 1×k."), false, &LayerFacts::noSpatial},
                        {keyOf(RankForm::Tucker2), Words::tr("Tucker-2"),
                         Words::tr("A convolution becomes 1×1, k×k, 1×1."), false, &LayerFacts::noTucker}},
            .get = [](const LayerSettings &s) { return keyOf(s.rank->form); },
            .set = [](LayerSettings &s, int key) { s.rank->form = static_cast<RankForm>(key); }};
}

/// Bits of the factors, or of what they leave over.
Choice bitsChoice(const QString &name, const QString &hint, const QString &none, int RankSettings::*bits)
{
    const auto text = [](int key) { return Words::tr("%n bit(s)", nullptr, key); };
    Choice choice{.name = name,
                  .hint = hint,
                  .entries = {{0, none, {}}},
                  .get = [bits](const LayerSettings &s) { return (*s.rank).*bits; },
                  .set = [bits](LayerSettings &s, int key) { (*s.rank).*bits = key; },
                  .textOf = text};
    for (int key = 8; key >= 1; --key)
        choice.entries.push_back({key, text(key), {}});
    return choice;
}

MethodSpec clusterSpec()
{
    MethodSpec spec = specOf(&LayerSettings::cluster);
    spec.id = QStringLiteral("cluster");
    spec.title = Words::tr("Cluster");
    spec.key = QStringLiteral("C");
    spec.purpose = Words::tr("shared values");
    spec.hint =
        Words::tr("Stores each weight as one of a few values that suit this layer (a codebook). Takes the "
                  "place of quantization.");
    spec.turnedOn = Words::tr("Clusters on");
    spec.allTurnedOn = Words::tr("Clusters of %1 layers on");
    spec.turnedOff = Words::tr("Clusters off");
    spec.allTurnedOff = Words::tr("Clusters of %1 layers off");
    spec.value = MethodValue{
        .name = Words::tr("Clusters"),
        .scale = {.minimum = 2,
                  .maximum = 256,
                  .fine = 1,
                  .coarse = 1,
                  .reset = double(ClusterSettings().clusters),
                  .unit = {},
                  .doubling = true},
        .get = [](const LayerSettings &s) -> std::optional<double> {
            return s.cluster ? std::optional(double(s.cluster->clusters)) : std::nullopt;
        },
        .set = [](LayerSettings &s, double shown) { s.cluster->clusters = int(std::lround(shown)); },
        .text = wholeNumberText,
        .one = Words::tr("Clusters"),
        .many = Words::tr("Clusters of %1 layers")};
    spec.row = {codebookChoice()};
    spec.more = {startChoice(), weightingChoice()};
    return spec;
}

MethodSpec rankSpec()
{
    MethodSpec spec = specOf(&LayerSettings::rank);
    spec.id = QStringLiteral("rank");
    spec.title = Words::tr("Rank");
    spec.key = QStringLiteral("R");
    spec.purpose = Words::tr("thinner factors");
    spec.hint =
        Words::tr("Replaces the weight by the product of thinner ones (singular value decomposition). Takes "
                  "the place of depthwise + pointwise.");
    spec.turnedOn = Words::tr("Rank on");
    spec.allTurnedOn = Words::tr("Rank of %1 layers on");
    spec.turnedOff = Words::tr("Rank off");
    spec.allTurnedOff = Words::tr("Rank of %1 layers off");
    spec.obstacle = &LayerFacts::noFactors;
    spec.more = {
        formChoice(),
        fitChoice(
            Words::tr("Best for the weights, or for the layer's output on calibration data"),
            [](const LayerSettings &s) { return keyOf(s.rank->method); },
            [](LayerSettings &s, int key) { s.rank->method = static_cast<RankMethod>(key); }),
        bitsChoice(Words::tr("Factors"), Words::tr("Bits that the factors are stored in"),
                   Words::tr("as set above"), &RankSettings::bits),
        bitsChoice(
            Words::tr("Residual"),
            Words::tr("What the factors leave over can be stored too, in few bits, and is added to them."),
            Words::tr("not stored"), &RankSettings::residualBits)};
    return spec;
}

MethodSpec separableSpec()
{
    MethodSpec spec = specOf(&LayerSettings::separable);
    spec.id = QStringLiteral("separable");
    spec.title = Words::tr("Depthwise + pointwise");
    spec.purpose = Words::tr("two small convolutions");
    spec.hint = Words::tr(
        "Replaces a convolution by one k×k filter for each channel and a 1×1 convolution. Takes the "
        "place of rank.");
    spec.turnedOn = Words::tr("Depthwise + pointwise on");
    spec.allTurnedOn = Words::tr("Depthwise + pointwise for %1 layers on");
    spec.turnedOff = Words::tr("Depthwise + pointwise off");
    spec.allTurnedOff = Words::tr("Depthwise + pointwise for %1 layers off");
    spec.obstacle = &LayerFacts::noSeparable;
    spec.row = {fitChoice(
        Words::tr("Best for the weights, or for the layer's output on calibration data"),
        [](const LayerSettings &s) { return int(s.separable->onActivations); },
        [](LayerSettings &s, int key) { s.separable->onActivations = key != 0; })};
    return spec;
}

MethodSpec foldSpec()
{
    MethodSpec spec = specOf(&LayerSettings::fold);
    spec.id = QStringLiteral("fold");
    spec.title = Words::tr("Fold");
    spec.purpose = Words::tr("normalization into the weight");
    spec.hint = Words::tr(
        "Works the batch normalization that takes the layer's output into its weight and bias. What "
        "the model computes stays.");
    spec.turnedOn = Words::tr("Fold on");
    spec.allTurnedOn = Words::tr("Fold for %1 layers on");
    spec.turnedOff = Words::tr("Fold off");
    spec.allTurnedOff = Words::tr("Fold for %1 layers off");
    spec.obstacle = &LayerFacts::noFold;
    return spec;
}

MethodSpec renormalizeSpec()
{
    MethodSpec spec = specOf(&LayerSettings::renormalize);
    spec.id = QStringLiteral("renormalize");
    spec.title = Words::tr("Renormalize");
    spec.purpose = Words::tr("normalization measured again");
    spec.hint =
        Words::tr("Measures mean and variance of the batch normalizations behind the layer again, in the "
                  "compressed model on calibration data.");
    spec.turnedOn = Words::tr("Renormalize on");
    spec.allTurnedOn = Words::tr("Renormalize for %1 layers on");
    spec.turnedOff = Words::tr("Renormalize off");
    spec.allTurnedOff = Words::tr("Renormalize for %1 layers off");
    spec.obstacle = &LayerFacts::noRenormalize;
    return spec;
}

} // namespace

QString wholeNumberText(double value)
{
    return number(value, 0);
}

std::optional<int> wholeNumberIn(const QString &text, int from, int to)
{
    static const QRegularExpression digits(QStringLiteral("\\d+"));
    const QRegularExpressionMatch match = digits.match(text);
    const int value = match.captured().toInt();
    return match.hasMatch() && value >= from && value <= to ? std::optional(value) : std::nullopt;
}

QVector<MethodSpec> methodSpecs()
{
    return {pruneSpec(),    quantizeSpec(), clusterSpec(), rankSpec(),       separableSpec(),
            channelsSpec(), dropSpec(),     foldSpec(),    renormalizeSpec()};
}

} // namespace lathe::ui
