#pragma once
#include "core/analysis/weightstats.h"
#include "ui/compare/variantcomparison.h"
#include "ui/jobs/jobrunner.h"

#include <QMap>
#include <QWidget>

class QComboBox;
class QSplitter;

namespace lathe::ui {

class OverlaidHistograms;
class OverlaidSpectra;

/// The weights of one layer as the compared variants have them: distributions and spectra over each other.
class WeightComparison : public QWidget {
    Q_OBJECT
public:
    explicit WeightComparison(QWidget *parent = nullptr);

    /// Shows the layer that the variants differ in most, until one is chosen.
    void setModel(const Model &model);
    /// @param comparison of the model, with all studies; null: nothing to show
    /// @param names of the variants; the empty one is the baseline's
    void setComparison(const SharedComparison &comparison, const QStringList &names);
    void setLayer(int layer);
    int layer() const;
    bool isBusy() const { return m_runner.isRunning(); }

    QSize minimumSizeHint() const override { return {320, 240}; }

protected:
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    struct Curves {
        double low = 0.0, high = 1.0;
        std::vector<Histogram> histograms; ///< by variant; no counts: its weight is not known
        std::vector<std::vector<double>> spectra;
    };
    static Curves computeCurves(const Model &model, const VariantComparison &comparison, size_t layer,
                                const JobContext &ctx);
    int mostChanged() const;
    void refresh();
    void showCurves(int layer, const Curves &curves);
    void clear(const QString &text);

    std::optional<Model> m_model;
    SharedComparison m_comparison;
    QStringList m_names;
    bool m_chosen = false; ///< the layer was chosen: other variants do not change it
    int m_shown = -1;      ///< layer whose curves are shown or under way
    QMap<int, Curves> m_done;
    QComboBox *m_layers;
    QSplitter *m_split;
    OverlaidHistograms *m_histograms;
    OverlaidSpectra *m_spectra;
    JobRunner m_runner;
};

} // namespace lathe::ui
