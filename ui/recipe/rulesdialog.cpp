#include "ui/recipe/rulesdialog.h"

#include "ui/base/messages.h"
#include "ui/base/settingstext.h"
#include "ui/recipe/rulesmodel.h"
#include "ui/session/presets.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QAbstractListModel>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QRegularExpression>
#include <QShortcut>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <set>

namespace lathe::ui {
namespace {

std::vector<std::string> namesOf(const std::vector<Layer> &layers)
{
    std::vector<std::string> names;
    for (const Layer &layer : layers)
        names.push_back(layer.name);
    return names;
}

QLabel *makeWarning(QWidget *parent)
{
    auto *label = new QLabel(parent);
    QPalette palette;
    palette.setColor(QPalette::WindowText, colors().loss);
    label->setPalette(palette);
    label->setWordWrap(true);
    return label;
}

} // namespace

/// Texts are made for the rows that are seen: there may be ten thousand.
class RulesDialog::Matches : public QAbstractListModel {
public:
    Matches(const std::vector<Layer> &layers, const RulesModel &rules, QObject *parent)
        : QAbstractListModel(parent), m_layers(layers), m_rules(rules)
    {
    }

    void setMatches(const QVector<int> &matches)
    {
        beginResetModel();
        m_matches = matches;
        endResetModel();
    }
    int rowCount(const QModelIndex &parent) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_matches.size());
    }
    QVariant data(const QModelIndex &index, int role) const override
    {
        if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
            return {};
        const Layer &layer = m_layers[static_cast<size_t>(m_matches[index.row()])];
        const QString name = QString::fromStdString(layer.name), op = QString::fromStdString(layer.op);
        if (layer.compressible() && m_rules.kept()[static_cast<size_t>(m_matches[index.row()])])
            return RulesDialog::tr("%1  (%2, kept as it is)").arg(name, op);
        return layer.compressible() ? RulesDialog::tr("%1  (%2)").arg(name, op)
                                    : RulesDialog::tr("%1  (%2, cannot be compressed)").arg(name, op);
    }

private:
    const std::vector<Layer> &m_layers;
    const RulesModel &m_rules;
    QVector<int> m_matches;
};

RulesDialog::RulesDialog(const Recipe &recipe, const std::vector<Layer> &layers,
                         std::optional<Example> example, QWidget *parent)
    : QDialog(parent), m_before(recipe), m_layers(layers), m_example(std::move(example)),
      m_model(new RulesModel(recipe.rules, namesOf(layers), this)),
      m_names(new Matches(m_layers, *m_model, this))
{
    setObjectName(QStringLiteral("rulesDialog"));
    setWindowTitle(tr("Rules"));
    QLabel *caption = makeMuted(
        tr("The recipe is made of these rules. Where two of them say something about the same layer, the "
           "lower one wins. A layer that is kept (keep=true) stays as it is, whatever the others say."),
        this);
    caption->setWordWrap(true);

    auto *columns = new QHBoxLayout;
    columns->setSpacing(16);
    auto *left = new QVBoxLayout;
    left->setSpacing(8);
    left->addWidget(buildList(), 1);
    left->addWidget(buildEditor());
    columns->addLayout(left, 5);
    columns->addWidget(buildMatches(), 3);

    m_state = makeWarning(this);
    m_state->setObjectName(QStringLiteral("ruleState"));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *bottom = new QHBoxLayout;
    bottom->addWidget(m_state, 1);
    bottom->addWidget(buttons);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(12);
    column->addWidget(caption);
    column->addLayout(columns, 1);
    column->addLayout(bottom);
    resize(860, 560);
    setCurrent(m_model->rowCount() - 1);
    onCurrentChanged();
}

