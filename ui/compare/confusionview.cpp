#include "ui/compare/confusionview.h"

#include "ui/style/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <set>

namespace lathe::ui {
namespace {

constexpr double gap = 4.0;
constexpr double longestName = 0.36; ///< of the view: the cells are what it is about

QFont nameFont()
{
    return scaledFont(titleScale);
}

std::pair<int64_t, int64_t> pairOf(const std::vector<int64_t> &samples, int first, int second)
{
    return {samples[static_cast<size_t>(first)], samples[static_cast<size_t>(second)]};
}

} // namespace

ConfusionView::ConfusionView(QWidget *parent) : QWidget(parent)
{
    setMinimumSize(160, 160);
    setAccessibleName(tr("Difference of the confusion matrices"));
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, this, qOverload<>(&QWidget::update));
}

void ConfusionView::setComparison(const VariantComparison *comparison, int first, int second)
{
    m_comparison = comparison;
    m_changes.clear();
    m_counts.clear();
    std::set<int> classes;
    if (comparison) {
        for (const Confusion &confusion : comparison->confusions) {
            const auto counts = pairOf(confusion.samples, first, second);
            m_counts[{confusion.label, confusion.top}] = counts;
            if (counts.first == counts.second)
                continue; // it differs in other variants
            m_changes.push_back({confusion.label, confusion.top, counts.second - counts.first});
            classes.insert({confusion.label, confusion.top});
        }
        for (const ClassAccuracy &entry : comparison->classes)
            if (classes.contains(entry.label))
                m_counts[{entry.label, entry.label}] = pairOf(entry.right, first, second);
        std::ranges::stable_sort(m_changes, std::ranges::greater(),
                                 [](const Change &change) { return std::abs(change.samples); });
    }
    m_changed = classes.size();
    arrange();
    update();
}

/// Those of the largest changes, so that both classes of a pair are there.
std::vector<int> ConfusionView::classesThatChangedMost(size_t count) const
{
    std::set<int> classes;
    for (const Change &change : m_changes) {
        const size_t added =
            size_t(!classes.contains(change.label)) + size_t(!classes.contains(change.given));
        if (classes.size() + added <= count)
            classes.insert({change.label, change.given});
    }
    return {classes.begin(), classes.end()};
}

/// As many classes as have room for a line of text each.
void ConfusionView::arrange()
{
    m_shown.clear();
    if (m_changes.empty())
        return;
    const QFontMetricsF metrics(nameFont());
    const double line = metrics.height(), title = line + gap;
    const double limit = longestName * std::min(width(), height());
    const auto widest = [&](const std::vector<int> &classes) {
        double width = 0.0;
        for (const int label : classes)
            width = std::max(width, metrics.horizontalAdvance(shownName(label)));
        return width;
    };
    const double below = line + gap; // for how many of them are shown
    const double least = std::min(width() - title, height() - title - below) - limit - 2 * gap;
    m_shown = classesThatChangedMost(static_cast<size_t>(std::max(2.0, std::floor(least / line))));
    m_shortNames = m_comparison->shortClassNames(m_shown);
    const double name = widest(m_shown);
    m_names = std::min(name, limit);
    const double foot = m_shown.size() < m_changed ? below : 0.0;
    const auto areaWith = [&](double above) {
        const double left = title + m_names + gap, top = title + above + gap;
        const double side = std::max(1.0, std::min(width() - left - 1, height() - top - foot - 1));
        return QRectF(left, top, side, side);
    };
    m_area = areaWith(line);
    m_namesUpright = name + gap <= cell();
    if (!m_namesUpright)
        m_area = areaWith(m_names);
}

void ConfusionView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void ConfusionView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::ApplicationFontChange)
        arrange();
}

QRectF ConfusionView::cellRect(int label, int given) const
{
    const auto place = [this](int wanted) {
        return static_cast<double>(std::ranges::lower_bound(m_shown, wanted) - m_shown.begin()) * cell();
    };
    return {m_area.left() + place(given), m_area.top() + place(label), cell(), cell()};
}

int ConfusionView::shownAt(double distance) const
{
    const auto index = static_cast<size_t>(std::max(0.0, distance / cell()));
    return m_shown[std::min(index, m_shown.size() - 1)];
}

