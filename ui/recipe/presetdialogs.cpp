#include "ui/recipe/presetdialogs.h"

#include "ui/base/settingstext.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>
#include <QSet>
#include <QShortcut>

namespace lathe::ui {
namespace {

QDialogButtonBox *makeButtons(QDialog *dialog)
{
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, dialog);
    QObject::connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    return buttons;
}

QVBoxLayout *makeColumn(QDialog *dialog)
{
    auto *column = new QVBoxLayout(dialog);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(12);
    return column;
}

} // namespace

SavePresetDialog::SavePresetDialog(const Recipe &recipe, const QString &layer, const LayerSettings &settings,
                                   QWidget *parent)
    : QDialog(parent), m_recipe(recipe), m_name(new QLineEdit(this)),
      m_whole(new QRadioButton(tr("The whole &recipe"), this)), m_layer(new QRadioButton(this)),
      m_state(makeMuted({}, this))
{
    setObjectName(QStringLiteral("savePreset"));
    setWindowTitle(tr("Save as preset"));
    if (!layer.isEmpty() && !settings.empty())
        m_ofLayer = {{"*", changesFor(settings)}};
    for (const Preset &preset : PresetStore::list().presets)
        m_taken << preset.name;
    m_name->setObjectName(QStringLiteral("presetName"));
    m_name->setToolTip(tr("The menu of presets lists it by this name."));
    m_layer->setText(tr("The settings of &one layer, for all: %1").arg(settingsText(settings)));
    m_layer->setToolTip(layer);
    m_layer->setVisible(!m_ofLayer.empty());
    m_whole->setEnabled(!recipe.rules.empty());
    (recipe.rules.empty() ? m_layer : m_whole)->setChecked(true);
    m_state->setWordWrap(true);

    auto *form = new QFormLayout;
    form->setSpacing(8);
    form->addRow(tr("&Name"), m_name);
    form->addRow(tr("Of"), m_whole);
    form->addRow(QString(), m_layer);
    QDialogButtonBox *buttons = makeButtons(this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    QVBoxLayout *column = makeColumn(this);
    column->addLayout(form);
    column->addWidget(m_state);
    column->addWidget(buttons);
    connect(m_name, &QLineEdit::textChanged, this, &SavePresetDialog::refresh);
    connect(m_whole, &QRadioButton::toggled, this, &SavePresetDialog::refresh);
    resize(440, sizeHint().height());
    refresh();
}

QString SavePresetDialog::name() const
{
    return m_name->text().trimmed();
}

std::vector<Rule> SavePresetDialog::rules() const
{
    return m_layer->isChecked() ? m_ofLayer : m_recipe.rules;
}

void SavePresetDialog::refresh()
{
    m_state->setText(rules().empty() ? tr("Nothing is set yet: there is nothing to keep as a preset.")
                     : m_taken.contains(name()) ? tr("It takes the place of the preset of this name.")
                                                : QString());
    m_ok->setEnabled(!name().isEmpty() && !rules().empty());
}

ManagePresetsDialog::ManagePresetsDialog(const PresetStore::Listed &listed, QWidget *parent)
    : QDialog(parent), m_presets(listed.presets), m_unreadable(listed.unreadable),
      m_list(new QListWidget(this)), m_state(makeMuted({}, this)),
      m_rename(new QPushButton(tr("&Rename"), this)), m_delete(new QPushButton(tr("&Delete"), this))
{
    setObjectName(QStringLiteral("managePresets"));
    setWindowTitle(tr("Presets of your own"));
    m_list->setAccessibleName(windowTitle());
    for (const Preset &preset : m_presets) {
        auto *item = new QListWidgetItem(preset.name, m_list);
        item->setFlags(item->flags() | Qt::ItemIsEditable);
        item->setToolTip(preset.hint);
    }
    for (const PresetStore::Unreadable &file : m_unreadable)
        addUnreadable(file);
    m_rename->setToolTip(tr("Type another name (F2)"));
    m_delete->setToolTip(tr("Take it out of the menu (Del)"));
    for (QPushButton *button : {m_rename, m_delete})
        button->setAutoDefault(false);
    auto *tools = new QHBoxLayout;
    tools->addWidget(m_rename);
    tools->addWidget(m_delete);
    tools->addStretch();
    m_state->setObjectName(QStringLiteral("presetState"));
    m_state->setWordWrap(true);
    m_state->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QDialogButtonBox *buttons = makeButtons(this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    QVBoxLayout *column = makeColumn(this);
    column->addWidget(m_list, 1);
    column->addLayout(tools);
    column->addWidget(m_state);
    column->addWidget(buttons);
    connect(m_rename, &QPushButton::clicked, this, [this] { m_list->editItem(m_list->currentItem()); });
    connect(m_delete, &QPushButton::clicked, this, &ManagePresetsDialog::remove);
    auto *key = new QShortcut(QKeySequence(Qt::Key_Delete), m_list, nullptr, nullptr, Qt::WidgetShortcut);
    connect(key, &QShortcut::activated, this, &ManagePresetsDialog::remove);
    connect(m_list, &QListWidget::itemChanged, this, &ManagePresetsDialog::refresh);
    connect(m_list, &QListWidget::currentRowChanged, this, &ManagePresetsDialog::refresh);
    m_list->setCurrentRow(0);
    resize(400, 320);
    refresh();
}

void ManagePresetsDialog::showUnreadable()
{
    m_list->setCurrentRow(static_cast<int>(m_presets.size()));
}

void ManagePresetsDialog::addUnreadable(const PresetStore::Unreadable &file)
{
    auto *item =
        new QListWidgetItem(icon(QStringLiteral("warning")), QFileInfo(file.file).fileName(), m_list);
    item->setToolTip(file.why);
}

void ManagePresetsDialog::remove()
{
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    const auto presets = static_cast<int>(m_presets.size());
    m_removed << (row < presets ? m_presets.takeAt(row).file : m_unreadable.takeAt(row - presets).file);
    delete m_list->takeItem(row);
    refresh();
}

QVector<QPair<Preset, QString>> ManagePresetsDialog::renamed() const
{
    QVector<QPair<Preset, QString>> renamed;
    for (int row = 0; row < m_presets.size(); ++row)
        if (const QString name = m_list->item(row)->text().trimmed(); name != m_presets[row].name)
            renamed << qMakePair(m_presets[row], name);
    return renamed;
}

/// Why the names cannot be taken as they are; empty: they can.
QString ManagePresetsDialog::nameProblem() const
{
    QSet<QString> names;
    for (int row = 0; row < m_presets.size(); ++row)
        names.insert(m_list->item(row)->text().trimmed());
    if (names.contains(QString()))
        return tr("A preset needs a name.");
    return names.size() < m_presets.size() ? tr("Two presets cannot have the same name.") : QString();
}

void ManagePresetsDialog::refresh()
{
    if (m_list->count() != m_presets.size() + m_unreadable.size())
        return; // a row is going
    const QString problem = nameProblem();
    const int row = m_list->currentRow();
    const auto behind = row - static_cast<int>(m_presets.size());
    m_state->setText(problem.isEmpty() && behind >= 0 ? m_unreadable[behind].why : problem);
    m_ok->setEnabled(problem.isEmpty());
    m_rename->setEnabled(row >= 0 && behind < 0);
    m_delete->setEnabled(row >= 0);
}

} // namespace lathe::ui