QWidget *RulesDialog::buildList()
{
    auto *page = new QWidget(this);
    m_table = new QTableView(page);
    styleTable(m_table);
    m_table->setObjectName(QStringLiteral("ruleTable"));
    m_table->setAccessibleName(tr("Rules"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setContextMenuPolicy(Qt::NoContextMenu);
    m_table->setModel(m_model);
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionsMovable(false);
    header->setSectionResizeMode(RulesModel::Settings, QHeaderView::Stretch);
    m_table->setColumnWidth(RulesModel::Pattern, letterWidth(fontMetrics()) * 24);
    m_table->setColumnWidth(RulesModel::Layers, letterWidth(fontMetrics()) * 20);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &RulesDialog::onCurrentChanged);
    connect(m_table, &QTableView::doubleClicked, this, [this] { m_pattern->setFocus(); });

    // A push button keeps room for its arrow; a tool button draws it over the text.
    m_add = new QPushButton(tr("&Add"), page);
    m_add->setObjectName(QStringLiteral("addRule"));
    m_add->setToolTip(tr("Add a rule below the others"));
    m_add->setAutoDefault(false);
    auto *menu = new QMenu(m_add);
    fillAddMenu(menu);
    m_add->setMenu(menu);
    const auto button = [&](const QString &name, const QString &text, const QString &tip) {
        auto *made = new QPushButton(text, page);
        made->setObjectName(name);
        made->setToolTip(tip);
        made->setAutoDefault(false);
        return made;
    };
    m_remove = button(QStringLiteral("removeRule"), tr("&Delete"), tr("Take this rule out (Del)"));
    m_up = button(QStringLiteral("ruleUp"), tr("&Up"), tr("Let the rules below win over it (Alt+Up)"));
    m_down = button(QStringLiteral("ruleDown"), tr("Do&wn"), tr("Let it win over the rule below (Alt+Down)"));
    connect(m_remove, &QPushButton::clicked, this, &RulesDialog::remove);
    connect(m_up, &QPushButton::clicked, this, [this] { move(-1); });
    connect(m_down, &QPushButton::clicked, this, [this] { move(1); });
    const auto key = [this](const QKeySequence &sequence, QPushButton *pressed) {
        auto *shortcut = new QShortcut(sequence, m_table, nullptr, nullptr, Qt::WidgetShortcut);
        connect(shortcut, &QShortcut::activated, pressed, &QPushButton::click);
    };
    key(QKeySequence(Qt::Key_Delete), m_remove);
    key(QKeySequence(Qt::ALT | Qt::Key_Up), m_up);
    key(QKeySequence(Qt::ALT | Qt::Key_Down), m_down);

    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_add);
    row->addWidget(m_remove);
    row->addStretch();
    row->addWidget(m_up);
    row->addWidget(m_down);
    QLabel *empty =
        makeEmptyState(tr("No rules: every layer stays as it is. Add one for many layers at once."), page);
    empty->setBackgroundRole(QPalette::Base);
    empty->setAutoFillBackground(true);
    m_list = new QStackedWidget(page);
    m_list->addWidget(m_table);
    m_list->addWidget(empty);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_list, 1);
    column->addLayout(row);
    return page;
}

QWidget *RulesDialog::buildEditor()
{
    auto *page = new QWidget(this);
    m_pattern = new QLineEdit(page);
    m_pattern->setObjectName(QStringLiteral("rulePattern"));
    m_pattern->setToolTip(
        tr("Names of layers. * stands for any text, ? for one letter, [0-9] for one of a set."));
    m_changes = new QLineEdit(page);
    m_changes->setObjectName(QStringLiteral("ruleChanges"));
    m_changes->setPlaceholderText(QStringLiteral("bits=4, group=32"));
    m_changes->setToolTip(
        tr("Keys and values, as the command line has them: bits=4, group=32, prune=0.5, rank=50%"));
    connect(m_pattern, &QLineEdit::textEdited, this, &RulesDialog::onEdited);
    connect(m_changes, &QLineEdit::textEdited, this, &RulesDialog::onEdited);
    auto *form = new QFormLayout(page);
    form->setContentsMargins(0, 0, 0, 0);
    form->setSpacing(8);
    form->addRow(tr("&Layers called"), m_pattern);
    form->addRow(tr("D&o"), m_changes);
    return page;
}

QWidget *RulesDialog::buildMatches()
{
    auto *page = new QWidget(this);
    m_count = makeTitle({}, page);
    m_count->setObjectName(QStringLiteral("ruleCount"));
    m_matches = new QListView(page);
    m_matches->setObjectName(QStringLiteral("ruleMatches"));
    m_matches->setAccessibleName(tr("Layers that the rule is for"));
    m_matches->setModel(m_names);
    m_matches->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_matches->setSelectionMode(QAbstractItemView::NoSelection);
    m_matches->setUniformItemSizes(true); // of ten thousand only a few are measured
    m_matches->setFrameShape(QFrame::NoFrame);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_count);
    column->addWidget(m_matches, 1);
    return page;
}

void RulesDialog::fillAddMenu(QMenu *menu)
{
    if (m_example && !m_example->settings.empty())
        menu->addAction(tr("As %1: %2")
                            .arg(QString(m_example->name).replace(QLatin1Char('&'), QLatin1String("&&")),
                                 settingsText(m_example->settings)),
                        this, [this] {
                            add({patternFor(m_example->name).toStdString(), changesFor(m_example->settings)});
                        });
    const std::string pattern = m_example ? patternFor(m_example->name).toStdString() : "*";
    for (const Preset &preset : presets()) {
        if (preset.rules.empty())
            continue; // that is done by taking rules out
        menu->addAction(preset.name, this,
                        [this, pattern, preset] {
                            add({pattern, preset.rules.front().changes});
                        })
            ->setStatusTip(preset.hint);
    }
    menu->addSeparator();
    menu->addAction(icon(QStringLiteral("keep")), tr("Keep as it is"), this,
                    [this, pattern] { add(keepRule(pattern)); });
}

