#pragma once
#include "core/base/error.h"
#include "core/model/model.h"
#include "ui/session/presets.h"
#include "ui/session/recipecommand.h"

#include <QUndoStack>
#include <functional>
#include <map>

namespace lathe::ui {

/// Edits the recipe of the open model: every change is a step of undo, and for each step it is known which
/// variant the recipe was made from.
class RecipeEditor : public QObject {
    Q_OBJECT
public:
    explicit RecipeEditor(QObject *parent = nullptr);

    void setModel(const Model &model); ///< with an empty recipe and nothing to undo; says nothing

    const Recipe &recipe() const { return m_now->recipe; }
    const std::vector<LayerSettings> &settings() const { return m_now->settings; } ///< as model().layers()
    /// Trained values that are laid over the recipe; null: none.
    const std::shared_ptr<const Tuning> &tuning() const { return m_now->tuning; }
    /// Whether this is what is being edited.
    bool isOf(const Recipe &recipe, const std::shared_ptr<const Tuning> &tuning) const
    {
        return recipe == m_now->recipe && sameValues(tuning, m_now->tuning);
    }
    const std::vector<std::string> &layerNames() const { return m_layerNames; }
    const std::vector<bool> &eligible() const { return m_eligible; } ///< layers that can be compressed
    const std::vector<size_t> &moving() const { return m_moving; }   ///< layers that changed last
    bool isDragging() const { return m_dragging; }                   ///< the control has not come to rest

    /// One step of undo; the changes of one drag are one step. Layers that cannot be compressed, or are
    /// kept as they are, are left out.
    void editLayers(const QVector<int> &layers, const std::function<void(LayerSettings &)> &change,
                    const QString &description, bool dragging);
    /// The same where it is known what each of these layers has after it.
    void editLayers(const QVector<int> &layers, const QVector<LayerSettings> &settings,
                    const QString &description, bool dragging);
    /// One step of undo that gives each of these layers settings of its own.
    void setLayers(const QVector<int> &layers, const QVector<LayerSettings> &settings,
                   const QString &description);
    /// One step of undo. Of layers that are kept nothing changes. A preset that replaces all begins at the
    /// baseline again: origin() is empty then.
    /// @param layers that it is for; empty: all of them
    void applyPreset(const Preset &preset, PresetMode mode = PresetMode::Replace,
                     const QVector<int> &layers = {});
    /// Keeps the layers as they are, or lets them go: then the rules hold again.
    void setKept(const QVector<int> &layers, bool kept);
    std::vector<bool> keptLayers() const;                                 ///< as model().layers()
    void replaceRecipe(const Recipe &recipe, const QString &description); ///< trained values stay
    /// One step of undo for both. @param tuning null: none
    void replaceWork(const Recipe &recipe, const std::shared_ptr<const Tuning> &tuning,
                     const QString &description);
    /// @returns false, after failed(), when it cannot be read or is not for this model.
    bool openRecipe(const QString &path);
    /// Takes a recipe over without a step of undo.
    void setRecipe(const Recipe &recipe, const std::shared_ptr<const Tuning> &tuning = nullptr);

    const QString &recipePath() const { return m_recipePath; } ///< empty: no file yet
    void setRecipePath(const QString &path) { m_recipePath = path; }
    void setSaved(const QString &path); ///< the recipe of the moment is in this file
    QUndoStack *undoStack() { return &m_undoStack; }
    /// Between these, steps that are undone and redone only count together: nothing follows from each of
    /// them.
    void beginJump() { m_jumping = true; }
    void endJump();

    /// Id of the variant that the recipe of the moment was made from, also after undo; empty: the baseline.
    QString origin() const;
    void setOrigin(const QString &id);
    void replaceOrigin(const QString &id, const QString &by); ///< in all steps: the variant is gone

signals:
    void recipeChanged();
    void rested();     ///< a control came to rest where it was last dragged to
    void touched();    ///< something that a session keeps changed
    void keptStayed(); ///< an edit was for nothing but layers that are kept as they are
    void failed(const QString &action, const lathe::Error &error);

private:
    using State = RecipeCommand::State;
    State layered(const Recipe &recipe, const std::shared_ptr<const Tuning> &tuning) const;
    std::vector<LayerSettings> with(const QVector<int> &layers, const QVector<LayerSettings> &settings) const;
    bool isFree(int layer) const;
    void push(const State &state, const QString &description, quint64 drag);
    void take(const State &state);

    bool m_hasModel = false;
    std::vector<std::string> m_layerNames;
    std::vector<bool> m_eligible;
    State m_now = std::make_shared<const LayeredRecipe>();
    QString m_recipePath;
    QUndoStack m_undoStack;
    std::map<int, QString> m_origins; ///< by place on the undo stack, from which it holds on
    quint64 m_drag = 0;
    QVector<int> m_dragLayers;
    bool m_dragging = false;
    bool m_jumping = false;
    State m_jumpedTo; ///< null: nowhere
    std::vector<size_t> m_moving;
};

} // namespace lathe::ui
