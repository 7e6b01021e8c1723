#pragma once
// What the tests of the two spectrum charts share.
#include "core/analysis/weightstats.h"
#include "ui/style/theme.h"

#include <QtTest>

#include <cmath>

namespace lathe::test {

/// Singular values that fall from 4 by exp(-rate), with the energy that they keep.
inline Spectrum decaying(int size, double rate = 3.0)
{
    Spectrum s;
    double total = 0.0, sum = 0.0;
    for (int i = 0; i < size; ++i) {
        s.singularValues.push_back(4.0 * std::exp(-rate * i / size));
        total += s.singularValues.back() * s.singularValues.back();
    }
    for (const double v : s.singularValues) {
        sum += v * v;
        s.energy.push_back(sum / total);
    }
    return s;
}

inline void lookAsEverywhere()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    ui::applyTheme(ui::Scheme::Light);
}

/// On the screen, laid out.
inline bool showChart(QWidget &chart)
{
    chart.resize(640, 320);
    chart.show();
    const bool exposed = QTest::qWaitForWindowExposed(&chart);
    QCoreApplication::processEvents();
    return exposed;
}

} // namespace lathe::test
