#include "ui/window/deadcommand.h"

#include "ui/session/workbench.h"

#include <QAction>

#include <algorithm>

namespace lathe::ui {

DeadCommand::DeadCommand(Workbench &workbench, QAction *action, QObject *parent)
    : QObject(parent), m_workbench(workbench), m_action(action)
{
    connect(action, &QAction::triggered, this, &DeadCommand::run);
    connect(&workbench, &Workbench::modelChanged, this, &DeadCommand::refresh);
    connect(&workbench, &Workbench::recipeChanged, this, &DeadCommand::refresh);
    connect(workbench.channels(), &ChannelStudy::deadFound, this, &DeadCommand::refresh);
    refresh();
}

DeadCommand::Removal DeadCommand::removal() const
{
    Removal removal;
    const auto &map = m_workbench.channels()->map();
    const auto &dead = m_workbench.channels()->dead();
    if (!map || !dead)
        return removal;
    const std::vector<LayerSettings> &settings = m_workbench.editor().settings();
    for (const DeadChannels &group : *dead) {
        const std::vector<int> &makers = map->makers[group.group];
        const auto isSaid = [&](int layer) {
            const LayerSettings &its = settings[static_cast<size_t>(layer)];
            return its.channels || its.keep;
        };
        const auto maker = std::ranges::find_if(makers, [this](int layer) {
            return m_workbench.editor().eligible()[static_cast<size_t>(layer)];
        });
        if (maker == makers.end() || std::ranges::any_of(makers, isSaid) ||
            std::ranges::any_of(map->readers[group.group],
                                [&](int layer) { return settings[static_cast<size_t>(layer)].keep; }))
            continue;
        const auto count = static_cast<int>(group.channels.size());
        if (!group.settings) {
            removal.others += count;
            continue;
        }
        removal.layers << *maker;
        removal.settings << *group.settings;
        removal.channels += count;
    }
    return removal;
}

void DeadCommand::refresh()
{
    const Removal now = removal();
    const bool isSearching = m_workbench.hasModel() && !m_workbench.channels()->isDeadKnown();
    m_action->setEnabled(now.channels > 0);
    m_action->setText(now.channels > 0 ? tr("Remove %n &dead channel(s)", nullptr, now.channels)
                      : m_workbench.hasModel() && !isSearching && now.others == 0
                          ? tr("No &dead channels to remove")
                          : tr("Remove &dead channels"));
    QString tip = tr("Channels that give nothing to any layer go; what the model computes stays.");
    if (isSearching)
        tip = tr("Channels that give nothing to any layer are being looked for.");
    else if (now.channels == 0)
        tip = tr("Every channel gives something to some layer.");
    if (now.others > 0)
        tip +=
            QLatin1Char(' ') + tr("%n more cannot be named in a recipe without others.", nullptr, now.others);
    m_action->setStatusTip(tip);
    m_action->setToolTip(tip);
}

void DeadCommand::run()
{
    const Removal now = removal();
    QVector<LayerSettings> settings;
    for (qsizetype i = 0; i < now.layers.size(); ++i) {
        settings << m_workbench.editor().settings()[static_cast<size_t>(now.layers[i])];
        settings.last().channels = now.settings[i];
    }
    const QString what = tr("%n dead channel(s) removed", nullptr, now.channels);
    m_workbench.editor().setLayers(now.layers, settings, what);
    emit said(what);
}

} // namespace lathe::ui
