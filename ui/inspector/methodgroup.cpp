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

QHBoxLayout *rowOf(QWidget *sign, QWidget *text)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(sign, 0, Qt::AlignTop);
    row->addWidget(text, 1);
    return row;
}

} // namespace

MethodGroup::MethodGroup(const QString &id, const QString &title, const QString &purpose,
                         const QString &valueName, QWidget *parent)
    : QWidget(parent), m_id(id), m_purpose(purpose), m_check(new QCheckBox(title, this)),
      m_note(new ElidedLabel(this)), m_top(new QHBoxLayout), m_choiceBar(new QWidget(this)),
      m_choiceRow(new QHBoxLayout(m_choiceBar)), m_remarkIcon(new QLabel(this)), m_remark(makeRemark(this)),
      m_calibrationIcon(new QLabel(this)), m_calibration(makeRemark(this)),
      m_moreSummary(new ElidedLabel(this))
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
    m_top->addWidget(m_note, 1);
    m_choiceRow->setContentsMargins(0, 0, 0, 0);
    m_choiceRow->setSpacing(8);
    m_choiceBar->hide(); // until there is something to choose
    m_moreSummary->setForegroundRole(QPalette::PlaceholderText);
    m_moreSummary->setElideMode(Qt::ElideRight);
    m_moreSummary->setFont(m_remark->font());
    m_moreSummary->hide();

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(m_top);
    if (!valueName.isEmpty()) {
        m_value = new ValueControl(valueName, this);
        column->addWidget(m_value);
    }
    column->addWidget(m_choiceBar);
    column->addWidget(m_moreSummary);
    buildRemarks(column);

    setRemark({}, false);
    setCalibration(Calibration::NotNeeded);
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

void MethodGroup::buildRemarks(QVBoxLayout *column)
{
    m_calibration->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    connect(m_calibration, &QLabel::linkActivated, this, &MethodGroup::calibrationRequested);
    column->addLayout(rowOf(m_remarkIcon, m_remark));
    column->addLayout(rowOf(m_calibrationIcon, m_calibration));
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
    m_moreSummary->setVisible(!open && !m_moreSummary->text().isEmpty());
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
    const bool mixed = m_check->checkState() != Qt::Unchecked && !m_spreadText.isEmpty();
    m_note->setText(mixed ? m_spreadText : m_purpose);
    m_note->setEnabled(m_possible);
}

void MethodGroup::setObstacle(const QString &why)
{
    if (m_possible)
        m_hint = m_check->toolTip();
    m_possible = why.isEmpty();
    m_check->setToolTip(m_possible ? m_hint : why);
    m_note->setToolTip(m_check->toolTip());
    refreshNote();
    refreshEnabled();
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
    m_remark->setVisible(!text.isEmpty());
    const bool loud = isWarning && m_check->checkState() != Qt::Unchecked;
    m_remark->setForegroundRole(loud ? QPalette::WindowText : QPalette::PlaceholderText);
    showWarningSign(m_remarkIcon, isWarning && !text.isEmpty());
}

void MethodGroup::setCalibration(Calibration state, const QString &detail)
{
    const bool missing = state == Calibration::Missing && m_check->checkState() != Qt::Unchecked;
    m_calibration->setVisible(state != Calibration::NotNeeded);
    m_calibration->setForegroundRole(missing ? QPalette::WindowText : QPalette::PlaceholderText);
    showWarningSign(m_calibrationIcon, missing);
    m_calibration->setTextFormat(state == Calibration::Missing ? Qt::RichText : Qt::PlainText);
    if (state == Calibration::Missing)
        m_calibration->setText(QStringLiteral("%1 <a href=\"#\">%2</a>")
                                   .arg(detail.toHtmlEscaped(), tr("Choose calibration data…")));
    else
        m_calibration->setText(tr("Uses %1.").arg(detail));
}

void MethodGroup::setMoreSummary(const QString &text)
{
    if (!m_more)
        return;
    m_moreSummary->setFullText(text);
    setMoreOpen(m_more->isChecked());
}

} // namespace lathe::ui
