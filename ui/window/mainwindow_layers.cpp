// The part of MainWindow for the Layers menu.
#include "ui/window/layercommands.h"
#include "ui/window/mainwindow.h"

#include <QStatusBar>

namespace lathe::ui {

void MainWindow::connectLayers()
{
    constexpr int longSentence = 12000; // ms
    auto *commands = new LayerCommands(*m_workbench, *m_layerPanel, *m_actions, this);
    connect(commands, &LayerCommands::said, this,
            [this](const QString &sentence) { statusBar()->showMessage(sentence, longSentence); });
}

} // namespace lathe::ui
