#pragma once
#include "core/recipe/settings.h"

#include <QObject>
#include <QVector>

class QAction;

namespace lathe::ui {

class Workbench;

/// Removes the channels that give nothing to any layer, in one step of undo: what the model computes stays.
class DeadCommand : public QObject {
    Q_OBJECT
public:
    DeadCommand(Workbench &workbench, QAction *action, QObject *parent);

signals:
    void said(const QString &sentence); ///< for the status bar

private:
    struct Removal {
        QVector<int> layers;
        QVector<ChannelSettings> settings; ///< of each
        int channels = 0;                  ///< that go so
        int others = 0;                    ///< dead ones that no recipe names alone
    };
    /// Where the recipe says nothing of the channels yet.
    Removal removal() const;
    void refresh();
    void run();

    Workbench &m_workbench;
    QAction *m_action;
};

} // namespace lathe::ui
