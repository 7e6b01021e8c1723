#include "ui/inspector/methodgroup.h"

#include "ui/base/settings.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

namespace lathe::ui {
namespace {

QString moreKey(const QString &id)
{
    return QStringLiteral("inspector/more/") + id;
}

QLabel *makeRemark(QWidget *parent)
{
    QLabel *label = makeMuted({}, parent);
    label->setFont(scaledFont(titleScale * 1.05));
    wrapFreely(label);
    return label;
}

void showWarningSign(QLabel *sign, bool on)
{
    sign->setVisible(on);
    const int size = sign->fontMetrics().height();
    if (on)
        sign->setPixmap(icon(QStringLiteral("warning")).pixmap(size, size));
}

} // namespace

MethodGroup::MethodGroup(const QString &id, const QString &title, const QString &purpose,
                         const QString &valueName, QWidget *parent)
    : QWidget(parent), m_id(id), m_purpose(purpose), m_check(new QCheckBox(title, this)),
      m_note(new ElidedLabel(this)), m_top(new QHBoxLayout), m_dataIcon(new QLabel(this)),
      m_chooseData(new QLabel(this)), m_choiceBar(new QWidget(this)),
      m_choiceRow(new QHBoxLayout(m_choiceBar)), m_remarkIcon(new QLabel(this)), m_remark(makeRemark(this))
{
    setProperty("helpPage", id); // F1
    QFont bold = m_check->font();
    bold.setWeight(QFont::DemiBold);
    m_check->setFont(bold);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_note->setElideMode(Qt::ElideRight);
    m_note->setMinimumWidth(1); // gives way to the title
    m_top->setSpacing(6);
    m_top->addWidget(m_check);
    m_top->addWidget(m_dataIcon);
    m_top->addWidget(m_note, 1);
    m_top->addWidget(m_chooseData);
    m_chooseData->setText(QStringLiteral("<a href=\"#\">%1</a>").arg(tr("Choose data…").toHtmlEscaped()));
    m_chooseData->setMinimumWidth(1);
    m_chooseData->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    connect(m_chooseData, &QLabel::linkActivated, this, &MethodGroup::calibrationRequested);
    m_choiceRow->setContentsMargins(0, 0, 0, 0);
    m_choiceRow->setSpacing(8);
    m_choiceBar->hide(); // until there is something to choose

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(m_top);
    if (!valueName.isEmpty()) {
        m_value = new ValueControl(valueName, this);
        column->addWidget(m_value);
    }
    column->addWidget(m_choiceBar);
    buildRemark(column);

    setOn(Qt::Unchecked);
    connect(m_check, &QCheckBox::clicked, this, [this](bool) {
        const bool on = m_check->checkState() != Qt::Unchecked;
        setOn(on ? Qt::Checked : Qt::Unchecked);
        emit switched(on);
    });
}

QWidget *MethodGroup::firstControl() const
{
    return m_value && m_value->isEnabled() ? static_cast<QWidget *>(m_value->slider()) : m_check;
}

void MethodGroup::buildRemark(QVBoxLayout *column)
{
    m_remark->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_remark->setMinimumHeight(2 * m_remark->fontMetrics().lineSpacing()); // what most remarks take
    m_remark->hide();
    m_remarkIcon->hide();
    auto *row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(m_remarkIcon, 0, Qt::AlignTop);
    row->addWidget(m_remark, 1);
    column->addLayout(row);
}

/// The button stands beside the switch, where it stays whatever opens below.
void MethodGroup::buildMore()
{
    m_more = new QToolButton(this);
    m_more->setText(tr("More"));
    m_more->setAccessibleName(tr("More about: %1").arg(m_check->text()));
    m_more->setToolTip(tr("Choices that are rarely changed"));
    m_more->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_more->setAutoRaise(true);
    m_more->setCheckable(true);
    m_more->setFocusPolicy(Qt::StrongFocus);
    m_more->setFont(scaledFont(titleScale * 1.05));
    m_top->addWidget(m_more);
    m_details = new QWidget(this);
    m_detailGrid = new QGridLayout(m_details);
    m_detailGrid->setContentsMargins(12, 0, 0, 4);
    m_detailGrid->setHorizontalSpacing(8);
    m_detailGrid->setVerticalSpacing(4);
    m_detailGrid->setColumnStretch(1, 1);
    static_cast<QVBoxLayout *>(layout())->addWidget(m_details);
    setMoreOpen(Settings().text(moreKey(m_id)) == QLatin1String("open"));
    connect(m_more, &QToolButton::clicked, this, [this](bool open) {
        setMoreOpen(open);
        Settings().setText(moreKey(m_id), open ? QStringLiteral("open") : QString());
    });
}

void MethodGroup::setMoreOpen(bool open)
{
    m_more->setChecked(open);
    m_more->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
    m_details->setVisible(open);
    refreshNote();
}

ChoiceBox *MethodGroup::addChoice(const Choice &choice)
{
    auto *box = new ChoiceBox(choice, m_choiceBar);
    m_choiceRow->addWidget(box, 1);
    m_choiceBar->show();
    m_choices << box;
    return box;
}

ChoiceBox *MethodGroup::addDetail(const Choice &choice)
{
    if (!m_more)
        buildMore();
    auto *box = new ChoiceBox(choice, m_details);
    auto *label = new QLabel(choice.name, m_details);
    label->setToolTip(choice.hint);
    label->setBuddy(box);
    const int row = m_detailGrid->rowCount();
    m_detailGrid->addWidget(label, row, 0);
    m_detailGrid->addWidget(box, row, 1);
    m_choices << box;
    return box;
}

void MethodGroup::setOn(Qt::CheckState state)
{
    const QSignalBlocker quiet(m_check);
    m_check->setTristate(state == Qt::PartiallyChecked); // a click leads out of "some", never into it
    m_check->setCheckState(state);
    refreshNote();
    refreshEnabled();
}

/// What is off keeps its place. Its value can be moved all the same, and that switches it on.
void MethodGroup::refreshEnabled()
{
    const bool on = m_check->checkState() != Qt::Unchecked;
    // What is on already can always be switched off.
    m_check->setEnabled(m_possible || on);
    m_choiceBar->setEnabled(on);
    if (m_details)
        m_details->setEnabled(on);
    if (!m_value)
        return;
    m_value->setDimmed(!on);
    m_value->setEnabled(m_locked.isEmpty() && (m_possible || on));
}

void MethodGroup::showSpread(const Spread &spread, double whenOff, const std::function<QString(double)> &text)
{
    m_spreadText = spread.mixed() ? spreadText(spread, text) : QString();
    setOn(spread.state());
    if (!m_value)
        return;
    if (spread.mixed())
        m_value->setMixed(spread.low, spread.high);
    else
        m_value->setValue(spread.on ? spread.low : whenOff);
}

void MethodGroup::refreshNote()
{
    const bool on = m_check->checkState() != Qt::Unchecked;
    const bool missing = on && m_calibration == Calibration::Missing;
    QStringList parts;
    if (on && !m_spreadText.isEmpty())
        parts << m_spreadText;
    if (on && !m_unusual.isEmpty() && !m_more->isChecked())
        parts << m_unusual;
    if (!on && m_possible && !m_cost.isEmpty())
        parts << m_cost;
    if (on && m_calibration == Calibration::Used)
        parts << tr("uses %1").arg(m_data);
    else if (missing)
        parts << m_data;
    m_note->setText(parts.isEmpty() ? m_purpose : parts.join(QStringLiteral(" · ")));
    m_note->setToolTip(on && !parts.isEmpty() ? m_note->text() : m_check->toolTip());
    m_note->setEnabled(m_possible);
    showWarningSign(m_dataIcon, missing);
    m_chooseData->setVisible(missing);
    m_chooseData->setToolTip(m_data);
}

void MethodGroup::setObstacle(const QString &why)
{
    if (m_possible)
        m_hint = m_check->toolTip();
    m_possible = why.isEmpty();
    m_check->setToolTip(m_possible ? m_hint : why);
    refreshNote();
    refreshEnabled();
}

void MethodGroup::setCost(const QString &text)
{
    m_cost = text;
    refreshNote();
}

void MethodGroup::setValueLocked(const QString &why)
{
    m_locked = why;
    m_value->setToolTip(why);
    refreshEnabled();
}

void MethodGroup::setRemark(const QString &text, bool isWarning)
{
    m_remark->setText(text);
    m_remark->setVisible(true);
    const bool loud = isWarning && m_check->checkState() != Qt::Unchecked;
    m_remark->setForegroundRole(loud ? QPalette::WindowText : QPalette::PlaceholderText);
    showWarningSign(m_remarkIcon, isWarning && !text.isEmpty());
}

void MethodGroup::setCalibration(Calibration state, const QString &detail)
{
    m_calibration = state;
    m_data = detail;
    refreshNote();
}

void MethodGroup::setMoreSummary(const QString &text)
{
    m_unusual = text;
    refreshNote();
}

} // namespace lathe::ui
