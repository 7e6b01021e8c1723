#include "ui/recover/plandialog.h"

#include "core/base/error.h"
#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/widgets/panelparts.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QSpinBox>
#include <QVBoxLayout>

namespace lathe::ui {

PlanDialog::PlanDialog(const train::Plan &plan, QWidget *parent) : QDialog(parent), m_plan(plan)
{
    setWindowTitle(tr("Training plan"));
    setObjectName(QStringLiteral("planDialog"));
    setProperty("helpPage", QStringLiteral("recovery"));
    m_json = new QPlainTextEdit(this);
    m_json->setObjectName(QStringLiteral("planJson"));
    m_json->setAccessibleName(tr("The plan as JSON"));
    m_json->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_json->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_fault = new QLabel(this);
    m_fault->setObjectName(QStringLiteral("planFault"));
    wrapFreely(m_fault);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setText(tr("&Use this plan"));
    buttons->button(QDialogButtonBox::Cancel)->setText(tr("Cancel"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *sides = new QHBoxLayout;
    sides->setSpacing(16);
    sides->addWidget(buildFields());
    sides->addWidget(m_json, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    column->addLayout(sides, 1);
    column->addWidget(m_fault);
    column->addWidget(buttons);
    resize(760, 520);
    connect(m_json, &QPlainTextEdit::textChanged, this, &PlanDialog::readJson);
    showStep();
    showJson();
}

/// @param write the value into a step: what was not edited stays, also where the field shows less of it
QDoubleSpinBox *PlanDialog::addNumber(const QString &name, double most, int decimals, const QString &tip,
                                      Write write)
{
    auto *field = new QDoubleSpinBox(this);
    field->setRange(0, most);
    field->setDecimals(decimals);
    field->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    field->setToolTip(tip);
    ignoreWheelWithoutFocus(field);
    m_form->addRow(name, field);
    connect(field, &QDoubleSpinBox::valueChanged, this,
            [this, write](double value) { change([&](train::PlanStep &step) { write(step, value); }); });
    return field;
}

QWidget *PlanDialog::buildFields()
{
    auto *fields = new QWidget(this);
    m_form = new QFormLayout(fields);
    m_form->setContentsMargins(0, 0, 0, 0);
    m_step = new QComboBox(fields);
    m_step->setObjectName(QStringLiteral("planStep"));
    m_step->setToolTip(tr("The step of the plan that the fields below are of"));
    m_form->addRow(tr("Step"), m_step);
    m_optimizer = new QComboBox(fields);
    m_optimizer->addItems({QStringLiteral("SGD"), QStringLiteral("Adam"), QStringLiteral("AdamW")});
    m_optimizer->setToolTip(tr("How weights follow their gradients"));
    m_epochs = addNumber(tr("Epochs"), 1e6, 2, tr("Passes over all samples"),
                         [](train::PlanStep &step, double value) {
                             step.epochs = value;
                             step.steps = 0; // one of them says how long it is
                         });
    m_epochs->setObjectName(QStringLiteral("planEpochs"));
    m_batch = new QSpinBox(fields);
    m_batch->setObjectName(QStringLiteral("planBatch"));
    m_batch->setRange(1, 1000000);
    m_batch->setToolTip(tr("Samples that are learned from at once"));
    m_form->addRow(tr("Batch"), m_batch);
    m_form->addRow(tr("Optimizer"), m_optimizer);
    m_rate = addNumber(tr("Rate"), 1000, 6, tr("How far a step goes"),
                       [](train::PlanStep &step, double value) { step.rate = value; });
    m_rate->setObjectName(QStringLiteral("planRate"));
    m_distillation = addNumber(tr("Original's answers"), 1e6, 3,
                               tr("Weight of the difference from what the original gives"),
                               [](train::PlanStep &step, double value) { step.losses.distillation = value; });
    m_temperature = addNumber(tr("Temperature"), 100, 2, tr("Higher: small probabilities count more"),
                              [](train::PlanStep &step, double value) { step.losses.temperature = value; });
    m_features =
        addNumber(tr("Features"), 1e6, 3,
                  tr("Weight of the difference from what the original computes before its last layer"),
                  [](train::PlanStep &step, double value) { step.losses.features = value; });
    m_labels = addNumber(tr("Labels"), 1e6, 3, tr("Weight of the right answers"),
                         [](train::PlanStep &step, double value) { step.losses.labels = value; });
    connect(m_step, &QComboBox::activated, this, &PlanDialog::showStep);
    connect(m_batch, &QSpinBox::valueChanged, this,
            [this](int batch) { change([batch](train::PlanStep &step) { step.batch = batch; }); });
    connect(m_optimizer, &QComboBox::activated, this, [this](int kind) {
        change([kind](train::PlanStep &step) {
            step.optimizer.kind = static_cast<train::Optimizer::Kind>(kind);
        });
    });
    return fields;
}

train::PlanStep &PlanDialog::step()
{
    return m_plan.steps.at(static_cast<size_t>(
        std::clamp(m_step->currentIndex(), 0, static_cast<int>(m_plan.steps.size()) - 1)));
}

void PlanDialog::showStep()
{
    const QScopedValueRollback quiet(m_quiet, true);
    const auto steps = static_cast<int>(m_plan.steps.size());
    if (m_step->count() != steps) {
        m_step->clear();
        for (int i = 0; i < steps; ++i)
            m_step->addItem(tr("%1 of %2").arg(i + 1).arg(steps));
    }
    const train::PlanStep &shown = step();
    m_epochs->setSpecialValueText(shown.steps > 0 ? tr("%1 batches").arg(count(shown.steps)) : QString());
    m_epochs->setValue(shown.steps > 0 ? 0.0 : shown.epochs); // at 0 that text is shown
    m_batch->setValue(static_cast<int>(shown.batch));
    m_optimizer->setCurrentIndex(static_cast<int>(shown.optimizer.kind));
    m_rate->setValue(shown.rate);
    m_distillation->setValue(shown.losses.distillation);
    m_temperature->setValue(shown.losses.temperature);
    m_features->setValue(shown.losses.features);
    m_labels->setValue(shown.losses.labels);
}

void PlanDialog::showJson()
{
    const QScopedValueRollback quiet(m_quiet, true);
    m_json->setPlainText(QString::fromStdString(train::toJson(m_plan)));
    m_fault->clear();
    m_ok->setEnabled(true);
}

/// What the user edited in one of the fields.
void PlanDialog::change(const std::function<void(train::PlanStep &)> &write)
{
    if (m_quiet)
        return;
    write(step());
    showJson();
    readJson(); // what contradicts itself is said
}

void PlanDialog::readJson()
{
    if (m_quiet)
        return;
    try {
        m_plan = train::planFromJson(m_json->toPlainText().toStdString(), tr("The plan").toStdString());
        m_fault->clear();
        m_ok->setEnabled(true);
        showStep();
    } catch (const Error &error) {
        m_fault->setText(messageText(error.message()));
        m_ok->setEnabled(false);
    }
}

} // namespace lathe::ui
