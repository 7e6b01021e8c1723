#include "ui/window/modeldialog.h"

#include "ui/session/workbench.h"

#include <QDialog>

namespace lathe::ui {

void openForModel(QDialog *dialog, const Workbench &workbench)
{
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(&workbench, &Workbench::modelChanged, dialog, &QDialog::reject);
    dialog->open();
}

} // namespace lathe::ui
