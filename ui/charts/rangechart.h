#pragma once
#include "core/analysis/channelboxes.h"
#include "ui/charts/drawnchart.h"

namespace lathe::ui {

/// Smallest and largest weight and the quartiles of each output channel, original under compressed. Channels
/// that share a pixel are drawn as one.
class RangeChart : public DrawnChart {
    Q_OBJECT
public:
    explicit RangeChart(QWidget *parent = nullptr);

    /// @param compressed none, or as many as there are in the original
    void setBoxes(const std::vector<ChannelBox> &original, const std::vector<ChannelBox> &compressed,
                  const QString &layerName);
    void clear();
    /// Channels drawn as one at the size of the moment.
    int channelsPerMark() const;

    QPointF positionOf(int channel) const override;
    QString csv() const override;

protected:
    void refreshAxes() override;
    void paintItems(QPainter &painter) override;
    int itemAt(QPointF position) const override;
    QStringList describe(int channel) const override;

private:
    void paintBoxes(QPainter &painter, const std::vector<ChannelBox> &boxes, const QColor &ink,
                    double share) const;
    int count() const { return static_cast<int>(m_original.size()); }

    std::vector<ChannelBox> m_original, m_compressed;
    QWidget *m_originalLabel, *m_compressedLabel;
};

} // namespace lathe::ui
