#pragma once
#include "core/recipe/recipe.h"

#include <QAbstractTableModel>
#include <optional>

namespace lathe::ui {

/// The rules of a recipe, in their order, with the layers that each is for.
class RulesModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Pattern, Settings, Layers, ColumnCount };

    RulesModel(std::vector<Rule> rules, std::vector<std::string> layerNames, QObject *parent = nullptr);

    const std::vector<Rule> &rules() const { return m_rules; }
    /// Indices of the layers whose names match.
    QVector<int> matches(int row) const;
    int matchCount(int row) const;
    /// Which layers the rules keep as they are, together.
    const std::vector<bool> &kept() const;
    int keptCount(int row) const; ///< of those that match
    /// Of rules that were changed or added; those of the beginning are taken at their word.
    bool matchesNothing(int row) const { return m_counts.at(static_cast<size_t>(row)) == 0; }
    /// @returns what it matches now.
    QVector<int> setRule(int row, const Rule &rule);
    void insert(int row, const Rule &rule);
    void remove(int row);
    /// Changes places with the rule above (-1) or below (1).
    void move(int row, int direction);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString text(const QModelIndex &index) const;
    QString matchText(int row) const;
    void forgetKept(); ///< some rule changed

    std::vector<Rule> m_rules;
    std::vector<std::string> m_names;
    mutable std::vector<std::optional<int>>
        m_counts; ///< by rule; of those of the beginning when it is first asked for
    mutable std::optional<std::vector<bool>> m_kept; ///< by layer
};

/// "bits=4, group=32": what a rule does, in the keys of the command line.
QString changesText(const Rule &rule);
/// The same in words: "4 bits group 32"; "pruning off".
QString ruleText(const Rule &rule);

} // namespace lathe::ui
