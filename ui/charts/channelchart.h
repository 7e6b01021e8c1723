#pragma once
#include "ui/charts/handledchart.h"

#include <optional>
#include <vector>

namespace lathe::ui {

/// Channels that can only go together with all that belongs to each, in the order in which they go.
struct RankedChannels {
    struct Channel {
        int number = 0;     ///< in the group, from 0
        double score = 0.0; ///< the lowest goes first
        qint64 bytes = 0;   ///< that go with it, when it alone goes
        qint64 macs = 0;    ///< likewise, for one sample
        QString lock = {};  ///< why it has to stay; empty: it can go
        bool operator==(const Channel &) const = default;
    };
    QString subject;               ///< the layer, and whose channels they are
    QString measure;               ///< what the scores are: "L2 norm"
    std::vector<Channel> channels; ///< those that can go first, by score; then the others
    bool operator==(const RankedChannels &) const = default;

    int free() const; ///< that can go
};

/// What the handle stands for.
struct ChannelLine {
    std::optional<double> ratio = {}; ///< share of those that can go which goes; empty: none
    QString locked = {};              ///< why it cannot be moved; empty: it can
    /// Which go is not what the ratio and the order say, as where they are merged.
    bool other = false;
    bool operator==(const ChannelLine &) const = default;
};

/// What each channel of a layer is worth. Those that go are hollow, those that have to stay hatched; the line
/// between those that go and those that stay can be dragged.
class ChannelChart : public HandledChart {
    Q_OBJECT
public:
    explicit ChannelChart(QWidget *parent = nullptr);

    /// Of another subject than before: what was said of the old one is gone.
    void setChannels(const RankedChannels &channels);
    const RankedChannels &channels() const { return m_ranked; }
    void setLine(const ChannelLine &line);
    const ChannelLine &line() const { return m_line; }
    /// By number of the channel, as the recipe came out; empty: not known, as the line says.
    void setGone(const std::vector<bool> &gone);
    bool isGone(int place) const;        ///< by place in the order
    void clear(const QString &why = {}); ///< no reason: nothing is selected

    QVector<double> handlePlaces() const { return places().xs; } ///< in pixels of the view
    QPointF positionOf(int place) const override;
    QString csv() const override;

signals:
    void ratioDragged(double ratio);  ///< while the line is held
    void ratioReleased(double ratio); ///< where it was let go, or moved to by a key

protected:
    void paintItems(QPainter &painter) override;
    void refreshAxes() override;
    LineHandle::Places places() const override;
    int itemAt(QPointF position) const override;
    int itemCount() const override { return static_cast<int>(m_ranked.channels.size()); }
    QStringList describe(int place) const override;

private:
    void refreshHandle();
    int asked() const; ///< channels left of the line
    double top() const;
    void paintBar(QPainter &painter, int place) const;
    void paintLine(QPainter &painter) const;

    RankedChannels m_ranked;
    ChannelLine m_line;
    std::vector<bool> m_gone; ///< by number
};

} // namespace lathe::ui
