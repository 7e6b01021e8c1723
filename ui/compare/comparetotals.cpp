#include "ui/compare/comparetotals.h"

#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/compare/variantcomparison.h"
#include "ui/style/theme.h"
#include "ui/variants/variantsamples.h"
#include "ui/widgets/fittedcolumns.h"
#include "ui/widgets/plaintable.h"

#include <QDir>
#include <QHeaderView>
#include <QVBoxLayout>

namespace lathe::ui {
namespace {

struct Row {
    QString title;
    FigureText text;
    bool isFigure = false;
    QString toolTip = {}; ///< of the title, where that is short
};

/// A figure goes on in another line with its range or its note at most.
QString unbroken(const FigureText &text)
{
    QString whole = text.whole();
    const qsizetype end = text.text.indexOf(QLatin1String(" ("));
    const QString figure = end < 0 ? text.text : text.text.first(end);
    whole.replace(0, figure.size(), keptTogether(figure));
    return whole.replace(QStringLiteral("± "), QStringLiteral("±") + QChar::Nbsp);
}

/// All but the latency, which takes two rows: in one it would be too wide.
QVector<std::pair<Figure, QString>> figureRows()
{
    return {{Figure::Accuracy, CompareTotals::tr("Top-1")},
            {Figure::Difference, CompareTotals::tr("Difference, points")},
            {Figure::Agreement, CompareTotals::tr("Agreement")},
            {Figure::Size, CompareTotals::tr("File size")},
            {Figure::Ratio, CompareTotals::tr("Ratio")},
            {Figure::Macs, CompareTotals::tr("MACs")},
            {Figure::Memory, CompareTotals::tr("Memory")}};
}

FigureText plain(const QString &text, const QString &toolTip = {})
{
    return {text, {}, toolTip};
}

QVector<Row> answerRows(const Variant &variant, const VariantComparison *comparison, size_t v)
{
    const bool known = comparison && v < comparison->tallies.size() && !variant.isBaseline();
    QVector<Row> rows;
    if (comparison && comparison->measured && !comparison->isOfClasses()) {
        const bool done = known && !comparison->whole.empty();
        rows << Row{CompareTotals::tr("Signal to noise of the outputs"),
                    plain(done ? CompareTotals::tr("%1 dB").arg(
                                     number(comparison->whole[v].comparison.sqnrDecibel, 1))
                               : unavailable())};
        return rows;
    }
    const AnswerTally tally = known ? comparison->tallies[v] : AnswerTally();
    rows << Row{CompareTotals::tr("Other answers"),
                plain(known ? CompareTotals::tr("%1 of %2").arg(tally.changed).arg(comparison->samples)
                            : unavailable())};
    const bool labelled = known && comparison->hasLabels;
    rows << Row{
        CompareTotals::tr("Broken / mended"),
        plain(labelled ? keptTogether(QStringLiteral("%1 / %2").arg(tally.broken).arg(tally.mended))
                       : unavailable(),
              CompareTotals::tr("Right in the baseline and wrong here / wrong there and right here"))};
    return rows;
}

/// The variants with what all of them do on the samples that they were compared on, once that is known and
/// the figures they have go by different ones.
QVector<Variant> onSameSamples(QVector<Variant> variants, const VariantComparison *comparison)
{
    const bool known = comparison && comparison->whole.size() == static_cast<size_t>(variants.size());
    const bool alike =
        !areOnDifferentSamples(variants) &&
        std::ranges::all_of(variants, [](const Variant &v) { return Figures::isCurrent(v.figures.quality); });
    if (!known || alike)
        return variants;
    for (qsizetype v = 0; v < variants.size(); ++v) {
        const MeasuredAnswers &whole = comparison->whole[static_cast<size_t>(v)];
        setQuality(variants[v].figures, whole.metrics, whole.comparison, v == 0);
        variants[v].data = comparison->data;
    }
    return variants;
}

FigureText figureIn(const QVector<Variant> &variants, int column, Figure figure, bool saySamples)
{
    const Figures &figures = variants[column].figures;
    FigureText text = figureAmong(variants, column, figure);
    if (saySamples && figure == Figure::Accuracy && figures.top1)
        return withSamples(text, figures);
    // On how many is said once, of all figures together.
    if (figure == Figure::Difference && figures.samplesDone == figures.samplesTotal &&
        text.note == samplesNote(figures.samplesDone, figures.samplesTotal))
        text.note.clear();
    return text;
}

QVector<Row> latencyRows(const Variant &variant)
{
    const Figures &figures = variant.figures;
    FigureText latency = figureText(Figure::Latency, figures, true), ratio;
    const QString what = CompareTotals::tr("Latency of one sample");
    if (!variant.isBaseline())
        ratio = latencyRatio(figures);
    if (ratio.text == notDistinguishable())
        ratio.text = CompareTotals::tr("alike");
    else if (ratio.text.isEmpty())
        ratio.text = unavailable();
    return {Row{CompareTotals::tr("Latency"), latency, true, what},
            Row{CompareTotals::tr("Latency, ratio"), ratio, true,
                CompareTotals::tr("Latency over the baseline's, timed in turns")}};
}

bool areOfOneKind(const QVector<Variant> &variants)
{
    return std::ranges::all_of(variants, [&](const Variant &v) { return v.data == variants.front().data; });
}

QVector<Row> rowsOf(const QVector<Variant> &variants, int column, const VariantComparison *comparison,
                    bool saySamples)
{
    const Variant &variant = variants[column];
    const auto v = static_cast<size_t>(column);
    const bool anyFile =
        std::ranges::any_of(variants, [](const Variant &each) { return each.file.has_value(); });
    QVector<Row> rows;
    for (const auto &[figure, title] : figureRows())
        rows << Row{title, figureIn(variants, column, figure, saySamples), true};
    rows << latencyRows(variant);
    if (!areOfOneKind(variants))
        rows << Row{CompareTotals::tr("Measured on"), plain(messageText(variant.data))};
    rows << answerRows(variant, comparison, v);
    if (anyFile)
        rows << Row{CompareTotals::tr("File from elsewhere"),
                    variant.file ? plain(QStringLiteral("%1: %2").arg(variant.file->name(),
                                                                      variant.file->stateText().isEmpty()
                                                                          ? variant.file->matchingText()
                                                                          : variant.file->stateText()),
                                         QDir::toNativeSeparators(variant.file->path))
                                 : plain(unavailable())};
    return rows;
}

} // namespace

CompareTotals::CompareTotals(QWidget *parent)
    : QWidget(parent), m_table(makePlainTable({QString()}, {}, this))
{
    m_table->setObjectName(QStringLiteral("compareTotals"));
    m_table->setAccessibleName(tr("Figures of the compared variants"));
    m_columns = new FittedColumns(m_table);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_table);
}

