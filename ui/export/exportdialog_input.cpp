// The part of ExportDialog that says what is exported, and how long that takes.
#include "ui/export/exportdialog.h"
#include "ui/jobs/timeleft.h"

#include <QCheckBox>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>

namespace lathe::ui {

ExportInput ExportDialog::input() const
{
    ExportInput input{m_workbench.compressor(),
                      m_workbench.exporter(),
                      m_recipe,
                      m_tuning,
                      QFileInfo(target()).absoluteFilePath(),
                      form(),
                      m_archive->isChecked(),
                      m_report->isChecked(),
                      {},
                      {},
                      {},
                      {}};
    if (const auto &data = m_workbench.data()) {
        input.samples = data->samples;
        input.baseline = data->baseline;
        input.heldOut = data->heldOut;
        input.unlearned = data->unlearned;
        input.preprocessing = data->preprocessing;
        input.preprocessingText = describe({data->preprocessingOrigin, data->preprocessing});
        input.others = variantsBeside(m_workbench.variants()->variants(), m_recipe, m_tuning);
        input.data = {data->choice.reference.toStdString(), data->choice.calibration.toStdString()};
    }
    input.inputs = {{Message::tr("the recipe that is open"), m_workbench.editor().recipePath().toStdString()},
                    {Message::tr("the project that is open"), m_workbench.projectPath().toStdString()}};
    return input;
}

void ExportDialog::refreshCost()
{
    const bool canBegin = m_export->isVisibleTo(this) && m_export->isEnabled();
    m_cost->setVisible(canBegin);
    if (!canBegin)
        return;
    const PreviewController &previews = m_workbench.previews();
    const bool made = previews.isCurrent() && previews.preview().recipe == m_recipe &&
                      sameValues(previews.preview().tuning, m_tuning); // its layers are known
    const auto &data = m_workbench.data();
    m_cost->setText(
        aboutTimeText((made ? 0.0 : m_workbench.compressor()->expectedSeconds(m_settings)) +
                      provingSeconds(m_model, data ? data->samples.get() : nullptr, m_report->isChecked())));
}

} // namespace lathe::ui
