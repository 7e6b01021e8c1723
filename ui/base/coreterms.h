#pragma once
#include <span>

namespace lathe::ui {

/// A text that core writes, with %1, %2 … where something else stands. Internal to coreText().
struct CoreTerm {
    const char *source;
    unsigned texts = 0;     ///< bit n-1: in %n stands another text of core, which is translated too
    bool onlyTexts = false; ///< and nothing else may stand there
};

/// All of them. Errors, which stay as they are, and web pages that core writes are left out.
std::span<const CoreTerm> coreTerms();

} // namespace lathe::ui
