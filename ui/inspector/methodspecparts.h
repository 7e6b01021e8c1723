#pragma once
// What the specs of all methods are made of. Inside ui/methodspec*.cpp.
#include "core/recipe/keys.h"
#include "ui/inspector/methodspec.h"

namespace lathe::ui {

template <class E>
int keyOf(E value)
{
    return static_cast<int>(value);
}

MethodSpec pruneSpec();
MethodSpec quantizeSpec();
MethodSpec channelsSpec();
MethodSpec dropSpec();

/// All of a spec that follows from which settings are its method's.
template <class T>
MethodSpec specOf(std::optional<T> LayerSettings::*method)
{
    MethodSpec spec;
    spec.isOn = [=](const LayerSettings &s) { return (s.*method).has_value(); };
    spec.switchOn = [=](LayerSettings &s, const LayerSettings &back) {
        s.*method = (s.*method).value_or(*(back.*method));
        recipe::resetRivals(s, recipe::methodOf(method));
    };
    spec.switchOff = [=](LayerSettings &s) { (s.*method).reset(); };
    const auto alone = [=](const LayerSettings &s) {
        LayerSettings one;
        one.*method = s.*method;
        return one;
    };
    spec.needsCalibration = [=](const LayerSettings &s) { return needsCalibration(alone(s)); };
    spec.goesByInputs = [=](const LayerSettings &s) { return goesByInputs(alone(s)); };
    spec.goesByGradients = [=](const LayerSettings &s) { return goesByGradients(alone(s)); };
    return spec;
}

} // namespace lathe::ui
