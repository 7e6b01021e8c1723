#pragma once
#include "ui/recipe/presetmenu.h"

#include <QObject>

namespace lathe::ui {

class LayerPanel;
class ManagePresetsDialog;
class Workbench;

/// What the menu of presets does.
class PresetCommands : public QObject {
    Q_OBJECT
public:
    /// @param window parent of dialogs
    PresetCommands(Workbench &workbench, LayerPanel &panel, PresetMenu &menu, QWidget *window);

    void apply(const Preset &preset, const PresetUse &use);

signals:
    void said(const QString &sentence); ///< for the status bar

private:
    void save();
    ManagePresetsDialog *manage();
    void tellCosts(const QList<QAction *> &builtIn) const;

    Workbench &m_workbench;
    LayerPanel &m_panel;
    QWidget *m_window;
};

} // namespace lathe::ui
