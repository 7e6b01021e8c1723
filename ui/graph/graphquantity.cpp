#include "ui/graph/graphquantity.h"

#include "ui/base/format.h"
#include "ui/style/theme.h"

#include <QCoreApplication>

#include <array>
#include <cmath>
#include <limits>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::GraphQuantity)
};

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

QString bytesText(double value)
{
    return bytes(static_cast<qint64>(std::llround(value)));
}
QString shareText(double value)
{
    return percent(value);
}
QString bitsText(double value)
{
    return Words::tr("%1 bits").arg(number(value, 1));
}

using Combine = GraphQuantity::Combine;

/// @param value double(size_t layer)
template <class Value>
GraphQuantity make(const Model &model, const char *id, const QString &name, Combine combine,
                   QString (*text)(double), const QString &why, const Value &value)
{
    GraphQuantity quantity{QString::fromLatin1(id), name, why, combine, {}, text};
    quantity.values.assign(model.layers().size(), unknown);
    if (quantity.isKnown())
        for (size_t i = 0; i < quantity.values.size(); ++i)
            quantity.values[i] = value(i);
    return quantity;
}

} // namespace

double GraphQuantity::combined(const QVector<int> &layers, Combine how) const
{
    double sum = 0, largest = -std::numeric_limits<double>::infinity();
    int count = 0;
    for (const int layer : layers) {
        const double value =
            static_cast<size_t>(layer) < values.size() ? values[static_cast<size_t>(layer)] : unknown;
        if (std::isnan(value))
            continue;
        sum += value;
        largest = std::max(largest, value);
        ++count;
    }
    if (count == 0)
        return unknown;
    return how == Combine::Sum ? sum : how == Combine::Mean ? sum / count : largest;
}

QVector<GraphQuantity> graphQuantities(const Model &model, const PreviewUpdate &preview,
                                       const QHash<QString, std::vector<double>> &probes)
{
    const std::vector<Layer> &layers = model.layers();
    const bool results = preview.compressed && preview.compressed->layers.size() == layers.size();
    const bool stored = preview.storage && preview.storage->size() == layers.size();
    const std::vector<LayerResult> none;
    const std::vector<LayerResult> &result = results ? preview.compressed->layers : none;
    const std::vector<LayerStorage> noStorage;
    const std::vector<LayerStorage> &storage = stored ? *preview.storage : noStorage;
    const QString pending = results ? QString() : Words::tr("not computed yet");
    bool changed = false, outputs = false;
    for (const LayerResult &r : result) {
        changed = changed || r.code.weight;
        outputs = outputs || r.normalizedError;
    }
    const QString untouched = !results  ? pending
                              : changed ? QString()
                                        : Words::tr("the recipe changes no layer");
    const double macs = static_cast<double>(model.macs().value_or(0));
    const auto ownBytes = [&](size_t i) {
        return static_cast<double>(layers[i].tiedTo ? 0 : layers[i].fileBytes);
    };

    const auto probe = [&](const char *id, const QString &name, Combine combine, QString (*text)(double)) {
        const std::vector<double> values = probes.value(QString::fromLatin1(id));
        const bool known = values.size() == layers.size();
        GraphQuantity quantity =
            make(model, id, name, combine, text, known ? QString() : Words::tr("measured once it is chosen"),
                 [&](size_t i) { return values[i]; });
        quantity.onRequest = true;
        return quantity;
    };

    QVector<GraphQuantity> all{
        make(model, "bytes", Words::tr("Original size"), Combine::Sum, bytesText, {}, ownBytes),
        make(model, "stored", Words::tr("Size in the file"), Combine::Sum, bytesText,
             stored ? QString() : Words::tr("not computed yet"),
             [&](size_t i) { return static_cast<double>(storage[i].bytes); }),
        make(model, "macs", Words::tr("Share of MACs"), Combine::Sum, shareText,
             macs > 0 ? QString() : Words::tr("the shapes of some layers are unknown"),
             [&](size_t i) { return static_cast<double>(layers[i].macs.value_or(0)) / macs; }),
        make(model, "bits", Words::tr("Bits a weight"), Combine::Mean, bitsText,
             stored ? QString() : Words::tr("not computed yet"),
             [&](size_t i) {
                 return layers[i].parameters > 0 && !layers[i].tiedTo
                            ? 8.0 * static_cast<double>(storage[i].bytes) /
                                  static_cast<double>(layers[i].parameters)
                            : unknown;
             }),
        make(model, "sparsity", Words::tr("Zeros"), Combine::Mean, shareText, untouched,
             [&](size_t i) { return result[i].code.weight ? result[i].sparsity : unknown; }),
        make(model, "error", Words::tr("Weight error"), Combine::Largest, shareText, untouched,
             [&](size_t i) { return result[i].code.weight ? result[i].relativeError : unknown; }),
        make(model, "output", Words::tr("Output error"), Combine::Largest, shareText,
             !untouched.isEmpty() ? untouched
             : outputs            ? QString()
                                  : Words::tr("known after calibration only"),
             [&](size_t i) { return result[i].normalizedError.value_or(unknown); }),
        probe("sensitivity", Words::tr("Sensitivity at 4 bits"), Combine::Largest, shareText),
        probe("latency", Words::tr("Measured latency"), Combine::Sum, seconds),
    };
    for (GraphQuantity &quantity : all) {
        quantity.ofRecipe =
            QStringList{"stored", "bits", "sparsity", "error", "output"}.contains(quantity.id);
        quantity.byPowers = !QStringList{"bits", "sparsity"}.contains(quantity.id);
    }
    return all;
}

QColor rampColor(double share)
{
    // Perceptual ramps that begin near the paper: YlGnBu (Brewer) on light, viridis (van der Walt & Smith
    // 2015) on dark; both keep their order for colour-blind people and in grey.
    static constexpr std::array<QRgb, 8> onLight = {0xF1F8DC, 0xD6EFB3, 0xAADDB6, 0x6CC5BE,
                                                    0x38A8C2, 0x2381B8, 0x2356A1, 0x253083};
    static constexpr std::array<QRgb, 8> onDark = {0x3A2A63, 0x3B528B, 0x2C728E, 0x21918C,
                                                   0x28AE80, 0x5EC962, 0xADDC30, 0xF0E442};
    const std::array<QRgb, 8> &stops = isDark() ? onDark : onLight;
    const double at = std::clamp(std::isnan(share) ? 0.0 : share, 0.0, 1.0) * (stops.size() - 1);
    const auto low = std::min(static_cast<size_t>(at), stops.size() - 2);
    const double part = at - static_cast<double>(low);
    const QColor a = QColor::fromRgb(stops[low]), b = QColor::fromRgb(stops[low + 1]);
    const auto mixed = [part](int x, int y) { return static_cast<int>(std::lround(x + (y - x) * part)); };
    return QColor(mixed(a.red(), b.red()), mixed(a.green(), b.green()), mixed(a.blue(), b.blue()));
}

QColor inkOn(const QColor &paper)
{
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    const double luminance =
        0.2126 * linear(paper.redF()) + 0.7152 * linear(paper.greenF()) + 0.0722 * linear(paper.blueF());
    // Where both are alike, at 0.179, each has a contrast of 4.58; of a softer black one would fall short.
    constexpr double asFarFromBoth = 0.179;
    return luminance > asFarFromBoth ? QColor(Qt::black) : QColor(Qt::white);
}

} // namespace lathe::ui
