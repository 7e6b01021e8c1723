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
    label->setWordWrap(true);
    label->setFont(scaledFont(titleScale * 1.05));
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
      m_note(makeMuted({}, this)), m_body(new QWidget(this)), m_choiceRow(new QHBoxLayout),
      m_remarkIcon(new QLabel(m_body)), m_remark(makeRemark(m_body)), m_calibrationIcon(new QLabel(m_body)),
      m_calibration(makeRemark(m_body))
{
    setProperty("helpPage", id); // F1
    QFont bold = m_check->font();
    bold.setWeight(QFont::DemiBold);
    m_check->setFont(bold);
    m_note->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_choiceRow->setSpacing(8);

    auto *top = new QHBoxLayout;
    top->addWidget(m_check);
    top->addStretch();
    top->addWidget(m_note);
    auto *body = new QVBoxLayout(m_body);
    body->setContentsMargins(0, 0, 0, 0);
    body->setSpacing(8);
    if (!valueName.isEmpty()) {
        m_value = new ValueControl(valueName, m_body);
        body->addWidget(m_value);
    }
    body->addLayout(m_choiceRow);
    buildRemarks(body);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(top);
    layout->addWidget(m_body);

    setRemark({}, false);
    setCalibration(Calibration::NotNeeded);
    setOn(Qt::Unchecked);
    connect(m_check, &QCheckBox::clicked, this, [this](bool) {
        const bool on = m_check->checkState() != Qt::Unchecked;
        setOn(on ? Qt::Checked : Qt::Unchecked);
        emit switched(on);
    });
}

void MethodGroup::buildRemarks(QVBoxLayout *body)
{
    m_calibration->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    connect(m_calibration, &QLabel::linkActivated, this, &MethodGroup::calibrationRequested);
    body->addLayout(rowOf(m_remarkIcon, m_remark));
    body->addLayout(rowOf(m_calibrationIcon, m_calibration));
}

void MethodGroup::buildMore(QVBoxLayout *body)
{
    m_more = new QToolButton(m_body);
    m_more->setText(tr("More"));
    m_more->setAccessibleName(tr("More about: %1").arg(m_check->text()));
    m_more->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_more->setAutoRaise(true);
    m_more->setCheckable(true);
    m_more->setFocusPolicy(Qt::StrongFocus);
    m_more->setFont(scaledFont(titleScale * 1.05));
    m_moreSummary = makeRemark(m_body);
    m_moreSummary->setWordWrap(false);
    m_moreSummary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_details = new QWidget(m_body);
    m_detailGrid = new QGridLayout(m_details);
    m_detailGrid->setContentsMargins(12, 0, 0, 4);
    m_detailGrid->setHorizontalSpacing(8);
    m_detailGrid->setVerticalSpacing(4);
    m_detailGrid->setColumnStretch(1, 1);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_more);
    row->addWidget(m_moreSummary, 1);
    body->addLayout(row);
    body->addWidget(m_details);
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
    m_moreSummary->setVisible(!open);
}

ChoiceBox *MethodGroup::addChoice(const Choice &choice)
{
    auto *box = new ChoiceBox(choice, m_body);
    m_choiceRow->addWidget(box, 1);
    m_choices << box;
    return box;
}

ChoiceBox *MethodGroup::addDetail(const Choice &choice)
{
    if (!m_more)
        buildMore(static_cast<QVBoxLayout *>(m_body->layout()));
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
    const bool on = state != Qt::Unchecked;
    m_body->setEnabled(on);
    m_body->setVisible(on);
    refreshNote();
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
    m_note->setText(m_check->checkState() == Qt::Unchecked ? m_purpose : m_spreadText);
    m_note->setEnabled(m_possible);
}

void MethodGroup::setObstacle(const QString &why)
{
    if (m_possible)
        m_hint = m_check->toolTip();
    m_possible = why.isEmpty();
    // What is on already can always be switched off.
    m_check->setEnabled(m_possible || m_check->checkState() != Qt::Unchecked);
    m_check->setToolTip(m_possible ? m_hint : why);
    m_note->setToolTip(why);
    refreshNote();
}

void MethodGroup::setValueLocked(const QString &why)
{
    m_value->setEnabled(why.isEmpty());
    m_value->setToolTip(why);
}

void MethodGroup::setRemark(const QString &text, bool isWarning)
{
    m_remark->setText(text);
    m_remark->setVisible(!text.isEmpty());
    m_remark->setForegroundRole(isWarning ? QPalette::WindowText : QPalette::PlaceholderText);
    showWarningSign(m_remarkIcon, isWarning && !text.isEmpty());
}

void MethodGroup::setCalibration(Calibration state, const QString &detail)
{
    const bool missing = state == Calibration::Missing;
    m_calibration->setVisible(state != Calibration::NotNeeded);
    m_calibration->setForegroundRole(missing ? QPalette::WindowText : QPalette::PlaceholderText);
    showWarningSign(m_calibrationIcon, missing);
    m_calibration->setTextFormat(missing ? Qt::RichText : Qt::PlainText);
    if (missing)
        m_calibration->setText(QStringLiteral("%1 <a href=\"#\">%2</a>")
                                   .arg(detail.toHtmlEscaped(), tr("Choose calibration data…")));
    else
        m_calibration->setText(tr("Uses %1.").arg(detail));
}

void MethodGroup::setMoreSummary(const QString &text)
{
    if (!m_more)
        return;
    m_moreSummary->setText(text);
    m_moreSummary->setToolTip(text);
}

} // namespace lathe::ui
