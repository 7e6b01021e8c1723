#include "ui/recipe/rulesmodel.h"

#include "core/recipe/keys.h"
#include "ui/base/settingstext.h"
#include "ui/style/theme.h"

#include <utility>

namespace lathe::ui {

RulesModel::RulesModel(std::vector<Rule> rules, std::vector<std::string> layerNames, QObject *parent)
    : QAbstractTableModel(parent), m_rules(std::move(rules)), m_names(std::move(layerNames)),
      m_counts(m_rules.size())
{
}

QVector<int> RulesModel::matches(int row) const
{
    QVector<int> layers;
    const std::string &pattern = m_rules.at(static_cast<size_t>(row)).pattern;
    for (size_t i = 0; i < m_names.size(); ++i)
        if (globMatches(pattern, m_names[i]))
            layers << static_cast<int>(i);
    return layers;
}

int RulesModel::matchCount(int row) const
{
    std::optional<int> &count = m_counts.at(static_cast<size_t>(row));
    if (!count)
        count = static_cast<int>(matches(row).size());
    return *count;
}

QVector<int> RulesModel::setRule(int row, const Rule &rule)
{
    m_rules.at(static_cast<size_t>(row)) = rule;
    const QVector<int> layers = matches(row);
    m_counts.at(static_cast<size_t>(row)) = static_cast<int>(layers.size());
    emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
    return layers;
}

void RulesModel::insert(int row, const Rule &rule)
{
    beginInsertRows({}, row, row);
    m_rules.insert(m_rules.begin() + row, rule);
    m_counts.insert(m_counts.begin() + row, static_cast<int>(matches(row).size()));
    endInsertRows();
}

void RulesModel::remove(int row)
{
    beginRemoveRows({}, row, row);
    m_rules.erase(m_rules.begin() + row);
    m_counts.erase(m_counts.begin() + row);
    endRemoveRows();
}

void RulesModel::move(int row, int direction)
{
    const int to = row + direction;
    if (to < 0 || to >= rowCount())
        return;
    beginMoveRows({}, row, row, {}, direction > 0 ? to + 1 : to);
    std::swap(m_rules[static_cast<size_t>(row)], m_rules[static_cast<size_t>(to)]);
    std::swap(m_counts[static_cast<size_t>(row)], m_counts[static_cast<size_t>(to)]);
    endMoveRows();
}

int RulesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rules.size());
}

int RulesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RulesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return text(index);
    case Qt::ToolTipRole:
        return index.column() == Settings ? changesText(m_rules[static_cast<size_t>(index.row())])
                                          : text(index);
    case Qt::TextAlignmentRole:
        return int((index.column() == Layers ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ForegroundRole:
        return index.column() == Layers && matchCount(index.row()) == 0 ? QVariant(colors().loss)
                                                                        : QVariant();
    default:
        return {};
    }
}

QString RulesModel::text(const QModelIndex &index) const
{
    const Rule &rule = m_rules[static_cast<size_t>(index.row())];
    switch (Column(index.column())) {
    case Pattern:
        return QString::fromStdString(rule.pattern);
    case Settings:
        return ruleText(rule);
    case Layers:
        return matchCount(index.row()) > 0 ? tr("%1 of %2").arg(matchCount(index.row())).arg(m_names.size())
                                           : tr("none");
    case ColumnCount:
        break;
    }
    return {};
}

QVariant RulesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return int((section == Layers ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (Column(section)) {
    case Pattern:
        return tr("Layers called");
    case Settings:
        return tr("What is done");
    case Layers:
        return tr("Matches");
    case ColumnCount:
        break;
    }
    return {};
}

QString changesText(const Rule &rule)
{
    QStringList changes;
    for (const Change &change : rule.changes)
        changes << QString::fromStdString(change.key + '=' + change.value);
    return changes.join(QStringLiteral(", "));
}

QString ruleText(const Rule &rule)
{
    const LayerSettings settings = Recipe{{}, {{"*", rule.changes}}}.resolve({"layer"}).front();
    QStringList parts;
    if (!settings.empty())
        parts << settingsText(settings);
    // What settings do not show: methods that are switched off, and keys of methods that other rules switch
    // on.
    const recipe::Draft draft(settings);
    for (const Change &change : rule.changes) {
        if (recipe::switchesOff(recipe::infoOf(change.key), change.value))
            parts << RulesModel::tr("%1 off").arg(QString::fromStdString(change.key));
        else if (!draft.has(recipe::infoOf(change.key).method))
            parts << QString::fromStdString(change.key + '=' + change.value);
    }
    return parts.isEmpty() ? RulesModel::tr("nothing") : parts.join(QStringLiteral(", "));
}

} // namespace lathe::ui
