#include "ui/widgets/buttonrow.h"

#include <QToolButton>

namespace lathe::ui {
namespace {

constexpr const char *speaks = "speaksWhereThereIsRoom";

/// What a text beside the icon takes, as QToolButton reckons it.
int widthOfText(const QToolButton *button)
{
    const QFontMetrics metrics = button->fontMetrics();
    return 4 + metrics.size(Qt::TextShowMnemonic, button->text()).width() +
           2 * metrics.horizontalAdvance(QLatin1Char(' '));
}

bool showsText(const QToolButton *button)
{
    return button->toolButtonStyle() == Qt::ToolButtonTextBesideIcon;
}

} // namespace

QVector<QToolButton *> ButtonRow::speakingButtons() const
{
    QVector<QToolButton *> buttons;
    for (int i = 0; i < count(); ++i)
        if (auto *button = qobject_cast<QToolButton *>(itemAt(i)->widget());
            button && (showsText(button) || button->property(speaks).toBool()))
            buttons << button;
    return buttons;
}

int ButtonRow::textRoom(bool shown) const
{
    int room = 0;
    for (const QToolButton *button : speakingButtons())
        room += showsText(button) == shown ? widthOfText(button) : 0;
    return room;
}

QSize ButtonRow::minimumSize() const
{
    const QSize now = QHBoxLayout::minimumSize();
    return {now.width() - textRoom(true), now.height()};
}

QSize ButtonRow::sizeHint() const
{
    const QSize now = QHBoxLayout::sizeHint();
    return {now.width() + textRoom(false), now.height()};
}

void ButtonRow::setGeometry(const QRect &rect)
{
    int room = rect.width() - minimumSize().width();
    const int before = textRoom(true);
    for (QToolButton *button : speakingButtons()) {
        button->setProperty(speaks, true);
        room -= widthOfText(button);
        button->setToolButtonStyle(room >= 0 ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonIconOnly);
    }
    if (textRoom(true) != before)
        invalidate(); // what it knows of its buttons is of before
    QHBoxLayout::setGeometry(rect);
}

} // namespace lathe::ui
