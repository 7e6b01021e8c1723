#pragma once
#include "ui/session/presets.h"

#include <QMenu>

namespace lathe::ui {

/// How a preset is applied; what was chosen last is remembered.
struct PresetUse {
    PresetMode mode = PresetMode::Replace;
    bool selected = false; ///< for the selected layers; else for all
    bool operator==(const PresetUse &) const = default;
};

/// The menu of presets: how they are applied, the built-in ones with a key each, those of one's own, and what
/// makes and changes those. Choosing how leaves the menu open.
class PresetMenu : public QMenu {
    Q_OBJECT
public:
    explicit PresetMenu(const QString &title, QWidget *parent = nullptr);

    QList<QAction *> builtIn() const { return m_builtIn; }
    PresetUse use() const;
    void setSelectedCount(int layers); ///< 0: there is nothing to apply a preset to but all
    void setModelOpen(bool open);
    QAction *save() const { return m_save; }
    QAction *manage() const { return m_manage; }
    /// Tells that files of one's own cannot be read, and is there only then.
    QAction *unreadable() const { return m_unreadable; }

signals:
    void chosen(const lathe::ui::Preset &preset, const lathe::ui::PresetUse &use);

protected:
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QAction *addChoice(QActionGroup *group, const QString &text, const QString &tip, bool checked);
    QAction *addPreset(const Preset &preset, const QString &text, QAction *before);
    bool staysOpen() const;
    void readOwn();
    void refresh();
    void remember() const;

    QAction *m_replace, *m_add, *m_all, *m_selected;
    QAction *m_unreadable; ///< those of one's own stand before it
    QAction *m_save, *m_manage;
    QList<QAction *> m_builtIn, m_own;
    int m_count = 0; ///< selected layers
    bool m_open = false;
};

} // namespace lathe::ui
