// What can be done with variants, as buttons and keys.
#include "ui/style/theme.h"
#include "ui/variants/variantspanel.h"

#include <QAction>
#include <QHBoxLayout>
#include <QToolButton>

namespace lathe::ui {

QAction *VariantsPanel::addAction(QHBoxLayout *bar, const QString &iconName, const QString &text,
                                  const QString &toolTip, const QKeySequence &shortcut, bool showText,
                                  void (VariantsPanel::*slot)())
{
    auto *action = new QAction(icon(iconName), text, this);
    action->setToolTip(shortcut.isEmpty()
                           ? toolTip
                           : tr("%1 (%2)").arg(toolTip, shortcut.toString(QKeySequence::NativeText)));
    action->setShortcut(shortcut);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    if (slot)
        connect(action, &QAction::triggered, this, slot);
    QWidget::addAction(action);
    if (!bar)
        return action;
    auto *button = new QToolButton(this);
    button->setDefaultAction(action);
    button->setAutoRaise(true);
    button->setToolButtonStyle(showText ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonIconOnly);
    button->setAccessibleName(text);
    button->setFocusPolicy(Qt::TabFocus);
    bar->addWidget(button);
    return action;
}

void VariantsPanel::buildActions(QHBoxLayout *bar)
{
    m_save = addAction(bar, QStringLiteral("variant"), tr("Save current"),
                       tr("Keeps the current recipe and its figures as a variant"), {}, true,
                       &VariantsPanel::saveRequested);
    m_apply = addAction(bar, QStringLiteral("apply"), tr("Apply"),
                        tr("Makes the recipe of the selected variant the current one"), {}, true,
                        &VariantsPanel::applySelected);
    m_compare =
        addAction(bar, QStringLiteral("compare"), tr("Compare"),
                  tr("Sets the selected variants, up to four, beside the baseline: samples, classes, layers"),
                  {}, true, &VariantsPanel::compareSelected);
    m_duplicate =
        addAction(bar, QStringLiteral("duplicate"), tr("Duplicate"), tr("Duplicates the selected variant"),
                  {}, false, &VariantsPanel::duplicateSelected);
    m_rename = addAction(bar, QStringLiteral("rename"), tr("Rename"), tr("Renames the selected variant"),
                         Qt::Key_F2, false, &VariantsPanel::renameSelected);
    m_delete = addAction(bar, QStringLiteral("delete"), tr("Delete"), tr("Deletes the selected variants"),
                         QKeySequence::Delete, false, &VariantsPanel::deleteSelected);
    bar->addSpacing(8);
    m_addFile =
        addAction(bar, QStringLiteral("import"), tr("Add ONNX file…"),
                  tr("Adds an ONNX file from elsewhere as a variant: it is measured on the same samples"), {},
                  true, &VariantsPanel::chooseFile);
    m_showNotes = addAction(bar, QStringLiteral("note"), tr("Notes"),
                            tr("Shows the notes on the selected variant"), {}, false, nullptr);
    m_showNotes->setCheckable(true);
    connect(m_showNotes, &QAction::toggled, this, &VariantsPanel::showNotes);
    m_showTree = addAction(
        bar, QStringLiteral("tree"), tr("Tree"),
        tr("Shows the variants below what they were made from, instead of in the order they were made"), {},
        false, nullptr);
    m_showTree->setCheckable(true);
    connect(m_showTree, &QAction::toggled, this, &VariantsPanel::showTree);
    m_measure = addAction(nullptr, QStringLiteral("reset"), tr("Measure again"),
                          tr("Measures the file on the samples of the moment"), {}, false,
                          &VariantsPanel::measureSelected);
    m_copy = addAction(nullptr, QStringLiteral("copy"), tr("Copy as text"), tr("Copies the selected rows"),
                       QKeySequence::Copy, false, &VariantsPanel::copySelection);
}

} // namespace lathe::ui
