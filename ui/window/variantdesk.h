#pragma once
#include <QObject>
#include <QVector>

namespace lathe::ui {

class ChartDesk;
class MainActions;
class VariantsPanel;
class Workbench;

/// Does what the variants panel asks for: keep, apply, take in files. Whoever lays it out owns the
/// panel.
class VariantDesk : public QObject {
    Q_OBJECT
public:
    VariantDesk(Workbench &workbench, MainActions &actions, ChartDesk &charts);

    VariantsPanel *panel() const { return m_panel; }

signals:
    void said(const QString &sentence); ///< for the status bar

private:
    void save();

    Workbench &m_workbench;
    VariantsPanel *m_panel;
};

} // namespace lathe::ui
