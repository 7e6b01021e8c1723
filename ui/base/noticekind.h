#pragma once

namespace lathe::ui {

/// How long a sentence that needs no answer stays: what can be seen elsewhere goes by itself, what speaks of
/// the open model goes with it, and what tells of something lost waits until it is closed.
enum class NoticeKind { Passing, OfModel, Loss };

} // namespace lathe::ui
