#pragma once
#include "core/model/layer.h"
#include "core/recipe/recipe.h"

#include <QDialog>
#include <optional>

class QLabel;
class QLineEdit;
class QListView;
class QMenu;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace lathe::ui {

class RulesModel;

/// The rules that the recipe is made of: patterns of layer names and what is done to the layers. Works on a
/// copy.
class RulesDialog : public QDialog {
    Q_OBJECT
public:
    /// A layer whose settings a new rule can take.
    struct Example {
        QString name;
        LayerSettings settings;
    };

    RulesDialog(const Recipe &recipe, const std::vector<Layer> &layers, std::optional<Example> example,
                QWidget *parent = nullptr);

    Recipe recipe() const;
    /// What was done, for undo: "Rule conv*: 4 bits" where one rule is new, else "Fewer rules" or "Change of
    /// rules".
    QString description() const;

    /// A first guess at what else the name stands for: numbers become *.
    static QString patternFor(const QString &name);

private:
    class Matches;

    QWidget *buildList();
    QWidget *buildEditor();
    QWidget *buildMatches();
    void fillAddMenu(QMenu *menu);
    void add(const Rule &rule);
    void remove();
    void move(int direction);
    int current() const; ///< row; -1: none
    void setCurrent(int row);
    void onCurrentChanged();
    void onEdited();
    void showMatches(const QVector<int> &layers);
    void refreshState();

    Recipe m_before;
    std::vector<Layer> m_layers;
    std::optional<Example> m_example;
    RulesModel *m_model;
    Matches *m_names;  ///< of the layers that the current rule matches
    QString m_problem; ///< why what is typed is no rule

    QTableView *m_table;
    QLineEdit *m_pattern, *m_changes;
    QLabel *m_count, *m_state;
    QStackedWidget *m_list; ///< the table, or what it is for
    QListView *m_matches;
    QPushButton *m_add, *m_remove, *m_up, *m_down, *m_ok;
};

} // namespace lathe::ui
