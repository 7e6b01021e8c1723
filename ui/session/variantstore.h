#pragma once
#include "ui/variants/variantmodel.h"

namespace lathe::ui {

class PreviewController;
class RecipeEditor;

/// Keeps the variants of the open model: makes them of the recipe of the moment and the recipe of them, and
/// gives those of the same recipe the figures that are measured.
class VariantStore : public QObject {
    Q_OBJECT
public:
    VariantStore(RecipeEditor &editor, PreviewController &previews, QObject *parent = nullptr);

    VariantModel *model() { return &m_model; }
    const VariantModel *model() const { return &m_model; }
    int save(const QString &name = {}); ///< of the recipe of the moment; @returns its row
    /// Of what came of a recipe that is not the one of the moment any more, nothing of it measured. @param
    /// parent id of the variant that it was made from; empty: the baseline @returns its row
    int keep(const QString &name, const Recipe &recipe, const std::shared_ptr<const Tuning> &tuning,
             const QString &parent);
    void duplicate(int row);
    void remove(const QVector<int> &rows);
    void apply(int row); ///< a file from elsewhere has no recipe: notice() says so

    void restore(const QVector<Variant> &variants); ///< after the baseline
    void clear();                                   ///< another model
    void refreshBaseline();                         ///< other data
    std::vector<Figures> known() const;             ///< of the recipe of the moment
    void shareFigures();                            ///< of the moment, with those of the same recipe
    void timeAgain();                               ///< those of the same recipe

signals:
    void notice(const QString &text); ///< good to know, needs no answer

private:
    bool isOfRecipe(const Variant &variant) const; ///< of the moment
    void keepFigures(Variant &variant) const;      ///< of the recipe of the moment, which is the variant's

    RecipeEditor &m_editor;
    PreviewController &m_previews;
    VariantModel m_model;
};

} // namespace lathe::ui
