#include "ui/window/variantdesk.h"

#include "ui/compare/variantfiles.h"
#include "ui/session/workbench.h"
#include "ui/variants/variantspanel.h"
#include "ui/window/chartdesk.h"
#include "ui/window/mainactions.h"

#include <QFileInfo>

#include <algorithm>

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
    connect(m_panel, &VariantsPanel::deleteRequested, this, &VariantDesk::remove);
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

/// Notes and minutes of work go with a variant.
void VariantDesk::remove(const QVector<int> &rows)
{
    if (rows.isEmpty())
        return;
    const QVector<Variant> before = m_workbench.variants()->variants();
    const QString origin = m_workbench.editor().origin(), model = m_workbench.modelPath();
    m_workbench.variantStore().remove(rows);
    const QString sentence = rows.size() == 1 ? tr("%1 is deleted.").arg(before[rows.first()].name)
                                              : tr("%n variants are deleted.", nullptr, int(rows.size()));
    emit removed(sentence, [this, before, rows, origin, model] {
        if (m_workbench.modelPath() != model)
            return;
        QVector<Variant> all = m_workbench.variants()->variants();
        QVector<int> ascending = rows;
        std::ranges::sort(ascending);
        for (const int row : std::as_const(ascending))
            if (std::ranges::none_of(all, [&](const Variant &v) { return v.id == before[row].id; }))
                all.insert(std::min<qsizetype>(row, all.size()), before[row]);
        m_workbench.variants()->setVariants(all);
        if (m_workbench.editor().origin().isEmpty())
            m_workbench.editor().setOrigin(origin);
        m_panel->selectVariants(ascending);
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
