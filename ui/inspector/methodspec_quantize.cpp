#include "ui/base/format.h"
#include "ui/inspector/methodspecparts.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::MethodSpec)
};

constexpr int perChannel = 0, perTensor = -1; // other keys of the granularity are group sizes

QString groupText(int key)
{
    return Words::tr("Groups of %1").arg(key);
}

bool isFloat(const LayerSettings &s)
{
    return s.quantize->format == NumberFormat::Fp16 || s.quantize->format == NumberFormat::Bf16;
}

QString idleUnlessUniform(const LayerSettings &s)
{
    return s.quantize->format == NumberFormat::Uniform
               ? QString()
               : Words::tr("Only for evenly spaced values: the chosen format has values of its own.");
}

Choice granularityChoice()
{
    Choice choice{
        .name = Words::tr("Scale per"),
        .hint = Words::tr(
            "Per channel: each output has its own scale. Per tensor: one scale for the whole weight. "
            "Groups: so many consecutive weights of a row share one; the smaller, the closer, the "
            "more scales to store."),
        .entries = {{perChannel, Words::tr("Per channel"), {}}, {perTensor, Words::tr("Per tensor"), {}}},
        .get =
            [](const LayerSettings &s) {
                const QuantizeSettings &q = *s.quantize;
                return q.granularity == Granularity::Channel  ? perChannel
                       : q.granularity == Granularity::Tensor ? perTensor
                                                              : q.group;
            },
        .set =
            [](LayerSettings &s, int key) {
                QuantizeSettings &q = *s.quantize;
                q.granularity = key == perChannel  ? Granularity::Channel
                                : key == perTensor ? Granularity::Tensor
                                                   : Granularity::Group;
                if (key > 0)
                    q.group = key;
            },
        .textOf = groupText,
        .parse = [](const QString &text) -> std::optional<int> {
            for (const int key : {perChannel, perTensor})
                if (text.compare(key == perChannel ? Words::tr("Per channel") : Words::tr("Per tensor"),
                                 Qt::CaseInsensitive) == 0)
                    return key;
            return wholeNumberIn(text, 2, 1 << 20);
        },
        .idle =
            [](const LayerSettings &s) {
                return isFloat(s) ? Words::tr("This format needs no scales.") : QString();
            }};
    for (const int group : {16, 32, 64, 128})
        choice.entries.push_back({group, groupText(group), {}});
    return choice;
}

Choice roundingChoice()
{
    return {
        .name = Words::tr("Rounding"),
        .hint = Words::tr("Nearest, or GPTQ: one column after the other, the rest makes up for the error"),
        .entries = {{keyOf(Rounding::Nearest), Words::tr("Nearest"), {}},
                    {keyOf(Rounding::Gptq), Words::tr("GPTQ"),
                     Words::tr("Columns are rounded one after the other, and those still to come make up for "
                               "the error in the layer's output. Slower."),
                     true, &LayerFacts::noCalibration}},
        .get = [](const LayerSettings &s) { return keyOf(s.quantize->rounding); },
        .set = [](LayerSettings &s, int key) { s.quantize->rounding = static_cast<Rounding>(key); },
        .idle =
            [](const LayerSettings &s) {
                return isFloat(s) ? Words::tr("This format is always rounded to the nearest.") : QString();
            }};
}

Choice formatChoice()
{
    return {
        .name = Words::tr("Values"),
        .hint = Words::tr("Which numbers the codes stand for"),
        .entries = {{keyOf(NumberFormat::Uniform), Words::tr("evenly spaced"), {}},
                    {keyOf(NumberFormat::Nf4), Words::tr("NF4"),
                     Words::tr("16 values as a normal distribution has them; 4 bits")},
                    {keyOf(NumberFormat::Ternary), Words::tr("ternary"), Words::tr("−a, 0 and a; 2 bits")},
                    {keyOf(NumberFormat::Binary), Words::tr("binary"), Words::tr("−a and a; 1 bit")},
                    {keyOf(NumberFormat::Fp16), Words::tr("float16"), Words::tr("Half precision; 16 bits")},
                    {keyOf(NumberFormat::Bf16), Words::tr("bfloat16"),
                     Words::tr("The range of float32, 8 bits of precision; 16 bits")}},
        .get = [](const LayerSettings &s) { return keyOf(s.quantize->format); },
        .set = [](LayerSettings &s, int key) { s.quantize->format = static_cast<NumberFormat>(key); }};
}

Choice symmetryChoice()
{
    return {.name = Words::tr("Symmetry"),
            .hint = Words::tr(
                "Symmetric: values around zero. Asymmetric: from the smallest to the largest weight."),
            .entries = {{1, Words::tr("symmetric"), {}}, {0, Words::tr("asymmetric"), {}}},
            .get = [](const LayerSettings &s) { return int(s.quantize->symmetric); },
            .set = [](LayerSettings &s, int key) { s.quantize->symmetric = key != 0; },
            .idle = idleUnlessUniform};
}

