#include "ui/window/layercommands.h"

#include "core/compress/fit.h"
#include "ui/base/messages.h"
#include "ui/base/settingstext.h"
#include "ui/layers/layerpanel.h"
#include "ui/recipe/rulesdialog.h"
#include "ui/recipe/settingsclipboard.h"
#include "ui/session/layerfacts.h"
#include "ui/session/workbench.h"
#include "ui/window/mainactions.h"
#include "ui/window/modeldialog.h"

#include <QApplication>
#include <QClipboard>
#include <algorithm>

namespace lathe::ui {
namespace {

QString refusalText(const QStringList &refused)
{
    if (refused.isEmpty())
        return {};
    return QLatin1Char(' ') + (refused.size() == 1 ? LayerCommands::tr("Left out: %1.").arg(refused.first())
                                                   : LayerCommands::tr("Left out: %1 layers, the first %2.")
                                                         .arg(refused.size())
                                                         .arg(refused.first()));
}

/// The first remark, and how many layers have one.
QString remarkText(const QStringList &remarks)
{
    if (remarks.isEmpty())
        return {};
    return QLatin1Char(' ') + (remarks.size() == 1
                                   ? LayerCommands::tr("Not all of it: %1.").arg(remarks.first())
                                   : LayerCommands::tr("Not all of it in %1 layers, the first: %2.")
                                         .arg(remarks.size())
                                         .arg(remarks.first()));
}

} // namespace

LayerCommands::LayerCommands(Workbench &workbench, LayerPanel &panel, MainActions &actions, QWidget *window)
    : QObject(window), m_workbench(workbench), m_panel(panel), m_actions(actions), m_window(window)
{
    connect(actions.keepLayers, &QAction::triggered, this, &LayerCommands::keep);
    connect(&panel, &LayerPanel::selectionChanged, this, &LayerCommands::refreshKeep);
    connect(&workbench, &Workbench::recipeChanged, this, &LayerCommands::refreshKeep);
    connect(actions.copySettings, &QAction::triggered, this, &LayerCommands::copySettings);
    connect(actions.pasteSettings, &QAction::triggered, this, &LayerCommands::pasteSettings);
    connect(QApplication::clipboard(), &QClipboard::dataChanged, this, &LayerCommands::refreshPaste);
    connect(&workbench, &Workbench::modelChanged, this, &LayerCommands::refreshPaste);
    refreshPaste();
    connect(actions.editRules, &QAction::triggered, this, &LayerCommands::editRules);
    connect(&workbench.editor(), &RecipeEditor::keptStayed, this,
            [this] { emit said(tr("Kept as it is: let it go first (Ctrl+Shift+K).")); });
    panel.setLayerActions(
        {actions.keepLayers, actions.copySettings, actions.pasteSettings, actions.editRules});
}

QString LayerCommands::nameOf(int layer) const
{
    return QString::fromStdString(m_workbench.model().layers()[static_cast<size_t>(layer)].name);
}

void LayerCommands::keep(bool kept)
{
    const QVector<int> layers = m_panel.selectedLayers();
    const int steps = m_workbench.editor().undoStack()->index();
    m_workbench.editor().setKept(layers, kept);
    if (m_workbench.editor().undoStack()->index() == steps)
        emit said(tr("Select the layers to keep as they are."));
    else
        emit said(kept ? tr("Kept: nothing changes these layers until they are let go.")
                       : tr("Let go: what the recipe says of these layers holds again."));
    refreshKeep();
}

void LayerCommands::refreshKeep()
{
    int kept = 0, possible = 0;
    for (const int layer : m_panel.selectedLayers()) {
        const auto i = static_cast<size_t>(layer);
        if (i >= m_workbench.editor().eligible().size() || !m_workbench.editor().eligible()[i])
            continue;
        ++possible;
        kept += m_workbench.editor().settings()[i].keep;
    }
    m_actions.keepLayers->setChecked(possible > 0 && kept == possible);
    m_actions.keepLayers->setEnabled(possible > 0);
    m_actions.keepLayers->setText(kept > 0 && kept < possible
                                      ? tr("&Keep all as they are (%1 of %2 are)").arg(kept).arg(possible)
                                      : tr("&Keep as it is"));
}

void LayerCommands::refreshPaste()
{
    const bool possible = mayHoldSettings(QApplication::clipboard()->text());
    m_actions.pasteSettings->setEnabled(m_workbench.hasModel() && possible);
    m_actions.pasteSettings->setStatusTip(possible ? tr("Do the same to the selected layers")
                                                   : tr("Copy the settings of a layer first"));
}

void LayerCommands::copySettings()
{
    const QVector<int> layers = m_panel.selectedLayers();
    if (layers.isEmpty()) {
        emit said(tr("Select the layer whose settings to copy."));
        return;
    }
    const auto settingsOf = [this](int layer) {
        return m_workbench.editor().settings()[static_cast<size_t>(layer)];
    };
    const LayerSettings first = settingsOf(layers.first());
    const bool agree = std::ranges::all_of(layers, [&](int layer) { return settingsOf(layer) == first; });
    if (!agree) {
        emit said(
            tr("These %1 layers have different settings. Select the one to copy from.").arg(layers.size()));
        return;
    }
    QApplication::clipboard()->setText(settingsToText(nameOf(layers.first()), first));
    emit said(tr("The settings of %1 are on the clipboard: %2. Select layers and paste.")
                  .arg(nameOf(layers.first()), settingsText(first)));
}

void LayerCommands::pasteSettings()
{
    const QVector<int> layers = m_panel.selectedLayers();
    if (layers.isEmpty()) {
        emit said(tr("Select the layers to paste to."));
        return;
    }
    const auto read = runGuarded([] { return settingsFromText(QApplication::clipboard()->text()); });
    if (const auto *error = std::get_if<Error>(&read))
        emit said(messageText(error->message()));
    else if (const auto *copied = std::get_if<CopiedSettings>(&read))
        paste(copied->from, copied->settings, layers);
}

void LayerCommands::paste(const QString &from, const LayerSettings &settings, const QVector<int> &layers)
{
    if (settings.keep) {
        keep(true);
        return;
    }
    QVector<int> changed;
    QVector<LayerSettings> wanted;
    QStringList remarks, refused;
    const auto compressor = m_workbench.compressor();
    const ChannelMap *channels = m_workbench.channels()->map().get();
    for (const int layer : layers) {
        const LayerFacts facts = layerFacts(*compressor, channels, layer);
        if (!facts.compressible) {
            refused << tr("%1: %2").arg(facts.name, facts.whyNot);
            continue;
        }
        if (const LayerSettings &now = m_workbench.editor().settings()[static_cast<size_t>(layer)];
            now.keep) {
            refused << tr("%1: %2").arg(facts.name, settingsText(now));
            continue;
        }
        const Layer &target = m_workbench.model().layers()[static_cast<size_t>(layer)];
        const FittedSettings fitted =
            lathe::fitted(settings, target, obstaclesOf(*compressor, channels, layer));
        QStringList texts;
        for (const Message &one : fitted.remarks)
            texts << messageText(one);
        const QString remark = tr("%1: %2").arg(facts.name, texts.join(QStringLiteral(", ")));
        if (fitted.settings.empty() && !settings.empty()) {
            refused << remark;
            continue;
        }
        if (!fitted.remarks.empty())
            remarks << remark;
        changed << layer;
        wanted << fitted.settings;
    }
    if (changed.isEmpty()) {
        emit said(
            tr("Nothing of the settings of %1 is for the selected layers. %2.").arg(from, refused.first()));
        return;
    }
    const QString where = changed.size() == 1 ? nameOf(changed.first()) : tr("%1 layers").arg(changed.size());
    m_workbench.editor().setLayers(changed, wanted, tr("%1: settings of %2").arg(where, from));
    emit said(tr("%1 now as %2: %3.").arg(where, from, settingsText(settings)) + refusalText(refused) +
              remarkText(remarks));
}

void LayerCommands::editRules()
{
    std::optional<RulesDialog::Example> example;
    if (const QVector<int> selected = m_panel.selectedLayers(); !selected.isEmpty())
        example = {nameOf(selected.first()),
                   m_workbench.editor().settings()[static_cast<size_t>(selected.first())]};
    auto *dialog =
        new RulesDialog(m_workbench.editor().recipe(), m_workbench.model().layers(), example, m_window);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { m_workbench.editor().replaceRecipe(dialog->recipe(), dialog->description()); });
    openForModel(dialog, m_workbench);
}

} // namespace lathe::ui
