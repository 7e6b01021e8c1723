#pragma once
#include "core/recipe/settings.h"
#include "ui/session/layerfacts.h"

#include <QComboBox>
#include <QVector>

#include <functional>
#include <optional>

namespace lathe::ui {

/// One thing to choose about a method: what it is called, what there is to choose, and what that does to
/// settings. Entries go by a number of their own, so that one that is not in the list can be shown too.
struct Choice {
    struct Entry {
        int key = 0;
        QString text;
        QString hint;
        bool needsCalibration = false;
        QString LayerFacts::*obstacle = nullptr; ///< the reason why a layer cannot have it; null: all can
    };
    QString name;
    QString hint;
    QVector<Entry> entries;
    std::function<int(const LayerSettings &)> get;         ///< of settings with the method on
    std::function<void(LayerSettings &, int)> set;         ///< of settings with the method on
    std::function<QString(int)> textOf = {};               ///< of a key that is not among the entries
    std::function<std::optional<int>(QString)> parse = {}; ///< of what was typed; null: nothing can be typed
    /// Why it means nothing for these settings ("NF4 has 16 values of its own"); null: it always does.
    std::function<QString(const LayerSettings &)> idle = {};

    int usual() const
    {
        return entries.first().key;
    } ///< the first entry is what is chosen when nothing is said
    QString text(int key) const;
};

/// A combo box for a choice.
class ChoiceBox : public QComboBox {
    Q_OBJECT
public:
    explicit ChoiceBox(Choice choice, QWidget *parent = nullptr);

    const Choice &choice() const { return m_choice; }
    /// Shows an entry, or "mixed" for none; no signal.
    void setKey(std::optional<int> key);
    /// Entries that none of the layers can have cannot be chosen, and say why.
    void setLayers(const QVector<LayerFacts> &layers, bool hasCalibration);
    /// What choosing an entry costs ("about 40 s on this machine"), asked when the list opens; empty:
    /// nothing.
    void setCost(std::function<QString(int key)> cost) { m_cost = std::move(cost); }
    void setIdle(const QString &why); ///< empty: it can be used

    void showPopup() override;

signals:
    void chosen(int key); ///< by the user

private:
    int indexOf(int key);
    void onTyped();

    Choice m_choice;
    std::function<QString(int)> m_cost;
    std::optional<int> m_key;
};

} // namespace lathe::ui
