#include "ui/variants/variantmodel.h"

#include "ui/base/tabletext.h"
#include "ui/style/theme.h"
#include "ui/variants/variantcells.h"

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
        return cellText(*this, index.row(), index.column());
    case Qt::EditRole:
        return index.column() == Name ? QVariant(m_variants[index.row()].name) : QVariant();
    case Qt::ToolTipRole:
        return cellToolTip(*this, index.row(), index.column());
    case Qt::TextAlignmentRole:
        return alignmentOf(index.column());
    case Qt::DecorationRole:
        return decoration(index);
    case Qt::ForegroundRole:
        return isCellMuted(*this, index.row(), index.column()) ? QVariant(colors().muted) : QVariant();
    case FullTextRole:
        return cellFullText(*this, index.row(), index.column());
    case SortRole:
        return cellSortValue(*this, index.row(), index.column());
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

QVariant VariantModel::decoration(const QModelIndex &index) const
{
    const std::optional<VariantFile> &file = m_variants[index.row()].file;
    if (index.column() != Name || !file)
        return {};
    return icon(file->stateText().isEmpty() ? QStringLiteral("model") : QStringLiteral("warning"));
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
