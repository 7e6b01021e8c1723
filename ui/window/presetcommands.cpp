#include "ui/window/presetcommands.h"

#include "ui/base/messages.h"
#include "ui/jobs/timeleft.h"
#include "ui/layers/layerpanel.h"
#include "ui/recipe/presetdialogs.h"
#include "ui/session/presetstore.h"
#include "ui/session/workbench.h"
#include "ui/window/modeldialog.h"

#include <algorithm>

namespace lathe::ui {

PresetCommands::PresetCommands(Workbench &workbench, LayerPanel &panel, PresetMenu &menu, QWidget *window)
    : QObject(window), m_workbench(workbench), m_panel(panel), m_window(window)
{
    connect(&menu, &PresetMenu::chosen, this, &PresetCommands::apply);
    connect(&menu, &QMenu::aboutToShow, this, [this, &menu] { tellCosts(menu.builtIn()); });
    connect(menu.save(), &QAction::triggered, this, &PresetCommands::save);
    connect(menu.manage(), &QAction::triggered, this, &PresetCommands::manage);
    connect(menu.unreadable(), &QAction::triggered, this, [this] { manage()->showUnreadable(); });
    connect(&panel, &LayerPanel::selectionChanged, &menu,
            [&menu](const QVector<int> &layers) { menu.setSelectedCount(static_cast<int>(layers.size())); });
}

/// In the hints, before one is chosen: what it takes for all layers on this machine.
void PresetCommands::tellCosts(const QList<QAction *> &builtIn) const
{
    if (!m_workbench.hasModel())
        return;
    const QVector<Preset> known = presets();
    for (qsizetype i = 0; i < std::min(builtIn.size(), known.size()); ++i) {
        const std::vector<LayerSettings> settings =
            Recipe{{}, known[i].rules}.resolve(m_workbench.editor().layerNames());
        const QString cost = aboutTimeText(m_workbench.compressor()->expectedSeconds(settings));
        builtIn[i]->setToolTip(cost.isEmpty() ? known[i].hint : tr("%1 (%2)").arg(known[i].hint, cost));
        builtIn[i]->setStatusTip(builtIn[i]->toolTip());
    }
}

/// Rules for layers that are not here, as a preset made on another model has them, are left out.
void PresetCommands::apply(const Preset &preset, const PresetUse &use)
{
    RecipeEditor &editor = m_workbench.editor();
    const QVector<int> selected = use.selected ? m_panel.selectedLayers() : QVector<int>();
    if (use.selected && selected.isEmpty()) {
        emit said(tr("Select the layers that the preset is for."));
        return;
    }
    const std::vector<std::string> unmatched =
        Recipe{{}, preset.rules}.unmatchedPatterns(editor.layerNames());
    Preset fitting = preset;
    std::erase_if(fitting.rules, [&](const Rule &rule) {
        return std::ranges::find(unmatched, rule.pattern) != unmatched.end();
    });
    if (fitting.rules.empty() && !preset.rules.empty()) {
        emit said(tr("%1 is for other layers: none here is called %2.")
                      .arg(preset.name, QString::fromStdString(unmatched.front())));
        return;
    }
    editor.applyPreset(fitting, use.mode, selected);
    const bool adds = use.mode == PresetMode::Add && !preset.rules.empty();
    QString text = adds ? tr("%1 was added to what was set.").arg(preset.name)
                        : tr("%1 took the place of what was set.").arg(preset.name);
    if (const auto kept = std::ranges::count(editor.keptLayers(), true); kept > 0)
        text += QLatin1Char(' ') + tr("Layers kept as they are: %1.").arg(kept);
    if (!unmatched.empty())
        text += QLatin1Char(' ') +
                tr("No layer here is called %1.").arg(QString::fromStdString(unmatched.front()));
    emit said(text);
}

void PresetCommands::save()
{
    const int layer = m_panel.selectedLayers().value(0, -1);
    const RecipeEditor &editor = m_workbench.editor();
    const auto i = static_cast<size_t>(layer);
    auto *dialog = new SavePresetDialog(
        editor.recipe(), layer < 0 ? QString() : QString::fromStdString(editor.layerNames()[i]),
        layer < 0 ? LayerSettings() : editor.settings()[i], m_window);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const auto saved = runGuarded([&] {
            PresetStore::save(dialog->name(), dialog->rules());
            return true;
        });
        const auto *error = std::get_if<Error>(&saved);
        emit said(error ? messageText(error->message())
                        : tr("%1 is in the menu of presets.").arg(dialog->name()));
    });
    openForModel(dialog, m_workbench);
}

ManagePresetsDialog *PresetCommands::manage()
{
    auto *dialog = new ManagePresetsDialog(PresetStore::list(), m_window);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const auto done = runGuarded([&] {
            for (const QString &file : dialog->removed())
                PresetStore::remove(file);
            PresetStore::rename(dialog->renamed());
            return true;
        });
        if (const auto *error = std::get_if<Error>(&done))
            emit said(messageText(error->message()));
    });
    openForModel(dialog, m_workbench);
    return dialog;
}

} // namespace lathe::ui