void CompareTotals::setComparison(const QVector<Variant> &variants, const VariantComparison *comparison)
{
    const auto columns = static_cast<int>(variants.size()) + 1;
    if (m_table->columnCount() != columns) {
        m_table->setRowCount(0);
        m_table->setColumnCount(columns);
        for (int column = 0; column < columns; ++column) {
            auto *header = new QTableWidgetItem;
            header->setTextAlignment((column ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
            m_table->setHorizontalHeaderItem(column, header);
        }
    }
    setVariantTitles(m_table, 1, variants);
    fill(variants, comparison);
    m_columns->fit();
    updateGeometry();
}

void CompareTotals::fill(const QVector<Variant> &variants, const VariantComparison *comparison)
{
    const QVector<Variant> shown = onSameSamples(variants, comparison);
    m_data = !shown.isEmpty() && areOfOneKind(shown) ? shown.front().data : Message();
    // The list beside it has other figures of them: so many samples these are of.
    const bool saySamples = areOnDifferentSamples(variants) && !areOnDifferentSamples(shown);
    for (int v = 0; v < shown.size(); ++v) {
        const QVector<Row> rows = rowsOf(shown, v, comparison, saySamples);
        m_table->setRowCount(std::min(m_table->rowCount(), static_cast<int>(rows.size())));
        while (m_table->rowCount() < rows.size())
            addPlainRow(m_table, QStringList(m_table->columnCount(), QString()));
        for (int row = 0; row < rows.size(); ++row) {
            const FigureText &text = rows[row].text;
            m_table->item(row, 0)->setText(rows[row].title);
            m_table->item(row, 0)->setToolTip(rows[row].toolTip.isEmpty() ? rows[row].title
                                                                          : rows[row].toolTip);
            QTableWidgetItem *item = m_table->item(row, v + 1);
            item->setText(rows[row].isFigure ? unbroken(text) : text.whole());
            item->setToolTip(text.toolTip.isEmpty() ? text.whole() : text.toolTip);
            item->setForeground(text.ink == FigureInk::Muted ? QBrush(colors().muted)
                                                             : m_table->palette().text());
        }
    }
}

Message CompareTotals::data() const
{
    return m_data;
}

const QHeaderView *CompareTotals::rows() const
{
    return m_table->verticalHeader();
}

QSize CompareTotals::sizeHint() const
{
    return {QWidget::sizeHint().width(), heightUpTo(m_table->rowCount())};
}

int CompareTotals::heightUpTo(int rows) const
{
    int height = m_table->horizontalHeader()->sizeHint().height() + 2 * m_table->frameWidth() + 2;
    for (int row = 0; row < rows; ++row)
        height += m_table->rowHeight(row);
    return height;
}

int CompareTotals::heightWithin(int most) const
{
    int rows = m_table->rowCount();
    while (rows > 1 && heightUpTo(rows) > most)
        --rows;
    return heightUpTo(rows);
}

} // namespace lathe::ui