QString RulesDialog::patternFor(const QString &name)
{
    static const QRegularExpression digits(QStringLiteral("[0-9]+"));
    QString pattern = QString::fromStdString(globEscaped(name.toStdString()));
    return pattern.replace(digits, QStringLiteral("*"));
}

Recipe RulesDialog::recipe() const
{
    return {m_before.name, m_model->rules()};
}

QString RulesDialog::description() const
{
    const std::vector<Rule> &now = m_model->rules();
    std::set<std::pair<std::string, QString>> known;
    for (const Rule &rule : m_before.rules)
        known.emplace(rule.pattern, changesText(rule));
    std::vector<Rule> added;
    for (const Rule &rule : now)
        if (!known.contains({rule.pattern, changesText(rule)}))
            added.push_back(rule);
    if (added.size() == 1)
        return tr("Rule %1: %2").arg(QString::fromStdString(added.front().pattern), ruleText(added.front()));
    return now.size() < m_before.rules.size() ? tr("Fewer rules") : tr("Change of rules");
}

int RulesDialog::current() const
{
    const QModelIndex index = m_table->currentIndex();
    return index.isValid() ? index.row() : -1;
}

void RulesDialog::setCurrent(int row)
{
    if (row >= 0 && row < m_model->rowCount())
        m_table->selectRow(row);
}

void RulesDialog::add(const Rule &rule)
{
    const int row = m_model->rowCount(); // the newest wins
    m_model->insert(row, rule);
    setCurrent(row);
    onCurrentChanged();
    m_pattern->setFocus(Qt::OtherFocusReason);
    m_pattern->selectAll();
}

void RulesDialog::remove()
{
    const int row = current();
    if (row < 0)
        return;
    m_model->remove(row);
    setCurrent(std::min(row, m_model->rowCount() - 1));
    onCurrentChanged();
}

void RulesDialog::move(int direction)
{
    const int row = current();
    if (row < 0)
        return;
    m_model->move(row, direction);
    showMatches(m_model->matches(current())); // who is kept may depend on it
    refreshState();
}

void RulesDialog::onCurrentChanged()
{
    const int row = current();
    const Rule rule = row < 0 ? Rule() : m_model->rules()[static_cast<size_t>(row)];
    m_pattern->setText(QString::fromStdString(rule.pattern));
    m_changes->setText(changesText(rule));
    m_pattern->setEnabled(row >= 0);
    m_changes->setEnabled(row >= 0);
    m_problem.clear();
    showMatches(row < 0 ? QVector<int>() : m_model->matches(row));
    refreshState();
}

/// The rule follows each letter, so that its matches can be watched; what is no rule stays in the box alone.
void RulesDialog::onEdited()
{
    if (current() < 0)
        return;
    Rule rule = m_model->rules()[static_cast<size_t>(current())];
    rule.pattern = m_pattern->text().toStdString();
    m_problem.clear();
    if (m_changes->text().trimmed().isEmpty()) {
        m_problem = tr("Say what is done to the layers: bits=4, prune=0.5, rank=50%");
    } else {
        const auto outcome = runGuarded([this] { return parseRule("*:" + m_changes->text().toStdString()); });
        if (const auto *parsed = std::get_if<Rule>(&outcome))
            rule.changes = parsed->changes;
        else if (const auto *error = std::get_if<Error>(&outcome))
            m_problem = messageText(error->message());
    }
    showMatches(m_model->setRule(current(), rule));
    refreshState();
}

void RulesDialog::showMatches(const QVector<int> &layers)
{
    m_names->setMatches(layers);
    m_count->setText(layers.isEmpty()
                         ? tr("NO LAYER MATCHES")
                         : tr("MATCHES %1 OF %2 LAYERS").arg(layers.size()).arg(m_layers.size()));
}

void RulesDialog::refreshState()
{
    QString problem = m_problem;
    for (int row = 0; row < m_model->rowCount() && problem.isEmpty(); ++row) {
        if (!m_model->matchesNothing(row))
            continue; // a recipe with a rule for nothing would be taken for another model's
        const std::string &pattern = m_model->rules()[static_cast<size_t>(row)].pattern;
        problem = pattern.empty() ? tr("A rule needs a pattern of layer names; * stands for all layers.")
                                  : tr("No layer is called %1. Change the pattern, or delete the rule.")
                                        .arg(QString::fromStdString(pattern));
    }
    m_state->setText(problem);
    m_ok->setEnabled(problem.isEmpty());
    m_list->setCurrentIndex(m_model->rowCount() > 0 ? 0 : 1);
    m_remove->setEnabled(current() >= 0);
    m_up->setEnabled(current() > 0);
    m_down->setEnabled(current() >= 0 && current() + 1 < m_model->rowCount());
}

} // namespace lathe::ui
