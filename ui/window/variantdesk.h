#pragma once
#include <QObject>
#include <QVector>

namespace lathe::ui {

class ChartDesk;
class MainActions;
class VariantsPanel;
class Workbench;

/// Does what the variants panel asks for: keep, apply, compare, take in files. Whoever lays it out owns the
/// panel.
class VariantDesk : public QObject {
    Q_OBJECT
public:
    /// @param window parent of dialogs
    VariantDesk(Workbench &workbench, MainActions &actions, ChartDesk &charts, QWidget *window);

    VariantsPanel *panel() const { return m_panel; }

signals:
    void said(const QString &sentence); ///< for the status bar

private:
    void save();
    void compare(const QVector<int> &rows);

    Workbench &m_workbench;
    QWidget *m_window;
    VariantsPanel *m_panel;
};

} // namespace lathe::ui
