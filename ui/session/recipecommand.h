#pragma once
#include "core/recipe/recipe.h"
#include "ui/base/samevalues.h"

#include <QUndoCommand>
#include <functional>
#include <memory>
#include <vector>

namespace lathe::ui {

/// A recipe with what it says of each layer of the open model, which is worked out once, and the trained
/// values that are laid over it.
struct LayeredRecipe {
    Recipe recipe;
    std::vector<LayerSettings> settings;
    std::shared_ptr<const Tuning> tuning = nullptr; ///< null: none
};

/// One change of the recipe. Commands of one drag merge; one that ends where it began removes itself.
class RecipeCommand : public QUndoCommand {
public:
    using State = std::shared_ptr<const LayeredRecipe>;
    using Apply = std::function<void(const State &)>;

    /// @param drag number of the drag this change belongs to; 0: it stands alone.
    RecipeCommand(State before, State after, const QString &text, quint64 drag, Apply apply);
    void undo() override { m_apply(m_before); }
    void redo() override { m_apply(m_after); }
    int id() const override { return m_drag == 0 ? -1 : 1; }
    bool mergeWith(const QUndoCommand *other) override;

private:
    State m_before, m_after;
    quint64 m_drag;
    Apply m_apply;
};

} // namespace lathe::ui
