#pragma once
#include "ui/style/theme.h"

namespace lathe::ui {

/// What the user chose for the whole program; kept in the settings.
struct Preferences {
    Scheme scheme = Scheme::System;
    int threads = 0;             ///< of one job; 0: one for each core
    int cacheMemory = 1536;      ///< MB of what is kept to make the next move cheap
    int calibrationMemory = 128; ///< MB of sums that are gathered at once
    int calibrationDisk = 4096;  ///< MB of statistics kept between runs; 0: none
    QString language = {};       ///< of the window: one of languages(); empty: the system's
    bool operator==(const Preferences &) const = default;

    static Preferences load(); ///< what was never chosen, or is out of its range, as above
    void save() const;

    static constexpr int mostThreads = 256;
    static constexpr int leastMemory = 16;
    static constexpr int mostMemory = 1 << 20; ///< MB
};

} // namespace lathe::ui
