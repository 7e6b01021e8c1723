#include "ui/window/comparedesk.h"

#include "ui/compare/compareview.h"
#include "ui/session/workbench.h"
#include "ui/variants/variantspanel.h"

#include <algorithm>

namespace lathe::ui {

CompareDesk::CompareDesk(Workbench &workbench, VariantsPanel &list, DockArea &panels)
    : m_workbench(workbench), m_list(list), m_panels(panels), m_view(new CompareView(workbench))
{
    connect(&panels, &DockArea::perspectiveChanged, this, &CompareDesk::onPerspective);
    connect(&list, &VariantsPanel::compareRequested, this, &CompareDesk::compare);
    // The variants of a model come after it: another one may be opened, and the window may begin, in the
    // comparison.
    connect(
        m_workbench.variants(), &QAbstractItemModel::modelReset, this,
        [this] { onPerspective(m_panels.perspective()); }, Qt::QueuedConnection);
    connect(&list, &VariantsPanel::selectionChanged, m_view, [this](const QVector<int> &rows) {
        QStringList ids;
        for (const int row : rows)
            ids << m_workbench.variants()->at(row).id;
        m_view->setVariants(ids);
    });
}

void CompareDesk::choose(Perspective perspective)
{
    const bool again = perspective == Perspective::Compare && m_panels.perspective() == perspective;
    m_panels.setPerspective(again ? m_before : perspective);
}

void CompareDesk::escape()
{
    if (m_panels.perspective() != Perspective::Compare)
        m_workbench.cancel();
    else if (!m_view->closeSample())
        m_panels.setPerspective(m_before);
}

void CompareDesk::compare(const QVector<int> &rows)
{
    m_list.selectVariants(rows);
    m_panels.setPerspective(Perspective::Compare);
}

/// There is something to see at once: without a choice the newest variants are chosen.
void CompareDesk::onPerspective(Perspective perspective)
{
    if (perspective != Perspective::Compare) {
        m_before = perspective;
        return;
    }
    QVector<int> rows = m_list.selectedVariants();
    rows.removeAll(0);
    if (!rows.isEmpty())
        return;
    const int count = m_workbench.variants()->rowCount();
    for (int row = std::max(1, count - mostCompared); row < count; ++row)
        rows << row;
    if (!rows.isEmpty())
        m_list.selectVariants(rows);
}

} // namespace lathe::ui
