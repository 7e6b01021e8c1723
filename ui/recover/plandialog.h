#pragma once
#include "core/train/plan.h"

#include <QDialog>
#include <functional>

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace lathe::ui {

/// A training plan, as fields of one of its steps and as JSON, which always say the same.
class PlanDialog : public QDialog {
    Q_OBJECT
public:
    explicit PlanDialog(const train::Plan &plan, QWidget *parent = nullptr);

    const train::Plan &plan() const { return m_plan; }

private:
    QWidget *buildFields();
    using Write = void (*)(train::PlanStep &step, double value);
    QDoubleSpinBox *addNumber(const QString &name, double most, int decimals, const QString &tip,
                              Write write);
    void showStep();
    void showJson();
    void change(const std::function<void(train::PlanStep &)> &write);
    void readJson();
    train::PlanStep &step();

    train::Plan m_plan;
    bool m_quiet = false; ///< the program fills the fields, not the user
    QComboBox *m_step, *m_optimizer;
    QSpinBox *m_batch;
    QDoubleSpinBox *m_epochs, *m_rate, *m_labels, *m_distillation, *m_temperature, *m_features;
    QFormLayout *m_form;
    QPlainTextEdit *m_json;
    QLabel *m_fault;
    QPushButton *m_ok;
};

} // namespace lathe::ui
