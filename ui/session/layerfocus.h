#pragma once
#include "ui/session/layeranalyzer.h"
#include "ui/session/weightview.h"

namespace lathe::ui {

/// The layer that the charts show: its statistics and what the recipe makes of its weights.
class LayerFocus : public QObject {
    Q_OBJECT
public:
    explicit LayerFocus(QObject *parent = nullptr);

    void setModel(const Model &model);
    void setLayer(int layer); ///< -1: none
    /// What the recipe of the moment gives for the layer in focus. @param source of the compressed model: its
    /// weight is what was encoded
    void setResult(const LayerResult &result, const Model &source);

    int layer() const { return m_layer; }
    /// The form of factors whose spectrum is looked at; the other forms go by the weight matrix itself.
    void setForm(RankForm form);
    /// Singular values of what the form factorizes; null while they are being computed.
    const Spectrum *spectrum() const;

    std::shared_ptr<const LayerAnalysis> analysis() const { return m_analyzer.analysis(m_layer); }
    QString failure() const { return m_analyzer.failure(m_layer); }
    const WeightView &view() const { return m_view; }
    bool isSettled() const { return m_layer < 0 || (m_analyzer.isDone(m_layer) && !m_runner.isRunning()); }

signals:
    void analysisChanged(); ///< of the layer in focus
    void viewChanged();
    void spectrumChanged();

private:
    void computeSpatialSpectrum();
    void refreshView();

    std::optional<Model> m_model;
    int m_layer = -1;
    std::optional<LayerResult> m_result;
    std::optional<Model> m_source; ///< of the result
    WeightView m_view;
    const Encoding *m_shown =
        nullptr; ///< identity of the encoding that m_view is of, or is being computed of
    RankForm m_form = RankForm::Channel;
    QMap<int, std::shared_ptr<const Spectrum>> m_spatial; ///< by layer
    LayerAnalyzer m_analyzer;
    JobRunner m_runner;
    JobRunner m_spectrumRunner;
};

} // namespace lathe::ui
