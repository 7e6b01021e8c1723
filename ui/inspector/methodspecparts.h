#pragma once
// What the specs of all methods are made of. Inside ui/methodspec*.cpp.
#include "ui/inspector/methodspec.h"

namespace lathe::ui {

template <class E>
int keyOf(E value)
{
    return static_cast<int>(value);
}

/// All of a spec that follows from which settings are its method's.
/// @param excluded methods that go off when this one is switched on
template <class T, class... Others>
MethodSpec specOf(std::optional<T> LayerSettings::*method, std::optional<Others> LayerSettings::*...excluded)
{
    MethodSpec spec;
    spec.isOn = [=](const LayerSettings &s) { return (s.*method).has_value(); };
    spec.switchOn = [=](LayerSettings &s, const LayerSettings &back) {
        s.*method = (s.*method).value_or(*(back.*method));
        ((s.*excluded).reset(), ...);
    };
    spec.switchOff = [=](LayerSettings &s) { (s.*method).reset(); };
    spec.needsCalibration = [=](const LayerSettings &s) {
        LayerSettings alone;
        alone.*method = s.*method;
        return needsCalibration(alone);
    };
    return spec;
}

} // namespace lathe::ui
