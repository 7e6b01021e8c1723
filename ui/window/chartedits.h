#pragma once
// What dragging in the charts of the layers in focus does to the recipe, and where its handles stand by it.
#include "core/recipe/settings.h"
#include "ui/charts/channelchart.h"
#include "ui/charts/histogramchart.h"

namespace lathe::ui {

class Workbench;

class ChartEdits {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::ChartEdits)
public:
    explicit ChartEdits(Workbench &workbench) : m_workbench(workbench) {}

    PruneLine pruneLine() const;
    QString rankLock() const; ///< why no rank can be chosen; empty: one can
    /// The mean of the layers that are factorized; empty: none is.
    std::optional<double> shareOfBreakEven() const;
    /// The form of factors that the layer has, where it can have that one.
    RankForm formOf(int layer) const;

    /// Of the channels that the one layer in focus makes, by itself or with others; empty: nothing is asked.
    std::optional<ChannelSettings> channelSettings() const;
    ChannelLine channelLine() const;

    void setRatio(double ratio, bool dragging) const; ///< 0, let go: nothing is pruned any more
    /// Of the channels that can go of the one layer in focus. 0, let go: none goes any more.
    void setChannelRatio(double ratio, bool dragging) const;
    void setRank(int rank, bool dragging) const;      ///< of the one layer in focus
    void setShare(double share, bool dragging) const; ///< of break-even, of all that can have factors

private:
    QVector<int> editable() const; ///< of the layers in focus
    /// The layer in focus, and those that make the same channels and say something of them.
    QVector<int> channelMakers() const;
    const LayerSettings &settingsOf(int layer) const;
    QString whyNot() const; ///< nothing in focus can be changed

    Workbench &m_workbench;
};

} // namespace lathe::ui
