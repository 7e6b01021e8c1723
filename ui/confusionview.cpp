#include "ui/confusionview.h"

#include "ui/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <set>

namespace lathe::ui {

ConfusionView::ConfusionView(QWidget *parent) : QWidget(parent)
{
    setMinimumSize(160, 160);
    setAccessibleName(tr("Difference of the confusion matrices"));
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, this, qOverload<>(&QWidget::update));
}

void ConfusionView::setComparison(const VariantComparison *comparison, int first, int second)
{
    m_comparison = comparison;
    m_first = first;
    m_second = second;
    m_classes.clear();
    m_counts.clear();
    if (comparison) {
        std::set<int> classes;
        for (const Confusion &confusion : comparison->confusions) {
            classes.insert({confusion.label, confusion.top});
            m_counts[{confusion.label, confusion.top}] = {confusion.samples[static_cast<size_t>(first)],
                                                          confusion.samples[static_cast<size_t>(second)]};
        }
        for (const ClassAccuracy &entry : comparison->classes)
            if (classes.contains(entry.label))
                m_counts[{entry.label, entry.label}] = {entry.right[static_cast<size_t>(first)],
                                                        entry.right[static_cast<size_t>(second)]};
        m_classes.assign(classes.begin(), classes.end());
    }
    update();
}

QRectF ConfusionView::area() const
{
    const double side = std::min(width(), height()) - 24.0;
    return {20.0, 20.0, side, side};
}

std::optional<ConfusionView::Cell> ConfusionView::cellAt(const QPoint &position) const
{
    const QRectF place = area();
    if (m_classes.empty() || !place.contains(position))
        return {};
    const double cell = place.width() / static_cast<double>(m_classes.size());
    const auto count = static_cast<int>(m_classes.size());
    return Cell{std::min(count - 1, static_cast<int>((position.y() - place.top()) / cell)),
                std::min(count - 1, static_cast<int>((position.x() - place.left()) / cell))};
}

QString ConfusionView::textAt(const QPoint &position) const
{
    const std::optional<Cell> cell = cellAt(position);
    if (!cell)
        return {};
    const int label = m_classes[static_cast<size_t>(cell->row)],
              top = m_classes[static_cast<size_t>(cell->column)];
    const auto found = m_counts.find({label, top});
    const auto [before, after] = found == m_counts.end() ? std::pair<int64_t, int64_t>() : found->second;
    const QString what =
        label == top
            ? tr("%1 right: %2 → %3").arg(m_comparison->className(label))
            : tr("%1 as %2: %3 → %4").arg(m_comparison->className(label), m_comparison->className(top));
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
    const Colors &c = colors();
    const QRectF place = area();
    painter.fillRect(place, c.surface);
    painter.setFont(scaledFont(titleScale));
    painter.setPen(c.muted);
    if (m_classes.empty()) {
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap,
                         m_comparison ? tr("No class is taken for another one more or less often.")
                                      : QString());
        return;
    }
    painter.drawText(QRectF(place.left(), 0, place.width(), 18), Qt::AlignHCenter, tr("given class"));
    painter.save();
    painter.translate(0, place.bottom());
    painter.rotate(-90);
    painter.drawText(QRectF(0, 0, place.height(), 18), Qt::AlignHCenter, tr("true class"));
    painter.restore();
    int64_t largest = 1;
    for (const auto &[pair, counts] : m_counts)
        largest = std::max(largest, std::abs(counts.second - counts.first));
    std::map<int, int> indexOf;
    for (size_t i = 0; i < m_classes.size(); ++i)
        indexOf[m_classes[i]] = static_cast<int>(i);
    const double cell = place.width() / static_cast<double>(m_classes.size());
    for (const auto &[pair, counts] : m_counts) {
        const int64_t change = counts.second - counts.first;
        if (change == 0)
            continue;
        const bool better = (pair.first == pair.second) == (change > 0);
        QColor color = better ? c.good : c.loss;
        color.setAlphaF(0.25F + 0.75F * static_cast<float>(std::abs(change)) / static_cast<float>(largest));
        painter.fillRect(QRectF(place.left() + cell * indexOf[pair.second],
                                place.top() + cell * indexOf[pair.first], std::max(2.0, cell - 1),
                                std::max(2.0, cell - 1)),
                         color);
    }
    painter.setPen(c.line);
    painter.drawRect(place);
    painter.drawLine(place.topLeft(), place.bottomRight());
}

} // namespace lathe::ui
