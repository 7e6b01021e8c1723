#pragma once
#include "ui/session/presetstore.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QRadioButton;

namespace lathe::ui {

/// Asks for the name of a preset, and what it is made of.
class SavePresetDialog : public QDialog {
    Q_OBJECT
public:
    /// @param layer whose settings can be taken instead of the recipe's rules; empty: none
    SavePresetDialog(const Recipe &recipe, const QString &layer, const LayerSettings &settings,
                     QWidget *parent);

    QString name() const;
    std::vector<Rule> rules() const;

private:
    void refresh();

    Recipe m_recipe;
    std::vector<Rule> m_ofLayer; ///< for all layers
    QStringList m_taken;
    QLineEdit *m_name;
    QRadioButton *m_whole, *m_layer;
    QLabel *m_state;
    QPushButton *m_ok;
};

/// Renames and deletes presets of one's own, and says what is wrong with those that cannot be read; nothing
/// happens before OK.
class ManagePresetsDialog : public QDialog {
    Q_OBJECT
public:
    ManagePresetsDialog(const PresetStore::Listed &listed, QWidget *parent);
    void showUnreadable(); ///< the first file that is

    QStringList removed() const { return m_removed; } ///< files
    QVector<QPair<Preset, QString>> renamed() const;  ///< with the new name

private:
    void refresh();
    void remove();
    void addUnreadable(const PresetStore::Unreadable &file);
    QString nameProblem() const;

    QVector<Preset> m_presets;                     ///< as the first rows of the list
    QVector<PresetStore::Unreadable> m_unreadable; ///< as the rows behind them
    QStringList m_removed;
    QListWidget *m_list;
    QLabel *m_state;
    QPushButton *m_rename, *m_delete, *m_ok;
};

} // namespace lathe::ui
