#include "ui/recover/recoverpanel.h"

#include "core/base/error.h"
#include "ui/base/format.h"
#include "ui/jobs/timeleft.h"
#include "ui/recover/progresschart.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QApplication>
#include <QComboBox>
#include <QGridLayout>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

namespace lathe::ui {
namespace {

const QString ownPlan = QStringLiteral("own");
constexpr double largestSeed = 9007199254740991; ///< that a plan can have

QLabel *sentence(const char *name, QWidget *parent)
{
    QLabel *label = makeMuted({}, parent);
    label->setObjectName(QString::fromLatin1(name));
    wrapFreely(label);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QVBoxLayout *columnIn(QWidget *widget, int spacing)
{
    auto *column = new QVBoxLayout(widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(spacing);
    return column;
}

void say(QLabel *label, const QString &text)
{
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

} // namespace

RecoverPanel::RecoverPanel(QWidget *parent) : QWidget(parent)
{
    setProperty("helpPage", QStringLiteral("recovery"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(16);
    column->addWidget(buildWhat());
    m_way = buildWay();
    column->addWidget(m_way);
    column->addWidget(buildRun());
    m_loss = new ProgressChart(tr("LOSS"), tr("While a network is trained, its loss is drawn here."),
                               tr("loss"), false, this);
    m_accuracy = new ProgressChart(
        tr("ANSWERS"), tr("While a network is trained, the share of samples it gets right is drawn here."),
        tr("top-1 (%)"), true, this);
    for (ProgressChart *chart : {m_loss, m_accuracy}) {
        chart->setMinimumHeight(150);
        column->addWidget(chart, 1);
    }
    column->addStretch();
    showCharts(false, false);
    setObstacle(tr("Open a model and change it; what that costs is won back here."));
}

QWidget *RecoverPanel::buildWhat()
{
    auto *part = new QWidget(this);
    QVBoxLayout *column = columnIn(part, 8);
    column->addWidget(makeTitle(tr("RECOVER"), part));
    m_what = new QLabel(part);
    m_what->setObjectName(QStringLiteral("recoverWhat"));
    wrapFreely(m_what);
    m_data = new QComboBox(part);
    m_data->setObjectName(QStringLiteral("recoverData"));
    m_data->setAccessibleName(tr("Data to learn from"));
    m_data->setToolTip(tr("Data to learn from. What is learned from is never measured on."));
    m_data->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_data->setMinimumContentsLength(8);
    connect(m_data, &QComboBox::activated, this, &RecoverPanel::onDataActivated);
    m_labels = sentence("recoverLabels", part);
    column->addWidget(m_what);
    column->addWidget(m_data);
    column->addWidget(m_labels);
    setData({});
    return part;
}

QWidget *RecoverPanel::buildWay()
{
    auto *part = new QWidget(this);
    QVBoxLayout *column = columnIn(part, 8);
    m_without = new QRadioButton(tr("&Without training"), part);
    m_without->setObjectName(QStringLiteral("recoverWithout"));
    m_without->setToolTip(tr("Means, least squares and statistics, layer by layer; masks, bits and ranks "
                             "stay as they are"));
    m_without->setChecked(true);
    m_training = new QRadioButton(tr("With &training"), part);
    m_training->setObjectName(QStringLiteral("recoverTraining"));
    m_training->setToolTip(tr("After that the whole network learns from the original; masks, bits and ranks "
                              "stay as they are"));
    m_withoutTime = sentence("recoverWithoutTime", part);
    m_trainingTime = sentence("recoverTrainingTime", part);
    m_whyNot = sentence("recoverWhyNot", part);
    column->addWidget(m_without);
    column->addWidget(m_withoutTime);
    column->addWidget(m_training);
    column->addWidget(m_whyNot);
    column->addWidget(buildTraining());
    column->addWidget(m_trainingTime);
    connect(m_training, &QRadioButton::toggled, this, &RecoverPanel::refresh);
    return part;
}

QWidget *RecoverPanel::buildTraining()
{
    m_trainingRows = new QWidget(this);
    auto *grid = new QGridLayout(m_trainingRows);
    grid->setContentsMargins(16, 0, 0, 0);
    grid->setSpacing(8);
    m_minutes = new QSpinBox(m_trainingRows);
    m_minutes->setObjectName(QStringLiteral("recoverMinutes"));
    m_minutes->setRange(1, 24 * 60);
    m_minutes->setValue(10);
    m_minutes->setSuffix(tr(" min"));
    m_minutes->setToolTip(tr("When the time is over, the best until then is kept"));
    m_preset = new QComboBox(m_trainingRows);
    m_preset->setObjectName(QStringLiteral("recoverPlan"));
    m_preset->setToolTip(tr("How it is trained: rates, epochs, losses"));
    m_preset->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_preset->setMinimumContentsLength(6);
    m_preset->addItem(tr("for this time"));
    for (const std::string &name : train::planPresets())
        m_preset->addItem(QString::fromStdString(name), QString::fromStdString(name));
    m_editPlan = new QToolButton(m_trainingRows);
    m_editPlan->setObjectName(QStringLiteral("recoverEditPlan"));
    m_editPlan->setText(tr("E&dit…"));
    m_editPlan->setToolTip(tr("Look at the plan and change it, as fields or as JSON"));
    m_seed = new QDoubleSpinBox(m_trainingRows);
    m_seed->setObjectName(QStringLiteral("recoverSeed"));
    m_seed->setDecimals(0);
    m_seed->setRange(0, largestSeed);
    m_seed->setMinimumWidth(m_minutes->minimumSizeHint().width());
    m_seed->setValue(1);
    m_seed->setToolTip(tr("Of all that is left to chance: the same seed gives the same values"));
    const auto row = [grid, this](int at, const QString &text, QWidget *field) {
        auto *label = new QLabel(text, m_trainingRows);
        label->setBuddy(field);
        grid->addWidget(label, at, 0);
        grid->addWidget(field, at, 1);
    };
    row(0, tr("At &most"), m_minutes);
    row(1, tr("&Plan"), m_preset);
    row(2, tr("&Seed"), m_seed);
    grid->addWidget(m_editPlan, 1, 2);
    grid->setColumnStretch(1, 1);
    for (QWidget *field : std::initializer_list<QWidget *>{m_minutes, m_seed, m_preset})
        ignoreWheelWithoutFocus(field);
    connect(m_minutes, &QSpinBox::valueChanged, this, &RecoverPanel::refresh);
    connect(m_editPlan, &QToolButton::clicked, this, &RecoverPanel::planRequested);
    return m_trainingRows;
}

QWidget *RecoverPanel::buildRun()
{
    auto *part = new QWidget(this);
    QVBoxLayout *column = columnIn(part, 8);
    m_start = new QPushButton(icon(QStringLiteral("play")), tr("&Recover"), part);
    m_start->setObjectName(QStringLiteral("recoverStart"));
    m_resume = new QPushButton(icon(QStringLiteral("play")), tr("&Go on"), part);
    m_resume->setObjectName(QStringLiteral("recoverResume"));
    m_resume->setToolTip(tr("A training of this recipe did not come to its end: go on from where it was"));
    m_pause = new QPushButton(icon(QStringLiteral("pause")), tr("Pa&use"), part);
    m_pause->setObjectName(QStringLiteral("recoverPause"));
    m_pause->setToolTip(tr("Waits at the next step and leaves the processor to others"));
    m_cancel = new QPushButton(icon(QStringLiteral("cancel")), tr("&Cancel"), part);
    m_cancel->setObjectName(QStringLiteral("recoverCancel"));
    m_cancel->setToolTip(tr("Stops; once a network is being trained, the best until then is kept"));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    for (QPushButton *button : {m_start, m_resume, m_pause, m_cancel})
        buttons->addWidget(button);
    buttons->addStretch();
    m_progress = new QProgressBar(part);
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(8);
    m_stage = sentence("recoverStage", part);
    m_outcome = new QLabel(part);
    m_outcome->setObjectName(QStringLiteral("recoverOutcome"));
    m_outcome->setTextInteractionFlags(Qt::TextSelectableByMouse);
    wrapFreely(m_outcome);
    column->addLayout(buttons);
    column->addWidget(m_progress);
    column->addWidget(m_stage);
    column->addWidget(m_outcome);
    connect(m_start, &QPushButton::clicked, this, &RecoverPanel::startRequested);
    connect(m_resume, &QPushButton::clicked, this, &RecoverPanel::resumeRequested);
    connect(m_pause, &QPushButton::clicked, this, [this] { emit pauseRequested(m_state == State::Running); });
    connect(m_cancel, &QPushButton::clicked, this, &RecoverPanel::cancelRequested);
    return part;
}

void RecoverPanel::setData(const QVector<std::pair<QString, QString>> &offered)
{
    const QString chosen = m_data->currentData().toString();
    m_offered = offered;
    m_data->clear();
    for (const auto &[reference, name] : offered)
        m_data->addItem(name, reference);
    if (offered.isEmpty())
        m_data->addItem(tr("no data"), QString());
    for (const auto &[reference, name] : std::as_const(m_chosen))
        if (m_data->findData(reference) < 0)
            m_data->addItem(name, reference);
    m_data->addItem(tr("Other data…"));
    const int same = m_data->findData(chosen);
    m_data->setCurrentIndex(std::max(same, 0));
    m_dataIndex = m_data->currentIndex();
}

void RecoverPanel::chooseData(const QString &reference, const QString &name)
{
    int index = m_data->findData(reference);
    if (index < 0) {
        index = m_data->count() - 1;
        m_data->insertItem(index, name, reference);
        m_chosen.append({reference, name});
    }
    m_data->setCurrentIndex(index);
    m_dataIndex = index;
    emit dataChosen();
}

void RecoverPanel::forgetChosenData()
{
    m_chosen.clear();
    setData(m_offered);
}

void RecoverPanel::onDataActivated(int index)
{
    if (index == m_data->count() - 1) {
        m_data->setCurrentIndex(m_dataIndex);
        emit folderRequested();
        return;
    }
    m_dataIndex = index;
    emit dataChosen();
}

RecoveryChoice RecoverPanel::choice() const
{
    RecoveryChoice choice;
    choice.trains = m_training->isChecked();
    choice.data = m_data->currentData().toString();
    const QString preset = m_preset->currentData().toString();
    if (preset == ownPlan)
        choice.plan = m_plan;
    else
        choice.preset = preset;
    choice.seconds = m_minutes->value() * 60.0;
    choice.seed = static_cast<quint64>(m_seed->value());
    return choice;
}

void RecoverPanel::setPlan(const QString &json)
{
    m_plan = json;
    const int index = m_preset->findData(ownPlan);
    if (json.isEmpty()) {
        m_preset->removeItem(index);
        return;
    }
    if (index < 0)
        m_preset->addItem(tr("a plan of your own"), ownPlan);
    m_preset->setCurrentIndex(m_preset->findData(ownPlan));
    const auto plan = runGuarded([&] { return train::planFromJson(json.toStdString()); });
    if (const auto *read = std::get_if<train::Plan>(&plan))
        m_seed->setValue(static_cast<double>(read->seed));
}

void RecoverPanel::chooseTraining(bool trains)
{
    (trains ? m_training : m_without)->setChecked(true);
}

void RecoverPanel::setProbing()
{
    m_obstacle.clear();
    m_known = false;
    refresh();
}

void RecoverPanel::setFacts(const RecoveryFacts &facts)
{
    m_facts = facts;
    m_obstacle = facts.nothing;
    m_known = true;
    refresh();
}

void RecoverPanel::setObstacle(const QString &sentence)
{
    m_obstacle = sentence;
    m_known = false;
    refresh();
}

void RecoverPanel::setCheckpoint(bool there)
{
    m_checkpoint = there;
    refresh();
}

void RecoverPanel::setState(State state)
{
    const QWidget *const focused = QApplication::focusWidget();
    const bool isMine = focused && isAncestorOf(focused);
    m_state = state;
    if (state == State::Idle)
        m_stage->clear();
    refresh();
    if (isMine && !focused->isVisible()) // or it would go to another panel
        (state == State::Idle ? way() : m_pause)->setFocus(Qt::OtherFocusReason);
}

QWidget *RecoverPanel::way() const
{
    return m_training->isChecked() ? m_training : m_without;
}

void RecoverPanel::setProgress(double fraction, const QString &stage)
{
    m_progress->setValue(static_cast<int>(fraction * 1000));
    say(m_stage, stage);
}

void RecoverPanel::setOutcome(const QString &text)
{
    say(m_outcome, text);
}

void RecoverPanel::takeFocus()
{
    (m_start->isEnabled() ? m_start : way())->setFocus(Qt::ShortcutFocusReason);
}

void RecoverPanel::showCharts(bool loss, bool accuracy)
{
    m_loss->setVisible(loss);
    m_accuracy->setVisible(accuracy);
}

void RecoverPanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    emit shown();
}

} // namespace lathe::ui
