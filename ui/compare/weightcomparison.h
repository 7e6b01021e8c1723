#pragma once
#include "core/analysis/weightstats.h"
#include "ui/compare/variantcomparison.h"
#include "ui/jobs/jobrunner.h"

#include <QMap>
#include <QWidget>

class QComboBox;

namespace lathe::ui {

class OverlaidHistograms;
class OverlaidSpectra;

/// The weights of one layer as the compared variants have them: distributions and spectra over each other.
class WeightComparison : public QWidget {
    Q_OBJECT
public:
    explicit WeightComparison(const Model &model, QWidget *parent = nullptr);

    /// @param comparison must outlive the widget
    /// @param names of the variants; the empty one is the baseline's
    void setComparison(const VariantComparison *comparison, const QStringList &names);
    void setLayer(int layer);
    int layer() const;
    bool isBusy() const { return m_runner.isRunning(); }

protected:
    void showEvent(QShowEvent *event) override;

private:
    struct Curves {
        double low = 0.0, high = 1.0;
        std::vector<Histogram> histograms; ///< by variant; no counts: its weight is not known
        std::vector<std::vector<double>> spectra;
    };
    static Curves computeCurves(const Model &model, const std::vector<VariantWeights> &variants, size_t layer,
                                const JobContext &ctx);
    int mostChanged() const;
    void refresh();
    void showCurves(int layer, const Curves &curves);
    void clear(const QString &text);

    Model m_model;
    const VariantComparison *m_comparison = nullptr;
    QStringList m_names;
    int m_shown = -1; ///< layer whose curves are shown or under way
    QMap<int, Curves> m_done;
    QComboBox *m_layers;
    OverlaidHistograms *m_histograms;
    OverlaidSpectra *m_spectra;
    JobRunner m_runner;
};

} // namespace lathe::ui
