#include "ui/nowstrip.h"

#include "ui/figurelabel.h"
#include "ui/format.h"
#include "ui/panelparts.h"
#include "ui/theme.h"

#include <QGridLayout>
#include <QLocale>

#include <algorithm>

namespace lathe::ui {
namespace {

using Figures = NowStrip::Figures;

constexpr int columnGap = 20;
constexpr std::array scales = {figureScale, 1.38, 1.23, 1.0}; ///< as large as fits

struct ColumnText {
    QString title, meaning, widest, widestNote;
};

ColumnText columnText(NowStrip::Column column)
{
    switch (column) {
    case NowStrip::Accuracy:
        return {NowStrip::tr("Top-1"),
                NowStrip::tr("Share of samples whose highest score is the right class"),
                QStringLiteral("100.0 %"),
                {}};
    case NowStrip::Difference:
        return {
            NowStrip::tr("Difference"),
            NowStrip::tr("Points of top-1 against the baseline on the same samples, with the 95 % interval"),
            QStringLiteral("+88.8 ± 88.8"),
            {}};
    case NowStrip::Agreement:
        return {NowStrip::tr("Agreement"),
                NowStrip::tr("Share of samples for which baseline and current model say the same class"),
                QStringLiteral("100.0 %"),
                {}};
    case NowStrip::Size:
        return {NowStrip::tr("File size"),
                NowStrip::tr("Bytes of the file that would be written"),
                QStringLiteral("88.8 MB"),
                {}};
    case NowStrip::Ratio:
        return {NowStrip::tr("Ratio"),
                NowStrip::tr("Original size over current size"),
                QStringLiteral("88.8×"),
                {}};
    case NowStrip::Macs:
        return {NowStrip::tr("MACs"),
                NowStrip::tr("Multiply-accumulates for one sample"),
                QStringLiteral("888 M"),
                {}};
    case NowStrip::Memory:
        return {NowStrip::tr("Memory"),
                NowStrip::tr("Weights, and values between nodes at most, while one sample runs"),
                QStringLiteral("88.8 MB"),
                {}};
    case NowStrip::Latency:
        return {NowStrip::tr("Latency"),
                NowStrip::tr("Median time of one sample on this machine, and against the baseline"),
                QStringLiteral("88.8 ms"), QStringLiteral("88.88×")};
    case NowStrip::ColumnCount:
        break;
    }
    return {};
}

/// Text, note and tooltip of one figure.
struct Shown {
    QString text = unavailable();
    QString note, toolTip;
    FigureLabel::Ink ink = FigureLabel::Ink::Full;
};

QString exactPoints(double difference)
{
    return points({difference, difference, difference});
}

QString samplesText(qint64 done, qint64 total)
{
    return total > 0 ? QStringLiteral("(%1/%2)").arg(done).arg(total) : QString();
}

Shown accuracy(const Figures &f)
{
    Shown shown;
    if (!f.top1)
        return shown;
    shown.text = percent(f.top1->value);
    shown.toolTip = NowStrip::tr("95 % interval %1 to %2").arg(percent(f.top1->low), percent(f.top1->high));
    return shown;
}

Shown difference(const Figures &f, bool isBaseline)
{
    Shown shown;
    shown.note = samplesText(f.samplesDone, f.samplesTotal);
    if (isBaseline) {
        shown.text.clear();
        return shown;
    }
    if (f.guess && f.state == Figures::Outdated) {
        shown.text = QStringLiteral("≈ %1").arg(exactPoints(f.guess->difference));
        shown.note.clear();
        shown.ink = FigureLabel::Ink::Guess;
        shown.toolTip = NowStrip::tr("A guess from %n measurement(s) near this one; it is being measured",
                                     nullptr, f.guess->points);
        if (f.guess->checked > 0)
            shown.toolTip +=
                QLatin1Char('\n') + NowStrip::tr("Guesses so far were off by %1 points (median of %2)")
                                        .arg(number(100.0 * f.guess->typicalError, 1))
                                        .arg(f.guess->checked);
        return shown;
    }
    if (!f.top1Difference)
        return shown;
    shown.text = points(*f.top1Difference);
    if (f.top1Difference->high < 0.0)
        shown.ink = FigureLabel::Ink::Loss;
    else if (f.top1Difference->low > 0.0)
        shown.ink = FigureLabel::Ink::Good;
    shown.toolTip = NowStrip::tr("Measured on %1 of %2 samples").arg(f.samplesDone).arg(f.samplesTotal);
    if (f.fullSet && f.samplesDone < f.samplesTotal)
        shown.toolTip += QLatin1Char('\n') +
                         NowStrip::tr("All %1 samples would show %2 to %3 points. F5 measures them all")
                             .arg(f.samplesTotal)
                             .arg(exactPoints(f.fullSet->low), exactPoints(f.fullSet->high));
    return shown;
}

Shown agreement(const Figures &f)
{
    Shown shown;
    if (f.agreement)
        shown.text = percent(*f.agreement);
    QStringList lines;
    if (f.meanKl)
        lines << NowStrip::tr("Mean divergence (KL) %1 nats").arg(QLocale().toString(*f.meanKl, 'g', 3));
    if (f.sqnr)
        lines << NowStrip::tr("Signal to noise of the outputs %1 dB").arg(number(*f.sqnr, 1));
    shown.toolTip = lines.join(QLatin1Char('\n'));
    return shown;
}

Shown size(const Figures &f)
{
    Shown shown;
    if (f.bytes <= 0)
        return shown;
    shown.text = bytes(f.bytes);
    shown.toolTip = NowStrip::tr("%1 bytes").arg(QLocale().toString(f.bytes));
    return shown;
}

Shown sizeRatio(const Figures &f)
{
    Shown shown;
    if (f.bytes > 0 && f.originalBytes > 0)
        shown.text = ratio(double(f.originalBytes) / double(f.bytes));
    return shown;
}

Shown macs(const Figures &f)
{
    Shown shown;
    if (!f.macs)
        return shown;
    shown.text = count(*f.macs);
    shown.toolTip = QLocale().toString(*f.macs);
    return shown;
}

Shown memory(const Figures &f)
{
    Shown shown;
    if (f.memory)
        shown.text = bytes(*f.memory);
    return shown;
}

Shown latency(const Figures &f, bool isBaseline)
{
    Shown shown;
    if (!f.latency)
        return shown;
    shown.text = seconds(*f.latency);
    if (!isBaseline && f.baselineLatency && *f.baselineLatency > 0.0)
        shown.note = number(*f.latency / *f.baselineLatency, 2) + QChar(0x00D7);
    return shown;
}

Shown shownFigure(NowStrip::Column column, const Figures &f, bool isBaseline)
{
    switch (column) {
    case NowStrip::Accuracy:
        return accuracy(f);
    case NowStrip::Difference:
        return difference(f, isBaseline);
    case NowStrip::Agreement:
        return agreement(f);
    case NowStrip::Size:
        return size(f);
    case NowStrip::Ratio:
        return sizeRatio(f);
    case NowStrip::Macs:
        return macs(f);
    case NowStrip::Memory:
        return memory(f);
    case NowStrip::Latency:
        return latency(f, isBaseline);
    case NowStrip::ColumnCount:
        break;
    }
    return {};
}

QString textOf(const FigureLabel *label)
{
    return label->note().isEmpty() ? label->text()
                                   : QStringLiteral("%1 %2").arg(label->text(), label->note());
}

} // namespace

NowStrip::NowStrip(QWidget *parent)
    : QWidget(parent), m_currentTitle(makeTitle(tr("NOW"), this)), m_noteIcon(new QLabel(this)),
      m_note(new QLabel(this))
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(12, 6, 12, 6);
    grid->setHorizontalSpacing(columnGap);
    grid->setVerticalSpacing(0);

