#pragma once
#include "ui/session/dataloader.h"

#include <QObject>
#include <QPointer>

class QWidget;

namespace lathe::ui {

class DatasetDialog;
class Workbench;

/// Asks for a data set and has it loaded. Where that fails, the dialog comes back with all that was chosen in
/// it and the reason.
class DatasetChooser : public QObject {
    Q_OBJECT
public:
    /// @param window parent of the dialog
    DatasetChooser(Workbench &workbench, QWidget *window);
    void choose(const DatasetChoice &start);

private:
    void load();

    Workbench &m_workbench;
    QWidget *m_window;
    QPointer<DatasetDialog> m_dialog; ///< hidden while what it chose is loaded
};

} // namespace lathe::ui
