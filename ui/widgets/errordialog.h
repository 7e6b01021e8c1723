#pragma once
#include "core/base/error.h"

#include <QString>

class QWidget;

namespace lathe::ui {

/// One sentence of what happened and what to do; everything for a bug report under "Details". Does not block.
/// @param action what was being done: "Opening model.onnx".
void showError(QWidget *parent, const QString &action, const Error &error);
QString errorCodeName(ErrorCode code);

} // namespace lathe::ui
