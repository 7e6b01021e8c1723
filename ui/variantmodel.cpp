#include "ui/variantmodel.h"

#include "ui/format.h"

#include <QLocale>

#include <algorithm>

namespace lathe::ui {

VariantModel::VariantModel(QObject *parent) : QAbstractTableModel(parent) {}

void VariantModel::setVariants(const QVector<Variant> &variants)
{
    beginResetModel();
    m_variants = variants;
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
    endInsertRows();
    return row;
}

void VariantModel::update(int row, const Variant &variant)
{
    m_variants[row] = variant;
    emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void VariantModel::remove(QVector<int> rows)
{
    std::sort(rows.begin(), rows.end(), std::greater<>());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    for (const int row : rows) {
        if (row < 1 || row >= m_variants.size())
            continue;
        beginRemoveRows({}, row, row);
        m_variants.removeAt(row);
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
        name = QStringLiteral("%1 %2").arg(wanted).arg(i);
    return name;
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
    const bool isText = index.column() == Name || index.column() == When || index.column() == RecipeSummary;
    switch (role) {
    case Qt::DisplayRole:
        return text(index);
    case Qt::EditRole:
        return index.column() == Name ? text(index) : QVariant();
    case Qt::ToolTipRole:
        return toolTip(index);
    case Qt::TextAlignmentRole:
        return int((isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case SortRole:
        return sortValue(index);
    default:
        return {};
    }
}

bool VariantModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    const QString name = value.toString().trimmed();
    if (role != Qt::EditRole || !flags(index).testFlag(Qt::ItemIsEditable) || name.isEmpty())
        return false;
    if (m_variants[index.row()].name == name)
        return true;
    m_variants[index.row()].name = name;
    emit dataChanged(index, index);
    emit renamed(index.row(), name);
    return true;
}

QString VariantModel::text(const QModelIndex &index) const
{
    const Variant &v = m_variants[index.row()];
    const NowStrip::Figures &f = v.figures;
    switch (Column(index.column())) {
    case Name:
        return v.name;
    case Top1:
        return f.top1 ? percent(f.top1->value) : unavailable();
    case Difference:
        return f.top1Difference ? points(*f.top1Difference) : unavailable();
    case Agreement:
        return f.agreement ? percent(*f.agreement) : unavailable();
    case Size:
        return f.bytes > 0 ? bytes(f.bytes) : unavailable();
    case Ratio:
        return f.bytes > 0 && f.originalBytes > 0 ? ratio(double(f.originalBytes) / double(f.bytes))
                                                  : unavailable();
    case Macs:
        return f.macs ? count(*f.macs) : unavailable();
    case When:
        return v.when.isValid() ? QLocale().toString(v.when, QLocale::ShortFormat) : unavailable();
    case RecipeSummary:
        return recipeSummary(v.recipe);
    case ColumnCount:
        break;
    }
    return {};
}

QString VariantModel::toolTip(const QModelIndex &index) const
{
    return text(index);
}

QVariant VariantModel::sortValue(const QModelIndex &index) const
{
    const Variant &v = m_variants[index.row()];
    const NowStrip::Figures &f = v.figures;
    switch (Column(index.column())) {
    case Name:
        return v.name;
    case Top1:
        return f.top1 ? f.top1->value : -1.0;
    case Difference:
        return f.top1Difference ? f.top1Difference->value : -2.0;
    case Agreement:
        return f.agreement.value_or(-1.0);
    case Size:
        return f.bytes;
    case Ratio:
        return f.bytes > 0 ? double(f.originalBytes) / double(f.bytes) : 0.0;
    case Macs:
        return f.macs.value_or(-1);
    case When:
        return v.when;
    case RecipeSummary:
        return recipeSummary(v.recipe);
    case ColumnCount:
        break;
    }
    return {};
}

QVariant VariantModel::headerData(int section, Qt::Orientation orientation, int role) const
{
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
    case ColumnCount:
        break;
    }
    return {};
}

QString recipeSummary(const Recipe &recipe)
{
    if (recipe.rules.empty())
        return VariantModel::tr("as it is");
    constexpr int shown = 2;
    QStringList parts;
    for (const Rule &rule : recipe.rules) {
        QStringList changes;
        for (const Change &c : rule.changes)
            changes << QStringLiteral("%1 %2").arg(QString::fromStdString(c.key),
                                                   QString::fromStdString(c.value));
        parts << QStringLiteral("%1: %2").arg(QString::fromStdString(rule.pattern),
                                              changes.join(QStringLiteral(", ")));
    }
    const int rest = int(parts.size()) - shown;
    if (rest <= 0)
        return parts.join(QStringLiteral("; "));
    return VariantModel::tr("%1 and %n more", nullptr, rest)
        .arg(parts.mid(0, shown).join(QStringLiteral("; ")));
}

} // namespace lathe::ui
