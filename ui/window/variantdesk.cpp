#include "ui/window/variantdesk.h"

#include "ui/compare/variantfiles.h"
#include "ui/session/workbench.h"
#include "ui/variants/variantspanel.h"
#include "ui/window/chartdesk.h"
#include "ui/window/mainactions.h"

#include <QFileInfo>

namespace lathe::ui {

VariantDesk::VariantDesk(Workbench &workbench, MainActions &actions, ChartDesk &charts)
    : m_workbench(workbench), m_panel(new VariantsPanel)
{
    m_panel->setModel(workbench.variants());
    connect(&workbench, &Workbench::modelChanged, this, [this] {
        m_panel->setSaveEnabled(true);
        m_panel->setModelFolder(QFileInfo(m_workbench.modelPath()).path());
    });
    connect(actions.saveVariant, &QAction::triggered, this, &VariantDesk::save);
    connect(m_panel, &VariantsPanel::saveRequested, this, &VariantDesk::save);
    connect(m_panel, &VariantsPanel::applyRequested, &workbench.variantStore(), &VariantStore::apply);
    connect(m_panel, &VariantsPanel::duplicateRequested, &workbench.variantStore(), &VariantStore::duplicate);
    connect(m_panel, &VariantsPanel::deleteRequested, &workbench.variantStore(), &VariantStore::remove);
    connect(m_panel, &VariantsPanel::selectionChanged, &charts, &ChartDesk::setSelectedVariants);
    connect(&charts, &ChartDesk::variantChosen, this, [this](int row) { m_panel->selectVariants({row}); });
    auto *files = new VariantFiles(workbench, this);
    connect(m_panel, &VariantsPanel::filesRequested, files, &VariantFiles::add);
    connect(m_panel, &VariantsPanel::measureRequested, files, &VariantFiles::measure);
    connect(m_panel, &VariantsPanel::fileCancelled, files, &VariantFiles::cancel);
    connect(m_panel, &VariantsPanel::fileRetried, files, &VariantFiles::retry);
    connect(files, &VariantFiles::notice, &workbench, // shown as what that says
            [&workbench](const QString &text) { emit workbench.notice(text, NoticeKind::Passing); });
    connect(files, &VariantFiles::failed, &workbench, &Workbench::failed);
    connect(files, &VariantFiles::alreadyThere, this,
            [this](const QVector<int> &rows, const QString &sentence) {
                m_panel->selectVariants(rows);
                emit said(sentence);
            });
}

void VariantDesk::save()
{
    if (!m_workbench.hasModel())
        return;
    const int row = m_workbench.variantStore().save();
    emit said(tr("Saved as variant \"%1\". F2 changes its name.").arg(m_workbench.variants()->at(row).name));
}

} // namespace lathe::ui
