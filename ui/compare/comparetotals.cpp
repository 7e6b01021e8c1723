#include "ui/compare/comparetotals.h"

#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/compare/variantcomparison.h"
#include "ui/style/theme.h"
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

QVector<std::pair<Figure, QString>> figureRows()
{
    return {{Figure::Accuracy, CompareTotals::tr("Top-1")},
            {Figure::Difference, CompareTotals::tr("Difference, points")},
            {Figure::Agreement, CompareTotals::tr("Agreement")},
            {Figure::Size, CompareTotals::tr("File size")},
            {Figure::Ratio, CompareTotals::tr("Ratio")},
            {Figure::Macs, CompareTotals::tr("MACs")},
            {Figure::Memory, CompareTotals::tr("Memory")},
            {Figure::Latency, CompareTotals::tr("Latency of one sample")}};
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
        const bool done = known && comparison->isComplete;
        rows << Row{CompareTotals::tr("Signal to noise of the outputs"),
                    plain(done ? CompareTotals::tr("%1 dB").arg(number(comparison->tallies[v].sqnrDecibel, 1))
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

QVector<Row> rowsOf(const Variant &variant, const VariantComparison *comparison, size_t v, bool anyFile)
{
    QVector<Row> rows;
    for (const auto &[figure, title] : figureRows())
        rows << Row{title, figureText(figure, variant.figures, variant.isBaseline())};
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
    const bool anyFile =
        std::ranges::any_of(variants, [](const Variant &variant) { return variant.file.has_value(); });
    for (int v = 0; v < variants.size(); ++v) {
        const QVector<Row> rows = rowsOf(variants[v], comparison, static_cast<size_t>(v), anyFile);
        m_table->setRowCount(std::min(m_table->rowCount(), static_cast<int>(rows.size())));
        while (m_table->rowCount() < rows.size())
            addPlainRow(m_table, QStringList(m_table->columnCount(), QString()));
        for (int row = 0; row < rows.size(); ++row) {
            const FigureText &text = rows[row].text;
            m_table->item(row, 0)->setText(rows[row].title);
            m_table->item(row, 0)->setToolTip(rows[row].title);
            QTableWidgetItem *item = m_table->item(row, v + 1);
            item->setText(row < figureCount ? unbroken(text) : text.whole());
            item->setToolTip(text.toolTip.isEmpty() ? text.whole() : text.toolTip);
            item->setForeground(text.ink == FigureInk::Muted ? QBrush(colors().muted)
                                                             : m_table->palette().text());
        }
    }
}

QSize CompareTotals::sizeHint() const
{
    return {QWidget::sizeHint().width(), m_table->horizontalHeader()->sizeHint().height() +
                                             m_table->verticalHeader()->length() + 2 * m_table->frameWidth() +
                                             2};
}

} // namespace lathe::ui
