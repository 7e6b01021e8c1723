#pragma once
#include "core/recipe/recipe.h"

#include <QUndoCommand>
#include <functional>

namespace lathe::ui {

/// One change of the recipe. Commands of one drag merge; one that ends where it began removes itself.
class RecipeCommand : public QUndoCommand {
public:
    using Apply = std::function<void(const Recipe &)>;
    using SameMeaning = std::function<bool(const Recipe &, const Recipe &)>;

    /// @param drag number of the drag this change belongs to; 0: it stands alone.
    RecipeCommand(Recipe before, Recipe after, const QString &text, quint64 drag, Apply apply,
                  SameMeaning same);
    void undo() override { m_apply(m_before); }
    void redo() override { m_apply(m_after); }
    int id() const override { return m_drag == 0 ? -1 : 1; }
    bool mergeWith(const QUndoCommand *other) override;

private:
    Recipe m_before, m_after;
    quint64 m_drag;
    Apply m_apply;
    SameMeaning m_same;
};

} // namespace lathe::ui
