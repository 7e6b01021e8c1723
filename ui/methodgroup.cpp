#include "ui/methodgroup.h"

#include "ui/panelparts.h"
#include "ui/theme.h"

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace lathe::ui {

MethodGroup::MethodGroup(const QString &title, const QString &valueName, QWidget *parent)
    : QWidget(parent), m_check(new QCheckBox(title, this)), m_note(makeMuted({}, this)),
      m_value(new ValueControl(valueName, this)), m_choiceRow(new QHBoxLayout),
      m_remarkIcon(new QLabel(this)), m_remark(makeMuted({}, this))
{
    QFont bold = m_check->font();
    bold.setWeight(QFont::DemiBold);
    m_check->setFont(bold);
    m_note->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_remark->setWordWrap(true);
    m_remark->setFont(scaledFont(titleScale * 1.05));
    m_choiceRow->setSpacing(8);

    auto *top = new QHBoxLayout;
    top->addWidget(m_check);
    top->addStretch();
    top->addWidget(m_note);
    auto *bottom = new QHBoxLayout;
    bottom->setSpacing(4);
    bottom->addWidget(m_remarkIcon, 0, Qt::AlignTop);
    bottom->addWidget(m_remark, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(top);
    layout->addWidget(m_value);
    layout->addLayout(m_choiceRow);
    layout->addLayout(bottom);

    setRemark({}, false);
    connect(m_check, &QCheckBox::clicked, this, [this](bool) {
        const bool on = m_check->checkState() != Qt::Unchecked;
        setOn(on ? Qt::Checked : Qt::Unchecked);
        emit switched(on);
    });
}

QComboBox *MethodGroup::addChoice(const QStringList &items, const QString &accessibleName)
{
    auto *box = new QComboBox(this);
    box->addItems(items);
    box->setAccessibleName(accessibleName);
    box->setPlaceholderText(tr("mixed"));
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(6);
    ignoreWheelWithoutFocus(box);
    m_choiceRow->addWidget(box, 1);
    m_choices << box;
    return box;
}

void MethodGroup::setOn(Qt::CheckState state)
{
    const QSignalBlocker quiet(m_check);
    m_check->setTristate(state == Qt::PartiallyChecked); // a click leads out of "some", never into it
    m_check->setCheckState(state);
    const bool on = state != Qt::Unchecked;
    m_value->setEnabled(on);
    for (QComboBox *choice : m_choices)
        choice->setEnabled(on);
}

void MethodGroup::showSpread(const Spread &spread, double whenOff, const std::function<QString(double)> &text)
{
    setOn(spread.state());
    m_note->setText(spread.mixed() ? spreadText(spread, text) : QString());
    if (spread.mixed())
        m_value->setMixed(spread.low, spread.high);
    else
        m_value->setValue(spread.on ? spread.low : whenOff);
}

void MethodGroup::setRemark(const QString &text, bool isWarning)
{
    m_remark->setText(text);
    m_remark->setVisible(!text.isEmpty());
    m_remark->setForegroundRole(isWarning ? QPalette::WindowText : QPalette::PlaceholderText);
    m_remarkIcon->setVisible(isWarning && !text.isEmpty());
    if (isWarning) {
        const int size = fontMetrics().height();
        m_remarkIcon->setPixmap(icon(QStringLiteral("warning")).pixmap(size, size));
    }
}

void showChoice(QComboBox *box, std::optional<int> entry)
{
    const QSignalBlocker quiet(box);
    box->setCurrentIndex(entry.value_or(-1));
}

} // namespace lathe::ui
