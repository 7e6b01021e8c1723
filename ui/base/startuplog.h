#pragma once

class QWidget;

namespace lathe::ui {

/// With QT_LOGGING_RULES=lathe.startup.debug=true the program says on stderr when its window is first
/// painted, and when first with a model's layers listed; else this does nothing. docs/startup.py measures by
/// it.
void logStartup(QWidget &window);

} // namespace lathe::ui
