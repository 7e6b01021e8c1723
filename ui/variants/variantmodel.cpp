#include "ui/variants/variantmodel.h"

#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/base/tabletext.h"
#include "ui/style/theme.h"
#include "ui/variants/recipesummary.h"

#include <QDir>
#include <QLocale>

#include <algorithm>

namespace lathe::ui {
namespace {

int alignmentOf(int column)
{
    using M = VariantModel;
    const bool isText =
        column == M::Name || column == M::When || column == M::RecipeSummary || column == M::From;
    return int((isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
}

std::optional<Figure> figureAt(int column)
{
    switch (VariantModel::Column(column)) {
    case VariantModel::Top1:
        return Figure::Accuracy;
    case VariantModel::Difference:
        return Figure::Difference;
    case VariantModel::Agreement:
        return Figure::Agreement;
    case VariantModel::Size:
        return Figure::Size;
    case VariantModel::Ratio:
        return Figure::Ratio;
    case VariantModel::Macs:
        return Figure::Macs;
    case VariantModel::Latency:
        return Figure::Latency;
    case VariantModel::Name:
    case VariantModel::When:
    case VariantModel::RecipeSummary:
    case VariantModel::From:
    case VariantModel::ColumnCount:
        break;
    }
    return {};
}

/// Today's by the hour, older ones by the day.
QString whenText(const QDateTime &when)
{
    const QLocale locale;
    if (when.date() == QDate::currentDate())
        return locale.toString(when.time(), QStringLiteral("HH:mm"));
    return locale.toString(when.date(), QLocale::ShortFormat);
}

} // namespace

VariantModel::VariantModel(QObject *parent) : QAbstractTableModel(parent) {}

void VariantModel::setVariants(const QVector<Variant> &variants)
{
    beginResetModel();
    m_variants = variants;
    m_glances.clear();
    endResetModel();
}

void VariantModel::setBaseline(const Variant &baseline)
{
    if (m_variants.isEmpty())
        append(baseline);
    else
        update(0, baseline);
}

int VariantModel::append(const Variant &variant)
{
    const int row = int(m_variants.size());
    beginInsertRows({}, row, row);
    m_variants.append(variant);
    m_glances.clear();
    endInsertRows();
    return row;
}

void VariantModel::update(int row, const Variant &variant)
{
    m_variants[row] = variant;
    m_glances.clear();
    emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void VariantModel::setWork(int row, const std::optional<VariantWork> &work)
{
    m_variants[row].work = work;
    emit workChanged(row);
}

void VariantModel::remove(QVector<int> rows)
{
    std::sort(rows.begin(), rows.end(), std::greater<>());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    for (const int row : rows) {
        if (row < 1 || row >= m_variants.size())
            continue;
        const Variant gone = m_variants[row];
        for (int child = 1; child < m_variants.size(); ++child) {
            if (m_variants[child].parent != gone.id || gone.id.isEmpty())
                continue;
            m_variants[child].parent = gone.parent;
            emit dataChanged(index(child, 0), index(child, ColumnCount - 1));
        }
        beginRemoveRows({}, row, row);
        m_variants.removeAt(row);
        m_glances.clear();
        endRemoveRows();
    }
}

void VariantModel::clear()
{
    setVariants({});
}

QString VariantModel::freeName(const QString &wanted) const
{
    const auto taken = [this](const QString &name) {
        return std::any_of(m_variants.begin(), m_variants.end(),
                           [&](const Variant &v) { return v.name == name; });
    };
    QString name = wanted;
    for (int i = 2; taken(name); ++i)
        name = QStringLiteral("%1 %2").arg(wanted, QString::number(i));
    return name;
}

int VariantModel::rowOf(const QString &id) const
{
    for (int row = 0; row < m_variants.size(); ++row)
        if (m_variants[row].id == id)
            return row;
    return -1;
}

int VariantModel::parentOf(int row) const
{
    const Variant &v = m_variants[row];
    if (v.isBaseline() || v.file)
        return -1;
    const int parent = rowOf(v.parent);
    return parent >= 0 && parent != row ? parent : 0;
}

int VariantModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_variants.size());
}

int VariantModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

Qt::ItemFlags VariantModel::flags(const QModelIndex &index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.isValid() && index.column() == Name && index.row() > 0)
        flags |= Qt::ItemIsEditable;
    return flags;
}

QVariant VariantModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return text(index);
    case Qt::EditRole:
        return index.column() == Name ? text(index) : QVariant();
    case Qt::ToolTipRole:
        return toolTip(index);
    case Qt::TextAlignmentRole:
        return alignmentOf(index.column());
    case Qt::DecorationRole:
        return decoration(index);
    case Qt::ForegroundRole: {
        const auto figure = figureAt(index.column());
        const bool muted = figure && shown(*figure, index.row()).ink == FigureInk::Muted;
        return muted ? QVariant(colors().muted) : QVariant();
    }
    case FullTextRole:
        return fullText(index);
    case SortRole:
        return sortValue(index);
    case NoteRole:
        return m_variants[index.row()].note;
    case GlanceRole:
        return QVariant::fromValue(glance(index.row()));
    default:
        return {};
    }
}

bool VariantModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role == NoteRole && index.isValid() && index.row() > 0) {
        m_variants[index.row()].note = value.toString();
        emit dataChanged(index.siblingAtColumn(Name), index.siblingAtColumn(Name));
        return true;
    }
    const QString name = value.toString().trimmed();
    if (role != Qt::EditRole || !flags(index).testFlag(Qt::ItemIsEditable) || name.isEmpty())
        return false;
    if (m_variants[index.row()].name == name)
        return true;
    m_variants[index.row()].name = name;
    emit dataChanged(index, index);
    emit dataChanged(this->index(0, From), this->index(rowCount() - 1, From));
    emit renamed(index.row(), name);
    return true;
}

