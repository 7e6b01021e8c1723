#pragma once
// What the inspector offers of each method: words, values and what they do to settings. No widgets.
#include "ui/inspector/choice.h"
#include "ui/inspector/spread.h"
#include "ui/widgets/valuecontrol.h"

namespace lathe::ui {

/// The one value of a method that a slider sets.
struct MethodValue {
    QString name;
    ValueControl::Scale scale;
    SettingOf get; ///< as the control shows it; empty when the method is off
    std::function<void(LayerSettings &, double)> set; ///< of settings with the method on
    std::function<QString(double)> text;
    QString one, many; ///< what undo calls it: "Bits", "Bits of %1 layers"
    /// Why the value follows from others; empty: it does not.
    std::function<QString(const LayerSettings &)> locked = {};
};

struct MethodSpec {
    QString id, title, purpose, hint;
    QString key = {}; ///< leads to it from anywhere in the window; empty: none does
    QString turnedOn, allTurnedOn, turnedOff,
        allTurnedOff; ///< what undo says; %1 in the second of each: layers
    std::function<bool(const LayerSettings &)> isOn;
    /// Switches on as it was in `back`, which has every method; what excludes it goes off.
    std::function<void(LayerSettings &, const LayerSettings &back)> switchOn;
    std::function<void(LayerSettings &)> switchOff;
    std::function<bool(const LayerSettings &)> needsCalibration; ///< this method of these settings does
    std::function<bool(const LayerSettings &)> goesByInputs; ///< and needs statistics of the layer's inputs
    std::function<bool(const LayerSettings &)> goesByGradients; ///< and needs those of the layer's weights
    QString LayerFacts::*obstacle = nullptr; ///< the reason why a layer cannot have it; null: all can
    std::optional<MethodValue> value = {};   ///< rank has one of its own making
    QVector<Choice> row, more;
};

/// Of every method, in the order in which the inspector shows them.
QVector<MethodSpec> methodSpecs();

QString wholeNumberText(double value);
/// The first whole number of a text, where it lies in the range.
std::optional<int> wholeNumberIn(const QString &text, int from, int to);

constexpr PruneSettings defaultPrune{.ratio = 0.5};
constexpr ChannelSettings defaultChannels{.value = 0.3};

} // namespace lathe::ui
