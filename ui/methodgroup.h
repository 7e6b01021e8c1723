#pragma once
#include "ui/spread.h"
#include "ui/valuecontrol.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>

class QHBoxLayout;

namespace lathe::ui {

/// One method in the inspector: a switch, one value by slider and spin box, a line of choices, a line of
/// remarks. Knows nothing of recipes.
class MethodGroup : public QWidget {
    Q_OBJECT
public:
    explicit MethodGroup(const QString &title, const QString &valueName, QWidget *parent = nullptr);

    /// A combo box in the line of choices.
    QComboBox *addChoice(const QStringList &items, const QString &accessibleName);
    ValueControl *value() const { return m_value; }
    QCheckBox *check() const { return m_check; }

    /// State, value and note of the selected layers; `whenOff` is what an unchecked method shows.
    void showSpread(const Spread &spread, double whenOff, const std::function<QString(double)> &text);
    void setOn(Qt::CheckState state); ///< partially: some of the selected layers

    void setRemark(const QString &text, bool isWarning);

signals:
    void switched(bool on); ///< by the user

private:
    QCheckBox *m_check;
    QLabel *m_note;
    ValueControl *m_value;
    QHBoxLayout *m_choiceRow;
    QLabel *m_remarkIcon;
    QLabel *m_remark;
    QVector<QComboBox *> m_choices;
};

/// Shows an entry, or "mixed" for none; no signal.
void showChoice(QComboBox *box, std::optional<int> entry);

} // namespace lathe::ui
