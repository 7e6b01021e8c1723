#pragma once
#include <QString>

namespace lathe::ui {

/// What becomes of a file that was added as a variant, until its figures are there. It is not stored.
struct VariantWork {
    QString stage;         ///< "running sample 120 of 500"
    double fraction = 0.0; ///< of all there is to do; 0 while it waits
    QString timeLeft = {}; ///< "about 40 s left"; empty: too early to say
    QString error = {};    ///< one sentence; there is nothing more to come
};

} // namespace lathe::ui
