#pragma once

class QDialog;

namespace lathe::ui {

class Workbench;

/// Opens a dialog about the open model in front of its window; deleted when it is closed. It closes by itself
/// when another model comes, which may have been opening all the time.
void openForModel(QDialog *dialog, const Workbench &workbench);

} // namespace lathe::ui
