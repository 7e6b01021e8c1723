#include "ui/widgets/infobar.h"

#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QAccessible>
#include <QApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <algorithm>

namespace lathe::ui {
namespace {

constexpr int margin = 12;
constexpr int widest = 760; ///< more is hard to read

} // namespace

InfoBar::InfoBar(QWidget *room)
    : QFrame(room->parentWidget()), m_room(room), m_text(new QLabel(this)), m_count(makeMuted({}, this)),
      m_button(new QPushButton(this))
{
    setObjectName(QStringLiteral("infoBar"));
    setFrameShape(QFrame::Box);
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
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *close = new QToolButton(this);
    close->setObjectName(QStringLiteral("infoClose"));
    close->setIcon(icon(QStringLiteral("cancel")));
    close->setAutoRaise(true);
    close->setToolTip(tr("Hide this line"));
    close->setAccessibleName(close->toolTip());

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 4, 4, 4);
    row->setSpacing(8);
    row->addWidget(mark);
    row->addWidget(m_text, 1);
    row->addWidget(m_button);
    row->addWidget(m_count);
    row->addWidget(close);

    m_passing.setSingleShot(true);
    m_passing.setInterval(passingTime);
    connect(&m_passing, &QTimer::timeout, this, [this] {
        if (isAncestorOf(QApplication::focusWidget()))
            m_passing.start(); // it is in use
        else
            closeFirst();
    });
    connect(close, &QToolButton::clicked, this, &InfoBar::closeFirst);
    connect(m_button, &QPushButton::clicked, this, [this] {
        const auto action = m_notices.first().action;
        closeFirst();
        if (action)
            action();
    });
    room->installEventFilter(this);
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
        m_text->clear();
        return;
    }
    const Notice &now = m_notices.first();
    m_count->setVisible(m_notices.size() > 1);
    m_count->setText(tr("%n more", nullptr, int(m_notices.size()) - 1));
    if (m_text->text() == now.text) {
        place(); // the count of those behind takes room of the text
        return;
    }
    m_text->setText(now.text);
    m_button->setText(now.actionText);
    m_button->setVisible(!now.actionText.isEmpty());
    if (now.kind == NoticeKind::Passing && !underMouse())
        m_passing.start();
    else
        m_passing.stop();
    place();
    setAccessibleName(now.text); // first: it is what is read out
    QAccessibleEvent said(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&said);
}

void InfoBar::place()
{
    const QRect room = m_room->geometry();
    const int most = std::max(200, std::min(widest, room.width() - 2 * margin));
    const int whole = sizeHint().width() - m_text->sizeHint().width() +
                      m_text->fontMetrics().horizontalAdvance(m_text->text()) + 8;
    const int width = std::min(most, whole);
    const int height =
        layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width) : sizeHint().height();
    setGeometry(room.center().x() - width / 2, room.bottom() - height - margin + 1, width, height);
    raise();
}

bool InfoBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_room && (event->type() == QEvent::Resize || event->type() == QEvent::Move) &&
        !m_notices.isEmpty())
        place();
    return QFrame::eventFilter(watched, event);
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
