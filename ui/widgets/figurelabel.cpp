#include "ui/widgets/figurelabel.h"

#include "ui/style/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr double noteShare = 0.65; ///< size of the note against the figure
constexpr int gap = 6;

double digitWidth(const QFontMetricsF &metrics)
{
    double widest = 0.0;
    for (char digit = '0'; digit <= '9'; ++digit)
        widest = std::max(widest, metrics.horizontalAdvance(QLatin1Char(digit)));
    return widest;
}

/// Letter by letter, digits in cells of equal width. Without a painter: only measures.
double drawTabular(QPainter *painter, const QFontMetricsF &metrics, QPointF at, const QString &text)
{
    const double cell = digitWidth(metrics);
    double x = at.x();
    for (const QChar c : text) {
        const double own = metrics.horizontalAdvance(c);
        const double width = c.isDigit() ? cell : own;
        if (painter)
            painter->drawText(QPointF(x + (width - own) / 2.0, at.y()), QString(c));
        x += width;
    }
    return x - at.x();
}

} // namespace

FigureLabel::FigureLabel(const QString &widest, const QString &widestNote, QWidget *parent)
    : QWidget(parent), m_widest(widest), m_widestNote(widestNote)
{
    setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed);
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, this, qOverload<>(&QWidget::update));
}

QFont FigureLabel::figureFont(double scale) const
{
    return scaledFont(scale, scale > 1.1 ? QFont::Medium : QFont::Normal);
}

QFont FigureLabel::noteFont(double scale) const
{
    return scaledFont(std::max(titleScale, scale * noteShare));
}

void FigureLabel::setScale(double scale, double noteScale)
{
    m_scale = scale;
    m_noteScale = noteScale;
    updateGeometry();
    update();
}

void FigureLabel::setWidestNote(const QString &text)
{
    if (text == m_widestNote)
        return;
    m_widestNote = text;
    updateGeometry();
    update();
}

void FigureLabel::setMarkRoom(bool reserved)
{
    m_marked = reserved;
    updateGeometry();
    update();
}

int FigureLabel::markRoom(double noteScale) const
{
    return m_marked ? gap / 2 + QFontMetrics(noteFont(noteScale)).ascent() : 0;
}

QRect FigureLabel::noteRect() const
{
    const int besides = noteColumn() - gap;
    return {width() - besides, 0, besides, height()};
}

void FigureLabel::setNoteShown(bool shown)
{
    if (m_noteShown == shown)
        return;
    m_noteShown = shown;
    updateGeometry();
    update();
}

int FigureLabel::noteColumn() const
{
    if (m_widestNote.isEmpty() || !m_noteShown)
        return 0;
    return gap +
           int(std::ceil(drawTabular(nullptr, QFontMetricsF(noteFont(m_noteScale)), {}, m_widestNote))) +
           markRoom(m_noteScale);
}

void FigureLabel::setFigure(const QString &text, const QString &note)
{
    if (text == m_text && note == m_note)
        return;
    m_text = text;
    m_note = note;
    setAccessibleDescription(note.isEmpty() ? text : text + QLatin1Char(' ') + note);
    update();
}

void FigureLabel::setInk(Ink ink)
{
    m_ink = ink;
    update();
}

int FigureLabel::widthAt(double scale, double noteScale) const
{
    double width = drawTabular(nullptr, QFontMetricsF(figureFont(scale)), {}, m_widest);
    if (!m_widestNote.isEmpty() && m_noteShown)
        width += gap + markRoom(noteScale) +
                 drawTabular(nullptr, QFontMetricsF(noteFont(noteScale)), {}, m_widestNote);
    return int(std::ceil(width)) + 1;
}

QSize FigureLabel::sizeHint() const
{
    return {widthAt(m_scale, m_noteScale), QFontMetrics(figureFont(m_scale)).height()};
}

void FigureLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    QFont big = figureFont(m_scale);
    big.setItalic(m_ink == Ink::Guess);
    const QFont small = noteFont(m_scale);
    const QFontMetricsF bigMetrics(big), smallMetrics(small);
    const double baseline = (height() + bigMetrics.ascent() - bigMetrics.descent()) / 2.0;
    // Figure and note stand in columns of their own, so a longer note does not push the figure.
    const double besides = noteColumn();
    painter.setPen(colors().muted);
    painter.setFont(small);
    if (m_noteShown)
        drawTabular(&painter, smallMetrics, {width() - besides + gap, baseline}, m_note);
    switch (m_ink) {
    case Ink::Full:
        painter.setPen(colors().text);
        break;
    case Ink::Muted:
    case Ink::Guess:
        painter.setPen(colors().muted);
        break;
    case Ink::Good:
        painter.setPen(colors().good);
        break;
    case Ink::Loss:
        painter.setPen(colors().loss);
        break;
    }
    painter.setFont(big);
    const double figure = drawTabular(nullptr, bigMetrics, {}, m_text);
    drawTabular(&painter, bigMetrics, {width() - besides - figure, baseline}, m_text);
}

} // namespace lathe::ui
