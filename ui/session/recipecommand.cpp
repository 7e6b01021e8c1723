#include "ui/session/recipecommand.h"

namespace lathe::ui {

RecipeCommand::RecipeCommand(Recipe before, Recipe after, const QString &text, quint64 drag, Apply apply,
                             SameMeaning same)
    : QUndoCommand(text), m_before(std::move(before)), m_after(std::move(after)), m_drag(drag),
      m_apply(std::move(apply)), m_same(std::move(same))
{
}

bool RecipeCommand::mergeWith(const QUndoCommand *other)
{
    const auto *next = dynamic_cast<const RecipeCommand *>(other);
    if (!next || m_drag == 0 || next->m_drag != m_drag)
        return false;
    m_after = next->m_after;
    setText(next->text());
    setObsolete(m_same(m_before, m_after));
    return true;
}

} // namespace lathe::ui
