#include "ui/style/flatstyle.h"

#include "ui/style/theme.h"

#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

#include <algorithm>

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

void drawFlatCheckBox(const QStyleOption *option, QPainter *painter)
{
    const bool enabled = option->state & QStyle::State_Enabled;
    const bool marked = option->state & (QStyle::State_On | QStyle::State_NoChange);
    const QColor ink = !enabled ? colors().line : marked ? colors().current : colors().muted;
    const QRectF box = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(option->state & QStyle::State_MouseOver && enabled ? colors().current : ink);
    painter->setBrush(marked ? ink : colors().surface);
    painter->drawRoundedRect(box, 2.5, 2.5);
    painter->setPen(QPen(colors().surface, box.width() / 7.0, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const auto at = [&box](double x, double y) {
        return QPointF(box.left() + x * box.width(), box.top() + y * box.height());
    };
    if (option->state & QStyle::State_NoChange)
        painter->drawLine(at(0.25, 0.5), at(0.75, 0.5));
    else if (option->state & QStyle::State_On)
        painter->drawPolyline(QPolygonF({at(0.22, 0.52), at(0.42, 0.72), at(0.78, 0.30)}));
    painter->restore();
}

void drawFlatRadioButton(const QStyleOption *option, QPainter *painter)
{
    const bool enabled = option->state & QStyle::State_Enabled;
    const bool marked = option->state & QStyle::State_On;
    const QColor ink = !enabled ? colors().line : marked ? colors().current : colors().muted;
    const QRectF circle = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(option->state & QStyle::State_MouseOver && enabled ? colors().current : ink);
    painter->setBrush(colors().surface);
    painter->drawEllipse(circle);
    if (marked) {
        const double room = circle.width() * 0.27;
        painter->setPen(Qt::NoPen);
        painter->setBrush(ink);
        painter->drawEllipse(circle.adjusted(room, room, -room, -room));
    }
    painter->restore();
}

/// Length and place of the thumb in a scroll bar without arrow buttons.
QRect thumbOf(const QStyleOptionSlider &bar)
{
    const bool across = bar.orientation == Qt::Horizontal;
    const int room = across ? bar.rect.width() : bar.rect.height();
    const qint64 range = qint64(bar.maximum) - bar.minimum;
    int length = room;
    if (range > 0)
        length = std::max(int(bar.pageStep * qint64(room) / (range + bar.pageStep)), std::min(room, 28));
    const int start = QStyle::sliderPositionFromValue(bar.minimum, bar.maximum, bar.sliderPosition,
                                                      room - length, bar.upsideDown);
    return across ? QRect(bar.rect.left() + start, bar.rect.top(), length, bar.rect.height())
                  : QRect(bar.rect.left(), bar.rect.top() + start, bar.rect.width(), length);
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
    if (element == CE_ToolBar) {
        painter->fillRect(option->rect, option->palette.color(QPalette::Window));
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
    if (element == PE_IndicatorDockWidgetResizeHandle) {
        if (option->state & State_MouseOver)
            painter->fillRect(option->rect.adjusted(1, 1, -1, -1), colors().line);
        return; // space separates well enough
    }
    if (element == PE_PanelScrollAreaCorner) {
        painter->fillRect(option->rect, option->palette.color(QPalette::Base));
        return;
    }
    if (element == PE_IndicatorCheckBox) {
        drawFlatCheckBox(option, painter);
        return;
    }
    if (element == PE_IndicatorRadioButton) {
        drawFlatRadioButton(option, painter);
        return;
    }
    if (element == PE_PanelButtonTool && !(option->state & State_AutoRaise)) {
        drawFlatButton(option, painter);
        return;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void FlatStyle::drawMenuToolButton(const QStyleOptionToolButton &option, QPainter *painter,
                                   const QWidget *widget) const
{
    QStyleOptionToolButton button = option;
    button.features &= ~QStyleOptionToolButton::HasMenu; // Fusion's arrow hangs below the text
    QProxyStyle::drawComplexControl(CC_ToolButton, &button, painter, widget);
    constexpr int side = 8;
    QStyleOption arrow = option;
    arrow.rect = QRect(option.rect.right() - side - 2, option.rect.center().y() - side / 2 + 1, side, side);
    arrow.state &= ~State_Sunken;
    drawPrimitive(PE_IndicatorArrowDown, &arrow, painter, widget);
}

void FlatStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option,
                                   QPainter *painter, const QWidget *widget) const
{
    const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option);
    if (control == CC_ToolButton && button && (button->features & QStyleOptionToolButton::HasMenu) &&
        !(button->features & QStyleOptionToolButton::MenuButtonPopup)) {
        drawMenuToolButton(*button, painter, widget);
        return;
    }
    const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option);
    if (control != CC_ScrollBar || !bar) {
        QProxyStyle::drawComplexControl(control, option, painter, widget);
        return;
    }
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    // Tables and texts are paper; anything else that scrolls is part of its panel.
    const QWidget *scrolled =
        widget && widget->parentWidget() ? widget->parentWidget()->parentWidget() : nullptr;
    const bool onPanel = scrolled && scrolled->inherits("QScrollArea");
    painter->fillRect(bar->rect, bar->palette.color(onPanel ? QPalette::Window : QPalette::Base));
    if (bar->maximum > bar->minimum) {
        QColor thumb = colors().muted;
        thumb.setAlphaF(bar->state & State_Sunken ? 0.9f : bar->state & State_MouseOver ? 0.65f : 0.4f);
        painter->setPen(Qt::NoPen);
        painter->setBrush(thumb);
        const QRectF rect = QRectF(thumbOf(*bar)).adjusted(3, 3, -3, -3);
        painter->drawRoundedRect(rect, 3, 3);
    }
    painter->restore();
}

QRect FlatStyle::subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl part,
                                const QWidget *widget) const
{
    const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option);
    if (control != CC_ScrollBar || !bar)
        return QProxyStyle::subControlRect(control, option, part, widget);
    const QRect thumb = thumbOf(*bar);
    const bool across = bar->orientation == Qt::Horizontal;
    QRect rect = bar->rect;
    switch (part) {
    case SC_ScrollBarSlider:
        return thumb;
    case SC_ScrollBarGroove:
        return rect;
    case SC_ScrollBarSubPage:
        across ? rect.setRight(thumb.left() - 1) : rect.setBottom(thumb.top() - 1);
        return rect;
    case SC_ScrollBarAddPage:
        across ? rect.setLeft(thumb.right() + 1) : rect.setTop(thumb.bottom() + 1);
        return rect;
    default:
        return {};
    }
}

int FlatStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent:
        return 12;
    case PM_DockWidgetSeparatorExtent:
        return 5;
    case PM_HeaderMargin:
        return 6;
    case PM_FocusFrameHMargin:
        return 5; // left and right of the text in a table's cell
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int FlatStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                         QStyleHintReturn *returnData) const
{
    if (hint == SH_Slider_AbsoluteSetButtons)
        return Qt::LeftButton;
    if (hint == SH_DialogButtonBox_ButtonsHaveIcons)
        return 0; // theirs are in colours of their own
    return QProxyStyle::styleHint(hint, option, widget, returnData);
}

} // namespace lathe::ui