/// The percentile is part of the range here; keys above the plain ranges are millionths.
constexpr double percentileUnit = 1e-6;

QString percentileText(int key)
{
    return Words::tr("%1 % of the weights").arg(QLocale().toString(key * percentileUnit * 100.0));
}

Choice rangeChoice()
{
    Choice choice{
        .name = Words::tr("Range"),
        .hint = Words::tr(
            "From where to where the values reach. Weights outside are clipped; the rest lies closer."),
        .entries = {{keyOf(RangeMethod::MinMax), Words::tr("all weights"), Words::tr("None is clipped.")},
                    {keyOf(RangeMethod::Mse), Words::tr("least squares"),
                     Words::tr("The range with the smallest squared error")}},
        .get =
            [](const LayerSettings &s) {
                const QuantizeSettings &q = *s.quantize;
                return q.range == RangeMethod::Percentile ? int(std::lround(q.percentile / percentileUnit))
                                                          : keyOf(q.range);
            },
        .set =
            [](LayerSettings &s, int key) {
                QuantizeSettings &q = *s.quantize;
                const bool plain = key <= keyOf(RangeMethod::Mse);
                q.range = plain ? static_cast<RangeMethod>(key) : RangeMethod::Percentile;
                q.percentile = plain ? QuantizeSettings().percentile : key * percentileUnit;
            },
        .textOf = percentileText,
        .idle = idleUnlessUniform};
    for (const int key : {999'900, 999'000, 990'000})
        choice.entries.push_back({key, percentileText(key), {}});
    return choice;
}

Choice scaleChoice()
{
    return {.name = Words::tr("Scales"),
            .hint = Words::tr("What the codes are multiplied by"),
            .entries = {{keyOf(ScaleKind::Any), Words::tr("of any size"), {}},
                        {keyOf(ScaleKind::PowerOfTwo), Words::tr("powers of two"),
                         Words::tr("Rounded up to a power of two: hardware shifts instead of multiplying. "
                                   "The steps are up to twice as wide.")}},
            .get = [](const LayerSettings &s) { return keyOf(s.quantize->scale); },
            .set = [](LayerSettings &s, int key) { s.quantize->scale = static_cast<ScaleKind>(key); },
            .idle = idleUnlessUniform};
}

Choice biasChoice()
{
    return {.name = Words::tr("Bias"),
            .hint = Words::tr("Correct it by the mean error that rounding makes in the layer's output"),
            .entries =
                {{int(BiasCorrection::Auto), Words::tr("automatic"),
                  Words::tr("From calibration data where another method has some and the layer's error falls "
                            "by it, else from the normalizations where the weights lose little.")},
                 {int(BiasCorrection::Data), Words::tr("from data"),
                  Words::tr("The mean output error goes into the bias."), true, &LayerFacts::noCalibration},
                 {int(BiasCorrection::Constants), Words::tr("from constants"),
                  Words::tr("The same by what the normalizations around the layer say of its inputs; "
                            "no data is needed.")},
                 {int(BiasCorrection::Off), Words::tr("as it is"), {}}},
            .get = [](const LayerSettings &s) { return int(s.quantize->biasCorrection); },
            .set = [](LayerSettings &s,
                      int key) { s.quantize->biasCorrection = static_cast<BiasCorrection>(key); }};
}

} // namespace

MethodSpec quantizeSpec()
{
    MethodSpec spec = specOf(&LayerSettings::quantize);
    spec.id = QStringLiteral("quantize");
    spec.title = Words::tr("Quantize");
    spec.key = QStringLiteral("Q");
    spec.purpose = Words::tr("fewer bits");
    spec.hint = Words::tr("Stores each weight as one of a few values. Takes the place of clusters.");
    spec.turnedOn = Words::tr("Quantization on");
    spec.allTurnedOn = Words::tr("Quantization of %1 layers on");
    spec.turnedOff = Words::tr("Quantization off");
    spec.allTurnedOff = Words::tr("Quantization of %1 layers off");
    spec.value = MethodValue{
        .name = Words::tr("Bits"),
        .scale = {.minimum = 1, .maximum = 8, .fine = 1, .coarse = 1, .reset = 8, .unit = {}},
        .get = [](const LayerSettings &s) -> std::optional<double> {
            return s.quantize ? std::optional(double(s.quantize->bits)) : std::nullopt;
        },
        .set = [](LayerSettings &s, double bits) { s.quantize->bits = int(bits); },
        .text = wholeNumberText,
        .one = Words::tr("Bits"),
        .many = Words::tr("Bits of %1 layers"),
        .locked =
            [](const LayerSettings &s) {
                const int fixed = s.quantize ? bitsOfFormat(s.quantize->format) : 0;
                return fixed > 0 ? Words::tr("The chosen values take %n bit(s).", nullptr, fixed) : QString();
            }};
    spec.row = {granularityChoice(), roundingChoice()};
    spec.more = {formatChoice(), symmetryChoice(), rangeChoice(), scaleChoice(), biasChoice()};
    return spec;
}

} // namespace lathe::ui
