#pragma once
#include "core/analysis/channelboxes.h"
#include "ui/charts/drawnchart.h"

#include <QStringList>

namespace lathe::ui {

/// Smallest and largest weight and the quartiles of each output channel of a layer, or of each of several
/// layers, original under compressed. Those that share a pixel are drawn as one.
class RangeChart : public DrawnChart {
    Q_OBJECT
public:
    explicit RangeChart(QWidget *parent = nullptr);

    /// @param compressed none, or as many as there are in the original
    void setBoxes(const std::vector<ChannelBox> &original, const std::vector<ChannelBox> &compressed,
                  const QString &layerName);
    /// The same of several layers. @param names of them @param subject "26 layers"
    void setLayers(const std::vector<ChannelBox> &original, const std::vector<ChannelBox> &compressed,
                   const QStringList &names, const QString &subject);
    void clear(const QString &why = {}); ///< no reason: nothing is selected
    /// Channels drawn as one at the size of the moment.
    int channelsPerMark() const;

    QPointF positionOf(int channel) const override;
    QString csv() const override;

protected:
    void refreshAxes() override;
    void paintItems(QPainter &painter) override;
    int itemAt(QPointF position) const override;
    int itemCount() const override { return count(); }
    QStringList describe(int channel) const override;

private:
    void take(const std::vector<ChannelBox> &original, const std::vector<ChannelBox> &compressed,
              const QStringList &names, const QString &subject, const QString &emptyText);
    void paintBoxes(QPainter &painter, const std::vector<ChannelBox> &boxes, const QColor &ink,
                    double share) const;
    int count() const { return static_cast<int>(m_original.size()); }

    std::vector<ChannelBox> m_original, m_compressed;
    QStringList m_names; ///< of layers; empty: channels of one layer
    QWidget *m_originalLabel, *m_compressedLabel;
};

} // namespace lathe::ui