    QLabel *baselineTitle = makeMuted(tr("baseline"), this);
    baselineTitle->setFont(scaledFont(titleScale));

    grid->addWidget(baselineTitle, 1, 0);
    grid->addWidget(m_currentTitle, 2, 0);
    for (int i = 0; i < ColumnCount; ++i) {
        const ColumnText text = columnText(Column(i));
        QLabel *title = makeMuted(text.title, this);
        title->setFont(scaledFont(titleScale));
        title->setAlignment(Qt::AlignRight | Qt::AlignBottom);
        m_titles[size_t(i)] = title;
        title->setToolTip(text.meaning);
        m_baselineRow[size_t(i)] = new FigureLabel(text.widest, text.widestNote, this);
        m_currentRow[size_t(i)] = new FigureLabel(text.widest, text.widestNote, this);
        m_baselineRow[size_t(i)]->setAccessibleName(tr("Baseline: %1").arg(text.title));
        m_currentRow[size_t(i)]->setAccessibleName(tr("Now: %1").arg(text.title));
        grid->addWidget(title, 0, i + 1);
        grid->addWidget(m_baselineRow[size_t(i)], 1, i + 1);
        grid->addWidget(m_currentRow[size_t(i)], 2, i + 1);
    }
    m_note->setWordWrap(true);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_note->setFont(scaledFont(titleScale));
    auto *note = new QHBoxLayout;
    note->setSpacing(6);
    note->addWidget(m_noteIcon);
    note->addWidget(m_note, 1);
    grid->addLayout(note, 0, ColumnCount + 1, 3, 1);
    grid->setColumnStretch(ColumnCount + 1, 1);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Figures of the baseline and of the current recipe"));
    fitFigures();
    setBaseline({});
    setCurrent({});
}

