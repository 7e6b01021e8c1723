#include "ui/charts/channelchart.h"

#include "ui/base/format.h"
#include "ui/charts/axisticks.h"
#include "ui/charts/plotview.h"
#include "ui/style/theme.h"

#include <QCategoryAxis>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr double percentOfOne = 100.0, widestPage = 10.0; // percent

double finite(double score)
{
    return std::isfinite(score) ? std::max(score, 0.0) : 0.0;
}

} // namespace

int RankedChannels::free() const
{
    return static_cast<int>(std::ranges::count_if(channels, &QString::isEmpty, &Channel::lock));
}

ChannelChart::ChannelChart(QWidget *parent)
    : HandledChart(tr("CHANNELS"), tr("Select a layer to see what its channels are worth."), parent)
{
    xAxis()->setTitleText(tr("channels, those that go first on the left"));
    connect(handle(), &LineHandle::dragged, this,
            [this](double share) { emit ratioDragged(share / percentOfOne); });
    connect(handle(), &LineHandle::released, this,
            [this](double share) { emit ratioReleased(share / percentOfOne); });
    connect(handle(), &LineHandle::changed, this, [this] {
        view()->setAccessibleDescription(tr("%1 of %2 channels go").arg(asked()).arg(m_ranked.free()));
    });
    view()->setAccessibleName(tr("Channels that go"));
    setAccessibleName(tr("What the layer's channels are worth"));
    restyle();
    clear();
}

void ChannelChart::setChannels(const RankedChannels &channels)
{
    if (channels == m_ranked && !isEmpty())
        return;
    if (channels.subject != m_ranked.subject) {
        handle()->drop();
        m_gone.clear();
        m_line = {};
    }
    if (channels.channels.size() != m_ranked.channels.size())
        setHovered(-1);
    m_ranked = channels;
    setSubject(channels.subject);
    yAxis()->setTitleText(channels.measure);
    refreshAxes();
    refreshHandle();
    showPlot();
}

void ChannelChart::setLine(const ChannelLine &line)
{
    if (m_line == line)
        return;
    m_line = line;
    refreshHandle();
}

void ChannelChart::setGone(const std::vector<bool> &gone)
{
    if (m_gone == gone)
        return;
    m_gone = gone;
    updateOverlay();
}

void ChannelChart::clear(const QString &why)
{
    m_ranked = {};
    m_line = {};
    m_gone.clear();
    handle()->drop();
    refreshHandle();
    setHovered(-1);
    setSubject({});
    showEmpty(why);
}

/// Each channel is a step; one of those that can go always stays, as a ratio has it.
void ChannelChart::refreshHandle()
{
    const int free = m_ranked.free();
    const bool canMove = m_line.locked.isEmpty() && free > 1;
    const double step = percentOfOne / std::max(free, 1);
    handle()->setScale({.lowest = 0.0,
                        .highest = canMove ? step * (free - 1) : 0.0,
                        .rest = 0.0,
                        .step = step,
                        .fine = step,
                        .page = std::max(step, widestPage)});
    handle()->setValue(m_line.ratio ? std::optional(*m_line.ratio * percentOfOne) : std::nullopt);
    view()->setToolTip(
        m_line.locked.isEmpty()
            ? tr("Drag the line, or use the arrow keys, to choose how many channels go. Ctrl and the "
                 "arrow keys tell of each channel.")
            : m_line.locked);
    updateOverlay();
}

int ChannelChart::asked() const
{
    return static_cast<int>(std::lround(handle()->shown() / percentOfOne * m_ranked.free()));
}

/// While the line is moved it says which go, before the recipe has come out.
bool ChannelChart::isGone(int place) const
{
    const auto number = static_cast<size_t>(m_ranked.channels.at(static_cast<size_t>(place)).number);
    if (!m_line.other && (handle()->isDragging() || m_gone.empty()))
        return handle()->value() && place < asked();
    return number < m_gone.size() && m_gone[number];
}

double ChannelChart::top() const
{
    double highest = 0.0;
    for (const RankedChannels::Channel &channel : m_ranked.channels)
        highest = std::max(highest, finite(channel.score));
    return highest > 0.0 ? highest * 1.05 : 1.0;
}

void ChannelChart::refreshAxes()
{
    if (m_ranked.channels.empty())
        return;
    const int channels = itemCount();
    xAxis()->setRange(-0.5, std::max(channels, 1) - 0.5);
    yAxis()->setRange(0.0, top());
    Ticks places;
    for (const double place : roundNumbers(0.0, channels, ticksAcross()))
        if (place == std::floor(place))
            places << std::pair(place - 0.5, QLocale().toString(qint64(place)));
    setTicks(xAxis(), places);
    setTicks(yAxis(), numberTicks(0.0, top(), ticksUp()));
    updateOverlay();
}

