#include "ui/widgets/infobar.h"

#include "ui/style/theme.h"
#include "ui/widgets/elidednote.h"

#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <algorithm>

namespace lathe::ui {
namespace {

constexpr int mostLines = 2; ///< of small letters: what needs more is in the tool tip

} // namespace

InfoBar::InfoBar(QWidget *parent)
    : QFrame(parent), m_text(new ElidedNote(this)), m_count(makeMuted({}, this)),
      m_button(new QToolButton(this))
{
    setObjectName(QStringLiteral("infoBar"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::ToolTipBase);
    setForegroundRole(QPalette::ToolTipText);

    auto *mark = new QLabel(this);
    mark->setObjectName(QStringLiteral("infoMark"));
    // A picture, unlike an icon, keeps the colours it was made in.
    const auto draw = [mark] { mark->setPixmap(icon(QStringLiteral("info")).pixmap(16)); };
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, mark, draw);
    draw();
    m_text->setForegroundRole(QPalette::ToolTipText);
    m_text->setFont(scaledFont(titleScale));
    m_text->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto *copy = new QAction(tr("Copy"), m_text);
    connect(copy, &QAction::triggered, this, [this] { QApplication::clipboard()->setText(text()); });
    m_text->addAction(copy);
    m_button->setObjectName(QStringLiteral("infoAction"));
    auto *close = new QToolButton(this);
    close->setObjectName(QStringLiteral("infoClose"));
    close->setIcon(icon(QStringLiteral("cancel")));
    close->setAutoRaise(true);
    close->setToolTip(tr("Hide this line"));
    close->setAccessibleName(close->toolTip());

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 0, 4, 0);
    row->setSpacing(8);
    row->addWidget(mark);
    row->addWidget(m_text, 1);
    row->addWidget(m_count); // it comes and goes, and moves no button
    row->addWidget(m_button);
    row->addWidget(close);
    m_button->setText(QStringLiteral("X")); // any word, for its height
    setFixedHeight(std::max({mostLines * m_text->fontMetrics().lineSpacing(), m_button->sizeHint().height(),
                             close->sizeHint().height()}) +
                   2);
    QSizePolicy policy = sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    setSizePolicy(policy);

    m_passing.setSingleShot(true);
    m_passing.setInterval(passingTime);
    connect(&m_passing, &QTimer::timeout, this, [this] {
        if (isAncestorOf(QApplication::focusWidget()))
            m_passing.start(); // it is in use
        else
            closeFirst();
    });
    connect(close, &QToolButton::clicked, this, &InfoBar::closeFirst);
    connect(m_button, &QToolButton::clicked, this, [this] {
        const auto action = m_notices.first().action;
        closeFirst();
        if (action)
            action();
    });
    hide();
}

void InfoBar::add(const Notice &notice)
{
    const bool isThere =
        std::ranges::any_of(m_notices, [&](const Notice &one) { return one.text == notice.text; });
    if (isThere)
        return;
    m_notices << notice;
    refresh();
}

void InfoBar::removeIf(const std::function<bool(const Notice &)> &goes)
{
    if (m_notices.removeIf(goes) > 0)
        refresh();
}

void InfoBar::withdraw(const QString &topic)
{
    removeIf([&](const Notice &one) { return one.topic == topic; });
}

void InfoBar::changeModel()
{
    removeIf([](const Notice &one) { return one.kind != NoticeKind::Loss; });
}

void InfoBar::closeFirst()
{
    if (!m_notices.isEmpty())
        m_notices.removeFirst();
    refresh();
}

void InfoBar::refresh()
{
    setVisible(!m_notices.isEmpty());
    if (m_notices.isEmpty()) {
        m_passing.stop();
        m_text->setFullText({});
        return;
    }
    const Notice &now = m_notices.first();
    m_count->setVisible(m_notices.size() > 1);
    m_count->setText(tr("%n more", nullptr, int(m_notices.size()) - 1));
    if (m_text->text() == now.text)
        return;
    m_text->setFullText(now.text);
    m_button->setText(now.actionText);
    m_button->setVisible(!now.actionText.isEmpty());
    if (now.kind == NoticeKind::Passing && !underMouse())
        m_passing.start();
    else
        m_passing.stop();
    setAccessibleName(now.text); // first: it is what is read out
    QAccessibleEvent said(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&said);
}

void InfoBar::enterEvent(QEnterEvent *)
{
    m_passing.stop(); // it is being read
}

void InfoBar::leaveEvent(QEvent *)
{
    if (!m_notices.isEmpty() && m_notices.first().kind == NoticeKind::Passing)
        m_passing.start();
}

QString InfoBar::text() const
{
    return m_text->text();
}

} // namespace lathe::ui
