#include "ui/flatstyle.h"

#include "ui/theme.h"

#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

namespace lathe::ui {
namespace {

void drawFlatButton(const QStyleOption *option, QPainter *painter)
{
    const bool pressed = option->state & (QStyle::State_Sunken | QStyle::State_On);
    const bool hovered = (option->state & QStyle::State_MouseOver) && (option->state & QStyle::State_Enabled);
    QColor fill = option->palette.color(QPalette::Button);
    if (pressed)
        fill = isDark() ? fill.lighter(145) : fill.darker(112);
    else if (hovered)
        fill = isDark() ? fill.lighter(120) : fill.darker(104);
    const bool focused =
        (option->state & QStyle::State_HasFocus) && (option->state & QStyle::State_KeyboardFocusChange);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(focused ? option->palette.color(QPalette::Highlight) : colors().line);
    painter->setBrush(fill);
    painter->drawRoundedRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    painter->restore();
}

} // namespace

FlatStyle::FlatStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

void FlatStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                            const QWidget *widget) const
{
    if (element == CE_HeaderSection || element == CE_HeaderEmptyArea) {
        painter->fillRect(option->rect, option->palette.color(QPalette::Base));
        painter->setPen(colors().line);
        painter->drawLine(option->rect.bottomLeft(), option->rect.bottomRight());
        return;
    }
    if (element == CE_HeaderLabel) {
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option)) {
            QStyleOptionHeaderV2 muted;
            if (const auto *v2 = qstyleoption_cast<const QStyleOptionHeaderV2 *>(option))
                muted = *v2;
            else
                static_cast<QStyleOptionHeader &>(muted) = *header;
            muted.palette.setColor(QPalette::ButtonText, colors().muted);
            QProxyStyle::drawControl(element, &muted, painter, widget);
            return;
        }
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void FlatStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                              const QWidget *widget) const
{
    if (element == PE_PanelButtonCommand) {
        drawFlatButton(option, painter);
        return;
    }
    if (element == PE_PanelButtonTool && !(option->state & State_AutoRaise)) {
        drawFlatButton(option, painter);
        return;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

int FlatStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                         QStyleHintReturn *returnData) const
{
    if (hint == SH_Slider_AbsoluteSetButtons)
        return Qt::LeftButton;
    return QProxyStyle::styleHint(hint, option, widget, returnData);
}

} // namespace lathe::ui
