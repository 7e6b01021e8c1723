#include "ui/graph/constanttable.h"

#include "ui/base/format.h"
#include "ui/graph/graphscene.h"
#include "ui/widgets/panelparts.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLocale>

#include <cmath>

namespace lathe::ui {
namespace {

constexpr int64_t longestRow = 64;
constexpr int shortRow = 8;

/// "2, 0, 1": where a row begins, without its last place.
QString placeText(const Shape &shape, int64_t row)
{
    QStringList places;
    for (size_t d = shape.size() - 1; d-- > 0;) {
        places.prepend(QString::number(row % std::max<int64_t>(shape[d], 1)));
        row /= std::max<int64_t>(shape[d], 1);
    }
    return places.isEmpty() ? QStringLiteral("0") : places.join(QStringLiteral(", "));
}

} // namespace

QString constantText(double value)
{
    return std::isfinite(value) && std::abs(value) < 1e15 && value == std::floor(value)
               ? QString::number(value, 'f', 0)
               : QString::number(value, 'g', 7);
}

QString summaryText(const ConstantValues &v)
{
    const QString type = QString::fromStdString(elementTypeName(v.type));
    QStringList parts{v.shape.empty() ? type : type + QLatin1Char(' ') + dimensions(v.shape),
                      ConstantTable::tr("%1 values").arg(QLocale().toString(qlonglong(v.count)))};
    if (v.count > v.nonFinite)
        parts << ConstantTable::tr("smallest %1").arg(constantText(v.minimum))
              << ConstantTable::tr("largest %1").arg(constantText(v.maximum))
              << ConstantTable::tr("mean %1").arg(QString::number(v.mean, 'g', 4))
              << ConstantTable::tr("deviation %1").arg(QString::number(v.deviation, 'g', 4));
    if (v.count > 0)
        parts << ConstantTable::tr("zeros %1").arg(percent(double(v.zeros) / double(v.count)));
    parts << (v.manyDistinct ? ConstantTable::tr("more than %1 different")
                             : ConstantTable::tr("%1 different"))
                 .arg(QLocale().toString(qlonglong(v.distinct)));
    if (v.nonFinite > 0)
        parts << ConstantTable::tr("%1 NaN or infinite").arg(QLocale().toString(qlonglong(v.nonFinite)));
    if (static_cast<int64_t>(v.first.size()) < v.count)
        parts << ConstantTable::tr("the first %1 below").arg(QLocale().toString(qlonglong(v.first.size())));
    return parts.join(QStringLiteral(" · "));
}

void ConstantTableModel::setValues(const ConstantValues &values)
{
    beginResetModel();
    m_values = values;
    const int64_t last = values.shape.empty() ? 1 : values.shape.back();
    m_columns = last >= 1 && last <= longestRow ? static_cast<int>(last) : shortRow;
    endResetModel();
}

int ConstantTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : (static_cast<int>(m_values.first.size()) + m_columns - 1) / m_columns;
}

int ConstantTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() || m_values.first.empty() ? 0 : m_columns;
}

QVariant ConstantTableModel::data(const QModelIndex &index, int role) const
{
    const auto at = static_cast<size_t>(index.row()) * static_cast<size_t>(m_columns) +
                    static_cast<size_t>(index.column());
    if (at >= m_values.first.size())
        return {};
    if (role == Qt::DisplayRole)
        return constantText(m_values.first[at]);
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant ConstantTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole)
        return {};
    if (orientation == Qt::Horizontal)
        return QString::number(section);
    const bool whole = !m_values.shape.empty() && m_values.shape.back() == m_columns;
    return whole ? placeText(m_values.shape, section) : QString::number(qint64(section) * m_columns);
}

ConstantTable::ConstantTable(QWidget *parent) : QTableView(parent), m_model(new ConstantTableModel(this))
{
    setModel(m_model);
    setAccessibleName(tr("Values of the constant"));
    setToolTip(tr("%1 copies the selected values")
                   .arg(QKeySequence(QKeySequence::Copy).toString(QKeySequence::NativeText)));
    setTabKeyNavigation(false);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    auto *copy = new QAction(tr("Copy"), this);
    connect(copy, &QAction::triggered, this, &ConstantTable::copySelection);
    addAction(copy);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    horizontalHeader()->setDefaultSectionSize(
        fontMetrics().horizontalAdvance(QStringLiteral("-0.1234567e-10")));
}

void ConstantTable::setValues(const ConstantValues &values)
{
    m_model->setValues(values);
    scrollToTop();
}

void ConstantTable::copySelection() const
{
    QModelIndexList cells = selectionModel()->selectedIndexes();
    if (cells.isEmpty())
        for (int row = 0; row < m_model->rowCount(); ++row)
            for (int column = 0; column < m_model->columnCount(); ++column)
                cells << m_model->index(row, column);
    std::sort(cells.begin(), cells.end());
    QString text;
    for (int i = 0; i < cells.size(); ++i) {
        if (i > 0)
            text += cells[i].row() == cells[i - 1].row() ? QLatin1Char('\t') : QLatin1Char('\n');
        text += cells[i].data().toString();
    }
    QGuiApplication::clipboard()->setText(text);
}

void ConstantTable::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        copySelection();
    else
        QTableView::keyPressEvent(event);
}

} // namespace lathe::ui
