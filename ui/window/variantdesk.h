#pragma once
#include <QObject>
#include <QVector>

#include <functional>

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
    /// Good to know, and how to have it as before.
    void removed(const QString &sentence, const std::function<void()> &bringBack);

private:
    void save();
    void remove(const QVector<int> &rows);

    Workbench &m_workbench;
    VariantsPanel *m_panel;
};

} // namespace lathe::ui
