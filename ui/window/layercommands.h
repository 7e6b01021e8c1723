#pragma once
#include "core/recipe/recipe.h"

#include <QObject>
#include <QVector>

class QWidget;

namespace lathe::ui {

class LayerPanel;
class MainActions;
class Workbench;

/// What the Layers menu does: settings from one layer to others, and the rules behind them.
class LayerCommands : public QObject {
    Q_OBJECT
public:
    /// @param window parent of dialogs
    LayerCommands(Workbench &workbench, LayerPanel &panel, MainActions &actions, QWidget *window);

    void copySettings();
    void pasteSettings();
    void editRules();
    void keep(bool kept); ///< the selected layers
    void refreshKeep();   ///< the command says what the selection is
    void refreshPaste();  ///< there may be nothing to paste

signals:
    void said(const QString &sentence); ///< for the status bar

private:
    QString nameOf(int layer) const;
    void paste(const QString &from, const LayerSettings &settings, const QVector<int> &layers);

    Workbench &m_workbench;
    LayerPanel &m_panel;
    MainActions &m_actions;
    QWidget *m_window;
};

} // namespace lathe::ui