LineHandle::Places ChannelChart::places() const
{
    LineHandle::Places places{.xs = {}, .valueAt = [this](double x) {
                                  return (valueAt(x) + 0.5) / std::max(m_ranked.free(), 1) * percentOfOne;
                              }};
    if (handle()->canMove())
        places.xs << at(asked() - 0.5, 0.0).x();
    return places;
}

int ChannelChart::itemAt(QPointF position) const
{
    const auto place = static_cast<int>(std::lround(valueAt(position.x())));
    return place >= 0 && place < itemCount() ? place : -1;
}

QPointF ChannelChart::positionOf(int place) const
{
    const bool isThere = place >= 0 && place < itemCount();
    return at(place, isThere ? finite(m_ranked.channels[static_cast<size_t>(place)].score) : 0.0);
}

void ChannelChart::paintItems(QPainter &painter)
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (int place = 0; place < itemCount(); ++place)
        paintBar(painter, place);
    painter.setRenderHint(QPainter::Antialiasing);
    paintReadingLine(painter);
    paintLine(painter);
}

void ChannelChart::paintBar(QPainter &painter, int place) const
{
    const RankedChannels::Channel &channel = m_ranked.channels[static_cast<size_t>(place)];
    const double half = plotArea().width() > 4.0 * itemCount() ? 0.4 : 0.5;
    QRectF bar(at(place - half, finite(channel.score)), at(place + half, 0.0));
    bar.setWidth(std::max(bar.width(), 1.0));
    bar.setTop(std::min(bar.top(), bar.bottom() - 1.0));
    if (!channel.lock.isEmpty()) {
        painter.setPen(colors().muted);
        painter.setBrush(QBrush(colors().muted, bar.width() > 3.0 ? Qt::BDiagPattern : Qt::Dense6Pattern));
    } else if (isGone(place)) {
        QColor pale = colors().original;
        pale.setAlphaF(0.18F);
        painter.setPen(colors().original);
        painter.setBrush(pale);
    } else {
        painter.fillRect(bar, colors().current);
        return;
    }
    painter.drawRect(bar.adjusted(0, 0, -1, -1));
}

void ChannelChart::paintLine(QPainter &painter) const
{
    const QRectF area = plotArea();
    handle()->paint(painter, area, places().xs);
    const QPointF corner(area.left(), area.top() + 8);
    int gone = 0, free = m_ranked.free();
    for (int place = 0; place < itemCount(); ++place)
        gone += isGone(place) ? 1 : 0;
    if (!m_line.locked.isEmpty() && (gone > 0 || m_line.ratio))
        drawTag(painter, corner, m_line.locked, colors().muted);
    else if (gone > 0)
        drawTag(painter, corner,
                m_line.other ? tr("%1 of %2 merged into others").arg(gone).arg(free)
                             : tr("%1 of %2 go").arg(gone).arg(free),
                colors().text);
    else if (!places().xs.isEmpty())
        drawTag(painter, QPointF(places().xs.first() + handle()->radius() + 6, area.center().y()),
                tr("drag to remove channels"), colors().muted);
    if (const int staying = itemCount() - free; staying > 0)
        drawTag(painter, QPointF(area.right(), area.top() + 8), tr("%n have to stay", nullptr, staying),
                colors().muted, true);
}

QStringList ChannelChart::describe(int place) const
{
    if (place < 0 || place >= itemCount())
        return {};
    const RankedChannels::Channel &channel = m_ranked.channels[static_cast<size_t>(place)];
    QStringList lines{tr("channel %1").arg(channel.number),
                      QStringLiteral("%1  %2").arg(m_ranked.measure, shortNumber(channel.score)),
                      tr("worth %1, %2 MACs").arg(bytes(channel.bytes), count(channel.macs))};
    if (!channel.lock.isEmpty())
        lines << tr("has to stay: %1").arg(channel.lock);
    else
        lines << (!isGone(place) ? tr("stays") : m_line.other ? tr("merged into others") : tr("goes"));
    return lines;
}

QString ChannelChart::csv() const
{
    QString text = QStringLiteral("channel,score,bytes,macs,locked,gone\n");
    for (int place = 0; place < itemCount(); ++place) {
        const RankedChannels::Channel &channel = m_ranked.channels[static_cast<size_t>(place)];
        text += QStringLiteral("%1,%2,%3,%4,%5,%6\n")
                    .arg(channel.number)
                    .arg(channel.score, 0, 'g', 9)
                    .arg(channel.bytes)
                    .arg(channel.macs)
                    .arg(channel.lock.isEmpty() ? 0 : 1)
                    .arg(isGone(place) ? 1 : 0);
    }
    return text;
}

} // namespace lathe::ui