QString VariantModel::text(const QModelIndex &index) const
{
    const Variant &v = m_variants[index.row()];
    if (const auto figure = figureAt(index.column()))
        return shown(*figure, index.row()).whole();
    switch (index.column()) {
    case Name:
        return v.name;
    case When:
        return v.when.isValid() ? whenText(v.when) : unavailable();
    case RecipeSummary:
        return !v.file                         ? recipeSummary(v.recipe)
               : v.file->stateText().isEmpty() ? v.file->name()
                                               : tr("%1: %2").arg(v.file->name(), v.file->stateText());
    case From: {
        const int parent = parentOf(index.row());
        return parent < 0 ? QString() : m_variants[parent].name;
    }
    default:
        break;
    }
    return {};
}

QString VariantModel::fullText(const QModelIndex &index) const
{
    const Variant &v = m_variants[index.row()];
    return index.column() == RecipeSummary && !v.file && !v.recipe.rules.empty()
               ? rulesText(v.recipe).join(QStringLiteral("; "))
               : text(index);
}

/// One line; empty for what was made from nothing here.
QString VariantModel::originText(int row) const
{
    const int parent = parentOf(row);
    return parent < 0 ? QString() : tr("Made from %1.").arg(m_variants[parent].name);
}

QString VariantModel::nameTip(int row) const
{
    const Variant &v = m_variants[row];
    QString tip = v.name;
    if (const QString origin = originText(row); !origin.isEmpty())
        tip += QLatin1Char('\n') + origin;
    return v.note.isEmpty() ? tip : tip + QStringLiteral("\n\n") + v.note;
}

QVariant VariantModel::decoration(const QModelIndex &index) const
{
    const std::optional<VariantFile> &file = m_variants[index.row()].file;
    if (index.column() != Name || !file)
        return {};
    return icon(file->stateText().isEmpty() ? QStringLiteral("model") : QStringLiteral("warning"));
}

FigureText VariantModel::shown(Figure figure, int row) const
{
    return figureText(figure, m_variants[row].figures, row == 0);
}

QString VariantModel::figureTip(Figure figure, int row) const
{
    const Variant &v = m_variants[row];
    const FigureText text = shown(figure, row);
    QStringList lines;
    if (figure == Figure::Ratio)
        lines << tr("Original size over this size");
    if (!text.toolTip.isEmpty())
        lines << text.toolTip;
    if (text.text == unavailable() && row > 0 && !v.file && standingOf(figure, v.figures) == Figures::Unknown)
        lines << tr("Not measured yet. Apply the variant to measure it.");
    return lines.join(QLatin1Char('\n'));
}

QString VariantModel::toolTip(const QModelIndex &index) const
{
    const Variant &v = m_variants[index.row()];
    if (const auto figure = figureAt(index.column()))
        return figureTip(*figure, index.row());
    switch (index.column()) {
    case Name:
        return nameTip(index.row());
    case From:
        return originText(index.row());
    case When: {
        const QString when = v.when.isValid() ? QLocale().toString(v.when, QLocale::LongFormat) : QString();
        return v.data.empty() ? when : QStringLiteral("%1\n%2").arg(when, messageText(v.data));
    }
    case RecipeSummary:
        if (v.file)
            return QStringLiteral("%1\n%2").arg(QDir::toNativeSeparators(v.file->path),
                                                v.file->stateText().isEmpty() ? v.file->matchingText()
                                                                              : v.file->stateText());
        return rulesText(v.recipe).join(QLatin1Char('\n'));
    default:
        break;
    }
    return {};
}

QVariant VariantModel::sortValue(const QModelIndex &index) const
{
    const Variant &v = m_variants[index.row()];
    const Figures &f = v.figures;
    switch (Column(index.column())) {
    case Name:
        return v.name;
    case Top1:
        return f.top1 ? f.top1->value : -1.0;
    case Difference:
        return f.top1Difference ? f.top1Difference->value : -2.0;
    case Agreement:
        return f.agreement ? f.agreement->value : -1.0;
    case Size:
        return qint64(f.bytes);
    case Ratio:
        return f.ratio().value_or(0.0);
    case Macs:
        return qint64(f.macs.value_or(-1));
    case When:
        return v.when;
    case Latency:
        return f.latency.value_or(-1.0);
    case RecipeSummary:
    case From:
        return text(index);
    case ColumnCount:
        break;
    }
    return {};
}

const VariantGlance &VariantModel::glance(int row) const
{
    if (m_glances.isEmpty())
        m_glances = glancesOf(m_variants);
    return m_glances[row];
}

QVariant VariantModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return alignmentOf(section);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (Column(section)) {
    case Name:
        return tr("Variant");
    case Top1:
        return tr("Top-1");
    case Difference:
        return tr("Difference");
    case Agreement:
        return tr("Agreement");
    case Size:
        return tr("Size");
    case Ratio:
        return tr("Ratio");
    case Macs:
        return tr("MACs");
    case When:
        return tr("When");
    case RecipeSummary:
        return tr("Recipe");
    case Latency:
        return tr("Latency");
    case From:
        return tr("From");
    case ColumnCount:
        break;
    }
    return {};
}

} // namespace lathe::ui
