#include "ui/widgets/callout.h"

#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QToolButton>
#include <algorithm>

namespace lathe::ui {
namespace {

constexpr int arrow = 9;  ///< length; the margin around the words on all sides
constexpr int gap = 3;    ///< between the arrow's tip and the target
constexpr int corner = 6; ///< radius
constexpr int wordsWidth = 300;
constexpr int ring = 4; ///< between a widget and the line around it

} // namespace

Callout::Callout(QWidget *window)
    : QWidget(window), m_title(new QLabel(this)), m_text(new QLabel(this)), m_count(makeMuted({}, this)),
      m_next(new QPushButton(this)), m_end(new QToolButton(this))
{
    setObjectName(QStringLiteral("callout"));
    m_title->setFont(scaledFont(1.1, QFont::DemiBold));
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::RichText);
    m_count->setFont(scaledFont(titleScale));
    m_next->setObjectName(QStringLiteral("calloutNext"));
    m_next->setFocusPolicy(Qt::TabFocus); // a click leaves the focus where the work is
    m_next->setAutoDefault(false);
    m_end->setObjectName(QStringLiteral("calloutEnd"));
    m_end->setIcon(icon(QStringLiteral("cancel")));
    m_end->setAutoRaise(true);
    m_end->setFocusPolicy(Qt::TabFocus);
    m_end->setToolTip(tr("End the tour (Esc)"));
    m_end->setAccessibleName(tr("End the tour"));
    connect(m_next, &QPushButton::clicked, this, &Callout::nextRequested);
    connect(m_end, &QToolButton::clicked, this, &Callout::endRequested);
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, this, qOverload<>(&QWidget::update));

    auto *top = new QHBoxLayout;
    top->addWidget(m_title, 1);
    top->addWidget(m_end);
    auto *bottom = new QHBoxLayout;
    bottom->addWidget(m_count, 1);
    bottom->addWidget(m_next);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(arrow + 14, arrow + 8, arrow + 8, arrow + 10);
    column->setSpacing(8);
    column->addLayout(top);
    column->addWidget(m_text);
    column->addSpacing(4);
    column->addLayout(bottom);
    setFixedWidth(wordsWidth + 2 * arrow);
    hide();
}

QString Callout::title() const
{
    return m_title->text();
}

void Callout::setWords(const QString &title, const QString &text, const QString &count, bool isLast)
{
    m_title->setText(title);
    m_text->setText(text);
    m_count->setText(count);
    m_next->setText(isLast ? tr("&Done") : tr("&Next"));
    setAccessibleName(title);
    setAccessibleDescription(text);
    resize(width(), layout()->heightForWidth(width()));
    QAccessibleEvent said(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&said);
}

void Callout::pointAt(const QRect &target, const QVector<QRect> &inSight, const QRect &room)
{
    resize(width(), layout()->heightForWidth(width()));
    m_target = target;
    if (target.isEmpty()) {
        m_place = {QRect({}, size()), Qt::LeftEdge, false};
        m_place.frame.moveCenter(room.center());
    } else {
        m_place = placeCallout(size(), target, inSight, room, gap);
    }
    move(m_place.frame.topLeft());
    show();
    raise();
    update();
}

QPainterPath Callout::outline() const
{
    const QRectF box = QRectF(rect()).adjusted(arrow, arrow, -arrow, -arrow).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath path;
    path.addRoundedRect(box, corner, corner);
    if (!m_place.pointing)
        return path;
    const QPointF aim = QPointF(m_target.center() - pos());
    const auto along = [](double wanted, double low, double high) {
        return std::clamp(wanted, low + corner + arrow, high - corner - arrow);
    };
    const double x = along(aim.x(), box.left(), box.right());
    const double y = along(aim.y(), box.top(), box.bottom());
    QPolygonF tip;
    switch (m_place.edge) {
    case Qt::LeftEdge:
        tip << QPointF(box.left() + 1, y - arrow) << QPointF(0.5, y) << QPointF(box.left() + 1, y + arrow);
        break;
    case Qt::RightEdge:
        tip << QPointF(box.right() - 1, y - arrow) << QPointF(rect().width() - 0.5, y)
            << QPointF(box.right() - 1, y + arrow);
        break;
    case Qt::TopEdge:
        tip << QPointF(x - arrow, box.top() + 1) << QPointF(x, 0.5) << QPointF(x + arrow, box.top() + 1);
        break;
    case Qt::BottomEdge:
        tip << QPointF(x - arrow, box.bottom() - 1) << QPointF(x, rect().height() - 0.5)
            << QPointF(x + arrow, box.bottom() - 1);
        break;
    }
    QPainterPath point;
    point.addPolygon(tip);
    point.closeSubpath();
    return path.united(point);
}

void Callout::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colors().current, 1.0));
    painter.setBrush(palette().color(QPalette::ToolTipBase));
    painter.drawPath(outline());
}

Spotlight::Spotlight(QWidget *window) : QWidget(window)
{
    setObjectName(QStringLiteral("spotlight"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
    setFocusPolicy(Qt::NoFocus);
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, this, qOverload<>(&QWidget::update));
    hide();
}

void Spotlight::setAround(const QRect &rect)
{
    setVisible(!rect.isEmpty());
    setGeometry(rect.adjusted(-ring, -ring, ring, ring) &
                parentWidget()->rect()); // whole at the window's edge
    raise();
}

void Spotlight::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colors().current, 2.0));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), corner, corner);
}

} // namespace lathe::ui
