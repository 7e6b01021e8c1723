#pragma once
#include "ui/inspector/choice.h"
#include "ui/inspector/spread.h"
#include "ui/widgets/valuecontrol.h"

#include <QCheckBox>
#include <QLabel>

class QGridLayout;
class QHBoxLayout;
class QToolButton;
class QVBoxLayout;

namespace lathe::ui {

class ElidedLabel;

/// One method in the inspector: a switch, one value by slider and spin box, a line of choices, a remark, and
/// under "More" the choices that are rarely changed. While it is off all of it stays where it is, dimmed, and
/// the value switches it on; what is said of its data stands beside the switch, so that no choice moves what
/// is below. Knows nothing of recipes.
class MethodGroup : public QWidget {
    Q_OBJECT
public:
    /// @param id of what is remembered ("prune") @param purpose in a few words, beside the switch
    /// @param valueName empty: a method without a value
    MethodGroup(const QString &id, const QString &title, const QString &purpose, const QString &valueName,
                QWidget *parent = nullptr);

    ChoiceBox *addChoice(const Choice &choice);                       ///< in the line of choices
    ChoiceBox *addDetail(const Choice &choice);                       ///< under "More"
    const QVector<ChoiceBox *> &choices() const { return m_choices; } ///< of both kinds
    bool isDetail(const ChoiceBox *box) const { return m_details && m_details == box->parentWidget(); }
    ValueControl *value() const { return m_value; } ///< null: the method has none
    /// Where its keys begin: the value's slider, or the switch.
    QWidget *firstControl() const;
    QCheckBox *check() const { return m_check; }
    QToolButton *more() const { return m_more; }

    /// State, value and note of the selected layers; `whenOff` is what an unchecked method shows.
    void showSpread(const Spread &spread, double whenOff, const std::function<QString(double)> &text);
    void setOn(Qt::CheckState state); ///< partially: some of the selected layers
    /// Why the method is not for the selected layers; empty: it is.
    void setObstacle(const QString &why);
    /// What switching it on takes ("about 40 s on this machine"), said while it is off; empty: nothing.
    void setCost(const QString &text);
    /// Why the value cannot be chosen ("2:4 says how many go"); empty: it can.
    void setValueLocked(const QString &why);

    /// Below the choices, where there is a place for it from the first remark on.
    void setRemark(const QString &text, bool isWarning);
    enum class Calibration { NotNeeded, Used, Missing };
    /// Beside the switch while the method is on. @param detail what is used, or why it is missing
    void setCalibration(Calibration state, const QString &detail = {});
    /// What is chosen under "More" and not what it usually is; beside the switch while that is closed.
    void setMoreSummary(const QString &text);

signals:
    void switched(bool on);      ///< by the user
    void calibrationRequested(); ///< by the link

private:
    void buildRemark(QVBoxLayout *column);
    void buildMore();
    void setMoreOpen(bool open);
    void refreshNote();
    void refreshEnabled();

    QString m_id, m_purpose, m_spreadText, m_cost;
    QString m_unusual; ///< choices under "More"
    QString m_hint;    ///< tool tip of the switch without an obstacle
    bool m_possible = true;
    QCheckBox *m_check;
    ElidedLabel *m_note;
    QHBoxLayout *m_top;
    Calibration m_calibration = Calibration::NotNeeded;
    QString m_data; ///< what is used, or why it is missing
    QLabel *m_dataIcon, *m_chooseData;
    ValueControl *m_value = nullptr;
    QString m_locked; ///< why the value cannot be chosen
    QWidget *m_choiceBar;
    QHBoxLayout *m_choiceRow;
    QLabel *m_remarkIcon, *m_remark;
    QToolButton *m_more = nullptr;
    QWidget *m_details = nullptr;
    QGridLayout *m_detailGrid = nullptr;
    QVector<ChoiceBox *> m_choices;
};

} // namespace lathe::ui
