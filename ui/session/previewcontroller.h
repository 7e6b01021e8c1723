#pragma once
#include "core/base/message.h"
#include "core/preview/responsecurves.h"
#include "ui/session/openmodel.h"
#include "ui/session/previewrunner.h"

namespace lathe::ui {

class RecipeEditor;

/// How far the recipe of the moment is on its way to being measured on all samples.
enum class Measuring {
    Nothing, ///< there is nothing to measure it on, or it cannot be measured
    Running,
    Resting, ///< as precise as was asked for; goes on by itself if nothing changes
    Paused,
    Complete
};

/// Knows what is measured of the recipe of the moment and of the untouched model: keeps the measurement
/// going, the figures with their words, and guesses what is not measured yet.
class PreviewController : public QObject {
    Q_OBJECT
public:
    PreviewController(const OpenModel &open, const RecipeEditor &editor, QObject *parent = nullptr);

    const PreviewUpdate &preview() const { return m_preview; } ///< the newest there is; see isCurrent()
    bool isCurrent() const;
    /// The recipe with what became of its automatic settings, as far as that is known.
    const Recipe &finalRecipe() const;
    /// Layers whose part of preview() is of other settings than they have now; empty: none, or no preview.
    const std::vector<bool> &outdatedLayers() const { return m_outdated; }
    bool isOutdated(int layer) const
    {
        return !m_outdated.empty() && m_outdated.at(static_cast<size_t>(layer));
    }
    const Figures &figures() const { return m_figures; }
    Figures baseline() const;  ///< to stand beside figures(), on the same samples
    Figures untouched() const; ///< the baseline on all samples
    Measuring measuring() const;
    Message sampleText() const; ///< all that is measured on; empty: nothing
    Message dataText() const;   ///< what the figures of the moment were measured on

    void clear();         ///< of another model nothing is known
    void refreshSource(); ///< another model, or other data
    /// A recipe or data that are new. @param known figures of this recipe from before, on whatever data
    void begin(const std::vector<Figures> &known);
    void request(bool dragging, bool exact = false);
    /// Shows figures of the recipe with other trained values for a while, until it changes: nothing is kept
    /// of them. @param tuning null: no longer
    void tryValues(const std::shared_ptr<const Tuning> &tuning);
    bool isTrial() const { return m_trial != nullptr; }
    void explain(); ///< loading data came to nothing: why accuracy is not measured
    void pauseMeasuring();
    void toggleMeasuring(); ///< pauses, or goes on to all samples
    void timeAgain();       ///< wherever the figure stands
    /// Layers that will move next.
    void selectLayers(const QVector<int> &layers);

    PreviewRunner &runner() { return m_runner; }
    const PreviewRunner &runner() const { return m_runner; }

signals:
    void resultsChanged(); ///< layer results and sizes
    void figuresChanged(); ///< after resultsChanged(), if that too
    void settled();        ///< nothing more comes, or it failed

private:
    void showPreview(const PreviewUpdate &update);
    void showFailure(const QString &why);
    QString refusal(const Error &error) const;
    void showCancelled();
    void refreshOutdated();
    void guessDrop();
    void learnDrop(const PreviewUpdate &update);
    Figures untouchedOn(const Baseline *measured) const;
    QString note(const Message &remark) const;
    QString calibrationNote() const; ///< what was calibrated on, what was measured on; empty: nothing was
    std::string basis(LearnedFrom learned) const; ///< Figures::basis on the data of the moment; empty: none
    /// What is laid over the recipe in the figures.
    const std::shared_ptr<const Tuning> &values() const;
    bool isOfMoment(const Recipe &recipe, const std::shared_ptr<const Tuning> &tuning) const;
    /// Why the figures of the moment are of a half; Nothing: they are of all samples.
    LearnedFrom learned() const;

    const OpenModel &m_open;
    const RecipeEditor &m_editor;
    ResponseCurves m_curves;
    std::optional<DropGuess> m_guess;      ///< of the recipe of the moment, until it is measured
    std::shared_ptr<const Tuning> m_trial; ///< null: the recipe's own
    PreviewUpdate m_preview;
    std::vector<bool> m_outdated; ///< by layer
    Figures m_figures;
    PreviewRunner m_runner;
};

} // namespace lathe::ui
