#include "ui/session/recipecommand.h"

namespace lathe::ui {

RecipeCommand::RecipeCommand(State before, State after, const QString &text, quint64 drag, Apply apply)
    : QUndoCommand(text), m_before(std::move(before)), m_after(std::move(after)), m_drag(drag),
      m_apply(std::move(apply))
{
}

bool RecipeCommand::mergeWith(const QUndoCommand *other)
{
    const auto *next = dynamic_cast<const RecipeCommand *>(other);
    if (!next || m_drag == 0 || next->m_drag != m_drag)
        return false;
    m_after = next->m_after;
    setText(next->text());
    setObsolete(m_before->settings == m_after->settings && sameValues(m_before->tuning, m_after->tuning));
    return true;
}

} // namespace lathe::ui
