#include "ui/recipe/rulesmodel.h"

#include "core/recipe/keys.h"
#include "ui/base/settingstext.h"
#include "ui/style/theme.h"

#include <algorithm>
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

/// Only rules that say it are looked at: there may be ten thousand layers.
const std::vector<bool> &RulesModel::kept() const
{
    if (m_kept)
        return *m_kept;
    m_kept.emplace(m_names.size(), false);
    for (const Rule &rule : m_rules)
        for (const Change &change : rule.changes)
            if (change.key == recipe::infoOf(recipe::Key::Keep).name)
                for (size_t i = 0; i < m_names.size(); ++i)
                    if (globMatches(rule.pattern, m_names[i]))
                        (*m_kept)[i] = change.value == "true";
    return *m_kept;
}

int RulesModel::keptCount(int row) const
{
    if (std::ranges::find(kept(), true) == kept().end())
        return 0;
    const QVector<int> layers = matches(row);
    return static_cast<int>(
        std::ranges::count_if(layers, [this](int layer) { return kept()[static_cast<size_t>(layer)]; }));
}

/// What it says of other rows may have changed.
void RulesModel::forgetKept()
{
    m_kept.reset();
    if (rowCount() > 0)
        emit dataChanged(index(0, Layers), index(rowCount() - 1, Layers));
}

QVector<int> RulesModel::setRule(int row, const Rule &rule)
{
    m_rules.at(static_cast<size_t>(row)) = rule;
    const QVector<int> layers = matches(row);
    m_counts.at(static_cast<size_t>(row)) = static_cast<int>(layers.size());
    emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
    forgetKept();
    return layers;
}

void RulesModel::insert(int row, const Rule &rule)
{
    beginInsertRows({}, row, row);
    m_rules.insert(m_rules.begin() + row, rule);
    m_counts.insert(m_counts.begin() + row, static_cast<int>(matches(row).size()));
    endInsertRows();
    forgetKept();
}

void RulesModel::remove(int row)
{
    beginRemoveRows({}, row, row);
    m_rules.erase(m_rules.begin() + row);
    m_counts.erase(m_counts.begin() + row);
    endRemoveRows();
    forgetKept();
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
    forgetKept();
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
        return matchText(index.row());
    case ColumnCount:
        break;
    }
    return {};
}

/// How many layers it is for, and how many of them are kept so that it does nothing to them.
QString RulesModel::matchText(int row) const
{
    if (matchCount(row) == 0)
        return tr("none");
    const int kept = keptCount(row);
    return kept == 0 ? tr("%1 of %2").arg(matchCount(row)).arg(m_names.size())
                     : tr("%1 of %2, %3 kept").arg(matchCount(row)).arg(m_names.size()).arg(kept);
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
    std::vector<Change> methods;
    QStringList keeping;
    for (const Change &change : rule.changes) {
        if (recipe::infoOf(change.key).method)
            methods.push_back(change);
        else
            keeping << (change.value == "true" ? settingsText({.keep = true}) : RulesModel::tr("not kept"));
    }
    const LayerSettings settings = Recipe{{}, {{"*", methods}}}.resolve({"layer"}).front();
    QStringList parts;
    if (!settings.empty())
        parts << settingsText(settings);
    // What settings do not show: methods that are switched off, and keys of methods that other rules switch
    // on.
    const recipe::Draft draft(settings);
    for (const Change &change : methods) {
        if (recipe::switchesOff(recipe::infoOf(change.key), change.value))
            parts << RulesModel::tr("%1 off").arg(QString::fromStdString(change.key));
        else if (!draft.has(*recipe::infoOf(change.key).method))
            parts << QString::fromStdString(change.key + '=' + change.value);
    }
    parts << keeping;
    return parts.isEmpty() ? RulesModel::tr("nothing") : parts.join(QStringLiteral(", "));
}

} // namespace lathe::ui
