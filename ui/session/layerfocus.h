#pragma once
#include "ui/session/layeranalyzer.h"
#include "ui/session/selectionstats.h"
#include "ui/session/weightview.h"

namespace lathe::ui {

/// The layer that the charts show, or the layers: their statistics and what the recipe makes of their
/// weights.
class LayerFocus : public QObject {
    Q_OBJECT
public:
    explicit LayerFocus(QObject *parent = nullptr);

    void setModel(const Model &model);
    void setLayers(const QVector<int> &layers);
    /// What the recipe of the moment gives.
    void setCompressed(const CompressedModel &compressed);

    int layer() const { return m_layer; } ///< -1: none, or several
    const QVector<int> &layers() const { return m_layers; }
    /// What the weight that is looked at was rewritten to.
    RewrittenWeight rewritten(int layer) const { return m_analyzer.rewritten(layer); }
    /// The layer as its weight is looked at: with rows and columns that are left.
    const Layer &described(int layer) const;
    /// Where there are several.
    SelectionStats *together() { return &m_together; }
    std::shared_ptr<const LayerAnalysis> analysisOf(int layer) const { return m_analyzer.analysis(layer); }
    bool isDone(int layer) const { return m_analyzer.isDone(layer); }
    /// The form of factors whose spectrum is looked at; the other forms go by the weight matrix itself.
    void setForm(RankForm form);
    /// Singular values of what the form factorizes; null while they are being computed.
    const Spectrum *spectrum() const;

    std::shared_ptr<const LayerAnalysis> analysis() const { return m_analyzer.analysis(m_layer); }
    QString failure() const { return m_analyzer.failure(m_layer); }
    const WeightView &view() const { return m_view; }
    bool isSettled() const
    {
        return !m_together.isRunning() &&
               (m_layer < 0 || (m_analyzer.isDone(m_layer) && !m_runner.isRunning()));
    }

signals:
    void analysisChanged(); ///< of the layer in focus
    void viewChanged();
    void spectrumChanged();
    void layerAnalyzed(int layer); ///< one of several

private:
    void computeSpatialSpectrum();
    void refreshView();

    std::optional<Model> m_model;
    QVector<int> m_layers;
    int m_layer = -1;
    std::optional<LayerResult> m_result;
    std::optional<Model> m_source; ///< of the result
    WeightView m_view;
    const Encoding *m_shown =
        nullptr; ///< identity of the encoding that m_view is of, or is being computed of
    RankForm m_form = RankForm::Channel;
    QMap<std::pair<int, RewrittenWeight>, std::shared_ptr<const Spectrum>>
        m_spatial; ///< by layer, and what it was rewritten to
    LayerAnalyzer m_analyzer;
    SelectionStats m_together;
    JobRunner m_runner;
    JobRunner m_spectrumRunner;
};

} // namespace lathe::ui
