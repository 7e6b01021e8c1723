#pragma once
#include "core/base/error.h"

#include <QString>
#include <functional>

namespace lathe::test {

/// The sentence of the Error that the action throws; empty: it throws none.
/// @param code where its code goes; may be null
inline QString messageOf(const std::function<void()> &action, ErrorCode *code = nullptr)
{
    try {
        action();
    } catch (const Error &e) {
        if (code)
            *code = e.code();
        return QString::fromUtf8(e.what());
    }
    return {};
}

} // namespace lathe::test
