#include "ui/window/datasetchooser.h"

#include "ui/base/messages.h"
#include "ui/data/datasetdialog.h"
#include "ui/session/workbench.h"

namespace lathe::ui {

DatasetChooser::DatasetChooser(Workbench &workbench, QWidget *window)
    : m_workbench(workbench), m_window(window)
{
    connect(&workbench, &Workbench::modelChanged, this, [this] { delete m_dialog; });
}

void DatasetChooser::choose(const DatasetChoice &start)
{
    delete m_dialog;
    m_dialog = new DatasetDialog(m_workbench.model(), start, m_window);
    connect(m_dialog, &QDialog::accepted, this, &DatasetChooser::load);
    connect(m_dialog, &QDialog::rejected, m_dialog, &QObject::deleteLater);
    m_dialog->open();
}

void DatasetChooser::load()
{
    m_workbench.setDataset(m_dialog->choice(), [this, dialog = m_dialog](const Outcome<LoadedData> &outcome) {
        if (!dialog || dialog->isVisible())
            return;
        if (std::holds_alternative<LoadedData>(outcome)) {
            dialog->deleteLater();
            return;
        }
        const auto *error = std::get_if<Error>(&outcome);
        dialog->open();
        dialog->showRefusal(error ? messageText(error->message())
                                  : tr("Stopped: the data are as they were."));
    });
}

} // namespace lathe::ui