QString ConfusionView::textAt(const QPoint &position) const
{
    if (m_shown.empty())
        return {};
    const QPointF at(position);
    const bool besideRows = at.y() >= m_area.top() && at.y() < m_area.bottom();
    const bool aboveColumns = at.x() >= m_area.left() && at.x() < m_area.right();
    const int label = shownAt(at.y() - m_area.top()), given = shownAt(at.x() - m_area.left());
    if (besideRows && at.x() < m_area.left() && at.x() >= m_area.left() - m_names - gap)
        return m_comparison->className(label);
    if (aboveColumns && at.y() < m_area.top() && at.y() >= QFontMetricsF(nameFont()).height() + gap)
        return m_comparison->className(given);
    if (!besideRows || !aboveColumns)
        return {};
    const auto found = m_counts.find({label, given});
    const auto [before, after] = found == m_counts.end() ? std::pair<int64_t, int64_t>() : found->second;
    const QString what =
        label == given
            ? tr("%1 right: %2 → %3").arg(m_comparison->className(label))
            : tr("%1 as %2: %3 → %4").arg(m_comparison->className(label), m_comparison->className(given));
    return what.arg(before).arg(after);
}

bool ConfusionView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    QToolTip::showText(help->globalPos(), textAt(help->pos()), this);
    return true;
}

void ConfusionView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(nameFont());
    if (m_shown.empty()) {
        painter.fillRect(rect(), colors().surface);
        painter.setPen(colors().muted);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap,
                         m_comparison ? tr("No class is taken for another one more or less often.")
                                      : QString());
        return;
    }
    painter.fillRect(m_area, colors().surface);
    paintCells(painter);
    painter.setPen(colors().line);
    painter.drawRect(m_area);
    painter.drawLine(m_area.topLeft(), m_area.bottomRight());
    paintNames(painter);
    paintTitles(painter);
}

void ConfusionView::paintCells(QPainter &painter) const
{
    int64_t largest = 1;
    for (const auto &[pair, counts] : m_counts)
        largest = std::max(largest, std::abs(counts.second - counts.first));
    for (const int label : m_shown)
        for (const int given : m_shown) {
            const auto found = m_counts.find({label, given});
            if (found == m_counts.end() || found->second.first == found->second.second)
                continue;
            const int64_t change = found->second.second - found->second.first;
            QColor color = (label == given) == (change > 0) ? colors().good : colors().loss;
            color.setAlphaF(0.25F +
                            0.75F * static_cast<float>(std::abs(change)) / static_cast<float>(largest));
            painter.fillRect(cellRect(label, given).adjusted(0, 0, -1, -1), color);
        }
}

void ConfusionView::paintNames(QPainter &painter) const
{
    const QFontMetricsF metrics(painter.font());
    painter.setPen(colors().text);
    for (const int label : m_shown) {
        const QString name = metrics.elidedText(shownName(label), Qt::ElideMiddle, m_names);
        const QRectF diagonal = cellRect(label, label);
        painter.drawText(QRectF(m_area.left() - gap - m_names, diagonal.top(), m_names, diagonal.height()),
                         int(Qt::AlignRight | Qt::AlignVCenter), name);
        painter.save();
        painter.translate(diagonal.center().x(), m_area.top() - gap);
        if (m_namesUpright) {
            painter.drawText(QRectF(-cell() / 2, -metrics.height(), cell(), metrics.height()),
                             int(Qt::AlignCenter), name);
        } else {
            painter.rotate(-90);
            painter.drawText(QRectF(0, -cell() / 2, m_names, cell()), int(Qt::AlignLeft | Qt::AlignVCenter),
                             name);
        }
        painter.restore();
    }
}

void ConfusionView::paintTitles(QPainter &painter) const
{
    const double line = QFontMetricsF(painter.font()).height();
    painter.setPen(colors().muted);
    painter.drawText(QRectF(m_area.left(), 0, m_area.width(), line), Qt::AlignHCenter, tr("given class"));
    painter.save();
    painter.translate(0, m_area.bottom());
    painter.rotate(-90);
    painter.drawText(QRectF(0, 0, m_area.height(), line), Qt::AlignHCenter, tr("true class"));
    painter.restore();
    if (m_shown.size() < m_changed)
        painter.drawText(
            QRectF(0, m_area.bottom() + gap, width(), line), Qt::AlignLeft,
            tr("The %1 of %2 classes whose confusions changed most").arg(m_shown.size()).arg(m_changed));
}

} // namespace lathe::ui