void NowStrip::setBaseline(const Figures &figures)
{
    m_baseline = figures;
    reserveCounts();
    showFigures(m_baselineRow, baselineBeside(m_current), true);
    showNote();
}

void NowStrip::setCurrent(const Figures &figures)
{
    m_current = figures;
    reserveCounts();
    showFigures(m_currentRow, figures, false);
    showFigures(m_baselineRow, baselineBeside(figures), true);
    showNote();
}

NowStrip::Figures NowStrip::baselineBeside(const Figures &current) const
{
    Figures figures = m_baseline;
    // The ratio holds for two latencies measured in turns, so they are the ones to show together.
    if (figures.latency && current.latency && current.baselineLatency)
        figures.latency = current.baselineLatency;
    if (current.baselineMemory)
        figures.memory = current.baselineMemory;
    return figures;
}

void NowStrip::reserveCounts()
{
    // Room for the largest count there will be, so that nothing moves while it grows.
    const qint64 total = std::max({m_current.samplesTotal, m_baseline.samplesTotal, qint64(100)});
    const QString widest = samplesText(total, total);
    if (widest == m_widestCount)
        return;
    m_widestCount = widest;
    for (const Row *row : {&m_baselineRow, &m_currentRow})
        (*row)[Difference]->setWidestNote(widest);
    fitFigures();
}

void NowStrip::showFigures(const Row &row, const Figures &figures, bool isBaseline)
{
    const bool stale = figures.state == Figures::Outdated || figures.state == Figures::Failed;
    for (int i = 0; i < ColumnCount; ++i) {
        const Column column = Column(i);
        const Shown shown = shownFigure(column, figures, isBaseline);
        FigureLabel *label = row[size_t(i)];
        const bool missing = shown.text == unavailable();
        label->setFigure(shown.text, shown.note);
        // Size and MACs are computed at once with the recipe; only what is measured can be behind it.
        const bool measured = column != Size && column != Ratio && column != Macs;
        const bool guessed = shown.ink == FigureLabel::Ink::Guess;
        const bool muted = isBaseline || missing || (stale && measured && !guessed);
        label->setInk(muted ? FigureLabel::Ink::Muted : shown.ink);
        QStringList lines{columnText(column).meaning};
        if (!shown.toolTip.isEmpty())
            lines << shown.toolTip;
        if (missing && !figures.note.isEmpty())
            lines << figures.note;
        if (stale && measured && !guessed && figures.state == Figures::Outdated)
            lines << tr("The recipe has changed since this was measured.");
        label->setToolTip(lines.join(QLatin1Char('\n')));
    }
}

void NowStrip::showNote()
{
    const Figures &speaking = m_current.note.isEmpty() ? m_baseline : m_current;
    const bool failed = speaking.state == Figures::Failed;
    m_note->setText(speaking.note);
    m_note->setForegroundRole(failed ? QPalette::WindowText : QPalette::PlaceholderText);
    m_noteIcon->setVisible(failed);
    if (failed) {
        const int size = fontMetrics().height();
        m_noteIcon->setPixmap(icon(QStringLiteral("warning")).pixmap(size, size));
    }
}

QString NowStrip::currentText(Column column) const
{
    return textOf(m_currentRow[size_t(column)]);
}

QString NowStrip::baselineText(Column column) const
{
    return textOf(m_baselineRow[size_t(column)]);
}

int NowStrip::widthAt(double scale) const
{
    int width = m_currentTitle->sizeHint().width() * 2 + 24;
    for (const FigureLabel *label : m_currentRow)
        width += columnGap + label->widthAt(scale, scale);
    return width;
}

void NowStrip::fitFigures()
{
    const int noteRoom = fontMetrics().averageCharWidth() * 16;
    const auto fits = std::find_if(scales.begin(), scales.end(),
                                   [&](double scale) { return widthAt(scale) + noteRoom <= width(); });
    const double scale = fits == scales.end() ? scales.back() : *fits;
    for (size_t i = 0; i < ColumnCount; ++i) {
        m_currentRow[i]->setScale(scale, scale);
        m_baselineRow[i]->setScale(1.0, scale);
        m_titles[i]->setContentsMargins(0, 0, m_currentRow[i]->noteColumn(),
                                        0); // the title stands over the figure
    }
}

QSize NowStrip::minimumSizeHint() const
{
    return {widthAt(scales.back()), QWidget::minimumSizeHint().height()};
}

void NowStrip::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitFigures();
}

} // namespace lathe::ui
