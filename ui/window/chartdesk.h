#pragma once
#include "core/analysis/channelboxes.h"
#include "core/analysis/weightstats.h"
#include "ui/jobs/jobrunner.h"
#include "ui/session/rewrittenweights.h"

#include <QTimer>
#include <QVector>
#include <optional>

namespace lathe::ui {

class ChannelDesk;
class ChartPages;
class FocusCharts;
class LayerBars;
class RangeChart;
class SparsityChart;
class TradeoffChart;
class Workbench;

/// The charts that follow the workbench by themselves. Whoever lays them out owns them.
class ChartDesk : public QObject {
    Q_OBJECT
public:
    /// @param focus its charts become the first pages
    ChartDesk(Workbench &workbench, const FocusCharts &focus, QObject *parent = nullptr);

    ChartPages *weightPages() const { return m_weightPages; }
    ChartPages *spectrumPages() const { return m_spectrumPages; }
    TradeoffChart *tradeoff() const { return m_tradeoff; }
    void setSelectedVariants(const QVector<int> &rows); ///< marked when it is one
    void setSelectedLayers(const QVector<int> &layers); ///< marked

signals:
    void variantChosen(int row);
    void layerChosen(int layer);

private:
    /// What is looked at only while it is in sight: it takes a pass over the weights.
    struct Details {
        std::vector<ChannelBox> original, compressed;
        Sparsity before;
        std::optional<Sparsity> after;
    };
    void refreshTradeoff();
    void follow(LayerBars *chart);
    void refreshDetails();
    void refreshTogether();
    void showDetails(const Details &details);
    void clearDetails();

    Workbench &m_workbench;
    TradeoffChart *m_tradeoff;
    RangeChart *m_ranges;
    SparsityChart *m_sparsity;
    QList<LayerBars *> m_layerBars;
    ChannelDesk *m_channels;
    ChartPages *m_weightPages, *m_spectrumPages;
    int m_detailLayer = -1;           ///< of what is shown or under way
    const void *m_detailOf = nullptr; ///< identity of its encoding
    RewrittenWeight m_detailWeight;
    JobRunner m_runner;
    QTimer m_tradeoffDue;
};

} // namespace lathe::ui
