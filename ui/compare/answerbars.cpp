#include "ui/compare/answerbars.h"

#include "ui/base/shortnames.h"
#include "ui/compare/samplemodel.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr int gap = 16, barHeight = 4; // pixels
constexpr int leastCard = 26;          // average letters: a class and its probability

QFont boldOf(QFont font)
{
    font.setWeight(QFont::DemiBold);
    return font;
}

QString markedName(const NamedShare &entry)
{
    return entry.isTrue ? QStringLiteral("✓ ") + entry.name : entry.name;
}

} // namespace

AnswerBars::AnswerBars(QWidget *parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, this, qOverload<>(&QWidget::update));
}

void AnswerBars::setAnswers(const QVector<VariantAnswer> &answers)
{
    m_answers = answers;
    setMinimumHeight(heightForWidth(width()));
    updateGeometry();
    update();
}

int AnswerBars::lineHeight() const
{
    return fontMetrics().height() + barHeight + 6;
}

int AnswerBars::cardHeight() const
{
    qsizetype lines = 1;
    for (const VariantAnswer &answer : m_answers)
        lines = std::max(lines, answer.classes.size());
    return fontMetrics().height() + 6 + static_cast<int>(lines) * lineHeight() + gap;
}

int AnswerBars::leastCardWidth() const
{
    const QFontMetrics metrics(boldOf(font()));
    int least = leastCard * letterWidth(metrics);
    for (const VariantAnswer &answer : m_answers)
        for (const NamedShare &entry : answer.classes)
            least = std::max(least, metrics.horizontalAdvance(markedName(entry)) +
                                        metrics.horizontalAdvance(probabilityText(1.0)) + gap);
    return least + gap;
}

int AnswerBars::columnsAt(int width) const
{
    const int least = leastCardWidth();
    return std::clamp(width / std::max(1, least), 1, std::max(1, static_cast<int>(m_answers.size())));
}

int AnswerBars::heightForWidth(int width) const
{
    const int columns = columnsAt(width);
    return (static_cast<int>(m_answers.size()) + columns - 1) / columns * cardHeight();
}

QSize AnswerBars::sizeHint() const
{
    const int width = 2 * leastCardWidth();
    return {width, heightForWidth(width)};
}

QSize AnswerBars::minimumSizeHint() const
{
    return {leastCard * letterWidth(fontMetrics()) + gap, cardHeight()};
}

void AnswerBars::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    setMinimumHeight(heightForWidth(width()));
}

void AnswerBars::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const int columns = columnsAt(width()), cardWidth = width() / columns;
    for (int i = 0; i < m_answers.size(); ++i) {
        const QRect card(i % columns * cardWidth, i / columns * cardHeight(), cardWidth - gap,
                         cardHeight() - gap);
        paintCard(painter, card, m_answers[i]);
    }
}

void AnswerBars::paintCard(QPainter &painter, const QRect &card, const VariantAnswer &answer) const
{
    const QFont bold = boldOf(font());
    painter.setFont(bold);
    painter.setPen(colors().text);
    QRect line(card.left(), card.top(), card.width(), fontMetrics().height());
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                     elidedName(answer.variant, QFontMetrics(bold), card.width()));
    line.translate(0, line.height() + 6);
    for (const NamedShare &entry : answer.classes) {
        painter.setFont(entry.isTrue ? bold : font());
        const QString share = probabilityText(entry.share);
        const QFontMetrics metrics(painter.font());
        const int room = card.width() - metrics.horizontalAdvance(share) - gap / 2;
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                         elidedName(markedName(entry), metrics, room));
        painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, share);
        const QRectF track(line.left(), line.bottom() + 2, line.width(), barHeight);
        QColor faded = colors().original;
        faded.setAlphaF(0.25F);
        painter.fillRect(track, faded);
        if (std::isfinite(entry.share))
            painter.fillRect(
                QRectF(track.topLeft(), QSizeF(track.width() * std::clamp(entry.share, 0.0, 1.0), barHeight)),
                entry.isTrue ? colors().good : colors().current);
        line.translate(0, lineHeight());
    }
}

} // namespace lathe::ui
