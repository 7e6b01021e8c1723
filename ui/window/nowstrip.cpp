#include "ui/window/nowstrip.h"

#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/style/theme.h"
#include "ui/widgets/elidednote.h"
#include "ui/widgets/figurelabel.h"
#include "ui/widgets/panelparts.h"
#include "ui/window/measuringmark.h"

#include <QGridLayout>
#include <QLocale>

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr int columnGap = 20;
constexpr int widestGap = 72; ///< of a window that has room; farther apart they are no row
constexpr std::array scales = {figureScale, 1.38, 1.23, 1.0}; ///< as large as fits

struct ColumnText {
    QString title, meaning, widest, widestNote;
};

ColumnText columnText(NowStrip::Column column)
{
    switch (column) {
    case Figure::Accuracy:
        return {NowStrip::tr("Top-1"),
                NowStrip::tr("Share of samples whose highest score is the right class"),
                QStringLiteral("100.0 %"), QStringLiteral("± 88.8")};
    case Figure::Difference:
        return {
            NowStrip::tr("Difference"),
            NowStrip::tr("Points of top-1 against the baseline on the same samples, with the 95 % interval"),
            QStringLiteral("+88.8 ± 88.8"),
            {}};
    case Figure::Agreement:
        return {NowStrip::tr("Agreement"),
                NowStrip::tr("Share of samples for which baseline and current model say the same class"),
                QStringLiteral("100.0 %"),
                {}};
    case Figure::Size:
        return {NowStrip::tr("File size"),
                NowStrip::tr("Bytes of the file that would be written"),
                QStringLiteral("88.8 MB"),
                {}};
    case Figure::Ratio:
        return {NowStrip::tr("Ratio"),
                NowStrip::tr("Original size over current size"),
                QStringLiteral("88.8×"),
                {}};
    case Figure::Macs:
        return {NowStrip::tr("MACs"),
                NowStrip::tr("Multiply-accumulates for one sample"),
                QStringLiteral("888 M"),
                {}};
    case Figure::Memory:
        return {NowStrip::tr("Memory"),
                NowStrip::tr("Weights, and values between nodes at most, while one sample runs"),
                QStringLiteral("88.8 MB"),
                {}};
    case Figure::Latency:
        return {NowStrip::tr("Latency"),
                NowStrip::tr("Median time of one sample on this machine, and against the baseline"),
                QStringLiteral("88.8 ms"), QStringLiteral("(88.8–88.8) ") + notDistinguishable()};
    }
    return {};
}

QString textOf(const FigureLabel *label)
{
    return FigureText{label->text(), label->note(), {}}.whole();
}

} // namespace

NowStrip::NowStrip(QWidget *parent)
    : QWidget(parent), m_currentTitle(makeTitle(tr("NOW"), this)), m_noteIcon(new QLabel(this)),
      m_note(new ElidedNote(this))
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
    for (const Row *row : {&m_baselineRow, &m_currentRow}) // they share a column
        (*row)[size_t(Figure::Difference)]->setMarkRoom(true);
    m_measuring = new MeasuringMark(m_currentRow[size_t(Figure::Difference)]);
    connect(m_measuring, &QAbstractButton::clicked, this, &NowStrip::measuringToggled);
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
    showFigures(m_baselineRow, figures, true);
    showNote();
}

void NowStrip::setCurrent(const Figures &figures)
{
    m_current = figures;
    reserveCounts();
    showFigures(m_currentRow, figures, false);
    showNote();
}

void NowStrip::setMeasuring(Measuring state)
{
    m_measuring->setState(state);
}

void NowStrip::reserveCounts()
{
    // Room for the largest count there will be, so that nothing moves while it grows.
    const int64_t total = std::max({m_current.samplesTotal, m_baseline.samplesTotal, int64_t(100)});
    const QString widest = samplesNote(total, total);
    if (widest == m_widestCount)
        return;
    m_widestCount = widest;
    for (const Row *row : {&m_baselineRow, &m_currentRow})
        (*row)[size_t(Figure::Difference)]->setWidestNote(widest);
    fitFigures();
}

void NowStrip::showFigures(const Row &row, const Figures &figures, bool isBaseline)
{
    for (int i = 0; i < ColumnCount; ++i) {
        const FigureText shown = figureText(Column(i), figures, isBaseline);
        FigureLabel *label = row[size_t(i)];
        label->setFigure(shown.text, shown.note);
        label->setInk(isBaseline ? FigureInk::Muted : shown.ink);
        QStringList lines{columnText(Column(i)).meaning};
        if (!shown.toolTip.isEmpty())
            lines << shown.toolTip;
        label->setToolTip(lines.join(QLatin1Char('\n')));
    }
}

void NowStrip::showNote()
{
    const Figures &speaking = m_current.note.empty() ? m_baseline : m_current;
    const bool failed = speaking.failed;
    m_note->setFullText(messageText(speaking.note));
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

/// What stands beside the figures is in their tool tips too, but for how far the difference is measured.
void NowStrip::showNotes(Notes which)
{
    for (const Row *row : {&m_baselineRow, &m_currentRow})
        for (int i = 0; i < ColumnCount; ++i)
            (*row)[size_t(i)]->setNoteShown(which == Notes::All || Column(i) == Figure::Difference ||
                                            (which == Notes::Accuracy && Column(i) == Figure::Accuracy));
}

void NowStrip::fitFigures()
{
    const int noteRoom = letterWidth(fontMetrics()) * 16;
    showNotes(Notes::Difference);
    m_leastWidth = widthAt(scales.back());
    for (const Notes which : {Notes::All, Notes::Accuracy, Notes::Difference}) {
        showNotes(which);
        if (widthAt(scales.back()) + noteRoom <= width())
            break;
    }
    const auto fits = std::find_if(scales.begin(), scales.end(),
                                   [&](double scale) { return widthAt(scale) + noteRoom <= width(); });
    const double scale = fits == scales.end() ? scales.back() : *fits;
    // Half of what is left spreads the figures, the other half is the note's. By the width alone: nothing
    // moves while figures do.
    const int spare = std::max(0, width() - widthAt(scale) - noteRoom);
    static_cast<QGridLayout *>(layout())->setHorizontalSpacing(
        std::min(widestGap, columnGap + spare / 2 / int(ColumnCount)));
    for (size_t i = 0; i < ColumnCount; ++i) {
        m_currentRow[i]->setScale(scale, scale);
        m_baselineRow[i]->setScale(1.0, scale);
        m_titles[i]->setContentsMargins(0, 0, m_currentRow[i]->noteColumn(),
                                        0); // the title stands over the figure
    }
}

QSize NowStrip::minimumSizeHint() const
{
    return {m_leastWidth, QWidget::minimumSizeHint().height()};
}

void NowStrip::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitFigures();
}

} // namespace lathe::ui
