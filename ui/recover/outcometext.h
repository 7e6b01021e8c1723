#pragma once
#include "ui/recover/recoveryjob.h"

namespace lathe::ui {

/// What came of it, step by step, in lines.
QString outcomeText(const RecoveryResult &result);

} // namespace lathe::ui
